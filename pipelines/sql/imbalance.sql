-- One row per payment, claim payment or line that does not add up; repeats are left out.
-- level: payment, claim or line
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file, NULL for a payment
-- line_no: line within the claim, NULL for a payment or claim
-- family_id: the claim's family, NULL for a payment
-- payer_key: payer as shown
-- payment_date: payment date
-- trace_number: number of the payment
-- patient_control_number: the practice's number for the claim, NULL for a payment
-- procedure_code: procedure of the line
-- whole_amount: payment amount of a payment, charge of a claim or line (dollars)
-- off_amount: what it differs by (dollars)
-- segment_no: segment of the ST, CLP or SVC
-- byte_offset: place of that segment in the file (bytes)
with payments as (
    select * from remit_payment
),
claims as (
    select * from claim_event
),
lines as (
    select * from lake_remit_line
),
payments_off as (
    select
        'payment' as level,
        file_id,
        transaction_no,
        cast(null as bigint) as claim_no,
        cast(null as bigint) as line_no,
        cast(null as string) as family_id,
        payer_key,
        payment_date,
        trace_number,
        cast(null as string) as patient_control_number,
        cast(null as string) as procedure_code,
        payment_amount as whole_amount,
        off_amount,
        segment_no,
        byte_offset
    from payments
    where is_repeat = false and off_amount <> 0
),
claims_off as (
    select
        'claim' as level,
        file_id,
        transaction_no,
        claim_no,
        cast(null as bigint) as line_no,
        family_id,
        payer_key,
        payment_date,
        trace_number,
        patient_control_number,
        cast(null as string) as procedure_code,
        charge_amount as whole_amount,
        off_amount,
        segment_no,
        byte_offset
    from claims
    where is_repeat = false and off_amount <> 0
),
lines_off as (
    select
        'line' as level,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        claims.family_id,
        claims.payer_key,
        claims.payment_date,
        claims.trace_number,
        claims.patient_control_number,
        lines.procedure_code,
        lines.charge_amount as whole_amount,
        lines.off_amount,
        lines.segment_no,
        lines.byte_offset
    from lines
    inner join claims
        on claims.file_id = lines.file_id
        and claims.transaction_no = lines.transaction_no
        and claims.claim_no = lines.claim_no
    where claims.is_repeat = false and lines.off_amount <> 0
),
final as (
    select * from payments_off
    union all
    select * from claims_off
    union all
    select * from lines_off
)
select * from final
