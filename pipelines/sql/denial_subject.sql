-- One row per initial denial with what the root-cause rules look at, and where in the files it stands.
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
-- openness: how open the principal CARC leaves the question of the root cause, 0 to 3
-- rule_date: the day on which rules must hold
-- is_x12: the claim of an 837 that this denial answers is known
-- has_authorization: the remit, that claim or its denied line has a prior authorisation
-- place_of_service: place of service code of the line as sent, else of the claim
-- diagnosis_codes: diagnoses that the line points to, else all of the claim
-- diagnosis_code: the first of them
-- is_unspecified: it says that something is not specified
-- laterality: side that it names; 'unspecified' where it could and does not
-- is_z_code_only: every one of them is a Z code
-- fact_file_id: file that tells of the claim: the 837, else the denial's
-- claim_segment_no: segment of the CLM, else of the denial
-- claim_byte_offset: place of that segment (bytes)
-- line_segment_no: segment of the line as sent, else of the CLM, else of the denial
-- line_byte_offset: place of that segment (bytes)
-- diagnosis_segment_no: segment of the HI with that first diagnosis, else of the CLM, else of the denial
-- diagnosis_byte_offset: place of that segment (bytes)
with denials as (
    select * from denial_start
),
sent_lines as (
    select * from denial_line
),
carcs as (
    select code, openness from ref_carc
),
facts as (
    select code, is_unspecified, laterality from ref_diagnosis_fact
),
codes as (
    select file_id, transaction_no, claim_no, code, segment_no, byte_offset from lake_submission_code
),
known as (
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
        coalesce(denials.denial_date, cast('9999-12-31' as date)) as rule_date,
        coalesce(sent_lines.is_x12, false) as is_x12,
        coalesce(sent_lines.has_authorization, false) as has_authorization,
        coalesce(sent_lines.place_of_service, denials.place_of_service) as place_of_service,
        -- without a claim sent in time, or one that says none, what a log tells; not what only a later claim says
        upper(case when sent_lines.denial_id is not null
            then coalesce(nullif(sent_lines.diagnosis_codes, ''), denials.diagnosis_codes)
            when denials.submission_file_id is null then denials.diagnosis_codes end) as diagnosis_codes,
        sent_lines.submission_transaction_no,
        sent_lines.submission_claim_no,
        case when sent_lines.is_x12 then sent_lines.submission_file_id end as sent_file_id,
        sent_lines.claim_segment_no,
        sent_lines.claim_byte_offset,
        sent_lines.line_segment_no,
        sent_lines.line_byte_offset
    from denials
    left join sent_lines on sent_lines.denial_id = denials.denial_id
),
firsts as (
    select
        *,
        case when position(' ' in diagnosis_codes) > 0
            then substr(diagnosis_codes, 1, position(' ' in diagnosis_codes) - 1)
            else diagnosis_codes end as diagnosis_code
    from known
),
places as (
    select
        firsts.denial_id,
        min(codes.segment_no) as segment_no,
        min(codes.byte_offset) as byte_offset
    from firsts
    inner join codes
        on codes.file_id = firsts.sent_file_id
        and codes.transaction_no = firsts.submission_transaction_no
        and codes.claim_no = firsts.submission_claim_no
        and codes.code = firsts.diagnosis_code
    group by firsts.denial_id
),
final as (
    -- a code that we do not know closes nothing: any evidence may decide
    select
        firsts.denial_id,
        firsts.source,
        firsts.family_id,
        firsts.line_key,
        firsts.file_id,
        firsts.row_no,
        firsts.segment_no,
        firsts.byte_offset,
        firsts.carc,
        firsts.policy_reference,
        coalesce(cast(carcs.openness as bigint), 3) as openness,
        firsts.rule_date,
        firsts.is_x12,
        firsts.has_authorization,
        firsts.place_of_service,
        firsts.diagnosis_codes,
        firsts.diagnosis_code,
        coalesce(cast(facts.is_unspecified as string), 'false') = 'true' as is_unspecified,
        coalesce(facts.laterality, '') as laterality,
        coalesce(text_matches(firsts.diagnosis_codes, '^Z[^ ]*( Z[^ ]*)*$'), false) as is_z_code_only,
        coalesce(firsts.sent_file_id, firsts.file_id) as fact_file_id,
        case when firsts.is_x12 then firsts.claim_segment_no else firsts.segment_no end as claim_segment_no,
        case when firsts.is_x12 then firsts.claim_byte_offset else firsts.byte_offset end as claim_byte_offset,
        case when firsts.is_x12 then firsts.line_segment_no else firsts.segment_no end as line_segment_no,
        case when firsts.is_x12 then firsts.line_byte_offset else firsts.byte_offset end as line_byte_offset,
        coalesce(places.segment_no, case when firsts.is_x12 then firsts.claim_segment_no else firsts.segment_no end)
            as diagnosis_segment_no,
        coalesce(places.byte_offset, case when firsts.is_x12 then firsts.claim_byte_offset else firsts.byte_offset end)
            as diagnosis_byte_offset
    from firsts
    left join places on places.denial_id = firsts.denial_id
    left join carcs on carcs.code = firsts.carc
    left join facts on facts.code = firsts.diagnosis_code
)
select * from final
