-- One row per line of a family that has been decided: its first adjudication, every dimension, and what became of it.
-- family_id: the claim's family
-- line_key: the line within the family
-- file_id: file of the first adjudication
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for a claim without lines
-- event_count: adjudications of the line
-- payer: payer as shown
-- payer_class: kind of plan
-- payer_sequence: primary, secondary or tertiary
-- payment_date: payment date of the first adjudication
-- procedure: procedure as submitted, '(not given)' where there is none
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_code: first diagnosis of the matching 837, else of the matching log row
-- diagnosis_codes: all its diagnoses
-- diagnosis_chapter: chapter of the first diagnosis
-- service_date: service date
-- charge_amount: charge at the first adjudication (dollars)
-- paid_amount: paid at the first adjudication (dollars)
-- allowed_amount: allowed at the first adjudication (dollars)
-- is_denied_core: initially denied, core scope
-- is_denied_broad: initially denied, core or broad scope
-- is_partial_denial: initially allowed in part with a core reason
-- is_whole_contractual: initially CO-45 alone on the whole charge
-- is_first_allowed: something was paid or left to the patient at first
-- state: paid, patient, paid_after_denial, denied_open, denied_final, written_off, takeback, pending or zero_paid
-- is_takeback_core: the denial that took the line back has a core reason
-- recovered_amount: paid after an initial denial and still standing (dollars)
-- submission_count: submissions of a denied line's claim in 837s
-- resubmission_date: first day after the denial on which the claim was sent again
-- written_off_amount: charge of a line that was written off, else 0 (dollars)
-- overturned_by: payer (corrected without being asked), resubmission or appeal; NULL where not overturned or not known
-- group_code: group of the reason that stands for the line: its denial, partial denial or takeback
-- carc: CARC of that reason
-- rarc: remark of that adjudication
-- category: category of that reason
-- mn_tier: medical-necessity tier of that adjudication, '' where none
with history as (
    select * from line_history
),
deciding as (
    -- the adjudication whose reason stands for the line; a taken-back line was not denied at first
    select
        family_id,
        line_key,
        case when is_denied_broad or is_partial_denial then event_no else takeback_event_no end as event_no
    from line_history
    where is_denied_broad or is_partial_denial or state = 'takeback'
),
events as (
    select * from claim_event
),
lines as (
    select * from claim_line
),
line_events as (
    select * from line_event
),
reasons as (
    select * from line_reason
),
resubmissions as (
    select * from resubmission
),
outcomes as (
    select * from line_outcome
),
procedures as (
    select * from procedure_match
),
diagnoses as (
    select * from diagnosis_match
),
providers as (
    select * from provider_match
),
log_lines as (
    select * from log_line
),
log_matches as (
    select * from log_match
),
log_diagnoses as (
    select
        log_matches.family_id,
        log_matches.line_key,
        log_lines.diagnosis_code,
        log_lines.diagnosis_codes,
        row_number() over (
            partition by log_matches.family_id, log_matches.line_key
            order by log_lines.file_id, log_lines.row_no
        ) as entry_no
    from log_matches
    inner join log_lines
        on log_lines.file_id = log_matches.file_id
        and log_lines.row_no = log_matches.row_no
    where coalesce(log_lines.diagnosis_code, '') <> ''
),
deciding_lines as (
    select
        line_events.family_id,
        line_events.line_key,
        line_events.event_no,
        min(line_events.line_no) as line_no,
        min(nullif(line_events.mn_tier, '')) as mn_tier
    from line_events
    inner join deciding
        on deciding.family_id = line_events.family_id
        and deciding.line_key = line_events.line_key
        and deciding.event_no = line_events.event_no
    where line_events.is_counted
    group by line_events.family_id, line_events.line_key, line_events.event_no
),
deciding_reasons as (
    select
        deciding_lines.family_id,
        deciding_lines.line_key,
        max(deciding_lines.mn_tier) as mn_tier,
        max(case when reasons.kind = 'CARC' then coalesce(reasons.group_code, '(not given)') end) as group_code,
        max(case when reasons.kind = 'CARC' then reasons.code end) as carc,
        max(case when reasons.kind = 'CARC' then reasons.category end) as category,
        max(case when reasons.kind = 'RARC' then reasons.code end) as rarc
    from deciding_lines
    left join reasons
        on reasons.family_id = deciding_lines.family_id
        and reasons.line_key = deciding_lines.line_key
        and reasons.event_no = deciding_lines.event_no
        and reasons.line_no = deciding_lines.line_no
        and reasons.is_principal
    group by deciding_lines.family_id, deciding_lines.line_key
),
final as (
    select
        history.family_id,
        history.line_key,
        history.file_id,
        history.transaction_no,
        history.claim_no,
        history.line_no,
        history.event_count,
        events.payer_key as payer,
        events.payer_class,
        events.payer_sequence,
        history.first_payment_date as payment_date,
        coalesce(lines.procedure_code, '(not given)') as procedure,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        coalesce(providers.provider, case when lines.rendering_npi = events.rendering_npi or lines.rendering_npi is null
            then events.provider else lines.rendering_npi end) as provider,
        events.place_of_service,
        coalesce(events.diagnosis_code, log_diagnoses.diagnosis_code) as diagnosis_code,
        coalesce(events.diagnosis_codes, log_diagnoses.diagnosis_codes) as diagnosis_codes,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        lines.service_date,
        history.charge_amount,
        history.paid_amount,
        history.allowed_amount,
        history.is_denied_core,
        history.is_denied_broad,
        history.is_partial_denial,
        history.is_whole_contractual,
        history.is_first_allowed,
        coalesce(outcomes.state, history.state) as state,
        history.is_takeback_core,
        case when history.is_denied_broad then history.standing_paid_amount else cast(0 as decimal(18, 2)) end
            as recovered_amount,
        coalesce(resubmissions.submission_count, 0) as submission_count,
        resubmissions.resubmission_date,
        coalesce(outcomes.written_off_amount, cast(0 as decimal(18, 2))) as written_off_amount,
        outcomes.overturned_by,
        deciding_reasons.group_code,
        deciding_reasons.carc,
        deciding_reasons.rarc,
        deciding_reasons.category,
        coalesce(deciding_reasons.mn_tier, '') as mn_tier
    from history
    inner join events
        on events.file_id = history.file_id
        and events.transaction_no = history.transaction_no
        and events.claim_no = history.claim_no
    inner join lines
        on lines.file_id = history.file_id
        and lines.transaction_no = history.transaction_no
        and lines.claim_no = history.claim_no
        and lines.line_no = history.line_no
    left join resubmissions
        on resubmissions.family_id = history.family_id
        and resubmissions.line_key = history.line_key
    left join outcomes
        on outcomes.family_id = history.family_id
        and outcomes.line_key = history.line_key
    left join deciding_reasons
        on deciding_reasons.family_id = history.family_id
        and deciding_reasons.line_key = history.line_key
    left join procedures on procedures.procedure_code = lines.procedure_code
    left join log_diagnoses
        on log_diagnoses.family_id = history.family_id
        and log_diagnoses.line_key = history.line_key
        and log_diagnoses.entry_no = 1
    left join diagnoses
        on diagnoses.diagnosis_code = coalesce(events.diagnosis_code, log_diagnoses.diagnosis_code)
    left join providers on providers.rendering_npi = lines.rendering_npi
)
select * from final
