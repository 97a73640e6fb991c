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
    select * from lake_remit_claim
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
        claim_no,
        count(*) as prior_payer_count
    from adjustments
    where carc = '23'
    group by file_id, transaction_no, claim_no
),
sent_later as (
    select
        patient_control_number,
        payer_code
    from submissions
    group by patient_control_number, payer_code
    having sum(case when payer_sequence in ('secondary', 'tertiary') then 1 else 0 end) = count(*)
),
given as (
    select
        claims.file_id,
        claims.transaction_no,
        claims.claim_no,
        coalesce(payers.payer_code, '(not given)') as payer_code,
        coalesce(payers.payer_key, '(not given)') as payer_key,
        coalesce(nullif(filings.payer_class, ''), payers.alias_class) as own_class,
        coalesce(remits.payment_date, remits.production_date, remits.interchange_date) as payment_date,
        remits.payment_date as funds_date,
        remits.interchange_date,
        remits.interchange_control_number,
        coalesce(trim(remits.trace_number), '') as trace_number,
        case when fillers.number is null and trim(translate(claims.patient_control_number, '-._/#,:*0', ' ')) <> ''
            then trim(claims.patient_control_number) end as patient_control_number,
        trim(leading '0' from translate(upper(claims.patient_control_number), 'A -._/#,:*', 'A')) as account_key,
        nullif(trim(leading '0' from translate(
            upper(coalesce(nullif(trim(claims.insured_id), ''), claims.patient_id)), 'A -._/#,:*', 'A')), '')
            as member_key,
        case when trim(translate(claims.payer_claim_control_number, '0', ' ')) = '' then null
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
        coalesce(prior_payers.prior_payer_count, 0) > 0 as has_prior_payer
    from claims
    left join remits on remits.file_id = claims.file_id and remits.transaction_no = claims.transaction_no
    left join payers
        on payers.payer_id = coalesce(trim(remits.payer_id), '')
        and payers.payer_name = coalesce(trim(remits.payer_name), '')
    left join statuses on statuses.code = claims.claim_status_code
    left join filings on filings.code = claims.claim_filing_code
    left join fillers
        on fillers.number
            = trim(leading '0' from translate(upper(claims.patient_control_number), 'A -._/#,:*', 'A'))
    left join line_dates
        on line_dates.file_id = claims.file_id
        and line_dates.transaction_no = claims.transaction_no
        and line_dates.claim_no = claims.claim_no
    left join prior_payers
        on prior_payers.file_id = claims.file_id
        and prior_payers.transaction_no = claims.transaction_no
        and prior_payers.claim_no = claims.claim_no
),
stated as (
    select
        payer_code,
        patient_control_number,
        payer_claim_control_number,
        min(stated_sequence) as payer_sequence
    from given
    where stated_sequence <> '' and payer_claim_control_number is not null
    group by payer_code, patient_control_number, payer_claim_control_number
),
occurrences as (
    select
        file_id,
        transaction_no,
        claim_no,
        row_number() over (
            partition by file_id, transaction_no, content_key, patient_control_number, payer_claim_control_number,
                charge_amount, paid_amount
            order by claim_no
        ) as occurrence_no
    from given
),
copies as (
    select
        given.file_id,
        given.transaction_no,
        given.claim_no,
        row_number() over (
            partition by given.payer_code, given.trace_number, given.funds_date, given.content_key,
                given.patient_control_number, given.payer_claim_control_number, given.charge_amount, given.paid_amount,
                occurrences.occurrence_no
            order by given.payment_date nulls last, given.interchange_date nulls last, given.file_id,
                given.transaction_no, given.claim_no
        ) as copy_no
    from given
    inner join occurrences
        on occurrences.file_id = given.file_id
        and occurrences.transaction_no = given.transaction_no
        and occurrences.claim_no = given.claim_no
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
        copies.copy_no > 1 and given.content_key <> '' as is_repeat
    from given
    inner join copies
        on copies.file_id = given.file_id
        and copies.transaction_no = given.transaction_no
        and copies.claim_no = given.claim_no
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
