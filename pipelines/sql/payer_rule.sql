-- One row per payer, kind of plan and rule about time limits that may apply; the first that holds on the day does.
-- payer_key: payer as shown
-- payer_class: kind of plan
-- precedence: 1 for a rule of both, 2 of the payer, 3 of the kind of plan, 4 of all
-- rule_id: the rule in payer_rules.csv
-- timely_filing_days: days from the service within which a claim must reach the payer
-- corrected_claim_days: days within which a corrected claim must
-- corrected_claim_from: what those count from: service or denial
-- appeal_days: days from the denial within which it may be appealed
-- is_assumed: the rule is an assumption, to be edited
-- valid_from: first day on which the rule holds, NULL for ever
-- valid_to: last day on which it holds, NULL for ever
with events as (
    select payer_key, payer_class from claim_event
),
log_lines as (
    select payer_key, payer_class from log_line
),
sent as (
    select payer as payer_key, payer_class from family_submission
),
rules as (
    select
        coalesce(nullif(payer_name, ''), '*') as rule_payer,
        coalesce(nullif(payer_class, ''), '*') as rule_class,
        rule_id,
        timely_filing_days,
        corrected_claim_days,
        corrected_claim_from,
        appeal_days,
        coalesce(cast(is_assumed as string), 'true') = 'true' as is_assumed,
        valid_from,
        valid_to
    from ref_payer_rules
),
met as (
    select * from events
    union
    select * from log_lines
    union
    select * from sent
),
wanted as (
    select payer_key, payer_class, payer_key as rule_payer, payer_class as rule_class, 1 as precedence from met
    union all
    select payer_key, payer_class, payer_key as rule_payer, '*' as rule_class, 2 as precedence from met
    union all
    select payer_key, payer_class, '*' as rule_payer, payer_class as rule_class, 3 as precedence from met
    union all
    select payer_key, payer_class, '*' as rule_payer, '*' as rule_class, 4 as precedence from met
),
final as (
    select
        wanted.payer_key,
        wanted.payer_class,
        wanted.precedence,
        rules.rule_id,
        rules.timely_filing_days,
        rules.corrected_claim_days,
        rules.corrected_claim_from,
        rules.appeal_days,
        rules.is_assumed,
        rules.valid_from,
        rules.valid_to
    from wanted
    inner join rules
        on rules.rule_payer = wanted.rule_payer
        and rules.rule_class = wanted.rule_class
)
select * from final
