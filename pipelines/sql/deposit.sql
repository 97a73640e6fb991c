-- One row per payment of a payer (trace number and date), in however many transactions and files it was told.
-- deposit_key: '<trace number>|<payment date>|<payer>', then file and transaction where no trace number is given
-- payer: payer as shown
-- trace_number: number of the payment (TRN02), '' where there is none
-- payment_date: payment date
-- month: first day of that month
-- payment_method_code: BPR04 (ACH, CHK, NON, ...)
-- transaction_count: transactions that tell it, repeats left out
-- told_amount: sum of their BPR02 (dollars); adds up to the payments of remit_payment
-- payment_amount: what was paid (dollars): told_amount, or BPR02 once where each transaction tells the whole payment
-- claim_paid_amount: sum of CLP04 of the counted claim payments (dollars)
-- provider_adjustment_amount: sum of the counted PLB (dollars); positive reduces the payment
-- expected_amount: claim_paid_amount - provider_adjustment_amount (dollars)
-- off_amount: payment_amount - expected_amount (dollars); explained_amount + unexplained_amount
-- explanation: balanced, told in several transactions, balance carried forward, amount unreadable or not explained
-- explained_amount: the part of off_amount that the explanation accounts for (dollars)
-- unexplained_amount: the part that nothing accounts for (dollars)
-- bank_amount: what a person found at the bank (dollars); NULL where nobody has entered it
-- bank_off_amount: bank_amount - payment_amount (dollars)
-- bank_who: who entered it
-- bank_at: when (UTC)
-- file_id: file of the transaction that tells the largest amount
-- transaction_no: that transaction
-- segment_no: segment of its ST
-- byte_offset: place of that segment in the file (bytes)
with payments as (
    select * from remit_payment
),
remits as (
    select file_id, transaction_no, payment_method_code from lake_remit
),
claims as (
    select * from claim_start
),
adjustments as (
    select * from provider_adjustment
),
bank_amounts as (
    select * from ledger_bank_amount
),
claim_sums as (
    select
        file_id,
        transaction_no,
        sum(paid_amount) as amount
    from claims
    where is_repeat = false
    group by file_id, transaction_no
),
adjustment_sums as (
    select
        trace_number || '|' || coalesce(cast(payment_date as string), '') || '|' || payer_code
            || case when trace_number = '' then '|' || file_id || '|' || cast(transaction_no as string) else '' end
            as payment_key,
        sum(amount) as amount
    from adjustments
    group by
        trace_number || '|' || coalesce(cast(payment_date as string), '') || '|' || payer_code
            || case when trace_number = '' then '|' || file_id || '|' || cast(transaction_no as string) else '' end
),
told as (
    -- the amount as the reader balanced it: a debit may stand for a negative payment
    select
        payments.file_id,
        payments.transaction_no,
        payments.payer_code,
        payments.payer_key,
        coalesce(trim(payments.trace_number), '') as trace_number,
        payments.payment_date,
        remits.payment_method_code,
        coalesce(
            payments.off_amount + payments.claim_paid_amount - payments.provider_adjustment_amount,
            payments.payment_amount,
            cast(0 as decimal(18, 2))
        ) as told_amount,
        coalesce(claim_sums.amount, cast(0 as decimal(18, 2))) as claim_amount,
        case when payments.off_amount is null then 1 else 0 end as is_unread,
        case when payments.off_amount <> 0 then 1 else 0 end as is_off,
        payments.segment_no,
        payments.byte_offset
    from payments
    inner join remits
        on remits.file_id = payments.file_id
        and remits.transaction_no = payments.transaction_no
    left join claim_sums
        on claim_sums.file_id = payments.file_id
        and claim_sums.transaction_no = payments.transaction_no
    where payments.is_repeat = false
),
keyed as (
    -- without a trace number nothing says that two transactions are one payment; the key must not depend on what else
    -- is loaded, because a bank amount that a person entered hangs on it
    select
        *,
        trace_number || '|' || coalesce(cast(payment_date as string), '') || '|' || payer_code
            || case when trace_number = '' then '|' || file_id || '|' || cast(transaction_no as string) else '' end
            as payment_key
    from told
),
ordered as (
    select
        *,
        row_number() over (
            partition by payment_key
            order by told_amount desc, file_id, transaction_no
        ) as place_no
    from keyed
),
leads as (
    select *
    from ordered
    where place_no = 1
),
summed as (
    select
        payment_key,
        count(*) as transaction_count,
        sum(told_amount) as told_amount,
        max(told_amount) as largest_amount,
        sum(claim_amount) as claim_paid_amount,
        sum(is_unread) as unread_count,
        sum(is_off) as off_count
    from keyed
    group by payment_key
),
expected as (
    select
        summed.*,
        coalesce(adjustment_sums.amount, cast(0 as decimal(18, 2))) as provider_adjustment_amount,
        summed.claim_paid_amount - coalesce(adjustment_sums.amount, cast(0 as decimal(18, 2))) as expected_amount
    from summed
    left join adjustment_sums on adjustment_sums.payment_key = summed.payment_key
),
settled as (
    -- some payers tell the whole payment in each transaction, others its share: whichever fits the claims better
    select
        *,
        case when abs(largest_amount - expected_amount) < abs(told_amount - expected_amount) then largest_amount
            else told_amount end as payment_amount
    from expected
),
explained as (
    select
        leads.payer_code,
        leads.payer_key,
        leads.trace_number,
        leads.payment_date,
        leads.payment_method_code,
        settled.transaction_count,
        settled.told_amount,
        settled.payment_amount,
        settled.claim_paid_amount,
        settled.provider_adjustment_amount,
        settled.expected_amount,
        settled.payment_amount - settled.expected_amount as off_amount,
        case
            when settled.unread_count > 0 then 'amount unreadable'
            when settled.payment_amount = settled.expected_amount and settled.payment_amount = settled.told_amount
                and (settled.off_count = 0 or settled.transaction_count = 1) then 'balanced'
            when settled.payment_amount = settled.expected_amount then 'told in several transactions'
            when settled.payment_amount = 0 and settled.expected_amount < 0
                then 'nothing to pay: balance carried forward'
            else 'not explained'
        end as explanation,
        settled.payment_key as deposit_key,
        leads.file_id,
        leads.transaction_no,
        leads.segment_no,
        leads.byte_offset
    from leads
    inner join settled on settled.payment_key = leads.payment_key
),
final as (
    select
        explained.deposit_key,
        explained.payer_key as payer,
        explained.trace_number,
        explained.payment_date,
        cast(date_trunc('month', explained.payment_date) as date) as month,
        explained.payment_method_code,
        explained.transaction_count,
        cast(explained.told_amount as decimal(18, 2)) as told_amount,
        cast(explained.payment_amount as decimal(18, 2)) as payment_amount,
        cast(explained.claim_paid_amount as decimal(18, 2)) as claim_paid_amount,
        cast(explained.provider_adjustment_amount as decimal(18, 2)) as provider_adjustment_amount,
        cast(explained.expected_amount as decimal(18, 2)) as expected_amount,
        cast(explained.off_amount as decimal(18, 2)) as off_amount,
        explained.explanation,
        cast(
            case when explained.explanation = 'nothing to pay: balance carried forward' then explained.off_amount
                else 0 end as decimal(18, 2)
        ) as explained_amount,
        cast(
            case when explained.explanation = 'nothing to pay: balance carried forward' then 0
                else explained.off_amount end as decimal(18, 2)
        ) as unexplained_amount,
        bank_amounts.amount as bank_amount,
        cast(bank_amounts.amount - explained.payment_amount as decimal(18, 2)) as bank_off_amount,
        bank_amounts.who as bank_who,
        bank_amounts.decided_at as bank_at,
        explained.file_id,
        explained.transaction_no,
        explained.segment_no,
        explained.byte_offset
    from explained
    left join bank_amounts on bank_amounts.deposit_key = explained.deposit_key
)
select * from final
