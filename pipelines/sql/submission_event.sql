-- One row per claim sent to a payer (CLM of an 837).
-- file_id: file of the 837
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- patient_control_number: the practice's own number for the claim (CLM01)
-- created_date: day on which the claim was sent (BHT04)
-- payer_code: short form of the payer, '(not given)' where there is none
-- payer_key: payer as shown
-- payer_sequence: primary, secondary or tertiary; NULL where the claim does not say
-- frequency_code: 1 original, 7 replacement, 8 void
-- original_reference_number: the payer's number of the claim that is replaced (REF*F8)
-- authorization_number: prior authorisation (REF*G1)
-- charge_amount: total charge (dollars)
-- facility_code: place of service
-- service_from_date: first day of service
-- service_to_date: last day of service
-- principal_diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses in order
-- rendering_npi: NPI of the rendering provider
-- rendering_name: name of the rendering provider
-- segment_no: segment of the CLM
-- byte_offset: place of the CLM in the file (bytes)
with submissions as (
    select * from lake_submission
),
payers as (
    select * from payer_match
),
final as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        nullif(trim(submissions.patient_control_number), '') as patient_control_number,
        submissions.created_date,
        payers.payer_code,
        payers.payer_key,
        case submissions.payer_sequence_code
            when 'P' then 'primary'
            when 'S' then 'secondary'
            when 'T' then 'tertiary'
        end as payer_sequence,
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
        submissions.segment_no,
        submissions.byte_offset
    from submissions
    inner join payers
        on payers.payer_id = coalesce(trim(submissions.payer_id), '')
        and payers.payer_name = coalesce(trim(submissions.payer_name), '')
)
select * from final
