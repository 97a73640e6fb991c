-- One row per line adjudication and reason in effect: its own adjustments and remarks, and the claim's that cover it.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for the claim itself
-- reason_no: the reason's number within the claim and kind
-- kind: CARC (adjustment) or RARC (remark)
-- family_id: the claim's family
-- line_key: the line within the family
-- event_no: order within the family
-- is_claim_level: stands at the claim and covers the line
-- group_code: CO, PR, OA, PI or CR; NULL for a remark
-- code: CARC or RARC
-- label: our own words for the code
-- amount: adjusted amount (dollars), 0 where a claim's adjustment covers the line but is counted at another
-- full_amount: the adjustment's amount as given (dollars)
-- quantity: adjusted units
-- denial_scope: core, broad or never; NULL for a remark or an unknown code
-- category: category of the code; unknown where the code is in no list
-- mn_tier: medical-necessity tier A, B or C, else ''
-- root_cause: the code's own root cause, '' where it has none
-- is_alert: a remark that only informs
-- is_known: the code is in our list
-- is_retired: the code's last day was before the payment
-- is_denial_reason: an adjustment in core or broad scope that takes something away
-- is_principal: stands for the line: core before broad, tier A before B before C, larger amount, first given
-- segment_no: segment of the CAS, LQ, MIA or MOA
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from claim_line
),
events as (
    select file_id, transaction_no, claim_no, payment_date from claim_event
),
given as (
    select * from reason_given
),
carcs as (
    select * from ref_carc
),
rarcs as (
    select * from ref_rarc
),
labelled as (
    select
        given.*,
        coalesce(carcs.label, rarcs.label) as label,
        carcs.denial_scope,
        coalesce(carcs.category, rarcs.category) as category,
        coalesce(carcs.mn_tier, rarcs.mn_tier) as mn_tier,
        coalesce(carcs.root_cause, rarcs.root_cause) as root_cause,
        coalesce(cast(rarcs.is_alert as string), 'false') = 'true' as is_alert,
        carcs.code is not null or rarcs.code is not null as is_known,
        coalesce(carcs.status, rarcs.status) as status,
        coalesce(carcs.valid_to, rarcs.valid_to) as valid_to
    from given
    left join carcs on given.kind = 'CARC' and carcs.code = given.code
    left join rarcs on given.kind = 'RARC' and rarcs.code = given.code
),
judged as (
    select
        *,
        kind = 'CARC' and coalesce(denial_scope, 'never') in ('core', 'broad')
            and (full_amount is null or full_amount > 0) as is_denial_reason
    from labelled
),
ordered as (
    select
        judged.*,
        row_number() over (
            partition by judged.file_id, judged.transaction_no, judged.claim_no, judged.line_no, judged.kind,
                case when judged.kind = 'RARC' then judged.is_alert = false else judged.is_denial_reason end
            order by
                case judged.denial_scope when 'core' then 0 when 'broad' then 1 else 2 end,
                case judged.mn_tier when 'A' then 0 when 'B' then 1 when 'C' then 2 else 3 end,
                judged.full_amount desc nulls last, judged.reason_no
        ) as precedence_no
    from judged
),
final as (
    select
        ordered.file_id,
        ordered.transaction_no,
        ordered.claim_no,
        ordered.line_no,
        ordered.reason_no,
        ordered.kind,
        lines.family_id,
        lines.line_key,
        lines.event_no,
        ordered.is_claim_level,
        ordered.group_code,
        ordered.code,
        ordered.label,
        ordered.amount,
        ordered.full_amount,
        ordered.quantity,
        ordered.denial_scope,
        coalesce(ordered.category, 'unknown') as category,
        coalesce(ordered.mn_tier, '') as mn_tier,
        coalesce(ordered.root_cause, '') as root_cause,
        ordered.is_alert,
        ordered.is_known,
        coalesce(ordered.status, 'current') <> 'current'
            and coalesce(cast(nullif(cast(ordered.valid_to as string), '') as date) < events.payment_date, true)
            and ordered.is_known as is_retired,
        ordered.is_denial_reason,
        ordered.precedence_no = 1 and (ordered.is_denial_reason or (ordered.kind = 'RARC' and ordered.is_alert = false))
            as is_principal,
        ordered.segment_no,
        ordered.byte_offset
    from ordered
    inner join lines
        on lines.file_id = ordered.file_id
        and lines.transaction_no = ordered.transaction_no
        and lines.claim_no = ordered.claim_no
        and lines.line_no = ordered.line_no
    inner join events
        on events.file_id = ordered.file_id
        and events.transaction_no = ordered.transaction_no
        and events.claim_no = ordered.claim_no
)
select * from final
