-- One row per payer, procedure and category of diagnoses (first three characters) that the payer has paid it for.
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- diagnosis_category: first three characters of the diagnosis
-- line_count: paid lines that point to it
-- first_count: paid lines that point to it first
-- place_no: 1 is the category that paid lines point to first most often
with paid as (
    select * from paid_diagnosis
),
summed as (
    select
        payer_key,
        procedure_code,
        diagnosis_category,
        count(*) as line_count,
        sum(first_count) as first_count
    from paid
    group by payer_key, procedure_code, diagnosis_category
),
final as (
    select
        payer_key,
        procedure_code,
        diagnosis_category,
        cast(line_count as bigint) as line_count,
        cast(first_count as bigint) as first_count,
        cast(row_number() over (
            partition by payer_key, procedure_code
            order by first_count desc, line_count desc, diagnosis_category
        ) as bigint) as place_no
    from summed
)
select * from final
