-- One row per payer and procedure of `paid_line`: how often it was paid, and at most how many units.
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- line_count: paid lines
-- pointed_line_count: paid lines that point to a diagnosis
-- once_count: categories of diagnoses that one paid line alone points to
-- highest_units: most units paid on a line
-- highest_family_id: a family whose line was paid those units
-- next_highest_units: most units paid on a line of another family
with lines as (
    select * from paid_line
),
diagnoses as (
    select * from diagnosis_paid
),
per_family as (
    select
        payer_key,
        procedure_code,
        family_id,
        count(*) as line_count,
        sum(case when pointed_diagnosis_codes <> '' then 1 else 0 end) as pointed_line_count,
        max(units) as units
    from lines
    group by payer_key, procedure_code, family_id
),
ordered as (
    select
        *,
        row_number() over (partition by payer_key, procedure_code order by units desc, family_id) as place_no
    from per_family
),
summed as (
    select
        payer_key,
        procedure_code,
        sum(line_count) as line_count,
        sum(pointed_line_count) as pointed_line_count,
        max(units) as highest_units,
        max(case when place_no = 1 then family_id end) as highest_family_id,
        max(case when place_no = 2 then units end) as next_highest_units
    from ordered
    group by payer_key, procedure_code
),
once as (
    select
        payer_key,
        procedure_code,
        count(*) as once_count
    from diagnoses
    where line_count = 1
    group by payer_key, procedure_code
),
final as (
    select
        summed.payer_key,
        summed.procedure_code,
        cast(summed.line_count as bigint) as line_count,
        cast(summed.pointed_line_count as bigint) as pointed_line_count,
        cast(coalesce(once.once_count, 0) as bigint) as once_count,
        summed.highest_units,
        summed.highest_family_id,
        summed.next_highest_units
    from summed
    left join once
        on once.payer_key = summed.payer_key
        and once.procedure_code = summed.procedure_code
)
select * from final
