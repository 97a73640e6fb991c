-- One row per diagnosis code seen: the chapter it belongs to and what can be said of it without the record.
-- diagnosis_code: ICD-10-CM code as given
-- diagnosis_chapter: our own label of the chapter, '(not given)' where the code is in none
-- is_unspecified: the code says that something is not specified
-- is_z_code: a factor that influences health rather than a disease
-- laterality: side that the code names, '' where it names none
with submissions as (
    select principal_diagnosis_code from submission_event
),
log_rows as (
    select diagnosis_codes from lake_log_row
),
chapters as (
    select first_code, last_code, label from ref_diagnosis_chapter
),
facts as (
    select * from ref_diagnosis_fact
),
seen as (
    select principal_diagnosis_code as diagnosis_code from submissions
    union
    select
        case when position(' ' in diagnosis_codes) > 0
            then substr(diagnosis_codes, 1, position(' ' in diagnosis_codes) - 1)
            else diagnosis_codes end as diagnosis_code
    from log_rows
),
placed as (
    select
        seen.diagnosis_code,
        min(chapters.label) as diagnosis_chapter
    from seen
    inner join chapters
        on substr(upper(seen.diagnosis_code), 1, 3) >= chapters.first_code
        and substr(upper(seen.diagnosis_code), 1, 3) <= chapters.last_code
    group by seen.diagnosis_code
),
final as (
    select
        seen.diagnosis_code,
        coalesce(placed.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        coalesce(cast(facts.is_unspecified as string), 'false') = 'true' as is_unspecified,
        substr(upper(seen.diagnosis_code), 1, 1) = 'Z' as is_z_code,
        coalesce(facts.laterality, '') as laterality
    from seen
    left join placed on placed.diagnosis_code = seen.diagnosis_code
    left join facts on facts.code = upper(seen.diagnosis_code)
    where coalesce(seen.diagnosis_code, '') <> ''
)
select * from final
