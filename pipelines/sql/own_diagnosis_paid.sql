-- One row per family with a denial, and payer, procedure and category of diagnoses that its own lines were paid for:
-- what must be left out of `diagnosis_paid` where that denial is explained.
-- family_id: the claim's family
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- diagnosis_category: first three characters of the diagnosis
-- line_count: paid lines that point to it
-- first_count: paid lines that point to it first
with paid as (
    select * from paid_diagnosis
),
denials as (
    select family_id from denial_line
    where is_line_known
    group by family_id
),
final as (
    select
        paid.family_id,
        paid.payer_key,
        paid.procedure_code,
        paid.diagnosis_category,
        cast(count(*) as bigint) as line_count,
        cast(sum(paid.first_count) as bigint) as first_count
    from paid
    inner join denials on denials.family_id = paid.family_id
    group by paid.family_id, paid.payer_key, paid.procedure_code, paid.diagnosis_category
)
select * from final
