-- One row per line of `paid_line` and category of diagnoses that it points to.
-- family_id: the claim's family
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- diagnosis_category: first three characters of the diagnosis
-- first_count: 1 where the line points to it first, else 0
with lines as (
    select * from paid_line
    where pointed_diagnosis_codes <> ''
),
codes as (
    select file_id, transaction_no, claim_no, upper(code) as code from lake_submission_code
    where qualifier in ('ABK', 'BK', 'ABF', 'BF')
),
final as (
    select
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        substr(codes.code, 1, 3) as diagnosis_category,
        max(case when position(codes.code || ' ' in lines.pointed_diagnosis_codes || ' ') = 1 then 1 else 0 end)
            as first_count
    from lines
    inner join codes
        on codes.file_id = lines.submission_file_id
        and codes.transaction_no = lines.submission_transaction_no
        and codes.claim_no = lines.submission_claim_no
    where position(' ' || codes.code || ' ' in ' ' || lines.pointed_diagnosis_codes || ' ') > 0
    group by
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        substr(codes.code, 1, 3)
)
select * from final
