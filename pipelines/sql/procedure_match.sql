-- One row per procedure code seen: our label and the family of procedures it belongs to.
-- procedure_code: CPT, HCPCS or revenue code as submitted
-- procedure_label: our own short label, the code itself where we have none
-- procedure_family: group of procedures, '(not given)' where we have none
with lines as (
    select procedure_code from claim_line
),
submission_lines as (
    select coalesce(nullif(procedure_code, ''), nullif(revenue_code, '')) as procedure_code from lake_submission_line
),
log_rows as (
    select procedure_code from lake_log_row
),
labels as (
    select code, label, procedure_family from ref_procedure_label
),
ranges as (
    select code_from, code_to, procedure_family from ref_procedure_family
),
seen as (
    select procedure_code from lines
    union
    select procedure_code from submission_lines
    union
    select procedure_code from log_rows
),
ranged as (
    select
        seen.procedure_code,
        min(ranges.procedure_family) as procedure_family
    from seen
    inner join ranges
        on seen.procedure_code >= ranges.code_from
        and seen.procedure_code <= ranges.code_to
        and length(seen.procedure_code) = length(ranges.code_from)
    group by seen.procedure_code
),
final as (
    select
        seen.procedure_code,
        coalesce(labels.label, seen.procedure_code) as procedure_label,
        coalesce(labels.procedure_family, ranged.procedure_family, '(not given)') as procedure_family
    from seen
    left join labels on labels.code = seen.procedure_code
    left join ranged on ranged.procedure_code = seen.procedure_code
    where seen.procedure_code is not null
)
select * from final
