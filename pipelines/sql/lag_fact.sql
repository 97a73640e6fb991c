-- One row per kind of lag, number of days and set of dimensions: histograms, from which medians come out exact.
-- lag_kind: which lag, as kpis.py has them; service_to_submission and submission_to_remit are of claims
-- lag_source: what tells the end: 835, 837 or log; of what is still open, where it would stand
-- lag_days: whole days; of what is still open, days until the end of the data or of the denial
-- month: first day of the payment date's month
-- payment_date: payment date of the first adjudication; of the lags of claims, the day on which the claim was sent
-- submission_month: first day of the month in which the claim was first sent, NULL where it is not known
-- submission_date: day on which the claim was first sent
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure as submitted; of a claim, that of its lead line
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary
-- source: 835 or log; of a claim that is not decided 837
-- category: category of the reason that stands for the line
-- root_cause: root cause of its denial
-- carc: CARC of that reason
-- rarc: remark of that reason
-- group_code: group of that reason
-- line_count: lines (or claims) with this lag
-- core_line_count: of them: initially denied in core scope
-- broad_line_count: of them: initially denied in core or broad scope
-- open_line_count: lines (or claims) that have been open for so many days
-- core_open_line_count: of them: initially denied in core scope
-- broad_open_line_count: of them: initially denied in core or broad scope
-- day_sum: days of what is done added up
-- core_day_sum: days of the lines denied in core scope added up
-- broad_day_sum: days of the lines denied in core or broad scope added up
with spans as (
    select as_of_date from data_span
),
denied as (
    -- a denial that was paid or closed is watched no longer for what did not happen until then
    select
        lines.*,
        spans.as_of_date,
        case when lines.resolution_date >= lines.payment_date and lines.resolution_date < spans.as_of_date
            then lines.resolution_date else spans.as_of_date end as watched_date
    from counted_line as lines
    cross join spans
    where lines.is_denied_broad
),
starts as (
    -- what began and, if it did, what ended it
    select
        'service_to_payment' as lag_kind,
        source as lag_source,
        service_date as start_date,
        payment_date as end_date,
        cast(null as date) as last_date,
        payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        is_denied_core,
        is_denied_broad
    from counted_line as lines
    where is_in_rate
    union all
    select
        'denial_to_resubmission' as lag_kind,
        coalesce(resubmission_source, '837') as lag_source,
        payment_date as start_date,
        resubmission_date as end_date,
        watched_date as last_date,
        payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        is_denied_core,
        is_denied_broad
    from denied
    where resubmission_date is not null or submission_count > 0
    union all
    select
        'denial_to_next_remit' as lag_kind,
        '835' as lag_source,
        payment_date as start_date,
        bound_date as end_date,
        watched_date as last_date,
        payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        is_denied_core,
        is_denied_broad
    from denied
    where source = '835' and submission_count = 0 and resubmission_date is null
    union all
    select
        'resubmission_to_answer' as lag_kind,
        '835' as lag_source,
        resubmission_date as start_date,
        answer_date as end_date,
        watched_date as last_date,
        payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        is_denied_core,
        is_denied_broad
    from denied
    where resubmission_date is not null and source = '835'
    union all
    select
        'denial_to_resolution' as lag_kind,
        case when source = 'log' then 'log' else '835' end as lag_source,
        payment_date as start_date,
        resolution_date as end_date,
        case when state in ('denied_open', 'pending') then as_of_date end as last_date,
        payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        is_denied_core,
        is_denied_broad
    from denied
    union all
    select
        'service_to_submission' as lag_kind,
        submission_source as lag_source,
        service_date as start_date,
        submission_date as end_date,
        cast(null as date) as last_date,
        submission_date as payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        denied_core_count > 0 as is_denied_core,
        denied_broad_count > 0 as is_denied_broad
    from cohort_fact as cohorts
    union all
    select
        'submission_to_remit' as lag_kind,
        case when source = 'log' then 'log' else '835' end as lag_source,
        submission_date as start_date,
        payment_date as end_date,
        spans.as_of_date as last_date,
        submission_date as payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        denied_core_count > 0 as is_denied_core,
        denied_broad_count > 0 as is_denied_broad
    from cohort_fact as cohorts
    cross join spans
    -- a decision without a date has no days, and is nothing that is still open
    where payment_date is not null or (awaited_count = 1 and adjudicated_count = 0)
),
lags as (
    select
        *,
        end_date is null as is_open,
        days_between(start_date, coalesce(end_date, last_date)) as lag_days
    from starts
),
final as (
    -- an end before the start is an error of the file and is left out; data_quality counts it
    select
        lag_kind,
        lag_source,
        cast(lag_days as bigint) as lag_days,
        cast(date_trunc('month', payment_date) as date) as month,
        payment_date,
        cast(date_trunc('month', submission_date) as date) as submission_month,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        sum(case when is_open then 0 else 1 end) as line_count,
        sum(case when is_denied_core and is_open = false then 1 else 0 end) as core_line_count,
        sum(case when is_denied_broad and is_open = false then 1 else 0 end) as broad_line_count,
        sum(case when is_open then 1 else 0 end) as open_line_count,
        sum(case when is_denied_core and is_open then 1 else 0 end) as core_open_line_count,
        sum(case when is_denied_broad and is_open then 1 else 0 end) as broad_open_line_count,
        sum(case when is_open then 0 else lag_days end) as day_sum,
        sum(case when is_denied_core and is_open = false then lag_days else 0 end) as core_day_sum,
        sum(case when is_denied_broad and is_open = false then lag_days else 0 end) as broad_day_sum
    from lags
    where lag_days >= 0
    group by
        lag_kind,
        lag_source,
        lag_days,
        payment_date,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code
)
select * from final
