-- One row per initial denial and rule about the payer's own list of diagnoses, as in force on the service date, that
-- matched.
-- denial_id: the denial
-- rule_id: the rule
-- stage: stage of the rule
-- precedence: order of the rule within its stage
-- root_cause: the root cause that the rule names
-- confidence: high, medium or low
-- evidence: what was found, in words
-- file_id: file in which the diagnoses were found: the 837, else that of the denial
-- segment_no: segment of the first diagnosis
-- byte_offset: place of that segment in the file (bytes)
-- row_no: row of the sheet, where it is a log
with subjects as (
    select * from denial_subject
),
denials as (
    select denial_id, procedure_code from denial_start
),
reasons as (
    select denial_id, code from denial_reason
    where kind = 'CARC' and is_denial_reason
),
rules as (
    select * from rule
    where match_kind in ('policy_on_list', 'policy_not_on_list')
),
held as (
    select * from policy_denial
    where verdict in ('on_list', 'not_on_list')
),
ordered as (
    -- of several policies one that lists the diagnosis speaks: it is on the payer's list
    select
        *,
        row_number() over (
            partition by denial_id
            order by case verdict when 'on_list' then 0 else 1 end, first_day desc, policy_id
        ) as policy_no
    from held
),
matched as (
    select
        subjects.*,
        denials.procedure_code,
        reasons.code,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        ordered.verdict,
        ordered.reference,
        ordered.first_day,
        ordered.listed_code,
        ordered.other_code
    from ordered
    inner join subjects on subjects.denial_id = ordered.denial_id
    inner join denials on denials.denial_id = ordered.denial_id
    inner join reasons on reasons.denial_id = ordered.denial_id
    inner join rules on rules.carc = reasons.code and rules.match_kind = 'policy_' || ordered.verdict
    where ordered.policy_no = 1
        and subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
final as (
    select
        denial_id,
        rule_id,
        stage,
        precedence,
        root_cause,
        confidence,
        'CARC ' || code || case verdict
            when 'on_list' then ' although diagnosis ' || listed_code || ' is on the list of ' || reference || ' for '
            else ' and diagnosis ' || replace(diagnosis_codes, ' ', ', ') || ' is not on the list of ' || reference
                || ' for '
        end || procedure_code || ', in force since ' || cast(first_day as string) || case
            when verdict = 'on_list' or other_code is null then ''
            else '; the claim also lists ' || other_code || ', which is on it'
        end as evidence,
        fact_file_id as file_id,
        diagnosis_segment_no as segment_no,
        diagnosis_byte_offset as byte_offset,
        row_no
    from matched
)
select * from final
