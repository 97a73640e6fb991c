-- One row per denial log or claim export: what its rows as a whole tell.
-- file_id: file of the log
-- is_export: some row tells a line that was not denied: its rows count in rates
-- is_appeal_log: some row tells whether there was an appeal: it tells of appeals for each of its rows
with log_rows as (
    select * from lake_log_row
),
reasons as (
    select * from log_reason
),
summed as (
    select
        file_id,
        row_no,
        max(case when denial_scope = 'never' then 1 else 0 end) as never_reason,
        max(case when denial_scope in ('core', 'broad') or (kind = 'local' and is_known) then 1 else 0 end)
            as denial_reason,
        max(case when kind = 'CARC' and is_known = false then 1 else 0 end) as unknown_reason
    from reasons
    group by file_id, row_no
),
read as (
    select
        log_rows.file_id,
        log_rows.is_denied,
        log_rows.paid_amount,
        log_rows.allowed_amount,
        log_rows.is_appealed is not null or log_rows.appeal_date is not null as is_appeal_told,
        coalesce(summed.denial_reason, 0) = 1 as has_denial_reason,
        coalesce(summed.never_reason, 0) = 1 and summed.denial_reason = 0 and summed.unknown_reason = 0
            as has_never_only
    from log_rows
    left join summed on summed.file_id = log_rows.file_id and summed.row_no = log_rows.row_no
),
judged as (
    -- as log_line settles it
    select
        file_id,
        is_appeal_told,
        case
            when is_denied is not null then is_denied = false
            when has_never_only then true
            when has_denial_reason and coalesce(paid_amount, cast(0 as decimal(18, 2))) = cast(0 as decimal(18, 2))
                then false
            else coalesce(paid_amount > 0, false) or coalesce(allowed_amount > 0, false)
        end as is_not_denied
    from read
),
final as (
    select
        file_id,
        max(case when is_not_denied then 1 else 0 end) = 1 as is_export,
        max(case when is_appeal_told then 1 else 0 end) = 1 as is_appeal_log
    from judged
    group by file_id
)
select * from final
