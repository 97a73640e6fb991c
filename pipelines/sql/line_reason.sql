-- One row per service line adjudication and reason in effect: its own adjustments and remarks, and the claim's that cover it.
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
-- is_principal: the reason that stands for the line: core before broad, tier A before B before C, larger amount, first given
-- segment_no: segment of the CAS, LQ, MIA or MOA
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from claim_line
),
events as (
    select file_id, transaction_no, claim_no, payment_date from claim_event
),
adjustments as (
    select * from lake_adjustment
),
remarks as (
    select * from lake_remark
),
carcs as (
    select * from ref_carc
),
rarcs as (
    select * from ref_rarc
),
adjustments_in_effect as (
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        adjustments.adjustment_no as reason_no,
        false as is_claim_level,
        adjustments.amount,
        adjustments.amount as full_amount,
        adjustments.group_code,
        upper(trim(adjustments.carc)) as code,
        adjustments.quantity,
        adjustments.segment_no,
        adjustments.byte_offset
    from lines
    inner join adjustments
        on adjustments.file_id = lines.file_id
        and adjustments.transaction_no = lines.transaction_no
        and adjustments.claim_no = lines.claim_no
        and adjustments.line_no = lines.line_no
    union all
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        adjustments.adjustment_no as reason_no,
        true as is_claim_level,
        case when lines.is_lead then adjustments.amount else cast(0 as decimal(18, 2)) end as amount,
        adjustments.amount as full_amount,
        adjustments.group_code,
        upper(trim(adjustments.carc)) as code,
        adjustments.quantity,
        adjustments.segment_no,
        adjustments.byte_offset
    from lines
    inner join adjustments
        on adjustments.file_id = lines.file_id
        and adjustments.transaction_no = lines.transaction_no
        and adjustments.claim_no = lines.claim_no
    where lines.is_covered and adjustments.line_no = 0
),
own_remarks as (
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        remarks.remark_no as reason_no,
        upper(trim(remarks.rarc)) as code,
        remarks.segment_no,
        remarks.byte_offset
    from lines
    inner join remarks
        on remarks.file_id = lines.file_id
        and remarks.transaction_no = lines.transaction_no
        and remarks.claim_no = lines.claim_no
        and remarks.line_no = lines.line_no
),
lines_that_speak as (
    select
        own_remarks.file_id,
        own_remarks.transaction_no,
        own_remarks.claim_no,
        own_remarks.line_no
    from own_remarks
    left join rarcs on rarcs.code = own_remarks.code
    where coalesce(cast(rarcs.is_alert as string), 'false') = 'false'
    group by own_remarks.file_id, own_remarks.transaction_no, own_remarks.claim_no, own_remarks.line_no
),
remarks_in_effect as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        reason_no,
        false as is_claim_level,
        code,
        segment_no,
        byte_offset
    from own_remarks
    union all
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        remarks.remark_no as reason_no,
        true as is_claim_level,
        upper(trim(remarks.rarc)) as code,
        remarks.segment_no,
        remarks.byte_offset
    from lines
    inner join remarks
        on remarks.file_id = lines.file_id
        and remarks.transaction_no = lines.transaction_no
        and remarks.claim_no = lines.claim_no
        and remarks.line_no = 0
    left join lines_that_speak
        on lines_that_speak.file_id = lines.file_id
        and lines_that_speak.transaction_no = lines.transaction_no
        and lines_that_speak.claim_no = lines.claim_no
        and lines_that_speak.line_no = lines.line_no
    where lines.line_no > 0 and lines_that_speak.line_no is null
),
labelled as (
    select
        adjustments_in_effect.file_id,
        adjustments_in_effect.transaction_no,
        adjustments_in_effect.claim_no,
        adjustments_in_effect.line_no,
        adjustments_in_effect.reason_no,
        'CARC' as kind,
        adjustments_in_effect.is_claim_level,
        adjustments_in_effect.group_code,
        adjustments_in_effect.code,
        carcs.label,
        adjustments_in_effect.amount,
        adjustments_in_effect.full_amount,
        adjustments_in_effect.quantity,
        carcs.denial_scope,
        carcs.category,
        carcs.mn_tier,
        carcs.root_cause,
        false as is_alert,
        carcs.code is not null as is_known,
        carcs.status,
        carcs.valid_to,
        adjustments_in_effect.segment_no,
        adjustments_in_effect.byte_offset
    from adjustments_in_effect
    left join carcs on carcs.code = adjustments_in_effect.code
    union all
    select
        remarks_in_effect.file_id,
        remarks_in_effect.transaction_no,
        remarks_in_effect.claim_no,
        remarks_in_effect.line_no,
        remarks_in_effect.reason_no,
        'RARC' as kind,
        remarks_in_effect.is_claim_level,
        cast(null as string) as group_code,
        remarks_in_effect.code,
        rarcs.label,
        cast(0 as decimal(18, 2)) as amount,
        cast(null as decimal(18, 2)) as full_amount,
        cast(null as decimal(18, 3)) as quantity,
        cast(null as string) as denial_scope,
        rarcs.category,
        rarcs.mn_tier,
        rarcs.root_cause,
        coalesce(cast(rarcs.is_alert as string), 'false') = 'true' as is_alert,
        rarcs.code is not null as is_known,
        rarcs.status,
        rarcs.valid_to,
        remarks_in_effect.segment_no,
        remarks_in_effect.byte_offset
    from remarks_in_effect
    left join rarcs on rarcs.code = remarks_in_effect.code
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
