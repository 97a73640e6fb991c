-- One row per appeal request of a denial log and denial that it speaks of.
-- appeal_id: '<claim_id>~<level>~<appeal date>'
-- claim_id: the family, or for a denial that only a log knows the claim as line_fact has it
-- denial_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'
-- family_id: the claim's family, NULL for a log row
-- line_key: the line within the family, NULL for a log row
-- appeal_date: day of the appeal, NULL where the log only says that there was one
-- appeal_level: level as written, in lower case
-- outcome: overturned, partly_overturned, upheld or open
-- decided_date: day on which it was decided, by the log or else the payment date of the decision; NULL while open
-- denied_amount: charge of the denied line (dollars)
-- recovered_amount: paid after the denial (dollars); 0 unless overturned
-- file_id: file of the log
-- row_no: row of the sheet
with log_rows as (
    select file_id, row_no, is_appealed, appeal_date, appeal_level from lake_log_row
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
history as (
    select * from line_history
),
line_events as (
    select * from line_event
),
told as (
    select
        file_id,
        row_no,
        appeal_date,
        lower(trim(coalesce(appeal_level, ''))) as appeal_level
    from log_rows
    where coalesce(is_appealed, false) or appeal_date is not null
),
about as (
    select
        told.file_id,
        told.row_no,
        told.appeal_date,
        told.appeal_level,
        history.family_id as claim_id,
        history.family_id || '|' || history.line_key as denial_id,
        history.family_id,
        history.line_key,
        history.first_payment_date as denial_date,
        history.charge_amount as denied_amount,
        history.standing_paid_amount as recovered_amount
    from told
    inner join log_matches
        on log_matches.file_id = told.file_id
        and log_matches.row_no = told.row_no
    inner join history
        on history.family_id = log_matches.family_id
        and history.line_key = log_matches.line_key
    where history.is_denied_broad
    union all
    select
        told.file_id,
        told.row_no,
        told.appeal_date,
        told.appeal_level,
        'log ' || case when firsts.patient_control_number is null then firsts.log_key
            else firsts.payer_code || '~' || upper(firsts.patient_control_number) || '~'
                || coalesce(cast(firsts.service_date as string), '') end as claim_id,
        'log-' || firsts.file_id || '-' || cast(firsts.row_no as string) as denial_id,
        cast(null as string) as family_id,
        cast(null as string) as line_key,
        firsts.payment_date as denial_date,
        firsts.charge_amount as denied_amount,
        coalesce(log_lines.recovered_amount, cast(0 as decimal(18, 2))) as recovered_amount
    from told
    inner join log_lines
        on log_lines.file_id = told.file_id
        and log_lines.row_no = told.row_no
    inner join log_lines as firsts
        on firsts.log_key = log_lines.log_key
        and firsts.is_counted
        and firsts.is_denied_broad
),
known_days as (
    select
        claim_id,
        appeal_level,
        max(appeal_date) as last_date
    from about
    where appeal_date is not null
    group by claim_id, appeal_level
),
last_days as (
    select
        claim_id,
        max(last_date) as last_date
    from known_days
    group by claim_id
),
dated as (
    -- a row without a day means the appeal whose day another row gives: of its level, else of one that tells no level
    select
        about.file_id,
        about.row_no,
        coalesce(
            about.appeal_date,
            same.last_date,
            plain.last_date,
            case when about.appeal_level = '' then last_days.last_date end
        ) as appeal_date,
        about.appeal_level,
        about.claim_id,
        about.denial_id,
        about.family_id,
        about.line_key,
        about.denial_date,
        about.denied_amount,
        about.recovered_amount
    from about
    left join known_days as same
        on same.claim_id = about.claim_id
        and same.appeal_level = about.appeal_level
    left join known_days as plain
        on plain.claim_id = about.claim_id
        and plain.appeal_level = ''
    left join last_days on last_days.claim_id = about.claim_id
),
known_levels as (
    select
        claim_id,
        appeal_date,
        max(appeal_level) as appeal_level
    from dated
    group by claim_id, appeal_date
),
clear as (
    -- and a row without a level that of the same day
    select
        dated.file_id,
        dated.row_no,
        dated.appeal_date,
        case when dated.appeal_level <> '' then dated.appeal_level else known_levels.appeal_level end as appeal_level,
        dated.claim_id,
        dated.denial_id,
        dated.family_id,
        dated.line_key,
        dated.denial_date,
        dated.denied_amount,
        dated.recovered_amount
    from dated
    inner join known_levels
        on known_levels.claim_id = dated.claim_id
        and coalesce(cast(known_levels.appeal_date as string), '') = coalesce(cast(dated.appeal_date as string), '')
),
requests as (
    select
        clear.claim_id || '~' || clear.appeal_level || '~' || coalesce(cast(clear.appeal_date as string), '')
            as appeal_id,
        clear.claim_id,
        clear.denial_id,
        clear.family_id,
        clear.line_key,
        clear.appeal_date,
        clear.appeal_level,
        max(coalesce(clear.appeal_date, clear.denial_date)) as from_date,
        max(clear.denied_amount) as denied_amount,
        max(clear.recovered_amount) as recovered_amount,
        max(case when log_outcomes.outcome = 'overturned' then 1 else 0 end) as said_overturned,
        max(case when log_outcomes.outcome = 'partly_overturned' then 1 else 0 end) as said_partly,
        max(case when log_outcomes.outcome = 'upheld' then 1 else 0 end) as said_upheld,
        max(log_outcomes.closed_date) as closed_date,
        min(clear.file_id) as file_id
    from clear
    left join log_outcomes
        on log_outcomes.file_id = clear.file_id
        and log_outcomes.row_no = clear.row_no
    group by clear.claim_id, clear.denial_id, clear.family_id, clear.line_key, clear.appeal_date, clear.appeal_level
),
first_rows as (
    select
        clear.denial_id,
        clear.appeal_date,
        clear.appeal_level,
        clear.file_id,
        min(clear.row_no) as row_no
    from clear
    group by clear.denial_id, clear.appeal_date, clear.appeal_level, clear.file_id
),
followed as (
    select
        *,
        min(from_date) over (
            partition by denial_id
            order by from_date, appeal_level
            rows between 1 following and 1 following
        ) as next_date
    from requests
),
decisions as (
    -- where the log says no outcome the next remittance does, unless a further appeal came before it
    select
        followed.appeal_id,
        followed.denial_id,
        min(case when line_events.paid_amount > 0 or line_events.has_patient_share then line_events.payment_date end)
            as allowed_date,
        min(case when line_events.is_denied_core then line_events.payment_date end) as denied_date
    from followed
    inner join line_events
        on line_events.family_id = followed.family_id
        and line_events.line_key = followed.line_key
    where line_events.is_counted
        and line_events.is_reversed = false
        and line_events.payment_date > followed.from_date
        and (followed.next_date is null or line_events.payment_date <= followed.next_date)
    group by followed.appeal_id, followed.denial_id
),
judged as (
    select
        followed.*,
        decisions.allowed_date,
        decisions.denied_date,
        case
            when followed.said_overturned = 1 then 'overturned'
            when followed.said_partly = 1 then 'partly_overturned'
            when followed.said_upheld = 1 then 'upheld'
            when decisions.denied_date < decisions.allowed_date then 'upheld'
            when decisions.allowed_date is not null then 'overturned'
            when decisions.denied_date is not null then 'upheld'
            when followed.family_id is null and followed.recovered_amount > 0 then 'overturned'
            when followed.next_date is not null then 'upheld'
            else 'open'
        end as outcome
    from followed
    left join decisions
        on decisions.appeal_id = followed.appeal_id
        and decisions.denial_id = followed.denial_id
),
final as (
    select
        judged.appeal_id,
        judged.claim_id,
        judged.denial_id,
        judged.family_id,
        judged.line_key,
        judged.appeal_date,
        nullif(judged.appeal_level, '') as appeal_level,
        judged.outcome,
        case
            when judged.outcome = 'open' then null
            when judged.closed_date is not null then judged.closed_date
            when judged.outcome = 'upheld' then judged.denied_date
            else judged.allowed_date
        end as decided_date,
        judged.denied_amount,
        case when judged.outcome in ('overturned', 'partly_overturned') then judged.recovered_amount
            else cast(0 as decimal(18, 2)) end as recovered_amount,
        judged.file_id,
        first_rows.row_no
    from judged
    inner join first_rows
        on first_rows.denial_id = judged.denial_id
        and coalesce(cast(first_rows.appeal_date as string), '') = coalesce(cast(judged.appeal_date as string), '')
        and first_rows.appeal_level = judged.appeal_level
        and first_rows.file_id = judged.file_id
)
select * from final
