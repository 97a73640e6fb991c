-- One row per row of a denial log that says what became of the denial.
-- file_id: file of the log
-- row_no: row of the sheet
-- outcome: of the appeal or the denial: overturned, partly_overturned, upheld or open; NULL where it does not say
-- is_written_off: written off
-- is_closed: nothing more will be done about it: closed, written off, or the last appeal lost
-- closed_date: day on which it was closed or settled, as the log has it
-- rule_ids: rules of log_outcome.csv that read it so, of outcome, status and note
with rules as (
    select * from ref_log_outcome
),
said as (
    select
        file_id,
        row_no,
        'outcome' as read_in,
        trim(translate(lower(appeal_outcome), '_', ' ')) as words
    from lake_log_row as log_rows
    where coalesce(trim(appeal_outcome), '') <> ''
    union all
    select
        file_id,
        row_no,
        'status' as read_in,
        trim(translate(lower(claim_status), '_', ' ')) as words
    from lake_log_row as log_rows
    where coalesce(trim(claim_status), '') <> ''
    union all
    select
        file_id,
        row_no,
        'note' as read_in,
        trim(translate(lower(note), '_', ' ')) as words
    from lake_log_row as log_rows
    where coalesce(trim(note), '') <> ''
),
sayings as (
    select distinct read_in, words from said
),
readings as (
    -- every saying is read once, however many rows say it
    select
        sayings.read_in,
        sayings.words,
        rules.rule_id,
        rules.outcome,
        coalesce(cast(rules.is_closed as string), 'false') = 'true' as is_closed,
        row_number() over (
            partition by sayings.read_in, sayings.words
            order by rules.precedence, rules.rule_id
        ) as reading_no
    from sayings
    inner join rules
        on (rules.read_in = 'any' or rules.read_in = sayings.read_in)
        and text_matches(sayings.words, rules.pattern)
),
read as (
    select
        said.file_id,
        said.row_no,
        max(case when said.read_in = 'outcome' then readings.outcome end) as outcome_word,
        max(case when said.read_in = 'status' then readings.outcome end) as status_word,
        max(case when said.read_in = 'note' then readings.outcome end) as note_word,
        max(case when readings.outcome = 'written_off' then 1 else 0 end) as written_off,
        max(case when readings.is_closed then 1 else 0 end) as closed,
        coalesce(max(case when said.read_in = 'outcome' then readings.rule_id end), '') || ' '
            || coalesce(max(case when said.read_in = 'status' then readings.rule_id end), '') || ' '
            || coalesce(max(case when said.read_in = 'note' then readings.rule_id end), '') as rule_ids
    from said
    inner join readings
        on readings.read_in = said.read_in
        and readings.words = said.words
        and readings.reading_no = 1
    group by said.file_id, said.row_no
),
final as (
    select
        log_rows.file_id,
        log_rows.row_no,
        case
            when read.outcome_word in ('overturned', 'partly_overturned', 'upheld', 'open') then read.outcome_word
            when read.status_word in ('overturned', 'partly_overturned', 'upheld', 'open') then read.status_word
            when read.note_word = 'upheld' then 'upheld'
        end as outcome,
        coalesce(read.written_off, 0) = 1 as is_written_off,
        coalesce(read.closed, 0) = 1
            or (log_rows.resolved_date is not null
                and coalesce(read.outcome_word, read.status_word, 'closed') <> 'open')
            as is_closed,
        log_rows.resolved_date as closed_date,
        trim(coalesce(read.rule_ids, '')) as rule_ids
    from lake_log_row as log_rows
    left join read on read.file_id = log_rows.file_id and read.row_no = log_rows.row_no
    where read.file_id is not null or log_rows.resolved_date is not null
)
select * from final
