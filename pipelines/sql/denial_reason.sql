-- One row per initial denial and reason in effect, from the remittance or from the log.
-- denial_id: the denial
-- kind: CARC, RARC or local
-- group_code: CO, PR, OA, PI or CR
-- code: the code
-- label: our own words for the code
-- amount: amount (dollars)
-- denial_scope: core, broad or never
-- category: category of the code
-- mn_tier: medical-necessity tier A, B or C, else ''
-- root_cause: the code's own root cause, '' where it has none
-- is_alert: a remark that only informs
-- is_known: the code is in our list
-- is_denial_reason: an adjustment in core or broad scope
-- is_principal: the reason of its kind that stands for the line
-- is_claim_level: stands at the claim and covers the line
-- file_id: file
-- segment_no: segment of the CAS, LQ, MIA or MOA; NULL for a log
-- byte_offset: place of that segment in the file (bytes)
-- row_no: row of the sheet, for a log
with denials as (
    select * from denial_start
),
reasons as (
    select * from line_reason
),
log_reasons as (
    select * from log_reason
),
final as (
    select
        denials.denial_id,
        reasons.kind,
        reasons.group_code,
        reasons.code,
        reasons.label,
        reasons.amount,
        reasons.denial_scope,
        reasons.category,
        reasons.mn_tier,
        reasons.root_cause,
        reasons.is_alert,
        reasons.is_known,
        reasons.is_denial_reason,
        reasons.is_principal,
        reasons.is_claim_level,
        denials.file_id,
        reasons.segment_no,
        reasons.byte_offset,
        cast(null as bigint) as row_no
    from denials
    inner join reasons
        on reasons.file_id = denials.file_id
        and reasons.transaction_no = denials.transaction_no
        and reasons.claim_no = denials.claim_no
        and reasons.line_no = denials.line_no
    where denials.source = '835'
    union all
    select
        denials.denial_id,
        log_reasons.kind,
        log_reasons.group_code,
        log_reasons.code,
        log_reasons.label,
        log_reasons.amount,
        log_reasons.denial_scope,
        log_reasons.category,
        log_reasons.mn_tier,
        log_reasons.root_cause,
        log_reasons.is_alert,
        log_reasons.is_known,
        coalesce(log_reasons.denial_scope, 'never') in ('core', 'broad') as is_denial_reason,
        log_reasons.is_principal,
        false as is_claim_level,
        denials.file_id,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset,
        denials.row_no
    from denials
    inner join log_reasons
        on log_reasons.file_id = denials.file_id
        and log_reasons.row_no = denials.row_no
    where denials.source = 'log'
)
select * from final
