-- One row per claim that counts: a family at its first adjudication, or the rows of one claim in a log.
-- claim_id: family id, or what holds the rows of one claim of a log together
-- family_id: the claim's family; of a claim of a log that of the same account, if it was sent
-- lead_line_id: the line that lends the claim its dimensions: largest charge, then first
-- month: first day of the payment date's month
-- payment_date: payment date of the first adjudication
-- submission_month: first day of the month in which the claim was first sent, NULL where it is not known
-- submission_date: day on which the claim was first sent
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure of the lead line
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary
-- source: 835 or log
-- category: category of the leading denied line, '(not given)' where no line is denied
-- root_cause: root cause of that denial
-- carc: CARC of that denial
-- rarc: remark of that denial
-- group_code: group of that denial
-- claim_count: claims decided, in rates
-- claim_amount: their charges (dollars)
-- rate_denied_core_count: claims in rates with every line denied in core scope
-- rate_denied_broad_count: claims in rates with every line denied in core or broad scope
-- rate_any_denied_core_count: claims in rates with a line denied in core scope
-- rate_any_denied_broad_count: claims in rates with a line denied in core or broad scope
-- denied_core_count: claims with every line denied in core scope, logs included
-- denied_broad_count: claims with every line denied in core or broad scope, logs included
-- any_denied_core_count: claims with a line denied in core scope, logs included
-- any_denied_broad_count: claims with a line denied in core or broad scope, logs included
-- first_pass_paid_count: claims in rates of which something was paid or left to the patient at the first adjudication
with lines as (
    select * from counted_line
),
amounts as (
    select claim_id, line_id, payment_date, charge_amount, file_id, transaction_no, claim_no, line_no
    from counted_line
),
denials as (
    select *
    from counted_line
    where is_denied_broad
),
days as (
    select
        claim_id,
        payment_date,
        sum(charge_amount) as charge_amount,
        max(charge_amount) as lead_amount,
        max(case when is_in_rate then 1 else 0 end) as in_rate,
        min(case when is_denied_core then 1 else 0 end) as all_core,
        min(case when is_denied_broad then 1 else 0 end) as all_broad,
        max(case when is_denied_core then 1 else 0 end) as any_core,
        max(case when is_denied_broad then 1 else 0 end) as any_broad,
        max(case when is_first_allowed then 1 else 0 end) as any_allowed
    from counted_line
    group by claim_id, payment_date
),
first_dates as (
    select
        claim_id,
        min(payment_date) as first_date
    from days
    group by claim_id
),
first_days as (
    -- lines that came into the claim later, by a corrected claim, are not part of its first adjudication
    select days.*
    from days
    inner join first_dates on first_dates.claim_id = days.claim_id
    where coalesce(days.payment_date = first_dates.first_date, first_dates.first_date is null)
),
largest as (
    select amounts.*
    from amounts
    inner join first_days
        on first_days.claim_id = amounts.claim_id
        and first_days.lead_amount = amounts.charge_amount
    where coalesce(amounts.payment_date = first_days.payment_date, first_days.payment_date is null)
),
largest_counts as (
    select
        claim_id,
        count(*) as line_count,
        min(line_id) as line_id
    from largest
    group by claim_id
),
tied as (
    select
        largest.claim_id,
        largest.line_id,
        row_number() over (
            partition by largest.claim_id
            order by largest.file_id, largest.transaction_no, largest.claim_no, largest.line_no, largest.line_id
        ) as line_no
    from largest
    inner join largest_counts on largest_counts.claim_id = largest.claim_id
    where largest_counts.line_count > 1
),
lead_ids as (
    select line_id from largest_counts where line_count = 1
    union all
    select line_id from tied where line_no = 1
),
leads as (
    select lines.*
    from lines
    inner join lead_ids on lead_ids.line_id = lines.line_id
),
denied_order as (
    select
        denials.*,
        row_number() over (
            partition by denials.claim_id
            order by case when denials.is_denied_core then 0 else 1 end, denials.charge_amount desc,
                denials.file_id, denials.transaction_no, denials.claim_no, denials.line_no, denials.line_id
        ) as denied_no
    from denials
    inner join first_days on first_days.claim_id = denials.claim_id
    where coalesce(denials.payment_date = first_days.payment_date, first_days.payment_date is null)
),
denied as (
    select * from denied_order
    where denied_no = 1
),
final as (
    select
        leads.claim_id,
        leads.family_id,
        leads.line_id as lead_line_id,
        cast(date_trunc('month', leads.payment_date) as date) as month,
        leads.payment_date,
        cast(date_trunc('month', leads.submission_date) as date) as submission_month,
        leads.submission_date,
        leads.payer,
        leads.payer_class,
        leads.procedure,
        leads.procedure_family,
        leads.provider,
        leads.place_of_service,
        leads.diagnosis_chapter,
        leads.payer_sequence,
        leads.source,
        coalesce(denied.category, '(not given)') as category,
        coalesce(denied.root_cause, '(not given)') as root_cause,
        coalesce(denied.carc, '(not given)') as carc,
        coalesce(denied.rarc, '(not given)') as rarc,
        coalesce(denied.group_code, '(not given)') as group_code,
        first_days.in_rate as claim_count,
        cast(case when first_days.in_rate = 1 then first_days.charge_amount else 0 end as decimal(18, 2))
            as claim_amount,
        first_days.in_rate * first_days.all_core as rate_denied_core_count,
        first_days.in_rate * first_days.all_broad as rate_denied_broad_count,
        first_days.in_rate * first_days.any_core as rate_any_denied_core_count,
        first_days.in_rate * first_days.any_broad as rate_any_denied_broad_count,
        first_days.all_core as denied_core_count,
        first_days.all_broad as denied_broad_count,
        first_days.any_core as any_denied_core_count,
        first_days.any_broad as any_denied_broad_count,
        first_days.in_rate * first_days.any_allowed as first_pass_paid_count
    from leads
    inner join first_days on first_days.claim_id = leads.claim_id
    left join denied on denied.claim_id = leads.claim_id
)
select * from final
