-- Sums of the facts that are not the sums of the events under them.
with line_events as (
    select * from line_event
),
line_facts as (
    select * from line_fact
),
claim_facts as (
    select * from claim_fact
),
remit_facts as (
    select * from remit_fact
),
claim_events as (
    select * from claim_event
),
denials as (
    select * from denial
),
lags as (
    select * from lag_fact
),
cohorts as (
    select * from cohort_fact
),
appeals as (
    select * from appeal
),
appeal_facts as (
    select * from appeal_fact
),
sent as (
    select * from family_submission
),
spans as (
    -- a log may be newer than the remits, which say how far the data reach: its last denials were open for no day yet
    select * from data_span
),
first_numbers as (
    select
        family_id,
        line_key,
        min(event_no) as event_no
    from line_events
    where is_counted
    group by family_id, line_key
),
first_events as (
    select line_events.*
    from line_events
    inner join first_numbers
        on first_numbers.family_id = line_events.family_id
        and first_numbers.line_key = line_events.line_key
        and first_numbers.event_no = line_events.event_no
    where line_events.is_counted
),
sent_late as (
    -- of claims of logs that were sent after their own decision the first submission is not known
    select distinct family_id from claim_facts
    where family_id is not null and submission_date is null
),
pairs as (
    select
        'lines adjudicated' as what,
        (select sum(adjudicated_count) from line_facts where source = '835') as fact_sum,
        (select count(*) from first_numbers) as event_sum
    union all
    select
        'charges adjudicated' as what,
        (select sum(adjudicated_amount) from line_facts where source = '835') as fact_sum,
        (select sum(charge_amount) from first_events) as event_sum
    union all
    select
        'lines denied' as what,
        (select sum(denied_broad_count) from line_facts) as fact_sum,
        (select count(*) from denials) as event_sum
    union all
    select
        'lines denied, core' as what,
        (select sum(denied_core_count) from line_facts) as fact_sum,
        (select sum(case when is_core then 1 else 0 end) from denials) as event_sum
    union all
    select
        'dollars denied' as what,
        (select sum(denied_broad_amount) from line_facts) as fact_sum,
        (select sum(denied_amount) from denials) as event_sum
    union all
    select
        'claims' as what,
        (select count(*) from claim_facts where source = '835') as fact_sum,
        (select count(distinct family_id) from first_numbers) as event_sum
    union all
    select
        'remits' as what,
        (select sum(remit_count + duplicate_count) from remit_facts) as fact_sum,
        (select count(*) from claim_events where is_adjudicated and is_repeat = false) as event_sum
    union all
    select
        'resubmissions' as what,
        (select sum(broad_line_count) from lags where lag_kind = 'denial_to_resubmission') as fact_sum,
        (select sum(case when days_to_resubmission >= 0 then 1 else 0 end) from denials) as event_sum
    union all
    select
        'denials resolved or open' as what,
        (select sum(broad_line_count + broad_open_line_count) from lags where lag_kind = 'denial_to_resolution')
            as fact_sum,
        (select sum(case when days_between(denial_date, resolution_date) >= 0
                or (resolution_date is null and state in ('denied_open', 'pending') and denial_date <= as_of_date)
                then 1 else 0 end) from denials cross join spans) as event_sum
    union all
    select
        'appeals' as what,
        (select sum(appeal_broad_count) from appeal_facts) as fact_sum,
        (select count(*) from appeals) as event_sum
    union all
    select
        'dollars written off' as what,
        (select sum(written_off_broad_amount) from line_facts) as fact_sum,
        (select sum(written_off_amount) from denials) as event_sum
    union all
    select
        'claims of cohorts' as what,
        (select sum(adjudicated_count) from cohorts) as fact_sum,
        (select sum(claim_count) from claim_facts where submission_date is not null) as event_sum
    union all
    select
        'denied claims of cohorts' as what,
        (select sum(denied_broad_count) from cohorts) as fact_sum,
        (select sum(rate_denied_broad_count) from claim_facts where submission_date is not null) as event_sum
    union all
    select
        'denied dollars of cohorts' as what,
        (select sum(denied_broad_amount) from cohorts) as fact_sum,
        (select sum(rate_denied_broad_amount) from line_facts where submission_date is not null) as event_sum
    union all
    select
        'claims sent' as what,
        (select sum(sent_count) from cohorts) as fact_sum,
        (select count(*) from sent left join sent_late on sent_late.family_id = sent.family_id
            where sent.first_submission_date is not null and sent.is_ambiguous = false
                and sent_late.family_id is null) as event_sum
),
final as (
    select
        what,
        fact_sum,
        event_sum
    from pairs
    where coalesce(fact_sum, 0) <> coalesce(event_sum, 0)
)
select * from final
