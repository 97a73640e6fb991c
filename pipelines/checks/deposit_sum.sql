-- Deposits whose columns do not add up, and a sum of deposits that is not the sum of the payments under them.
with deposits as (
    select * from deposit
),
payments as (
    select * from remit_payment
),
claims as (
    select * from claim_start
),
adjustments as (
    select * from provider_adjustment
),
parts as (
    select
        deposit_key as what,
        payment_amount - off_amount as deposit_sum,
        claim_paid_amount - provider_adjustment_amount as event_sum
    from deposits
    union all
    select
        deposit_key as what,
        explained_amount + unexplained_amount as deposit_sum,
        payment_amount - expected_amount as event_sum
    from deposits
    union all
    select
        'payments' as what,
        (select sum(told_amount) from deposits) as deposit_sum,
        (select sum(coalesce(off_amount + claim_paid_amount - provider_adjustment_amount, payment_amount))
            from payments where is_repeat = false) as event_sum
    union all
    select
        'transactions' as what,
        (select sum(transaction_count) from deposits) as deposit_sum,
        (select count(*) from payments where is_repeat = false) as event_sum
    union all
    select
        'claims paid' as what,
        (select sum(claim_paid_amount) from deposits) as deposit_sum,
        (select sum(paid_amount) from claims where is_repeat = false) as event_sum
    union all
    select
        'provider adjustments' as what,
        (select sum(provider_adjustment_amount) from deposits) as deposit_sum,
        (select sum(amount) from adjustments) as event_sum
),
final as (
    select
        what,
        deposit_sum,
        event_sum
    from parts
    where coalesce(deposit_sum, 0) <> coalesce(event_sum, 0)
)
select * from final
