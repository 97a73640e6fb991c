-- One row per line adjudication and reason in effect, as given: its own adjustments and remarks, and the claim's.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for the claim itself
-- reason_no: the reason's number within the claim and kind
-- kind: CARC (adjustment) or RARC (remark)
-- is_claim_level: stands at the claim and covers the line
-- group_code: CO, PR, OA, PI or CR; NULL for a remark
-- code: CARC or RARC
-- amount: adjusted amount (dollars), 0 where a claim's adjustment covers the line but is counted at another
-- full_amount: the adjustment's amount as given (dollars)
-- quantity: adjusted units
-- segment_no: segment of the CAS, LQ, MIA or MOA
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from claim_line
),
adjustments as (
    select * from lake_adjustment
),
remarks as (
    select * from lake_remark
),
alerts as (
    select code from ref_rarc
    where cast(is_alert as string) = 'true'
),
adjustments_in_effect as (
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        adjustments.adjustment_no as reason_no,
        'CARC' as kind,
        false as is_claim_level,
        adjustments.group_code,
        upper(trim(adjustments.carc)) as code,
        adjustments.amount,
        adjustments.amount as full_amount,
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
        'CARC' as kind,
        true as is_claim_level,
        adjustments.group_code,
        upper(trim(adjustments.carc)) as code,
        case when lines.is_lead then adjustments.amount else cast(0 as decimal(18, 2)) end as amount,
        adjustments.amount as full_amount,
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
    -- a remark of the line's own, unless it only informs, speaks louder than those of the claim
    select
        own_remarks.file_id,
        own_remarks.transaction_no,
        own_remarks.claim_no,
        own_remarks.line_no
    from own_remarks
    left join alerts on alerts.code = own_remarks.code
    where alerts.code is null
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
final as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        reason_no,
        kind,
        is_claim_level,
        group_code,
        code,
        amount,
        full_amount,
        quantity,
        segment_no,
        byte_offset
    from adjustments_in_effect
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        reason_no,
        'RARC' as kind,
        is_claim_level,
        cast(null as string) as group_code,
        code,
        cast(0 as decimal(18, 2)) as amount,
        cast(null as decimal(18, 2)) as full_amount,
        cast(null as decimal(18, 3)) as quantity,
        segment_no,
        byte_offset
    from remarks_in_effect
)
select * from final
