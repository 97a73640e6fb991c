-- One row per sending of a claim that a denial log or claim export tells: its submission date, and its last bill date.
-- file_id: file of the log
-- transaction_no: 0 for the submission date, 1 for a later last bill date
-- claim_no: first row of the claim with that date
-- patient_control_number: claim number, else account; rows with filler tell of no claim
-- account_key: that number in capitals, without punctuation and leading zeros
-- other_number: the account, where the row has a claim number as well; NULL where it is filler
-- other_key: that account in capitals, without punctuation and leading zeros
-- created_date: the day told
-- payer_id: as given
-- payer_name: as given
-- payer_sequence_code: P, S or T; NULL where it is not told
-- frequency_code: 1 unless told otherwise, 7 for a later last bill date
-- original_reference_number: the payer's number of the claim that is replaced
-- authorization_number: prior authorisation
-- charge_amount: charges of the rows (dollars)
-- facility_code: place of service
-- service_from_date: first service date
-- service_to_date: last service date
-- diagnosis_codes: diagnoses of the first row
-- rendering_npi: NPI of the provider
-- rendering_name: name of the provider
-- subscriber_id: member id
-- payer_class: kind of plan as given
-- procedure_code: procedure of the row with the largest charge
-- line_count: rows
with log_rows as (
    select * from lake_log_row
),
fillers as (
    select number from ref_filler_number
    where is_reference_only = false
),
named as (
    select
        *,
        coalesce(nullif(trim(claim_id), ''), nullif(trim(account), '')) as claim_number,
        case when coalesce(trim(claim_id), '') <> '' then nullif(trim(account), '') end as second_number,
        coalesce(trim(payer_id), '') as given_payer_id,
        coalesce(trim(payer_name), '') as given_payer_name
    from log_rows
),
cleaned as (
    select
        *,
        trim(leading '0' from translate(upper(claim_number), 'A -._/#,:*', 'A')) as account_key,
        trim(leading '0' from translate(upper(second_number), 'A -._/#,:*', 'A')) as second_key
    from named
),
keyed as (
    select
        cleaned.*,
        case when second_fillers.number is null then nullif(cleaned.second_key, '') end as other_key,
        case when second_fillers.number is null and cleaned.second_key <> '' then cleaned.second_number end
            as other_number
    from cleaned
    left join fillers on fillers.number = cleaned.account_key
    left join fillers as second_fillers on second_fillers.number = cleaned.second_key
    where cleaned.account_key <> '' and fillers.number is null
),
sendings as (
    select
        file_id,
        row_no,
        claim_number,
        account_key,
        other_number,
        other_key,
        given_payer_id,
        given_payer_name,
        payer_sequence_code,
        original_reference_number,
        authorization_number,
        charge_amount,
        place_of_service_code,
        service_date,
        service_end_date,
        diagnosis_codes,
        rendering_npi,
        provider_name,
        member_id,
        payer_class,
        procedure_code,
        cast(0 as bigint) as transaction_no,
        coalesce(nullif(trim(frequency_code), ''), '1') as sent_code,
        submission_date as created_date
    from keyed
    where submission_date is not null
    union all
    select
        file_id,
        row_no,
        claim_number,
        account_key,
        other_number,
        other_key,
        given_payer_id,
        given_payer_name,
        payer_sequence_code,
        original_reference_number,
        authorization_number,
        charge_amount,
        place_of_service_code,
        service_date,
        service_end_date,
        diagnosis_codes,
        rendering_npi,
        provider_name,
        member_id,
        payer_class,
        procedure_code,
        cast(1 as bigint) as transaction_no,
        '7' as sent_code,
        last_bill_date as created_date
    from keyed
    where last_bill_date > coalesce(submission_date, denial_date)
),
ordered as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, claim_number, account_key, created_date, given_payer_id,
                given_payer_name, payer_sequence_code, sent_code
            order by charge_amount desc nulls last, row_no
        ) as charge_no
    from sendings
),
final as (
    select
        file_id,
        transaction_no,
        min(row_no) as claim_no,
        claim_number as patient_control_number,
        account_key,
        min(other_number) as other_number,
        min(other_key) as other_key,
        created_date,
        given_payer_id as payer_id,
        given_payer_name as payer_name,
        payer_sequence_code,
        sent_code as frequency_code,
        min(nullif(trim(original_reference_number), '')) as original_reference_number,
        min(authorization_number) as authorization_number,
        cast(sum(charge_amount) as decimal(18, 2)) as charge_amount,
        min(place_of_service_code) as facility_code,
        min(service_date) as service_from_date,
        max(coalesce(service_end_date, service_date)) as service_to_date,
        min(nullif(trim(diagnosis_codes), '')) as diagnosis_codes,
        min(rendering_npi) as rendering_npi,
        min(nullif(trim(provider_name), '')) as rendering_name,
        min(nullif(upper(trim(member_id)), '')) as subscriber_id,
        min(nullif(trim(payer_class), '')) as payer_class,
        min(case when charge_no = 1 then nullif(trim(procedure_code), '') end) as procedure_code,
        count(*) as line_count
    from ordered
    group by file_id, transaction_no, claim_number, account_key, created_date, given_payer_id, given_payer_name,
        payer_sequence_code, sent_code
)
select * from final
