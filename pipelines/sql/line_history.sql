-- One row per line of a family that has been decided: its first adjudication and what stands now.
-- family_id: the claim's family
-- line_key: the line within the family
-- file_id: file of the first adjudication
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- event_no: order of the first adjudication within the family
-- event_count: adjudications of the line
-- first_payment_date: payment date of the first adjudication
-- charge_amount: charge at the first adjudication (dollars)
-- paid_amount: paid at the first adjudication (dollars)
-- allowed_amount: allowed at the first adjudication (dollars)
-- is_denied_core: initially denied, core scope
-- is_denied_broad: initially denied, core or broad scope
-- is_partial_denial: initially allowed in part with a core reason
-- is_whole_contractual: initially CO-45 alone on the whole charge
-- is_first_allowed: something was paid or left to the patient at first
-- state: paid, patient, denied_open, paid_after_denial, takeback, pending (reversed, undecided since) or zero_paid
-- allowed_date: first payment date after the first adjudication at which something was allowed and still stands
-- standing_paid_amount: paid by all decisions that still stand (dollars)
-- takeback_event_no: the denial that took the line back
-- last_payment_date: payment date of the last decision or reversal
-- is_takeback_core: that denial has a core reason
with several as (
    -- most lines are decided once; only the others have a history to be put in order
    select
        family_id,
        line_key
    from line_event
    where is_counted
    group by family_id, line_key
    having count(*) > 1
),
per_event as (
    select
        lines.family_id,
        lines.line_key,
        lines.event_no,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.payment_date,
        lines.is_reversed,
        min(lines.line_no) as line_no,
        sum(lines.charge_amount) as charge_amount,
        sum(lines.paid_amount) as paid_amount,
        sum(lines.allowed_amount) as allowed_amount,
        max(case when lines.paid_amount > 0 then 1 else 0 end) as paid,
        max(case when lines.has_patient_share then 1 else 0 end) as shared,
        min(case when lines.is_denied_core then 1 else 0 end) as denied_core,
        min(case when lines.is_denied_broad then 1 else 0 end) as denied_broad,
        max(case when lines.is_partial_denial then 1 else 0 end) as partial_denial,
        min(case when lines.is_whole_contractual then 1 else 0 end) as whole_contractual
    from line_event as lines
    inner join several on several.family_id = lines.family_id and several.line_key = lines.line_key
    where lines.is_counted
    group by lines.family_id, lines.line_key, lines.event_no, lines.file_id, lines.transaction_no, lines.claim_no,
        lines.payment_date, lines.is_reversed
),
ordered as (
    select
        *,
        row_number() over (partition by family_id, line_key order by event_no) as adjudication_no
    from per_event
),
first_events as (
    select *
    from ordered
    where adjudication_no = 1
),
standing as (
    select
        family_id,
        line_key,
        count(*) as event_count,
        max(payment_date) as last_payment_date,
        sum(case when is_reversed = false then 1 else 0 end) as standing_count,
        max(case when is_reversed = false then paid else 0 end) as standing_paid,
        max(case when is_reversed = false then shared else 0 end) as standing_shared,
        sum(case when is_reversed = false then paid_amount else cast(0 as decimal(18, 2)) end) as standing_paid_amount,
        min(case when is_reversed = false and adjudication_no > 1 and (paid = 1 or shared = 1) then payment_date end)
            as allowed_date,
        min(case when is_reversed = false and adjudication_no > 1 and denied_broad = 1 then event_no end)
            as takeback_event_no
    from ordered
    group by family_id, line_key
),
judged as (
    select
        first_events.family_id,
        first_events.line_key,
        first_events.file_id,
        first_events.transaction_no,
        first_events.claim_no,
        first_events.line_no,
        first_events.event_no,
        standing.event_count,
        first_events.payment_date as first_payment_date,
        cast(first_events.charge_amount as decimal(18, 2)) as charge_amount,
        cast(first_events.paid_amount as decimal(18, 2)) as paid_amount,
        cast(first_events.allowed_amount as decimal(18, 2)) as allowed_amount,
        first_events.denied_core = 1 as is_denied_core,
        first_events.denied_broad = 1 as is_denied_broad,
        first_events.partial_denial = 1 as is_partial_denial,
        first_events.whole_contractual = 1 as is_whole_contractual,
        first_events.paid = 1 or first_events.shared = 1 as is_first_allowed,
        case
            when standing.standing_count = 0 then 'pending'
            when first_events.denied_broad = 1 and (standing.standing_paid = 1 or standing.standing_shared = 1)
                then 'paid_after_denial'
            when first_events.denied_broad = 1 then 'denied_open'
            when standing.standing_paid = 1 then 'paid'
            when standing.standing_shared = 1 then 'patient'
            when (first_events.paid = 1 or first_events.shared = 1) and standing.takeback_event_no is not null
                then 'takeback'
            else 'zero_paid'
        end as state,
        standing.allowed_date,
        cast(standing.standing_paid_amount as decimal(18, 2)) as standing_paid_amount,
        standing.takeback_event_no,
        standing.last_payment_date
    from first_events
    inner join standing
        on standing.family_id = first_events.family_id
        and standing.line_key = first_events.line_key
),
final as (
    select
        judged.*,
        coalesce(taken.denied_core, 0) = 1 and judged.state = 'takeback' as is_takeback_core
    from judged
    left join ordered as taken
        on taken.family_id = judged.family_id
        and taken.line_key = judged.line_key
        and taken.event_no = judged.takeback_event_no
    union all
    select
        lines.family_id,
        lines.line_key,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        lines.event_no,
        cast(1 as bigint) as event_count,
        lines.payment_date as first_payment_date,
        lines.charge_amount,
        lines.paid_amount,
        lines.allowed_amount,
        lines.is_denied_core,
        lines.is_denied_broad,
        lines.is_partial_denial,
        lines.is_whole_contractual,
        coalesce(lines.paid_amount > 0, false) or lines.has_patient_share as is_first_allowed,
        case
            when lines.is_reversed then 'pending'
            when lines.is_denied_broad then 'denied_open'
            when lines.paid_amount > 0 then 'paid'
            when lines.has_patient_share then 'patient'
            else 'zero_paid'
        end as state,
        cast(null as date) as allowed_date,
        cast(case when lines.is_reversed then 0 else lines.paid_amount end as decimal(18, 2)) as standing_paid_amount,
        cast(null as bigint) as takeback_event_no,
        lines.payment_date as last_payment_date,
        false as is_takeback_core
    from line_event as lines
    left join several on several.family_id = lines.family_id and several.line_key = lines.line_key
    where lines.is_counted and several.family_id is null
)
select * from final
