-- One row per claim that was sent and that its payer has not decided: the last day for it to reach the payer.
-- family_id: the claim's family
-- patient_control_number: the practice's number
-- payer: payer as shown
-- payer_class: kind of plan
-- payer_sequence: primary, secondary or tertiary
-- procedure: procedure of the line with the largest charge
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- service_date: first day of service
-- last_submission_date: latest day on which it was sent
-- charge_amount: charge of the first submission (dollars)
-- standing: rejected (and not accepted since), accepted, or unanswered
-- payer_rule_id: rule in payer_rules.csv
-- is_assumed: that rule is an assumption
-- deadline_date: last day for the claim to reach the payer
-- days_left: days from the end of the data to that day; negative once it has passed
-- file_id: file of the first submission
-- segment_no: segment of its CLM
-- byte_offset: place of its CLM in the file (bytes)
with sent as (
    select * from family_submission
),
rules as (
    select * from payer_rule
),
spans as (
    select as_of_date from data_span
),
waiting as (
    select *
    from sent
    where first_payment_date is null and is_ambiguous = false and submission_count > 0
),
fitting as (
    select
        waiting.family_id,
        rules.rule_id,
        rules.is_assumed,
        days_after(waiting.service_date, rules.timely_filing_days) as deadline_date,
        row_number() over (
            partition by waiting.family_id
            order by rules.precedence, rules.valid_from desc nulls last, rules.rule_id
        ) as rule_no
    from waiting
    inner join rules
        on rules.payer_key = waiting.payer
        and rules.payer_class = waiting.payer_class
    where coalesce(rules.valid_from <= waiting.service_date, true)
        and coalesce(rules.valid_to >= waiting.service_date, true)
),
final as (
    select
        waiting.family_id,
        waiting.patient_control_number,
        waiting.payer,
        waiting.payer_class,
        waiting.payer_sequence,
        waiting.procedure,
        waiting.provider,
        waiting.place_of_service,
        waiting.service_date,
        waiting.last_submission_date,
        waiting.charge_amount,
        case
            when waiting.is_never_reached then 'rejected'
            when waiting.is_ever_accepted then 'accepted'
            else 'unanswered'
        end as standing,
        fitting.rule_id as payer_rule_id,
        coalesce(fitting.is_assumed, true) as is_assumed,
        fitting.deadline_date,
        days_between(spans.as_of_date, fitting.deadline_date) as days_left,
        waiting.first_submission_file_id as file_id,
        waiting.first_submission_segment_no as segment_no,
        waiting.first_submission_byte_offset as byte_offset
    from waiting
    left join fitting on fitting.family_id = waiting.family_id and fitting.rule_no = 1
    cross join spans
)
select * from final
