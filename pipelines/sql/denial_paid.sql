-- One row per initial denial whose line is known as sent, and whose procedure the payer has paid in other families,
-- with what it paid there.
-- denial_id: the denial
-- line_count: paid lines
-- pointed_line_count: paid lines that point to a diagnosis
-- once_count: categories of diagnoses that one paid line alone, of any family, points to
-- highest_units: most units paid on a line
with denials as (
    select * from denial_line
    where is_line_known
),
paid as (
    select * from procedure_paid
),
lines as (
    select * from paid_line
),
families as (
    select family_id from denials
    group by family_id
),
own as (
    select
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        count(*) as line_count,
        sum(case when lines.pointed_diagnosis_codes <> '' then 1 else 0 end) as pointed_line_count
    from lines
    inner join families on families.family_id = lines.family_id
    group by lines.family_id, lines.payer_key, lines.procedure_code
),
final as (
    select
        denials.denial_id,
        cast(paid.line_count - coalesce(own.line_count, 0) as bigint) as line_count,
        cast(paid.pointed_line_count - coalesce(own.pointed_line_count, 0) as bigint) as pointed_line_count,
        paid.once_count,
        case when paid.highest_family_id = denials.family_id then paid.next_highest_units else paid.highest_units end
            as highest_units
    from denials
    inner join paid
        on paid.payer_key = denials.payer_key
        and paid.procedure_code = denials.procedure_code
    left join own
        on own.family_id = denials.family_id
        and own.payer_key = denials.payer_key
        and own.procedure_code = denials.procedure_code
    where paid.line_count > coalesce(own.line_count, 0)
)
select * from final
