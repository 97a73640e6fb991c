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
said as (
    select
        spoken.*,
        'log_text' as match_kind,
        lower(log_text) as words
    from spoken
    where log_text <> ''
    union all
    select
        spoken.*,
        'local_code' as match_kind,
        upper(local_code) as words
    from spoken
    where local_code <> ''
),
wordings as (
    -- many rows say the same words: each wording is compared with each rule once
    select distinct match_kind, words from said
),
meant as (
    select
        wordings.words,
        rules.*
    from wordings
    cross join rules
    where wordings.match_kind = 'log_text' and rules.match_kind = 'log_text'
        and text_matches(wordings.words, rules.pattern)
    union all
    select
        wordings.words,
        rules.*
    from wordings
    cross join rules
    where wordings.match_kind = 'local_code' and rules.match_kind = 'local_code'
        and text_matches(wordings.words, rules.pattern)
),
final as (
    select
        said.denial_id,
        meant.rule_id,
        meant.stage,
        meant.precedence,
        meant.root_cause,
        meant.confidence,
        case when said.match_kind = 'local_code'
                then 'the practice' || chr(39) || 's own code ' || said.local_code || ' in log row '
            else 'words of log row ' end || cast(said.row_no as string) as evidence,
        said.file_id,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset,
        said.row_no
    from said
    inner join meant on meant.match_kind = said.match_kind and meant.words = said.words
    where said.openness >= meant.min_openness
        and said.rule_date >= meant.valid_from
        and said.rule_date <= meant.valid_to
)
select * from final
