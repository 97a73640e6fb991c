-- One row per service line of a counted claim payment; a claim payment without lines is one line, number 0.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for the claim itself
-- family_id: the claim's family
-- line_key: the line within the family: the practice's line number where it lasts, else procedure, date and occurrence
-- event_no: order within the family
-- payment_date: payment date of the claim payment
-- is_stray: a claim payment without lines in a family that began with lines; it cannot be laid to any of them
-- line_control_number: the practice's number of the line (REF*6R)
-- procedure_code: procedure as submitted, else as paid, else the revenue code
-- paid_procedure_code: procedure as the payer adjudicated it
-- modifiers: modifiers as submitted, else as paid
-- revenue_code: revenue code
-- service_date: date of the line, else of the claim
-- charge_amount: charge (dollars)
-- paid_amount: paid by this payer (dollars)
-- own_adjustment_amount: sum of the line's own adjustments (dollars)
-- is_covered: its own adjustments do not explain its charge, so the claim's adjustments cover it
-- is_lead: the covered line that carries the amounts of the claim's adjustments, so that they count once
-- units: units paid (thousandths kept)
-- rendering_npi: NPI of the rendering provider of the line, else of the claim
-- policy_reference: policy named by the payer (REF*0K)
-- segment_no: segment of the SVC, else of the CLP
-- byte_offset: place of that segment in the file (bytes)
with events as (
    select * from claim_event
    where is_repeat = false
),
remit_lines as (
    select * from lake_remit_line
),
adjustments as (
    select * from lake_adjustment
),
adjusted as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        sum(amount) as adjustment_amount
    from adjustments
    group by file_id, transaction_no, claim_no, line_no
),
bare as (
    -- claim payments without lines
    select events.*
    from events
    left join remit_lines
        on remit_lines.file_id = events.file_id
        and remit_lines.transaction_no = events.transaction_no
        and remit_lines.claim_no = events.claim_no
    where remit_lines.file_id is null
),
bare_families as (
    select family_id
    from bare
    where is_adjudicated
    group by family_id
),
first_events as (
    select
        events.family_id,
        min(events.event_no) as first_event_no
    from events
    inner join bare_families on bare_families.family_id = events.family_id
    where events.is_adjudicated
    group by events.family_id
),
whole_families as (
    select bare.family_id
    from bare
    inner join first_events
        on first_events.family_id = bare.family_id
        and first_events.first_event_no = bare.event_no
),
all_lines as (
    select
        events.file_id,
        events.transaction_no,
        events.claim_no,
        remit_lines.line_no,
        events.family_id,
        events.event_no,
        events.payment_date,
        events.is_adjudicated,
        coalesce(nullif(remit_lines.submitted_procedure_code, ''), nullif(remit_lines.procedure_code, ''),
            nullif(remit_lines.revenue_code, '')) as procedure_code,
        remit_lines.procedure_code as paid_procedure_code,
        coalesce(nullif(remit_lines.submitted_modifiers, ''), remit_lines.modifiers) as modifiers,
        remit_lines.revenue_code,
        coalesce(remit_lines.service_date, events.first_service_date) as service_date,
        remit_lines.charge_amount,
        remit_lines.paid_amount,
        nullif(trim(remit_lines.line_control_number), '') as line_control_number,
        remit_lines.paid_units as units,
        coalesce(nullif(remit_lines.rendering_npi, ''), events.rendering_npi) as rendering_npi,
        remit_lines.policy_reference,
        remit_lines.segment_no,
        remit_lines.byte_offset
    from remit_lines
    inner join events
        on events.file_id = remit_lines.file_id
        and events.transaction_no = remit_lines.transaction_no
        and events.claim_no = remit_lines.claim_no
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        0 as line_no,
        family_id,
        event_no,
        payment_date,
        is_adjudicated,
        cast(null as string) as procedure_code,
        cast(null as string) as paid_procedure_code,
        cast(null as string) as modifiers,
        cast(null as string) as revenue_code,
        first_service_date as service_date,
        charge_amount,
        paid_amount,
        cast(null as string) as line_control_number,
        cast(null as decimal(18, 3)) as units,
        rendering_npi,
        cast(null as string) as policy_reference,
        segment_no,
        byte_offset
    from bare
),
explained as (
    select
        all_lines.*,
        coalesce(own.adjustment_amount, cast(0 as decimal(18, 2))) as own_adjustment_amount,
        coalesce(all_lines.line_no > 0 and claim_level.adjustment_amount is not null
            and all_lines.charge_amount - all_lines.paid_amount <> coalesce(own.adjustment_amount, 0), false)
            as is_covered,
        coalesce(all_lines.procedure_code, '') || '~' || coalesce(cast(all_lines.service_date as string), '')
            as content_key
    from all_lines
    left join adjusted as own
        on own.file_id = all_lines.file_id
        and own.transaction_no = all_lines.transaction_no
        and own.claim_no = all_lines.claim_no
        and own.line_no = all_lines.line_no
    left join adjusted as claim_level
        on claim_level.file_id = all_lines.file_id
        and claim_level.transaction_no = all_lines.transaction_no
        and claim_level.claim_no = all_lines.claim_no
        and claim_level.line_no = 0
),
leads as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        row_number() over (
            partition by file_id, transaction_no, claim_no
            order by abs(charge_amount - paid_amount - own_adjustment_amount) desc nulls last, line_no
        ) as lead_no
    from explained
    where is_covered
),
alike as (
    select
        file_id,
        transaction_no,
        claim_no,
        content_key
    from explained
    group by file_id, transaction_no, claim_no, content_key
    having count(*) > 1
),
occurrences as (
    select
        explained.file_id,
        explained.transaction_no,
        explained.claim_no,
        explained.line_no,
        row_number() over (
            partition by explained.file_id, explained.transaction_no, explained.claim_no, explained.content_key
            order by explained.line_no
        ) as occurrence_no
    from explained
    inner join alike
        on alike.file_id = explained.file_id
        and alike.transaction_no = explained.transaction_no
        and alike.claim_no = explained.claim_no
        and alike.content_key = explained.content_key
),
keyed as (
    select
        explained.*,
        coalesce(leads.lead_no = 1, false) as is_lead,
        explained.content_key || '~' || cast(coalesce(occurrences.occurrence_no, 1) as string) as occurrence_key
    from explained
    left join leads
        on leads.file_id = explained.file_id
        and leads.transaction_no = explained.transaction_no
        and leads.claim_no = explained.claim_no
        and leads.line_no = explained.line_no
    left join occurrences
        on occurrences.file_id = explained.file_id
        and occurrences.transaction_no = explained.transaction_no
        and occurrences.claim_no = explained.claim_no
        and occurrences.line_no = explained.line_no
),
adjudications as (
    select
        family_id,
        min(case when is_adjudicated and line_no > 0 then event_no end) as first_event_no,
        max(case when is_adjudicated and line_no > 0 then event_no end) as last_event_no
    from keyed
    group by family_id
),
repeated_numbers as (
    select
        family_id,
        event_no,
        line_control_number
    from keyed
    where is_adjudicated and line_no > 0
    group by family_id, event_no, line_control_number
    having count(*) > 1 or line_control_number is null
),
unnumbered_families as (
    -- the practice's line numbers do not last: some line has none, two share one, or later decisions have other numbers
    select family_id
    from adjudications
    where first_event_no is null
    union
    select family_id
    from repeated_numbers
    union
    select keyed.family_id
    from keyed
    inner join adjudications on adjudications.family_id = keyed.family_id
    where adjudications.first_event_no < adjudications.last_event_no and keyed.is_adjudicated and keyed.line_no > 0
    group by keyed.family_id
    having count(distinct keyed.line_control_number) > count(distinct keyed.occurrence_key)
),
final as (
    select
        keyed.file_id,
        keyed.transaction_no,
        keyed.claim_no,
        keyed.line_no,
        keyed.family_id,
        case
            when whole_families.family_id is not null or keyed.line_no = 0 then 'claim'
            when unnumbered_families.family_id is null then coalesce(keyed.line_control_number, keyed.occurrence_key)
            else keyed.occurrence_key
        end as line_key,
        keyed.event_no,
        keyed.payment_date,
        keyed.line_no = 0 and whole_families.family_id is null as is_stray,
        keyed.line_control_number,
        keyed.procedure_code,
        keyed.paid_procedure_code,
        keyed.modifiers,
        keyed.revenue_code,
        keyed.service_date,
        keyed.charge_amount,
        keyed.paid_amount,
        cast(keyed.own_adjustment_amount as decimal(18, 2)) as own_adjustment_amount,
        keyed.is_covered,
        keyed.is_lead,
        keyed.units,
        keyed.rendering_npi,
        keyed.policy_reference,
        keyed.segment_no,
        keyed.byte_offset
    from keyed
    left join whole_families on whole_families.family_id = keyed.family_id
    left join unnumbered_families on unnumbered_families.family_id = keyed.family_id
)
select * from final
