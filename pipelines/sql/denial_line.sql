-- One row per initial denial whose claim is known as it was sent before: the denied line in it, else the claim alone.
-- denial_id: the denial
-- family_id: the claim's family
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- is_x12: the claim is one of an 837; a log may tell of it as well, but not all of it
-- is_professional: it is an 837P, whose lines must point at diagnoses
-- is_line_known: the denied line is known in it
-- submission_file_id: file in which it was sent
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that transaction
-- submission_line_no: line within that claim
-- claim_segment_no: segment of the CLM
-- claim_byte_offset: place of the CLM (bytes)
-- line_segment_no: segment of the line, else of the CLM
-- line_byte_offset: place of that segment (bytes)
-- has_authorization: the remit, the claim or the line has a prior authorisation; of a line not known, any line of it
-- place_of_service: place of service code of the line, else of the claim
-- units: units
-- modifiers: modifiers, as "25 RT"
-- diagnosis_pointers: the line's pointers, as "1 2"
-- diagnosis_codes: diagnoses that the line points to, else all of the claim
-- pointed_diagnosis_codes: diagnoses that the line points to
-- claim_diagnosis_codes: all diagnoses of the claim in order
with denials as (
    select * from denial_start
),
claims as (
    select * from claim_submission
),
lines as (
    select * from line_submission
),
submissions as (
    select file_id, transaction_no, claim_no, claim_form, authorization_number from lake_submission
),
remits as (
    select file_id, transaction_no, claim_no, authorization_number from lake_remit_claim
),
final as (
    -- a claim sent after the denial is not the one that was denied: nothing of it may speak
    select
        denials.denial_id,
        denials.family_id,
        denials.payer_key,
        denials.procedure_code,
        submissions.file_id is not null as is_x12,
        coalesce(submissions.claim_form = '837P', false) as is_professional,
        lines.file_id is not null as is_line_known,
        claims.submission_file_id,
        claims.submission_transaction_no,
        claims.submission_claim_no,
        lines.submission_line_no,
        claims.segment_no as claim_segment_no,
        claims.byte_offset as claim_byte_offset,
        coalesce(lines.segment_no, claims.segment_no) as line_segment_no,
        coalesce(lines.byte_offset, claims.byte_offset) as line_byte_offset,
        coalesce(
            nullif(trim(remits.authorization_number), ''),
            nullif(trim(submissions.authorization_number), ''),
            case when lines.file_id is null then nullif(trim(claims.authorization_number), '')
                else nullif(trim(lines.authorization_number), '') end
        ) is not null as has_authorization,
        coalesce(nullif(trim(lines.place_of_service_code), ''), nullif(trim(claims.facility_code), ''))
            as place_of_service,
        lines.submitted_units as units,
        coalesce(lines.submitted_modifiers, '') as modifiers,
        coalesce(trim(lines.diagnosis_pointers), '') as diagnosis_pointers,
        coalesce(nullif(trim(lines.pointed_diagnosis_codes), ''), trim(claims.diagnosis_codes)) as diagnosis_codes,
        coalesce(trim(lines.pointed_diagnosis_codes), '') as pointed_diagnosis_codes,
        coalesce(trim(claims.diagnosis_codes), '') as claim_diagnosis_codes
    from denials
    inner join claims
        on claims.file_id = denials.file_id
        and claims.transaction_no = denials.transaction_no
        and claims.claim_no = denials.claim_no
    left join submissions
        on submissions.file_id = claims.submission_file_id
        and submissions.transaction_no = claims.submission_transaction_no
        and submissions.claim_no = claims.submission_claim_no
    left join lines
        on lines.file_id = denials.file_id
        and lines.transaction_no = denials.transaction_no
        and lines.claim_no = denials.claim_no
        and lines.line_no = denials.line_no
        and lines.submission_file_id = claims.submission_file_id
        and lines.submission_transaction_no = claims.submission_transaction_no
        and lines.submission_claim_no = claims.submission_claim_no
    left join remits
        on remits.file_id = denials.file_id
        and remits.transaction_no = denials.transaction_no
        and remits.claim_no = denials.claim_no
    where claims.created_date is null
        or denials.denial_date is null
        or claims.created_date <= denials.denial_date
)
select * from final
