-- One row per line denied at first, and per denial that only a log knows: what became of it.
-- denial_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'
-- family_id: the claim's family, NULL for a log row
-- line_key: the line within the family, NULL for a log row
-- state: paid_after_denial, denied_open, denied_final, written_off or pending
-- state_reason: why it is so, in words
-- resolution_date: day of the payment after the denial, or of closing; NULL while open, or where a log gives no day
-- written_off_amount: charge of a line that was written off, else 0 (dollars)
-- is_appealed: there was an appeal
-- is_appeal_open: an appeal is not decided yet
-- appeal_date: day of the last appeal
-- appeal_outcome: outcome of the last appeal
-- overturned_by: payer (corrected without being asked), resubmission or appeal, whichever came last; NULL where it was
-- not overturned, or where no 837 and no log tells whether somebody asked
-- is_awaiting_answer: sent again and not answered yet
with history as (
    select * from line_history
),
log_lines as (
    select * from log_line
),
log_matches as (
    select * from log_match
),
log_outcomes as (
    select * from log_outcome
),
resubmissions as (
    select * from resubmission
),
appeals as (
    select * from appeal_line
),
deadlines as (
    select * from deadline
),
closings as (
    select * from ledger_closed
),
spans as (
    select as_of_date from data_span
),
matched_outcomes as (
    select
        log_matches.family_id || '|' || log_matches.line_key as denial_id,
        max(case when log_outcomes.is_written_off then 1 else 0 end) as written_off,
        max(case when log_outcomes.is_closed then 1 else 0 end) as closed,
        max(case when log_outcomes.outcome in ('overturned', 'partly_overturned') then 1 else 0 end) as won,
        max(log_outcomes.closed_date) as closed_date
    from log_matches
    inner join log_outcomes
        on log_outcomes.file_id = log_matches.file_id
        and log_outcomes.row_no = log_matches.row_no
    group by log_matches.family_id, log_matches.line_key
),
lines as (
    select
        history.family_id || '|' || history.line_key as denial_id,
        history.family_id,
        history.line_key,
        history.state,
        history.allowed_date as paid_date,
        history.charge_amount,
        coalesce(matched_outcomes.written_off, 0) = 1 as is_log_written_off,
        coalesce(matched_outcomes.closed, 0) = 1 as is_log_closed,
        coalesce(matched_outcomes.won, 0) = 1 as is_log_won,
        matched_outcomes.closed_date,
        resubmissions.resubmission_date,
        coalesce(resubmissions.is_awaiting_answer, false) as is_unanswered,
        resubmissions.bound_date is not null as is_unknown
    from history
    left join matched_outcomes on matched_outcomes.denial_id = history.family_id || '|' || history.line_key
    left join resubmissions
        on resubmissions.family_id = history.family_id
        and resubmissions.line_key = history.line_key
    where history.is_denied_broad
    union all
    select
        'log-' || file_id || '-' || cast(row_no as string) as denial_id,
        cast(null as string) as family_id,
        cast(null as string) as line_key,
        case when state = 'paid_after_denial' then state else 'denied_open' end as state,
        closed_date as paid_date,
        charge_amount,
        state = 'written_off' as is_log_written_off,
        state = 'denied_final' as is_log_closed,
        false as is_log_won,
        closed_date,
        resubmission_date,
        false as is_unanswered,
        false as is_unknown
    from log_lines
    where is_counted and is_denied_broad
),
appeal_order as (
    select
        denial_id,
        appeal_date,
        outcome,
        decided_date,
        max(case when outcome = 'open' then 1 else 0 end) over (partition by denial_id) as is_open,
        row_number() over (
            partition by denial_id
            order by appeal_date desc nulls last, appeal_level desc nulls last, appeal_id desc
        ) as appeal_no
    from appeals
),
joined as (
    select
        lines.*,
        closings.state as person_state,
        cast(closings.decided_at as date) as person_date,
        appeal_order.denial_id is not null as is_appealed,
        coalesce(appeal_order.is_open, 0) = 1 as is_appeal_open,
        appeal_order.appeal_date,
        appeal_order.outcome as appeal_outcome,
        coalesce(appeal_order.outcome = 'upheld', false) as is_upheld,
        lines.is_log_won or coalesce(appeal_order.outcome in ('overturned', 'partly_overturned'), false) as is_won,
        appeal_order.decided_date,
        greatest(
            coalesce(deadlines.refile_deadline_date, deadlines.appeal_deadline_date),
            coalesce(deadlines.appeal_deadline_date, deadlines.refile_deadline_date),
            coalesce(deadlines.log_deadline_date, deadlines.appeal_deadline_date, deadlines.refile_deadline_date)
        ) as last_date,
        spans.as_of_date
    from lines
    left join closings on closings.denial_id = lines.denial_id
    left join appeal_order on appeal_order.denial_id = lines.denial_id and appeal_order.appeal_no = 1
    left join deadlines on deadlines.denial_id = lines.denial_id
    cross join spans
),
judged as (
    -- a later payment wins over all that was said; then a person; then the log; then the calendar
    select
        *,
        case
            when state <> 'denied_open' then state
            when person_state = 'open' then 'denied_open'
            when person_state is not null then person_state
            when is_log_written_off then 'written_off'
            when is_appeal_open or is_unanswered or is_won then 'denied_open'
            when is_log_closed or is_upheld then 'denied_final'
            when coalesce(last_date < as_of_date, false) then 'denied_final'
            else 'denied_open'
        end as final_state
    from joined
),
final as (
    select
        denial_id,
        family_id,
        line_key,
        final_state as state,
        case
            when state = 'paid_after_denial' then 'paid after the denial'
            when state = 'pending' then 'taken back and not decided since'
            when person_state = 'open' then 'a person says that it is open'
            when person_state is not null then 'a person closed it'
            when final_state = 'written_off' then 'the log says written off'
            when final_state = 'denied_final' and is_upheld then 'the last appeal was lost'
            when final_state = 'denied_final' and is_log_closed then 'the log says closed'
            when final_state = 'denied_final' then 'every deadline has passed'
            when is_appeal_open then 'an appeal is open'
            when is_unanswered then 'sent again, no answer yet'
            when is_won then 'won, and not paid yet'
            else 'nothing is under way'
        end as state_reason,
        case
            when final_state = 'paid_after_denial' then paid_date
            when final_state not in ('written_off', 'denied_final') then null
            when person_state is not null and person_state <> 'open' then person_date
            when is_log_written_off or is_log_closed then coalesce(closed_date, decided_date)
            when is_upheld then decided_date
            else last_date
        end as resolution_date,
        case when final_state = 'written_off' then charge_amount else cast(0 as decimal(18, 2)) end
            as written_off_amount,
        is_appealed,
        is_appeal_open and state = 'denied_open' as is_appeal_open,
        appeal_date,
        appeal_outcome,
        case
            when final_state <> 'paid_after_denial' then null
            when appeal_outcome in ('overturned', 'partly_overturned')
                and coalesce(appeal_date <= paid_date, true)
                and coalesce(resubmission_date <= appeal_date or resubmission_date > paid_date, true) then 'appeal'
            when resubmission_date <= paid_date or (resubmission_date is not null and paid_date is null)
                then 'resubmission'
            when family_id is not null and is_appealed = false and is_unknown = false then 'payer'
        end as overturned_by,
        is_unanswered and final_state = 'denied_open' as is_awaiting_answer
    from judged
)
select * from final
