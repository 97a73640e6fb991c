-- One row per initially denied line: the last days on which something can still be done about it.
-- denial_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'
-- family_id: the claim's family, NULL for a log row
-- line_key: the line within the family, NULL for a log row
-- payer_rule_id: the rule of payer_rules.csv that says how many days there are
-- refile_deadline_date: last day for a corrected claim
-- appeal_deadline_date: last day for an appeal, counted from the last denial that was not a duplicate's
-- log_deadline_date: last day according to the practice's log
-- deadline_date: the log's; else the earlier of the two that has not passed, else the later
-- deadline_kind: log, refile or appeal; NULL where no day is known
-- days_left: days from "data through" to that day; negative where it has passed
-- is_assumed: the number of days is an assumption that the practice has not replaced by its contract's
with history as (
    select * from line_history
),
events as (
    select * from claim_event
),
lines as (
    select * from claim_line
),
line_events as (
    select * from line_event
),
log_lines as (
    select * from log_line
),
log_rows as (
    select file_id, row_no, deadline_date from lake_log_row
),
log_matches as (
    select * from log_match
),
spans as (
    select as_of_date from data_span
),
rules as (
    select * from payer_rule
),
last_denials as (
    -- a second copy denied as a duplicate gives no new time to appeal
    select
        family_id,
        line_key,
        max(payment_date) as denial_date
    from line_events
    where is_denied_core
    group by family_id, line_key
),
matched_deadlines as (
    select
        log_matches.family_id,
        log_matches.line_key,
        max(log_rows.deadline_date) as log_deadline_date
    from log_matches
    inner join log_rows
        on log_rows.file_id = log_matches.file_id
        and log_rows.row_no = log_matches.row_no
    group by log_matches.family_id, log_matches.line_key
),
line_deadlines as (
    select
        log_lines.log_key,
        max(log_rows.deadline_date) as log_deadline_date
    from log_lines
    inner join log_rows
        on log_rows.file_id = log_lines.file_id
        and log_rows.row_no = log_lines.row_no
    group by log_lines.log_key
),
denied as (
    select
        history.family_id || '|' || history.line_key as denial_id,
        history.family_id,
        history.line_key,
        events.payer_key,
        events.payer_class,
        lines.service_date,
        greatest(coalesce(last_denials.denial_date, history.first_payment_date), history.first_payment_date)
            as denial_date,
        matched_deadlines.log_deadline_date
    from history
    inner join events
        on events.file_id = history.file_id
        and events.transaction_no = history.transaction_no
        and events.claim_no = history.claim_no
    inner join lines
        on lines.file_id = history.file_id
        and lines.transaction_no = history.transaction_no
        and lines.claim_no = history.claim_no
        and lines.line_no = history.line_no
    left join last_denials
        on last_denials.family_id = history.family_id
        and last_denials.line_key = history.line_key
    left join matched_deadlines
        on matched_deadlines.family_id = history.family_id
        and matched_deadlines.line_key = history.line_key
    where history.is_denied_broad
    union all
    select
        'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string) as denial_id,
        cast(null as string) as family_id,
        cast(null as string) as line_key,
        log_lines.payer_key,
        log_lines.payer_class,
        log_lines.service_date,
        log_lines.payment_date as denial_date,
        line_deadlines.log_deadline_date
    from log_lines
    inner join line_deadlines on line_deadlines.log_key = log_lines.log_key
    where log_lines.is_counted and log_lines.is_denied_broad
),
fitting as (
    select
        denied.denial_id,
        rules.*,
        row_number() over (
            partition by denied.denial_id
            order by rules.precedence, rules.valid_from desc nulls last, rules.rule_id
        ) as rule_no
    from denied
    inner join rules
        on rules.payer_key = denied.payer_key
        and rules.payer_class = denied.payer_class
    where coalesce(rules.valid_from <= denied.denial_date, true)
        and coalesce(rules.valid_to >= denied.denial_date, true)
),
dated as (
    select
        denied.*,
        fitting.rule_id,
        case
            when fitting.corrected_claim_from = 'denial'
                then days_after(denied.denial_date, fitting.corrected_claim_days)
            when fitting.corrected_claim_days is not null
                then days_after(denied.service_date, fitting.corrected_claim_days)
            else days_after(denied.service_date, fitting.timely_filing_days)
        end as refile_deadline_date,
        days_after(denied.denial_date, fitting.appeal_days) as appeal_deadline_date,
        coalesce(fitting.is_assumed, true) as is_rule_assumed,
        spans.as_of_date
    from denied
    left join fitting on fitting.denial_id = denied.denial_id and fitting.rule_no = 1
    cross join spans
),
chosen as (
    select
        *,
        case
            when log_deadline_date is not null then 'log'
            when refile_deadline_date is null and appeal_deadline_date is null then null
            when refile_deadline_date is null then 'appeal'
            when appeal_deadline_date is null then 'refile'
            when refile_deadline_date < as_of_date and appeal_deadline_date < as_of_date
                then case when refile_deadline_date >= appeal_deadline_date then 'refile' else 'appeal' end
            when refile_deadline_date < as_of_date then 'appeal'
            when appeal_deadline_date < as_of_date then 'refile'
            when refile_deadline_date <= appeal_deadline_date then 'refile'
            else 'appeal'
        end as deadline_kind
    from dated
),
final as (
    select
        denial_id,
        family_id,
        line_key,
        rule_id as payer_rule_id,
        refile_deadline_date,
        appeal_deadline_date,
        log_deadline_date,
        case deadline_kind
            when 'log' then log_deadline_date
            when 'refile' then refile_deadline_date
            when 'appeal' then appeal_deadline_date
        end as deadline_date,
        deadline_kind,
        days_between(
            as_of_date,
            case deadline_kind
                when 'log' then log_deadline_date
                when 'refile' then refile_deadline_date
                when 'appeal' then appeal_deadline_date
            end
        ) as days_left,
        is_rule_assumed and coalesce(deadline_kind, '') <> 'log' as is_assumed
    from chosen
)
select * from final
