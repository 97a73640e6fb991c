-- One row per kind of lag, number of days and set of dimensions: histograms, from which medians come out exact.
-- lag_kind: service_to_payment or denial_to_resubmission
-- lag_days: whole days
-- month: first day of the payment date's month
-- payment_date: payment date of the first adjudication
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure as submitted
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary
-- source: 835 or log
-- category: category of the reason that stands for the line
-- root_cause: root cause of its denial
-- carc: CARC of that reason
-- rarc: remark of that reason
-- group_code: group of that reason
-- line_count: lines with this lag
-- core_line_count: of them: initially denied in core scope
-- broad_line_count: of them: initially denied in core or broad scope
-- day_sum: their days added up
-- core_day_sum: days of the lines denied in core scope added up
-- broad_day_sum: days of the lines denied in core or broad scope added up
with lines as (
    select * from counted_line
),
lags as (
    select
        'service_to_payment' as lag_kind,
        days_between(service_date, payment_date) as lag_days,
        lines.*
    from lines
    where is_in_rate
    union all
    select
        'denial_to_resubmission' as lag_kind,
        days_to_resubmission as lag_days,
        lines.*
    from lines
    where is_denied_broad
),
final as (
    -- a payment before the service is an error of the file and is left out; data_quality counts it
    select
        lag_kind,
        cast(lag_days as bigint) as lag_days,
        cast(date_trunc('month', payment_date) as date) as month,
        payment_date,
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
        count(*) as line_count,
        sum(case when is_denied_core then 1 else 0 end) as core_line_count,
        sum(case when is_denied_broad then 1 else 0 end) as broad_line_count,
        sum(lag_days) as day_sum,
        sum(case when is_denied_core then lag_days else 0 end) as core_day_sum,
        sum(case when is_denied_broad then lag_days else 0 end) as broad_day_sum
    from lags
    where lag_days >= 0
    group by
        lag_kind,
        lag_days,
        payment_date,
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
