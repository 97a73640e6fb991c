-- One row per initial denial with what the root-cause rules look at.
-- denial_id: the denial
-- source: 835 or log
-- family_id: the claim's family
-- line_key: the line within the family
-- file_id: file of the denial
-- row_no: row of the sheet
-- segment_no: segment of the denial
-- byte_offset: place of that segment in the file (bytes)
-- carc: principal CARC
-- policy_reference: policy named by the payer
-- authorization_number: prior authorisation
-- place_of_service: place of service code
-- diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses
-- submission_file_id: file of the matching 837
-- submission_segment_no: segment of the matching CLM
-- submission_byte_offset: place of the matching CLM (bytes)
-- openness: how open the principal CARC leaves the question of the root cause, 0 to 3
-- rule_date: the day on which rules must hold
-- is_unspecified: the first diagnosis says that something is not specified
-- laterality: side that the first diagnosis names; 'unspecified' where it could and does not
-- is_z_code_only: every diagnosis is a Z code
with denials as (
    select * from denial_start
),
carcs as (
    select code, openness from ref_carc
),
diagnoses as (
    select * from diagnosis_match
),
final as (
    -- a code that we do not know closes nothing: any evidence may decide
    select
        denials.denial_id,
        denials.source,
        denials.family_id,
        denials.line_key,
        denials.file_id,
        denials.row_no,
        denials.segment_no,
        denials.byte_offset,
        denials.carc,
        denials.policy_reference,
        denials.authorization_number,
        denials.place_of_service,
        denials.diagnosis_code,
        denials.diagnosis_codes,
        denials.submission_file_id,
        denials.submission_segment_no,
        denials.submission_byte_offset,
        coalesce(cast(carcs.openness as bigint), 3) as openness,
        coalesce(denials.denial_date, cast('9999-12-31' as date)) as rule_date,
        coalesce(diagnoses.is_unspecified, false) as is_unspecified,
        coalesce(diagnoses.laterality, '') as laterality,
        coalesce(text_matches(upper(denials.diagnosis_codes), '^Z[^ ]*( Z[^ ]*)*$'), false) as is_z_code_only
    from denials
    left join carcs on carcs.code = denials.carc
    left join diagnoses on diagnoses.diagnosis_code = denials.diagnosis_code
)
select * from final
