-- One row per counted provider-level adjustment (a pair of a PLB segment): money moved outside any claim.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- adjustment_no: pair within the transaction
-- payer_code: short form of the payer
-- payer: payer as shown
-- trace_number: number of the payment
-- payment_date: payment date
-- month: first day of that month
-- reason_code: PLB03-1
-- reason_label: our own words for it
-- kind: takeback, forward_balance, interest, withholding or other
-- reference_id: the payer's reference (PLB03-2)
-- amount: dollars; positive reduces the payment
-- family_id: the claim's family that the reference names, NULL where it names none or several
-- match_rule: payer_number or account; NULL where there is no family
-- segment_no: segment of the PLB
-- byte_offset: place of that segment in the file (bytes)
with adjustments as (
    select * from lake_provider_adjustment
),
payments as (
    select * from remit_payment
),
remits as (
    select file_id, transaction_no, payment_date as funds_date from lake_remit
),
reasons as (
    select code, label, kind from ref_provider_adjustment_reason
),
repeats as (
    select
        file_id,
        transaction_no,
        max(case when is_repeat then 1 else 0 end) as has_repeat
    from claim_event
    group by file_id, transaction_no
),
given as (
    select
        adjustments.file_id,
        adjustments.transaction_no,
        adjustments.adjustment_no,
        payments.payer_code,
        payments.payer_key as payer,
        coalesce(trim(payments.trace_number), '') as trace_number,
        payments.payment_date,
        upper(trim(adjustments.reason_code)) as reason_code,
        nullif(upper(trim(adjustments.reference_id)), '') as reference_id,
        adjustments.provider_id,
        adjustments.amount,
        case when payments.is_repeat then 1 else coalesce(repeats.has_repeat, 0) end as has_repeat,
        adjustments.segment_no,
        adjustments.byte_offset
    from adjustments
    inner join payments
        on payments.file_id = adjustments.file_id
        and payments.transaction_no = adjustments.transaction_no
    inner join remits
        on remits.file_id = adjustments.file_id
        and remits.transaction_no = adjustments.transaction_no
    left join repeats
        on repeats.file_id = adjustments.file_id
        and repeats.transaction_no = adjustments.transaction_no
    where payments.is_repeat = false
        or (coalesce(trim(payments.trace_number), '') <> '' and remits.funds_date is not null)
),
occurrences as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, reason_code, reference_id, provider_id, amount
            order by adjustment_no
        ) as occurrence_no
    from given
),
copies as (
    -- a payment told again tells its adjustments again as well: of those only what is new counts
    select
        *,
        row_number() over (
            partition by payer_code, trace_number, payment_date, reason_code, reference_id, provider_id, amount,
                occurrence_no
            order by has_repeat, file_id, transaction_no
        ) as copy_no
    from occurrences
),
counted as (
    select * from copies
    where copy_no = 1 or has_repeat = 0 or trace_number = ''
),
named as (
    -- payers write the claim's number alone, or the account, the service date and the number: 'ACCOUNT20260105 NUMBER'
    select
        *,
        case when position(' ' in reference_id) > 0
            then substr(reference_id, 1, position(' ' in reference_id) - 1) else reference_id end as first_word,
        case when position(' ' in reference_id) > 0
            then trim(substr(reference_id, position(' ' in reference_id) + 1)) else reference_id end as last_words
    from counted
    where reference_id is not null
),
written as (
    select file_id, transaction_no, adjustment_no, payer_code, reference_id as number_text from named
    union
    select file_id, transaction_no, adjustment_no, payer_code, first_word as number_text from named
    union
    select file_id, transaction_no, adjustment_no, payer_code, last_words as number_text from named
    union
    select
        file_id,
        transaction_no,
        adjustment_no,
        payer_code,
        substr(first_word, 1, length(first_word) - 8) as number_text
    from named
    where length(first_word) > 8 and first_word <> reference_id
),
numbers as (
    select
        payer_code,
        family_id,
        'payer_number' as match_rule,
        upper(payer_claim_control_number) as number_text
    from claim_event
    where is_repeat = false and trim(translate(coalesce(payer_claim_control_number, ''), '0', ' ')) <> ''
    union all
    select
        payer_code,
        family_id,
        'account' as match_rule,
        upper(patient_control_number) as number_text
    from claim_event
    where is_repeat = false and trim(translate(coalesce(patient_control_number, ''), '0', ' ')) <> ''
),
candidates as (
    select
        written.file_id,
        written.transaction_no,
        written.adjustment_no,
        numbers.match_rule,
        min(numbers.family_id) as family_id
    from written
    inner join numbers
        on numbers.payer_code = written.payer_code
        and numbers.number_text = written.number_text
    group by written.file_id, written.transaction_no, written.adjustment_no, numbers.match_rule
    having min(numbers.family_id) = max(numbers.family_id)
),
ranked as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, adjustment_no
            order by match_rule desc
        ) as rule_no
    from candidates
),
final as (
    select
        counted.file_id,
        counted.transaction_no,
        counted.adjustment_no,
        counted.payer_code,
        counted.payer,
        counted.trace_number,
        counted.payment_date,
        cast(date_trunc('month', counted.payment_date) as date) as month,
        counted.reason_code,
        coalesce(reasons.label, 'Code not in our list') as reason_label,
        coalesce(reasons.kind, 'other') as kind,
        counted.reference_id,
        counted.amount,
        ranked.family_id,
        ranked.match_rule,
        counted.segment_no,
        counted.byte_offset
    from counted
    left join reasons on reasons.code = counted.reason_code
    left join ranked
        on ranked.file_id = counted.file_id
        and ranked.transaction_no = counted.transaction_no
        and ranked.adjustment_no = counted.adjustment_no
        and ranked.rule_no = 1
)
select * from final
