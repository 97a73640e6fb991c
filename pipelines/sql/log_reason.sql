-- One row per log row and reason code in it: CARC, RARC or the practice's own letters.
-- file_id: file of the log
-- row_no: row of the sheet
-- reason_no: number within the row; 0 for the row's own necessity flag
-- kind: CARC, RARC or local
-- group_code: CO, PR, OA, PI or CR
-- code: the code
-- label: our own words for the code
-- amount: amount given with the code (dollars)
-- denial_scope: core, broad or never; NULL for other kinds or an unknown code
-- category: category of the code, unknown where the code is in no list
-- mn_tier: medical-necessity tier A, B or C, else ''
-- root_cause: the code's own root cause, '' where it has none
-- is_alert: a remark that only informs
-- is_known: the code is in our list
-- is_principal: the reason of its kind that stands for the row
with log_codes as (
    select * from lake_log_code
),
log_rows as (
    select * from lake_log_row
),
carcs as (
    select * from ref_carc
),
rarcs as (
    select * from ref_rarc
),
local_codes as (
    select * from ref_local_code
),
given as (
    select
        file_id,
        row_no,
        code_no as reason_no,
        kind,
        group_code,
        upper(trim(code)) as code,
        amount
    from log_codes
    union all
    select
        file_id,
        row_no,
        0 as reason_no,
        'local' as kind,
        cast(null as string) as group_code,
        upper(trim(local_flag)) as code,
        cast(null as decimal(18, 2)) as amount
    from log_rows
    where coalesce(trim(local_flag), '') <> ''
),
labelled as (
    select
        given.file_id,
        given.row_no,
        given.reason_no,
        given.kind,
        given.group_code,
        given.code,
        coalesce(carcs.label, rarcs.label, local_codes.label) as label,
        given.amount,
        carcs.denial_scope,
        coalesce(carcs.category, rarcs.category, local_codes.category, 'unknown') as category,
        coalesce(carcs.mn_tier, rarcs.mn_tier, local_codes.mn_tier, '') as mn_tier,
        coalesce(carcs.root_cause, rarcs.root_cause, local_codes.root_cause, '') as root_cause,
        coalesce(cast(rarcs.is_alert as string), 'false') = 'true' as is_alert,
        carcs.code is not null or rarcs.code is not null or local_codes.code is not null as is_known
    from given
    left join carcs on given.kind = 'CARC' and carcs.code = given.code
    left join rarcs on given.kind = 'RARC' and rarcs.code = given.code
    left join local_codes on given.kind = 'local' and local_codes.code = given.code
),
ordered as (
    select
        *,
        row_number() over (
            partition by file_id, row_no, kind
            order by case when is_alert then 1 else 0 end,
                case denial_scope when 'core' then 0 when 'broad' then 1 when 'never' then 3 else 2 end,
                case mn_tier when 'A' then 0 when 'B' then 1 when 'C' then 2 else 3 end,
                amount desc nulls last, reason_no
        ) as precedence_no
    from labelled
),
final as (
    select
        file_id,
        row_no,
        reason_no,
        kind,
        group_code,
        code,
        label,
        amount,
        denial_scope,
        category,
        mn_tier,
        root_cause,
        is_alert,
        is_known,
        precedence_no = 1 and is_alert = false as is_principal
    from ordered
)
select * from final
