-- One row per 835 transaction: one payment, or one notice of no payment; a repeat is marked and not counted.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- payer_code: short form of the payer
-- payer_key: payer as shown
-- payer_name: payer as given
-- trace_number: number of the payment
-- payment_date: payment date (BPR16), else production date, else interchange date
-- month: first day of that month
-- payment_amount: BPR02 (dollars)
-- claim_paid_amount: sum of CLP04 (dollars)
-- provider_adjustment_amount: sum of PLB (dollars); positive reduces the payment
-- off_amount: BPR02 - (claims paid - provider adjustments) (dollars); NULL where it could not be checked
-- is_balanced: off_amount is 0; NULL where it could not be checked
-- claim_count: claims
-- line_count: lines
-- is_repeat: every claim came before, or without claims the same payment did; not counted
-- segment_no: segment of the ST
-- byte_offset: place of the ST in the file (bytes)
with remits as (
    select * from lake_remit
),
payers as (
    select * from payer_match
),
starts as (
    select * from claim_start
),
claims as (
    select
        file_id,
        transaction_no,
        sum(case when is_repeat then 0 else 1 end) as new_count,
        count(*) as claim_count
    from starts
    group by file_id, transaction_no
),
joined as (
    select
        remits.file_id,
        remits.transaction_no,
        coalesce(payers.payer_code, '(not given)') as payer_code,
        coalesce(payers.payer_key, '(not given)') as payer_key,
        remits.payer_name,
        remits.trace_number,
        remits.payment_date as funds_date,
        coalesce(remits.payment_date, remits.production_date, remits.interchange_date) as payment_date,
        remits.payment_amount,
        remits.claim_paid_amount,
        remits.provider_adjustment_amount,
        remits.off_amount,
        remits.line_count,
        coalesce(claims.claim_count, 0) as claim_count,
        coalesce(claims.new_count, 0) as new_count,
        remits.segment_no,
        remits.byte_offset
    from remits
    left join payers
        on payers.payer_id = coalesce(trim(remits.payer_id), '')
        and payers.payer_name = coalesce(trim(remits.payer_name), '')
    left join claims on claims.file_id = remits.file_id and claims.transaction_no = remits.transaction_no
),
ordered as (
    select
        *,
        row_number() over (
            partition by payer_code, trace_number, funds_date, payment_amount, provider_adjustment_amount,
                claim_count > 0
            order by payment_date nulls last, file_id, transaction_no
        ) as copy_no
    from joined
),
final as (
    select
        file_id,
        transaction_no,
        payer_code,
        payer_key,
        payer_name,
        trace_number,
        payment_date,
        cast(date_trunc('month', payment_date) as date) as month,
        payment_amount,
        claim_paid_amount,
        provider_adjustment_amount,
        off_amount,
        off_amount = 0 as is_balanced,
        claim_count,
        line_count,
        case when claim_count > 0 then new_count = 0
            else copy_no > 1 and coalesce(trace_number, '') <> '' end as is_repeat,
        segment_no,
        byte_offset
    from ordered
)
select * from final
