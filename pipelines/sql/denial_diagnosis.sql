-- One row per initial denial and diagnosis of its claim as sent: whether the line points to it, and how often the payer
-- has paid the procedure for its category on other claims. The claim's own family is left out of what was paid.
-- denial_id: the denial
-- code_no: order of the diagnosis within the claim's codes
-- diagnosis_code: the diagnosis
-- diagnosis_category: its first three characters
-- is_pointed: the denied line points to it
-- paid_count: paid lines of other families that point to its category
-- first_paid_count: those that point to it first
-- segment_no: segment of the HI
-- byte_offset: place of the HI in the file (bytes)
with denials as (
    select * from denial_line
    where is_line_known
),
codes as (
    select file_id, transaction_no, claim_no, code_no, upper(code) as code, segment_no, byte_offset
    from lake_submission_code
    where qualifier in ('ABK', 'BK', 'ABF', 'BF')
),
paid as (
    select * from diagnosis_paid
),
own as (
    select * from own_diagnosis_paid
),
listed as (
    select
        denials.denial_id,
        denials.family_id,
        denials.payer_key,
        denials.procedure_code,
        codes.code_no,
        codes.code as diagnosis_code,
        substr(codes.code, 1, 3) as diagnosis_category,
        position(' ' || codes.code || ' ' in ' ' || upper(denials.pointed_diagnosis_codes) || ' ') > 0 as is_pointed,
        codes.segment_no,
        codes.byte_offset
    from denials
    inner join codes
        on codes.file_id = denials.submission_file_id
        and codes.transaction_no = denials.submission_transaction_no
        and codes.claim_no = denials.submission_claim_no
),
final as (
    select
        listed.denial_id,
        listed.code_no,
        listed.diagnosis_code,
        listed.diagnosis_category,
        listed.is_pointed,
        cast(coalesce(paid.line_count, 0) - coalesce(own.line_count, 0) as bigint) as paid_count,
        cast(coalesce(paid.first_count, 0) - coalesce(own.first_count, 0) as bigint) as first_paid_count,
        listed.segment_no,
        listed.byte_offset
    from listed
    left join paid
        on paid.payer_key = listed.payer_key
        and paid.procedure_code = listed.procedure_code
        and paid.diagnosis_category = listed.diagnosis_category
    left join own
        on own.family_id = listed.family_id
        and own.payer_key = listed.payer_key
        and own.procedure_code = listed.procedure_code
        and own.diagnosis_category = listed.diagnosis_category
)
select * from final
