-- One row per build: how far the data reach.
-- first_date: first payment date of a remittance, or decision of a log where there is no remittance
-- newest_payment_date: last payment date; one more than 60 days after its own interchange is not believed
-- newest_submission_date: last day on which a claim was sent; more than 60 days after the last payment: not believed
-- newest_log_date: last decision in a denial log; more than 60 days after the last payment: not believed
-- as_of_date: "data through": the newest of the three; ages, days left and what is still open are counted to it
with claims as (
    select payment_date, interchange_date from claim_start
),
log_lines as (
    select payment_date from log_line
),
submissions as (
    select * from submission_event
),
remit_dates as (
    -- a date that a typing error set far ahead would make every open denial look old
    select payment_date
    from claims
    where interchange_date is null or days_between(interchange_date, payment_date) <= 60
),
remitted as (
    select
        min(payment_date) as first_date,
        max(payment_date) as newest_date
    from remit_dates
),
logged as (
    select
        min(payment_date) as first_date,
        max(payment_date) as newest_date
    from log_lines
),
paid as (
    select
        coalesce(remitted.first_date, logged.first_date) as first_date,
        coalesce(remitted.newest_date, logged.newest_date) as newest_date
    from remitted
    cross join logged
),
submitted as (
    select max(submissions.created_date) as newest_date
    from submissions
    cross join paid
    where paid.newest_date is null or days_between(paid.newest_date, submissions.created_date) <= 60
),
told as (
    -- a practice writes a denial down before its remittance is loaded: the open ones may be younger than the remits
    select max(log_lines.payment_date) as newest_date
    from log_lines
    cross join paid
    where days_between(paid.newest_date, log_lines.payment_date) <= 60
),
final as (
    select
        paid.first_date,
        paid.newest_date as newest_payment_date,
        submitted.newest_date as newest_submission_date,
        told.newest_date as newest_log_date,
        greatest(
            coalesce(paid.newest_date, submitted.newest_date),
            coalesce(submitted.newest_date, paid.newest_date),
            coalesce(told.newest_date, paid.newest_date, submitted.newest_date)
        ) as as_of_date
    from paid
    cross join submitted
    cross join told
)
select * from final
