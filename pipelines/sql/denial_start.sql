-- One row per initial denial (core or broad): a denied line of a remittance, or a log row that no remittance covers.
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
-- payer_sequence: primary, secondary or tertiary; a log row counts as primary
-- procedure_code: procedure as submitted, '(not given)' where there is none
-- procedure_family: group of procedures
-- modifiers: modifiers as submitted
-- provider_id: NPI of the rendering provider
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses in order
-- diagnosis_chapter: chapter of the first diagnosis
-- service_date: service date
-- denial_date: payment date of the denial, or the log's denial date
-- charge_amount: charge of the denied line, or the log's charge or denied amount (dollars)
-- is_core: denied in core scope
-- group_code: group of the principal reason
-- carc: principal CARC
-- rarc: principal remark
-- category: category of the principal reason
-- mn_tier: medical-necessity tier A, B or C, '' where none
-- is_in_rate: counted in rates; rows of a log that holds only denials are not
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
-- resolution_date: day of the payment after the denial, or on which it was closed or written off; NULL while open
-- written_off_amount: its charge if it was written off, else 0 (dollars)
-- deadline_date: last day for the next step
-- deadline_kind: log, refile or appeal
-- days_left: days from "data through" to that day; negative where it has passed
-- is_appealed: there was an appeal
-- is_appeal_open: an appeal is not decided yet
-- is_awaiting_answer: sent again and not answered yet
-- appeal_outcome: outcome of the last appeal
-- authorization_number: prior authorisation of the remit or the matching 837
-- policy_reference: policy named by the payer
-- submission_file_id: file of the matching 837
-- submission_segment_no: segment of the matching CLM
-- submission_byte_offset: place of the matching CLM (bytes)
-- segment_no: segment of the denial
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from family_line
    where is_denied_broad
),
events as (
    select * from claim_event
),
claim_lines as (
    select * from claim_line
),
resubmissions as (
    select * from resubmission
),
first_submissions as (
    select family_id, first_submission_date, submission_source from family_submission
),
log_lines as (
    select * from log_line
),
outcomes as (
    select * from line_outcome
    where family_id is not null
),
log_outcomes as (
    select * from line_outcome
    where family_id is null
),
deadlines as (
    select * from deadline
),
log_rows as (
    select file_id, row_no, submission_date from lake_log_row
),
procedures as (
    select * from procedure_match
),
diagnoses as (
    select * from diagnosis_match
),
final as (
    select
        lines.family_id || '|' || lines.line_key as denial_id,
        '835' as source,
        lines.family_id,
        lines.line_key,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        cast(null as bigint) as row_no,
        events.patient_control_number,
        lines.payer as payer_key,
        lines.payer_class,
        lines.payer_sequence,
        lines.procedure as procedure_code,
        lines.procedure_family,
        claim_lines.modifiers,
        claim_lines.rendering_npi as provider_id,
        lines.provider,
        lines.place_of_service,
        lines.diagnosis_code,
        lines.diagnosis_codes,
        lines.diagnosis_chapter,
        lines.service_date,
        lines.payment_date as denial_date,
        lines.charge_amount,
        lines.is_denied_core as is_core,
        coalesce(lines.group_code, '(not given)') as group_code,
        coalesce(lines.carc, '(not given)') as carc,
        coalesce(lines.rarc, '(not given)') as rarc,
        coalesce(lines.category, 'unknown') as category,
        lines.mn_tier,
        true as is_in_rate,
        lines.state,
        outcomes.state_reason,
        lines.recovered_amount,
        lines.overturned_by,
        first_submissions.first_submission_date,
        first_submissions.submission_source,
        lines.submission_count,
        lines.resubmission_date,
        resubmissions.resubmission_source,
        resubmissions.answer_date,
        resubmissions.bound_date,
        outcomes.resolution_date,
        lines.written_off_amount,
        deadlines.deadline_date,
        deadlines.deadline_kind,
        deadlines.days_left,
        outcomes.is_appealed,
        outcomes.is_appeal_open,
        outcomes.is_awaiting_answer,
        outcomes.appeal_outcome,
        events.authorization_number,
        claim_lines.policy_reference,
        events.submission_file_id,
        events.submission_segment_no,
        events.submission_byte_offset,
        claim_lines.segment_no,
        claim_lines.byte_offset
    from lines
    inner join events
        on events.file_id = lines.file_id
        and events.transaction_no = lines.transaction_no
        and events.claim_no = lines.claim_no
    inner join claim_lines
        on claim_lines.file_id = lines.file_id
        and claim_lines.transaction_no = lines.transaction_no
        and claim_lines.claim_no = lines.claim_no
        and claim_lines.line_no = lines.line_no
    inner join outcomes on outcomes.family_id = lines.family_id and outcomes.line_key = lines.line_key
    left join resubmissions
        on resubmissions.family_id = lines.family_id
        and resubmissions.line_key = lines.line_key
    left join deadlines on deadlines.family_id = lines.family_id and deadlines.line_key = lines.line_key
    left join first_submissions on first_submissions.family_id = lines.family_id
    union all
    select
        'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string) as denial_id,
        'log' as source,
        cast(null as string) as family_id,
        cast(null as string) as line_key,
        log_lines.file_id,
        cast(null as bigint) as transaction_no,
        cast(null as bigint) as claim_no,
        cast(null as bigint) as line_no,
        log_lines.row_no,
        log_lines.patient_control_number,
        log_lines.payer_key,
        log_lines.payer_class,
        'primary' as payer_sequence,
        coalesce(log_lines.procedure_code, '(not given)') as procedure_code,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        log_lines.modifiers,
        log_lines.provider_id,
        log_lines.provider,
        log_lines.place_of_service,
        log_lines.diagnosis_code,
        log_lines.diagnosis_codes,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        log_lines.service_date,
        log_lines.payment_date as denial_date,
        log_lines.charge_amount,
        log_lines.is_denied_core as is_core,
        coalesce(log_lines.group_code, '(not given)') as group_code,
        coalesce(log_lines.carc, '(not given)') as carc,
        coalesce(log_lines.rarc, '(not given)') as rarc,
        log_lines.category,
        log_lines.mn_tier,
        log_lines.is_in_rate,
        log_outcomes.state,
        log_outcomes.state_reason,
        coalesce(log_lines.recovered_amount, cast(0 as decimal(18, 2))) as recovered_amount,
        log_outcomes.overturned_by,
        case when log_rows.submission_date <= log_lines.payment_date then log_rows.submission_date end
            as first_submission_date,
        case when log_rows.submission_date <= log_lines.payment_date then 'log' end as submission_source,
        0 as submission_count,
        log_lines.resubmission_date,
        case when log_lines.resubmission_date is not null then 'log' end as resubmission_source,
        cast(null as date) as answer_date,
        cast(null as date) as bound_date,
        log_outcomes.resolution_date,
        log_outcomes.written_off_amount,
        deadlines.deadline_date,
        deadlines.deadline_kind,
        deadlines.days_left,
        log_outcomes.is_appealed,
        log_outcomes.is_appeal_open,
        log_outcomes.is_awaiting_answer,
        log_outcomes.appeal_outcome,
        cast(null as string) as authorization_number,
        cast(null as string) as policy_reference,
        cast(null as string) as submission_file_id,
        cast(null as bigint) as submission_segment_no,
        cast(null as bigint) as submission_byte_offset,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset
    from log_lines
    inner join log_outcomes
        on log_outcomes.denial_id = 'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string)
    inner join log_rows on log_rows.file_id = log_lines.file_id and log_rows.row_no = log_lines.row_no
    left join deadlines
        on deadlines.denial_id = 'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string)
    left join procedures on procedures.procedure_code = log_lines.procedure_code
    left join diagnoses on diagnoses.diagnosis_code = log_lines.diagnosis_code
    where log_lines.is_counted and log_lines.is_denied_broad
)
select * from final
