-- One row per paid line whose allowed amount is over a dollar below the payer's own usual: a candidate to look into.
-- family_id: the claim's family
-- line_key: the line within the family
-- file_id: file of the decision that stands
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- patient_control_number: the practice's number for the claim
-- payer: payer as shown
-- procedure: procedure as submitted
-- modifiers: modifiers as submitted
-- place_of_service: place of service code
-- units: units paid
-- service_date: service date
-- payment_date: payment date
-- charge_amount: charge (dollars)
-- allowed_amount: allowed (dollars): paid plus the patient's share
-- usual_amount: what the payer allowed most often for this in the year of the service (dollars)
-- usual_count: lines with that amount: at least 5, and at least half of all
-- short_amount: usual_amount - allowed_amount (dollars)
-- segment_no: segment of the line
-- byte_offset: place of that segment in the file (bytes)
with line_events as (
    select * from line_event
),
lines as (
    select * from claim_line
),
events as (
    select * from claim_event
),
ordered as (
    select
        line_events.*,
        row_number() over (
            partition by line_events.family_id, line_events.line_key
            order by line_events.event_no desc, line_events.line_no
        ) as latest_no
    from line_events
    where line_events.is_counted and line_events.is_reversed = false
        and line_events.payer_sequence = 'primary' and line_events.allowed_amount > 0
),
allowed as (
    -- a line cut for a reason that the payer gave is a partial denial and is told there
    select
        ordered.family_id,
        ordered.line_key,
        ordered.file_id,
        ordered.transaction_no,
        ordered.claim_no,
        ordered.line_no,
        events.patient_control_number,
        events.payer_code,
        events.payer_key as payer,
        ordered.procedure_code as procedure,
        coalesce(ordered.modifiers, '') as modifiers,
        events.place_of_service,
        lines.units,
        ordered.service_date,
        cast(date_trunc('year', ordered.service_date) as date) as service_year,
        ordered.payment_date,
        ordered.charge_amount,
        ordered.allowed_amount,
        ordered.segment_no,
        ordered.byte_offset
    from ordered
    inner join events
        on events.file_id = ordered.file_id
        and events.transaction_no = ordered.transaction_no
        and events.claim_no = ordered.claim_no
    inner join lines
        on lines.file_id = ordered.file_id
        and lines.transaction_no = ordered.transaction_no
        and lines.claim_no = ordered.claim_no
        and lines.line_no = ordered.line_no
    where ordered.latest_no = 1 and ordered.is_partial_denial = false
        and ordered.procedure_code is not null and ordered.service_date is not null
),
amounts as (
    select
        payer_code,
        procedure,
        modifiers,
        place_of_service,
        coalesce(units, cast(0 as decimal(18, 3))) as units,
        service_year,
        allowed_amount,
        count(*) as use_count
    from allowed
    group by payer_code, procedure, modifiers, place_of_service, coalesce(units, cast(0 as decimal(18, 3))),
        service_year, allowed_amount
),
amount_order as (
    select
        *,
        sum(use_count) over (
            partition by payer_code, procedure, modifiers, place_of_service, units, service_year
        ) as all_count,
        row_number() over (
            partition by payer_code, procedure, modifiers, place_of_service, units, service_year
            order by use_count desc, allowed_amount
        ) as amount_no
    from amounts
),
usual as (
    select *
    from amount_order
    where amount_no = 1 and use_count >= 5 and 2 * use_count >= all_count
),
final as (
    select
        allowed.family_id,
        allowed.line_key,
        allowed.file_id,
        allowed.transaction_no,
        allowed.claim_no,
        allowed.line_no,
        allowed.patient_control_number,
        allowed.payer,
        allowed.procedure,
        allowed.modifiers,
        allowed.place_of_service,
        allowed.units,
        allowed.service_date,
        allowed.payment_date,
        allowed.charge_amount,
        allowed.allowed_amount,
        usual.allowed_amount as usual_amount,
        usual.use_count as usual_count,
        cast(usual.allowed_amount - allowed.allowed_amount as decimal(18, 2)) as short_amount,
        allowed.segment_no,
        allowed.byte_offset
    from allowed
    inner join usual
        on usual.payer_code = allowed.payer_code
        and usual.procedure = allowed.procedure
        and usual.modifiers = allowed.modifiers
        and usual.place_of_service = allowed.place_of_service
        and usual.units = coalesce(allowed.units, cast(0 as decimal(18, 3)))
        and usual.service_year = allowed.service_year
    where usual.allowed_amount - allowed.allowed_amount > cast(1 as decimal(18, 2))
)
select * from final
