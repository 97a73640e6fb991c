-- One row per claim sent to a payer: a CLM of an 837, or what a log tells of a sending (log_submission).
-- file_id: file of the 837 or log
-- transaction_no: transaction within the file; of a log 0 for the submission date, 1 for a later last bill date
-- claim_no: claim within the file, of a log the first row
-- source: 837 or log
-- is_repeat: the same claim came in another file or transaction, or an 837 of the same days tells it; counted once
-- is_void: takes back an earlier claim (frequency 8)
-- patient_control_number: the practice's own number for the claim (CLM01), NULL where it is filler
-- account_key: that number in capitals, without punctuation and leading zeros
-- other_number: the account of a log that has claim numbers as well, NULL where it is filler
-- created_date: day on which the claim was sent (BHT04)
-- payer_code: short form of the payer, '(not given)' where there is none
-- payer_key: payer as shown
-- payer_sequence: primary, secondary or tertiary; NULL where the claim does not say
-- frequency_code: 1 original, 7 replacement, 8 void
-- original_reference_number: the payer's number of the claim that is replaced (REF*F8)
-- reference_number: that number where it can be one claim's: neither filler nor on claims of several people
-- base_key: what the claim says of itself: payer, account, first service date, and the turn if not primary
-- authorization_number: prior authorisation (REF*G1)
-- charge_amount: total charge (dollars)
-- facility_code: place of service
-- service_from_date: first day of service
-- service_to_date: last day of service
-- principal_diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses in order
-- rendering_npi: NPI of the rendering provider
-- rendering_name: name of the rendering provider
-- subscriber_id: member id
-- member_key: member id in capitals, without punctuation and leading zeros
-- patient_last_name: patient, else subscriber
-- patient_first_name: patient, else subscriber
-- batch_reference: number of the batch (BHT03)
-- transaction_control_number: number of the transaction set (ST02)
-- group_control_number: number of the functional group (GS06)
-- interchange_control_number: number of the interchange (ISA13)
-- clearinghouse_number: the clearinghouse's number (REF*D9)
-- line_count: service lines
-- segment_no: segment of the CLM, NULL of a log
-- byte_offset: place of the CLM in the file (bytes), NULL of a log
-- end_byte_offset: first byte after the claim, NULL of a log
with submissions as (
    select
        *,
        trim(leading '0' from translate(upper(patient_control_number), 'A -._/#,:*', 'A')) as account_key
    from lake_submission
),
fillers as (
    select number from ref_filler_number
    where is_reference_only = false
),
claims as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        '837' as source,
        case when fillers.number is null and submissions.account_key <> '' then trim(submissions.patient_control_number)
            end as patient_control_number,
        cast(null as string) as other_number,
        submissions.account_key,
        submissions.created_date,
        coalesce(trim(submissions.payer_id), '') as payer_id,
        coalesce(trim(submissions.payer_name), '') as payer_name,
        submissions.payer_sequence_code,
        submissions.frequency_code,
        nullif(trim(submissions.original_reference_number), '') as original_reference_number,
        submissions.authorization_number,
        submissions.charge_amount,
        submissions.facility_code,
        submissions.service_from_date,
        coalesce(submissions.service_to_date, submissions.service_from_date) as service_to_date,
        submissions.principal_diagnosis_code,
        submissions.diagnosis_codes,
        submissions.rendering_npi,
        submissions.rendering_name,
        nullif(upper(trim(submissions.subscriber_id)), '') as subscriber_id,
        coalesce(submissions.patient_last_name, submissions.subscriber_last_name) as patient_last_name,
        coalesce(submissions.patient_first_name, submissions.subscriber_first_name) as patient_first_name,
        submissions.batch_reference,
        submissions.transaction_control_number,
        submissions.group_control_number,
        submissions.interchange_control_number,
        nullif(trim(submissions.clearinghouse_number), '') as clearinghouse_number,
        cast(submissions.line_count as bigint) as line_count,
        submissions.segment_no,
        submissions.byte_offset,
        submissions.end_byte_offset
    from submissions
    left join fillers on fillers.number = submissions.account_key
    union all
    select
        told.file_id,
        told.transaction_no,
        told.claim_no,
        'log' as source,
        told.patient_control_number,
        told.other_number,
        told.account_key,
        told.created_date,
        told.payer_id,
        told.payer_name,
        told.payer_sequence_code,
        told.frequency_code,
        told.original_reference_number,
        told.authorization_number,
        told.charge_amount,
        told.facility_code,
        told.service_from_date,
        told.service_to_date,
        case when position(' ' in told.diagnosis_codes) > 0
            then substr(told.diagnosis_codes, 1, position(' ' in told.diagnosis_codes) - 1)
            else told.diagnosis_codes end as principal_diagnosis_code,
        told.diagnosis_codes,
        told.rendering_npi,
        told.rendering_name,
        told.subscriber_id,
        cast(null as string) as patient_last_name,
        cast(null as string) as patient_first_name,
        cast(null as string) as batch_reference,
        cast(null as string) as transaction_control_number,
        cast(null as string) as group_control_number,
        cast(null as string) as interchange_control_number,
        cast(null as string) as clearinghouse_number,
        told.line_count,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset,
        cast(null as bigint) as end_byte_offset
    from log_submission as told
),
given as (
    select
        claims.*,
        case claims.payer_sequence_code
            when 'P' then 'primary'
            when 'S' then 'secondary'
            when 'T' then 'tertiary'
        end as payer_sequence,
        case
            when reference_fillers.number is null
                and trim(translate(claims.original_reference_number, '-._/#,:*0', ' ')) <> ''
                then trim(claims.original_reference_number)
        end as stated_number,
        payers.payer_code,
        payers.payer_key
    from claims
    inner join payer_match as payers
        on payers.payer_id = claims.payer_id
        and payers.payer_name = claims.payer_name
    left join ref_filler_number as reference_fillers
        on reference_fillers.number
            = trim(leading '0' from translate(upper(claims.original_reference_number), 'A -._/#,:*', 'A'))
),
own_numbers as (
    -- a number to which several people's claims refer, or several accounts' on several days, is nobody's
    select
        payer_code,
        stated_number
    from given
    where stated_number is not null
    group by payer_code, stated_number
    having count(distinct subscriber_id) <= 1
        and count(distinct account_key) <= 3
        and (count(distinct account_key) = 1 or count(distinct service_from_date) <= 1)
),
rivals as (
    -- copies have one account and one day; only what shares both is looked at closely
    select
        source,
        coalesce(patient_control_number, '') as account,
        coalesce(created_date, cast('9999-12-31' as date)) as sent_date
    from given
    group by source, coalesce(patient_control_number, ''), coalesce(created_date, cast('9999-12-31' as date))
    having count(*) > 1
),
occurrences as (
    select
        given.*,
        case when given.source = '837' then given.charge_amount end as sent_amount,
        row_number() over (
            partition by given.file_id, given.transaction_no, given.payer_code, given.patient_control_number,
                given.created_date, given.charge_amount, given.frequency_code, given.original_reference_number,
                given.service_from_date, given.payer_sequence, given.subscriber_id, given.patient_last_name,
                given.patient_first_name
            order by given.claim_no
        ) as occurrence_no
    from given
    inner join rivals
        on rivals.source = given.source
        and rivals.account = coalesce(given.patient_control_number, '')
        and rivals.sent_date = coalesce(given.created_date, cast('9999-12-31' as date))
),
copies as (
    select
        file_id,
        transaction_no,
        claim_no,
        row_number() over (
            partition by source, payer_code, patient_control_number, created_date, sent_amount, frequency_code,
                original_reference_number, service_from_date, payer_sequence, subscriber_id, patient_last_name,
                patient_first_name, occurrence_no
            order by file_id, transaction_no, claim_no
        ) as copy_no
    from occurrences
),
told_numbers as (
    select
        *,
        account_key as number_key
    from log_submission as told
    union all
    select
        *,
        other_key as number_key
    from log_submission as told
    where other_key is not null
),
told_twice as (
    -- what a log tells of a sending whose 837 is here: same account, sent within three days of the day told
    select
        told_numbers.file_id,
        told_numbers.transaction_no,
        told_numbers.claim_no
    from told_numbers
    inner join given on given.account_key = told_numbers.number_key
    where given.source = '837'
        and days_between(given.created_date, told_numbers.created_date) >= -3
        and days_between(given.created_date, told_numbers.created_date) <= 3
        and coalesce(told_numbers.service_from_date <= given.service_to_date
            and told_numbers.service_to_date >= given.service_from_date, true)
    group by told_numbers.file_id, told_numbers.transaction_no, told_numbers.claim_no
),
repeats as (
    select
        file_id,
        transaction_no,
        claim_no
    from copies
    where copy_no > 1
    union
    select * from told_twice
),
final as (
    select
        given.file_id,
        given.transaction_no,
        given.claim_no,
        given.source,
        repeats.file_id is not null as is_repeat,
        coalesce(given.frequency_code, '1') = '8' as is_void,
        given.patient_control_number,
        case when given.patient_control_number is not null then given.account_key end as account_key,
        given.other_number,
        given.created_date,
        given.payer_code,
        given.payer_key,
        given.payer_sequence,
        given.frequency_code,
        given.original_reference_number,
        own_numbers.stated_number as reference_number,
        given.payer_code || '~' || case
            when given.patient_control_number is not null
                then given.patient_control_number || '~' || coalesce(cast(given.service_from_date as string), '')
            else 'sent ' || given.file_id || ' ' || cast(given.claim_no as string)
        end || case when coalesce(given.payer_sequence, 'primary') = 'primary' then ''
            else '~' || given.payer_sequence end as base_key,
        given.authorization_number,
        given.charge_amount,
        given.facility_code,
        given.service_from_date,
        given.service_to_date,
        given.principal_diagnosis_code,
        given.diagnosis_codes,
        given.rendering_npi,
        given.rendering_name,
        given.subscriber_id,
        nullif(trim(leading '0' from translate(given.subscriber_id, 'A -._/#,:*', 'A')), '') as member_key,
        given.patient_last_name,
        given.patient_first_name,
        given.batch_reference,
        given.transaction_control_number,
        given.group_control_number,
        given.interchange_control_number,
        given.clearinghouse_number,
        given.line_count,
        given.segment_no,
        given.byte_offset,
        given.end_byte_offset
    from given
    left join own_numbers
        on own_numbers.payer_code = given.payer_code
        and own_numbers.stated_number = given.stated_number
    left join repeats
        on repeats.file_id = given.file_id
        and repeats.transaction_no = given.transaction_no
        and repeats.claim_no = given.claim_no
)
select * from final
