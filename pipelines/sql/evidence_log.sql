-- One row per initial denial and rule about the words of a log row on it that matched.
-- denial_id: the denial
-- rule_id: the rule
-- stage: stage of the rule
-- precedence: order of the rule within its stage
-- root_cause: the root cause that the rule names
-- confidence: high, medium or low
-- evidence: what was found, in words
-- file_id: file in which it was found
-- segment_no: segment in which it was found
-- byte_offset: place of that segment in the file (bytes)
-- row_no: row of the sheet, where it is a log
with subjects as (
    select * from denial_subject
),
rules as (
    select * from rule
),
log_lines as (
    select * from log_line
),
log_matches as (
    select * from log_match
),
spoken as (
    select
        subjects.denial_id,
        subjects.openness,
        subjects.rule_date,
        log_lines.file_id,
        log_lines.row_no,
        log_lines.log_text,
        log_lines.local_code
    from subjects
    inner join log_matches
        on log_matches.family_id = subjects.family_id
        and log_matches.line_key = subjects.line_key
    inner join log_lines
        on log_lines.file_id = log_matches.file_id
        and log_lines.row_no = log_matches.row_no
    union all
    select
        subjects.denial_id,
        subjects.openness,
        subjects.rule_date,
        log_lines.file_id,
        log_lines.row_no,
        log_lines.log_text,
        log_lines.local_code
    from subjects
    inner join log_lines
        on log_lines.file_id = subjects.file_id
        and log_lines.row_no = subjects.row_no
    where subjects.source = 'log'
),
final as (
    select
        spoken.denial_id,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        case when rules.match_kind = 'local_code'
            then 'the practice''s own code ' || spoken.local_code || ' in log row '
            else 'words of log row ' end || cast(spoken.row_no as string) as evidence,
        spoken.file_id,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset,
        spoken.row_no
    from spoken
    inner join rules
        on rules.match_kind in ('log_text', 'local_code')
        and spoken.openness >= rules.min_openness
        and spoken.rule_date >= rules.valid_from
        and spoken.rule_date <= rules.valid_to
    where (rules.match_kind = 'log_text' and spoken.log_text <> ''
            and text_matches(lower(spoken.log_text), rules.pattern))
        or (rules.match_kind = 'local_code' and coalesce(spoken.local_code, '') <> ''
            and text_matches(upper(spoken.local_code), rules.pattern))
)
select * from final
