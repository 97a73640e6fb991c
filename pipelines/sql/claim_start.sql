-- One row per claim payment as read (CLP): whose it is, when, in which turn, and whether it came before elsewhere.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- payer_code: short form of the payer
-- payer_key: payer as shown
-- payer_class: kind of plan, from the claim, else the alias table, else the payer's commonest
-- payer_sequence: primary, secondary or tertiary
-- payment_date: payment date (BPR16), else production date, else interchange date
-- interchange_date: date of the interchange
-- interchange_control_number: number of the interchange
-- trace_number: number of the payment (TRN02)
-- patient_control_number: the practice's number, NULL where the payer had none (filler)
-- account_key: that number in capitals, without punctuation and leading zeros, NULL under 5 characters
-- member_key: member id of the insured, else of the patient, in capitals, without punctuation and leading zeros
-- payer_claim_control_number: the payer's number, NULL where blank or zeros
-- original_reference_number: the payer's number of the claim that this one corrects (REF*F8)
-- first_service_date: first service date of the lines, else of the claim
-- charge_amount: CLP03 (dollars)
-- paid_amount: CLP04 (dollars)
-- is_known_status: CLP02 is in the list of claim status codes
-- is_reversal: takes back an earlier claim payment (CLP02 22)
-- is_pended: not decided yet
-- is_adjudicated: a decision of this payer that is not a reversal
-- is_repeat: the same claim payment came in another file or transaction; counted once
with claims as (
    select
        *,
        trim(leading '0' from translate(upper(patient_control_number), 'A -._/#,:*', 'A')) as account_key
    from lake_remit_claim
),
remits as (
    select * from lake_remit
),
lines as (
    select file_id, transaction_no, claim_no, service_date from lake_remit_line
),
adjustments as (
    select file_id, transaction_no, claim_no, carc from lake_adjustment
),
payers as (
    select * from payer_match
),
classes as (
    select * from usual_class
),
statuses as (
    select * from ref_claim_status
),
filings as (
    select code, payer_class from ref_claim_filing
),
fillers as (
    select number from ref_filler_number
    where is_reference_only = false
),
submissions as (
    select patient_control_number, payer_code, payer_sequence from submission_event
    where source = '837'
),
payments as (
    select
        remits.file_id,
        remits.transaction_no,
        payers.payer_code,
        payers.payer_key,
        payers.alias_class,
        coalesce(remits.payment_date, remits.production_date, remits.interchange_date) as payment_date,
        remits.payment_date as funds_date,
        remits.interchange_date,
        remits.interchange_control_number,
        coalesce(trim(remits.trace_number), '') as trace_number
    from remits
    left join payers
        on payers.payer_id = coalesce(trim(remits.payer_id), '')
        and payers.payer_name = coalesce(trim(remits.payer_name), '')
),
line_dates as (
    select
        file_id,
        transaction_no,
        claim_no,
        min(service_date) as first_line_date
    from lines
    group by file_id, transaction_no, claim_no
),
prior_payers as (
    select
        file_id,
        transaction_no,
        claim_no
    from adjustments
    where carc = '23'
    group by file_id, transaction_no, claim_no
),
given as (
    select
        claims.file_id,
        claims.transaction_no,
        claims.claim_no,
        coalesce(payments.payer_code, '(not given)') as payer_code,
        coalesce(payments.payer_key, '(not given)') as payer_key,
        coalesce(nullif(filings.payer_class, ''), payments.alias_class) as own_class,
        payments.payment_date,
        payments.funds_date,
        payments.interchange_date,
        payments.interchange_control_number,
        coalesce(payments.trace_number, '') as trace_number,
        case when fillers.number is null and claims.account_key <> '' then trim(claims.patient_control_number) end
            as patient_control_number,
        claims.account_key,
        nullif(trim(leading '0' from translate(
            upper(coalesce(nullif(trim(claims.insured_id), ''), claims.patient_id)), 'A -._/#,:*', 'A')), '')
            as member_key,
        case when trim(replace(claims.payer_claim_control_number, '0', ' ')) = '' then null
            else trim(claims.payer_claim_control_number) end as payer_claim_control_number,
        nullif(trim(claims.original_reference_number), '') as original_reference_number,
        coalesce(line_dates.first_line_date, claims.statement_from_date) as first_service_date,
        claims.charge_amount,
        claims.paid_amount,
        claims.content_key,
        statuses.code as status_code,
        case when statuses.code = '4' then '' else coalesce(statuses.payer_sequence, '') end as stated_sequence,
        coalesce(cast(statuses.is_reversal as string), 'false') = 'true' as is_reversal,
        coalesce(cast(statuses.is_pended as string), 'false') = 'true' as is_pended,
        coalesce(cast(statuses.is_adjudicated as string), 'true') = 'true' as is_decided,
        prior_payers.file_id is not null as has_prior_payer
    from claims
    left join payments on payments.file_id = claims.file_id and payments.transaction_no = claims.transaction_no
    left join statuses on statuses.code = claims.claim_status_code
    left join filings on filings.code = claims.claim_filing_code
    left join fillers on fillers.number = claims.account_key
    left join line_dates
        on line_dates.file_id = claims.file_id
        and line_dates.transaction_no = claims.transaction_no
        and line_dates.claim_no = claims.claim_no
    left join prior_payers
        on prior_payers.file_id = claims.file_id
        and prior_payers.transaction_no = claims.transaction_no
        and prior_payers.claim_no = claims.claim_no
),
silent as (
    -- claim payments that do not say in whose turn they are paid
    select
        payer_code,
        patient_control_number
    from given
    where stated_sequence = '' and has_prior_payer = false
    group by payer_code, patient_control_number
),
stated as (
    select
        given.payer_code,
        given.patient_control_number,
        given.payer_claim_control_number,
        min(given.stated_sequence) as payer_sequence
    from given
    inner join silent
        on silent.payer_code = given.payer_code
        and silent.patient_control_number = given.patient_control_number
    where given.stated_sequence <> '' and given.payer_claim_control_number is not null
    group by given.payer_code, given.patient_control_number, given.payer_claim_control_number
),
sent_later as (
    select
        submissions.patient_control_number,
        submissions.payer_code
    from submissions
    inner join silent
        on silent.payer_code = submissions.payer_code
        and silent.patient_control_number = submissions.patient_control_number
    group by submissions.patient_control_number, submissions.payer_code
    having sum(case when submissions.payer_sequence in ('secondary', 'tertiary') then 1 else 0 end) = count(*)
),
seen_again as (
    -- only what has one content can be a copy
    select content_key
    from given
    where content_key <> ''
    group by content_key
    having count(*) > 1
),
occurrences as (
    select
        given.*,
        row_number() over (
            partition by given.file_id, given.transaction_no, given.content_key, given.patient_control_number,
                given.payer_claim_control_number, given.charge_amount, given.paid_amount
            order by given.claim_no
        ) as occurrence_no
    from given
    inner join seen_again on seen_again.content_key = given.content_key
),
copies as (
    select
        file_id,
        transaction_no,
        claim_no,
        row_number() over (
            partition by payer_code, trace_number, funds_date, content_key, patient_control_number,
                payer_claim_control_number, charge_amount, paid_amount, occurrence_no
            order by payment_date nulls last, interchange_date nulls last, file_id, transaction_no, claim_no
        ) as copy_no
    from occurrences
),
repeats as (
    select
        file_id,
        transaction_no,
        claim_no
    from copies
    where copy_no > 1
),
final as (
    select
        given.file_id,
        given.transaction_no,
        given.claim_no,
        given.payer_code,
        given.payer_key,
        coalesce(nullif(given.own_class, ''), classes.payer_class, '(not given)') as payer_class,
        case
            when given.stated_sequence <> '' then given.stated_sequence
            when given.has_prior_payer then 'secondary'
            when stated.payer_sequence is not null then stated.payer_sequence
            when referenced.payer_sequence is not null then referenced.payer_sequence
            when sent_later.patient_control_number is not null then 'secondary'
            else 'primary'
        end as payer_sequence,
        given.payment_date,
        given.interchange_date,
        given.interchange_control_number,
        given.trace_number,
        given.patient_control_number,
        case when given.patient_control_number is not null and length(given.account_key) >= 5 then given.account_key end
            as account_key,
        given.member_key,
        given.payer_claim_control_number,
        given.original_reference_number,
        given.first_service_date,
        given.charge_amount,
        given.paid_amount,
        given.status_code is not null as is_known_status,
        given.is_reversal,
        given.is_pended,
        given.is_decided and given.is_reversal = false as is_adjudicated,
        repeats.file_id is not null as is_repeat
    from given
    left join repeats
        on repeats.file_id = given.file_id
        and repeats.transaction_no = given.transaction_no
        and repeats.claim_no = given.claim_no
    left join classes on classes.payer_code = given.payer_code
    left join stated
        on stated.payer_code = given.payer_code
        and stated.patient_control_number = given.patient_control_number
        and stated.payer_claim_control_number = given.payer_claim_control_number
    left join stated as referenced
        on referenced.payer_code = given.payer_code
        and referenced.patient_control_number = given.patient_control_number
        and referenced.payer_claim_control_number = given.original_reference_number
    left join sent_later
        on sent_later.payer_code = given.payer_code
        and sent_later.patient_control_number = given.patient_control_number
)
select * from final
