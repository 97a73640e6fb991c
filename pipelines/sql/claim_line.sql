-- One row per service line of a counted claim payment; a claim payment without lines is one line, number 0.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for the claim itself
-- family_id: the claim's family
-- line_key: the line within the family: the practice's line number where it lasts, else procedure, date and occurrence
-- event_no: order within the family
-- is_stray: a claim payment without lines in a family that began with lines; it cannot be laid to any of them
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
),
remit_lines as (
    select * from lake_remit_line
),
adjustments as (
    select * from lake_adjustment
),
line_counts as (
    select
        file_id,
        transaction_no,
        claim_no,
        count(*) as line_count
    from remit_lines
    group by file_id, transaction_no, claim_no
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
counted as (
    select
        events.*,
        coalesce(line_counts.line_count, 0) as line_count
    from events
    left join line_counts
        on line_counts.file_id = events.file_id
        and line_counts.transaction_no = events.transaction_no
        and line_counts.claim_no = events.claim_no
    where events.is_repeat = false
),
first_events as (
    select
        family_id,
        min(case when is_adjudicated then event_no end) as first_event_no
    from counted
    group by family_id
),
whole_families as (
    select counted.family_id
    from counted
    inner join first_events
        on first_events.family_id = counted.family_id
        and first_events.first_event_no = counted.event_no
    where counted.line_count = 0
),
all_lines as (
    select
        counted.file_id,
        counted.transaction_no,
        counted.claim_no,
        remit_lines.line_no,
        counted.family_id,
        counted.event_no,
        counted.is_adjudicated,
        coalesce(nullif(remit_lines.submitted_procedure_code, ''), nullif(remit_lines.procedure_code, ''),
            nullif(remit_lines.revenue_code, '')) as procedure_code,
        remit_lines.procedure_code as paid_procedure_code,
        coalesce(nullif(remit_lines.submitted_modifiers, ''), remit_lines.modifiers) as modifiers,
        remit_lines.revenue_code,
        coalesce(remit_lines.service_date, counted.first_service_date) as service_date,
        remit_lines.charge_amount,
        remit_lines.paid_amount,
        nullif(trim(remit_lines.line_control_number), '') as line_control_number,
        remit_lines.paid_units as units,
        coalesce(nullif(remit_lines.rendering_npi, ''), counted.rendering_npi) as rendering_npi,
        remit_lines.policy_reference,
        remit_lines.segment_no,
        remit_lines.byte_offset
    from counted
    inner join remit_lines
        on remit_lines.file_id = counted.file_id
        and remit_lines.transaction_no = counted.transaction_no
        and remit_lines.claim_no = counted.claim_no
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        0 as line_no,
        family_id,
        event_no,
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
    from counted
    where line_count = 0
),
explained as (
    select
        all_lines.*,
        coalesce(own.adjustment_amount, cast(0 as decimal(18, 2))) as own_adjustment_amount,
        all_lines.line_no > 0 and claim_level.adjustment_amount is not null
            and all_lines.charge_amount - all_lines.paid_amount <> coalesce(own.adjustment_amount, 0)
            as is_uncovered_otherwise,
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
keyed as (
    select
        *,
        coalesce(is_uncovered_otherwise, false) as is_covered,
        content_key || '~' || cast(row_number() over (
            partition by file_id, transaction_no, claim_no, content_key
            order by line_no
        ) as string) as occurrence_key,
        row_number() over (
            partition by file_id, transaction_no, claim_no
            order by case when is_uncovered_otherwise then 0 else 1 end,
                abs(charge_amount - paid_amount - own_adjustment_amount) desc nulls last, line_no
        ) as lead_no
    from explained
),
numbers_per_event as (
    select
        family_id,
        event_no,
        count(*) as line_count,
        count(distinct line_control_number) as number_count
    from keyed
    where is_adjudicated and line_no > 0
    group by family_id, event_no
),
families_with_repeats as (
    select family_id
    from numbers_per_event
    group by family_id
    having sum(line_count - number_count) > 0
),
families_per_number as (
    select family_id
    from keyed
    where is_adjudicated and line_no > 0
    group by family_id
    having count(distinct line_control_number) <= count(distinct occurrence_key)
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
            when families_per_number.family_id is not null and families_with_repeats.family_id is null
                then coalesce(keyed.line_control_number, keyed.occurrence_key)
            else keyed.occurrence_key
        end as line_key,
        keyed.event_no,
        keyed.line_no = 0 and whole_families.family_id is null as is_stray,
        keyed.procedure_code,
        keyed.paid_procedure_code,
        keyed.modifiers,
        keyed.revenue_code,
        keyed.service_date,
        keyed.charge_amount,
        keyed.paid_amount,
        cast(keyed.own_adjustment_amount as decimal(18, 2)) as own_adjustment_amount,
        keyed.is_covered,
        keyed.is_covered and keyed.lead_no = 1 as is_lead,
        keyed.units,
        keyed.rendering_npi,
        keyed.policy_reference,
        keyed.segment_no,
        keyed.byte_offset
    from keyed
    left join whole_families on whole_families.family_id = keyed.family_id
    left join families_per_number on families_per_number.family_id = keyed.family_id
    left join families_with_repeats on families_with_repeats.family_id = keyed.family_id
)
select * from final
