-- Lines without a claim, and adjustments and remarks without the line or claim they speak of.
with claims as (
    select file_id, transaction_no, claim_no from lake_remit_claim
),
lines as (
    select file_id, transaction_no, claim_no, line_no, segment_no from lake_remit_line
),
adjustments as (
    select file_id, transaction_no, claim_no, line_no, segment_no from lake_adjustment
),
remarks as (
    select file_id, transaction_no, claim_no, line_no, segment_no from lake_remark
),
places as (
    select
        file_id,
        transaction_no,
        claim_no,
        0 as line_no
    from claims
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        line_no
    from lines
),
parts as (
    select 'line' as part, file_id, transaction_no, claim_no, 0 as line_no, segment_no from lines
    union all
    select 'adjustment' as part, file_id, transaction_no, claim_no, line_no, segment_no from adjustments
    union all
    select 'remark' as part, file_id, transaction_no, claim_no, line_no, segment_no from remarks
),
final as (
    select
        parts.part,
        parts.file_id,
        parts.segment_no
    from parts
    left join places
        on places.file_id = parts.file_id
        and places.transaction_no = parts.transaction_no
        and places.claim_no = parts.claim_no
        and places.line_no = parts.line_no
    where places.file_id is null
)
select * from final
