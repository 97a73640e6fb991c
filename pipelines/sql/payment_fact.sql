-- One row per counted payment (835 transaction): what the share that balances is counted on.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- month: first day of the payment date's month
-- payment_date: payment date
-- payer: payer as shown
-- payer_class: the payer's commonest kind of plan
-- procedure: always '(not given)': a payment has no procedure; so with the dimensions that follow
-- procedure_family: '(not given)'
-- provider: '(not given)'
-- place_of_service: '(not given)'
-- diagnosis_chapter: '(not given)'
-- payer_sequence: '(not given)'
-- source: 835
-- category: '(not given)'
-- root_cause: '(not given)'
-- carc: '(not given)'
-- rarc: '(not given)'
-- group_code: '(not given)'
-- payment_count: payments
-- checked_count: payments whose balance could be checked
-- balanced_count: of them: BPR02 equals the claims paid less the provider adjustments
-- payment_amount: dollars paid, without sign
-- checked_amount: dollars of the payments checked, without sign
-- balanced_amount: dollars of the payments that balance, without sign
-- off_amount: dollars by which they do not balance, without sign
with payments as (
    select * from remit_payment
),
events as (
    select payer_code, payer_class, is_repeat from claim_event
),
class_counts as (
    select
        payer_code,
        payer_class,
        count(*) as use_count
    from events
    where is_repeat = false
    group by payer_code, payer_class
),
class_order as (
    select
        payer_code,
        payer_class,
        row_number() over (partition by payer_code order by use_count desc, payer_class) as class_no
    from class_counts
),
final as (
    select
        payments.file_id,
        payments.transaction_no,
        payments.month,
        payments.payment_date,
        payments.payer_key as payer,
        coalesce(class_order.payer_class, '(not given)') as payer_class,
        '(not given)' as procedure,
        '(not given)' as procedure_family,
        '(not given)' as provider,
        '(not given)' as place_of_service,
        '(not given)' as diagnosis_chapter,
        '(not given)' as payer_sequence,
        '835' as source,
        '(not given)' as category,
        '(not given)' as root_cause,
        '(not given)' as carc,
        '(not given)' as rarc,
        '(not given)' as group_code,
        1 as payment_count,
        case when payments.off_amount is not null then 1 else 0 end as checked_count,
        case when payments.off_amount = 0 then 1 else 0 end as balanced_count,
        coalesce(abs(payments.payment_amount), cast(0 as decimal(18, 2))) as payment_amount,
        case when payments.off_amount is not null then coalesce(abs(payments.payment_amount), cast(0 as decimal(18, 2)))
            else cast(0 as decimal(18, 2)) end as checked_amount,
        case when payments.off_amount = 0 then coalesce(abs(payments.payment_amount), cast(0 as decimal(18, 2)))
            else cast(0 as decimal(18, 2)) end as balanced_amount,
        coalesce(abs(payments.off_amount), cast(0 as decimal(18, 2))) as off_amount
    from payments
    left join class_order on class_order.payer_code = payments.payer_code and class_order.class_no = 1
    where payments.is_repeat = false
)
select * from final
