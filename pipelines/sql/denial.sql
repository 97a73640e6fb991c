-- One row per initial denial (core or broad) with its class, its root cause and what became of it.
-- denial_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'
-- source: 835 or log
-- family_id: the claim's family, NULL for a log row
-- line_key: the line within the family, NULL for a log row
-- file_id: file of the denial
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- row_no: row of the sheet
-- patient_control_number: the practice's number for the claim
-- payer_key: payer as shown
-- payer_class: kind of plan
-- payer_sequence: primary, secondary or tertiary
-- procedure_code: procedure as submitted
-- procedure_family: group of procedures
-- modifiers: modifiers as submitted
-- provider_id: NPI of the rendering provider
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses
-- diagnosis_chapter: chapter of the first diagnosis
-- service_date: service date
-- denial_date: payment date of the denial, or the log's denial date
-- month: first day of the denial date's month
-- charge_amount: charge of the denied line (dollars)
-- denied_amount: dollars denied: the gross charge of the denied line
-- is_core: denied in core scope; the others only in broad scope
-- group_code: group of the principal reason
-- carc: principal CARC
-- rarc: principal remark, '(not given)' where there is none
-- category: category of the principal reason; of a log without a known code, that of the root cause
-- is_preventable: the category is one that a practice can prevent
-- mn_tier: medical-necessity tier A, B or C, '' where none
-- root_cause: the root cause
-- is_determined: the root cause says why
-- rule_id: rule that decided it
-- evidence: what the rule found, in words
-- confidence: high, medium or low
-- is_overridden: a person set the root cause
-- is_in_rate: counted in rates
-- state: paid_after_denial, denied_open, denied_final, written_off or pending
-- state_reason: why it is so, in words
-- recovered_amount: paid after the denial (dollars)
-- overturned_by: payer, resubmission or appeal
-- first_submission_date: day on which the claim was first sent, NULL where it is not known
-- submission_source: where that was read: 837 or log
-- submission_count: submissions of the claim in 837s
-- resubmission_date: first day after the denial on which the claim was sent again
-- resubmission_source: where that was read: 837 or log
-- answer_date: payment date of the first decision after that day
-- bound_date: where no submission is known: payment date of the next decision, an upper bound of that day
-- days_to_resubmission: days from the denial to the resubmission
-- resolution_date: day of the payment after the denial, or on which it was closed or written off; NULL while open
-- written_off_amount: its charge if it was written off, else 0 (dollars)
-- deadline_date: last day for the next step
-- deadline_kind: log, refile or appeal
-- days_left: days from "data through" to that day; negative where it has passed
-- is_appealed: there was an appeal
-- is_appeal_open: an appeal is not decided yet
-- is_awaiting_answer: sent again and not answered yet
-- appeal_outcome: outcome of the last appeal
-- log_flag: the practice's own letters for necessity in the log row, or in a log row about this line
-- segment_no: segment of the denial
-- byte_offset: place of that segment in the file (bytes)
with evidence as (
    select * from root_cause_evidence
),
categories as (
    select category, is_preventable from ref_category
),
classes as (
    select * from cause_class
),
classed as (
    -- a log's denial without a code that we know is classed by the root cause that its words gave
    select
        denials.denial_id,
        case when denials.category = 'unknown' then coalesce(classes.category, 'unknown') else denials.category end
            as category,
        case when denials.category = 'unknown' and denials.mn_tier = '' then coalesce(classes.mn_tier, '')
            else denials.mn_tier end as mn_tier
    from denial_start as denials
    inner join evidence on evidence.denial_id = denials.denial_id and evidence.rank = 1
    left join classes on denials.source = 'log' and classes.root_cause = evidence.root_cause
),
root_causes as (
    select root_cause, is_determined from ref_root_cause
),
log_matches as (
    select * from log_match
),
matched_flags as (
    select
        log_matches.family_id,
        log_matches.line_key,
        min(log_lines.necessity_flag) as log_flag
    from log_matches
    inner join log_line as log_lines
        on log_lines.file_id = log_matches.file_id
        and log_lines.row_no = log_matches.row_no
    group by log_matches.family_id, log_matches.line_key
),
final as (
    select
        denials.denial_id,
        denials.source,
        denials.family_id,
        denials.line_key,
        denials.file_id,
        denials.transaction_no,
        denials.claim_no,
        denials.line_no,
        denials.row_no,
        denials.patient_control_number,
        denials.payer_key,
        denials.payer_class,
        denials.payer_sequence,
        denials.procedure_code,
        denials.procedure_family,
        denials.modifiers,
        denials.provider_id,
        denials.provider,
        denials.place_of_service,
        denials.diagnosis_code,
        denials.diagnosis_codes,
        denials.diagnosis_chapter,
        denials.service_date,
        denials.denial_date,
        cast(date_trunc('month', denials.denial_date) as date) as month,
        denials.charge_amount,
        denials.charge_amount as denied_amount,
        denials.is_core,
        denials.group_code,
        denials.carc,
        denials.rarc,
        classed.category,
        coalesce(cast(categories.is_preventable as string), 'false') = 'true' as is_preventable,
        classed.mn_tier,
        evidence.root_cause,
        coalesce(cast(root_causes.is_determined as string), 'false') = 'true' as is_determined,
        evidence.rule_id,
        evidence.evidence,
        evidence.confidence,
        evidence.stage = 0 as is_overridden,
        denials.is_in_rate,
        denials.state,
        denials.state_reason,
        denials.recovered_amount,
        denials.overturned_by,
        denials.first_submission_date,
        denials.submission_source,
        denials.submission_count,
        denials.resubmission_date,
        denials.resubmission_source,
        denials.answer_date,
        denials.bound_date,
        days_between(denials.denial_date, denials.resubmission_date) as days_to_resubmission,
        denials.resolution_date,
        denials.written_off_amount,
        denials.deadline_date,
        denials.deadline_kind,
        denials.days_left,
        denials.is_appealed,
        denials.is_appeal_open,
        denials.is_awaiting_answer,
        denials.appeal_outcome,
        coalesce(log_lines.necessity_flag, matched_flags.log_flag) as log_flag,
        denials.segment_no,
        denials.byte_offset
    from denial_start as denials
    inner join evidence on evidence.denial_id = denials.denial_id and evidence.rank = 1
    inner join classed on classed.denial_id = denials.denial_id
    left join categories on categories.category = classed.category
    left join root_causes on root_causes.root_cause = evidence.root_cause
    left join log_line as log_lines
        on denials.source = 'log'
        and log_lines.file_id = denials.file_id
        and log_lines.row_no = denials.row_no
    left join matched_flags
        on matched_flags.family_id = denials.family_id
        and matched_flags.line_key = denials.line_key
)
select * from final
