-- Claims whose balance, recomputed here, is not what the reader found.
with claims as (
    select * from lake_remit_claim
),
adjustments as (
    select * from lake_adjustment
),
summed as (
    select
        file_id,
        transaction_no,
        claim_no,
        sum(amount) as adjustment_amount,
        sum(case when amount is null then 1 else 0 end) as unread_count
    from adjustments
    group by file_id, transaction_no, claim_no
),
final as (
    select
        claims.file_id,
        claims.segment_no,
        claims.off_amount,
        claims.charge_amount - claims.paid_amount - coalesce(summed.adjustment_amount, 0) as recomputed_amount
    from claims
    left join summed
        on summed.file_id = claims.file_id
        and summed.transaction_no = claims.transaction_no
        and summed.claim_no = claims.claim_no
    where claims.off_amount is not null
        and coalesce(summed.unread_count, 0) = 0
        and coalesce(claims.charge_amount - claims.paid_amount - coalesce(summed.adjustment_amount, 0)
            <> claims.off_amount, true)
)
select * from final
