-- Payments whose balance, recomputed here, is not what the reader found; a debit may stand for a negative payment.
with remits as (
    select * from lake_remit
),
claims as (
    select * from lake_remit_claim
),
provider_adjustments as (
    select * from lake_provider_adjustment
),
paid as (
    select
        file_id,
        transaction_no,
        sum(paid_amount) as paid_amount
    from claims
    group by file_id, transaction_no
),
adjusted as (
    select
        file_id,
        transaction_no,
        sum(amount) as adjustment_amount
    from provider_adjustments
    group by file_id, transaction_no
),
joined as (
    select
        remits.file_id,
        remits.segment_no,
        remits.off_amount,
        remits.credit_debit_code,
        remits.payment_amount,
        coalesce(paid.paid_amount, 0) - coalesce(adjusted.adjustment_amount, 0) as told_amount
    from remits
    left join paid on paid.file_id = remits.file_id and paid.transaction_no = remits.transaction_no
    left join adjusted on adjusted.file_id = remits.file_id and adjusted.transaction_no = remits.transaction_no
    where remits.off_amount is not null
),
final as (
    select
        file_id,
        segment_no,
        off_amount,
        payment_amount - told_amount as recomputed_amount
    from joined
    where off_amount <> payment_amount - told_amount
        and (coalesce(credit_debit_code, '') <> 'D' or off_amount <> -abs(payment_amount) - told_amount)
)
select * from final
