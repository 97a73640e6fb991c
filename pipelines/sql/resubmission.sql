-- One row per initially denied line: when its claim was sent again and answered.
-- family_id: the claim's family
-- line_key: the line within the family
-- submission_count: submissions of the family in 837s, before and after the denial, repeats left out; a log or export
-- that tells the first sending need not tell the others
-- resubmission_date: first day after the denial on which the claim was sent again; NULL where none is known
-- resubmission_source: 837 or log
-- resubmission_file_id: file that says so
-- resubmission_segment_no: segment of the CLM, NULL where a log says so
-- resubmission_byte_offset: place of the CLM in the file (bytes)
-- answer_date: payment date of the line's first decision after the claim was sent again
-- bound_date: payment date of the next decision, where no 837 and no resubmission of a log is known and the payer did
-- not correct itself
-- is_awaiting_answer: nothing of the claim was decided since it was last sent again
with lines as (
    select * from line_history
),
submissions as (
    select * from submission_event
),
families as (
    select * from submission_family
),
log_matches as (
    select * from log_match
),
log_rows as (
    select file_id, row_no, submission_date, last_bill_date from lake_log_row
),
denied as (
    select
        family_id,
        line_key,
        event_no,
        first_payment_date as denial_date
    from lines
    where is_denied_broad
),
denied_families as (
    select family_id from line_history
    where is_denied_broad
    group by family_id
),
line_events as (
    select
        events.family_id,
        events.line_key,
        events.event_no,
        events.payment_date,
        events.is_reversed
    from line_event as events
    inner join denied_families on denied_families.family_id = events.family_id
    where events.is_counted
),
sent as (
    select
        families.family_id,
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.source,
        submissions.created_date,
        coalesce(submissions.frequency_code, '1') as frequency_code,
        submissions.original_reference_number,
        submissions.segment_no,
        submissions.byte_offset
    from submissions
    inner join families
        on families.file_id = submissions.file_id
        and families.transaction_no = submissions.transaction_no
        and families.claim_no = submissions.claim_no
    inner join denied_families on denied_families.family_id = families.family_id
    where submissions.is_repeat = false
),
sent_counts as (
    select
        family_id,
        count(*) as submission_count
    from sent
    where source = '837'
    group by family_id
),
log_dates as (
    select file_id, row_no, submission_date as billed_date from log_rows where submission_date is not null
    union
    select file_id, row_no, last_bill_date as billed_date from log_rows where last_bill_date is not null
),
sent_again as (
    select
        denied.family_id,
        denied.line_key,
        sent.created_date as sent_date,
        sent.source,
        sent.file_id,
        sent.transaction_no,
        sent.claim_no,
        sent.segment_no,
        sent.byte_offset
    from denied
    inner join sent on sent.family_id = denied.family_id
    where sent.frequency_code <> '8'
        and (
            sent.created_date > denied.denial_date
            or (sent.created_date = denied.denial_date
                and (sent.frequency_code = '7' or sent.original_reference_number is not null))
        )
    union all
    select
        denied.family_id,
        denied.line_key,
        log_dates.billed_date as sent_date,
        'log' as source,
        log_dates.file_id,
        cast(0 as bigint) as transaction_no,
        log_dates.row_no as claim_no,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset
    from denied
    inner join log_matches
        on log_matches.family_id = denied.family_id
        and log_matches.line_key = denied.line_key
    inner join log_dates
        on log_dates.file_id = log_matches.file_id
        and log_dates.row_no = log_matches.row_no
    where log_dates.billed_date > denied.denial_date
),
ordered as (
    select
        *,
        row_number() over (
            partition by family_id, line_key
            order by sent_date, source, file_id, transaction_no, claim_no
        ) as sent_no
    from sent_again
),
first_again as (
    select *
    from ordered
    where sent_no = 1
),
answers as (
    select
        first_again.family_id,
        first_again.line_key,
        min(line_events.payment_date) as answer_date
    from first_again
    inner join denied
        on denied.family_id = first_again.family_id
        and denied.line_key = first_again.line_key
    inner join line_events
        on line_events.family_id = first_again.family_id
        and line_events.line_key = first_again.line_key
    where line_events.event_no > denied.event_no
        and line_events.payment_date > first_again.sent_date
    group by first_again.family_id, first_again.line_key
),
last_decisions as (
    -- of the whole claim: where it was sent again with another procedure, the old line is never decided again
    select
        family_id,
        max(payment_date) as decision_date
    from line_events
    group by family_id
),
last_again as (
    select
        sent_again.family_id,
        sent_again.line_key,
        max(sent_again.sent_date) as sent_date
    from sent_again
    group by sent_again.family_id, sent_again.line_key
),
next_decisions as (
    select
        denied.family_id,
        denied.line_key,
        max(case when line_events.event_no = denied.event_no and line_events.is_reversed then 1 else 0 end)
            as own_correction,
        min(case when line_events.event_no > denied.event_no then line_events.payment_date end) as next_date
    from denied
    inner join line_events
        on line_events.family_id = denied.family_id
        and line_events.line_key = denied.line_key
    group by denied.family_id, denied.line_key
),
final as (
    select
        denied.family_id,
        denied.line_key,
        coalesce(sent_counts.submission_count, 0) as submission_count,
        first_again.sent_date as resubmission_date,
        first_again.source as resubmission_source,
        first_again.file_id as resubmission_file_id,
        first_again.segment_no as resubmission_segment_no,
        first_again.byte_offset as resubmission_byte_offset,
        answers.answer_date,
        case when sent_counts.submission_count is null and first_again.sent_date is null
                and next_decisions.own_correction = 0
            then next_decisions.next_date end as bound_date,
        coalesce(last_decisions.decision_date <= last_again.sent_date, false) as is_awaiting_answer
    from denied
    left join sent_counts on sent_counts.family_id = denied.family_id
    left join first_again
        on first_again.family_id = denied.family_id
        and first_again.line_key = denied.line_key
    left join answers
        on answers.family_id = denied.family_id
        and answers.line_key = denied.line_key
    left join last_again
        on last_again.family_id = denied.family_id
        and last_again.line_key = denied.line_key
    left join last_decisions on last_decisions.family_id = denied.family_id
    left join next_decisions
        on next_decisions.family_id = denied.family_id
        and next_decisions.line_key = denied.line_key
)
select * from final
