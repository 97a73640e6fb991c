-- One row per line that counts: a line of a family at its first adjudication, or a log row that no remittance covers.
-- line_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'
-- claim_id: family id, or what holds the rows of one claim of a log together
-- family_id: the claim's family; of a log row that of the same account, if it was sent and no remittance answers
-- source: 835 or log
-- file_id: file
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, or the row of the sheet
-- payment_date: payment date of the first adjudication, or the log's denial or adjudication date
-- submission_date: day on which the claim was first sent, NULL where it is not known
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure as submitted
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary; a log row counts as primary
-- category: category of the reason that stands for the line, '(not given)' where none does
-- root_cause: root cause of its denial
-- carc: CARC of that reason
-- rarc: remark of that reason
-- group_code: group of that reason
-- service_date: service date
-- charge_amount: charge (dollars)
-- is_in_rate: in the denominators; rows of a log that holds only denials are not
-- is_denied_core: initially denied, core scope
-- is_denied_broad: initially denied, core or broad scope
-- is_partial_denial: initially allowed in part with a core reason
-- is_whole_contractual: initially CO-45 alone on the whole charge
-- is_first_allowed: something was paid or left to the patient at first
-- state: what stands now
-- is_takeback_core: the denial that took the line back has a core reason
-- mn_tier: medical-necessity tier of its denial, '' where none
-- is_preventable: denied in a category that a practice can prevent
-- is_determined: the root cause of its denial says why
-- recovered_amount: paid after the denial (dollars)
-- overturned_by: payer, resubmission or appeal
-- submission_count: submissions of a denied line's claim in the store
-- resubmission_date: day on which the claim was sent again after its denial
-- resubmission_source: where that was read: 837 or log
-- answer_date: payment date of the first decision after that day
-- bound_date: where no submission is known: payment date of the next decision, an upper bound of that day
-- days_to_resubmission: days from the denial to the resubmission
-- resolution_date: day on which the denial was paid, closed or written off; NULL while open
-- written_off_amount: charge of a denied line that was written off, else 0 (dollars)
-- days_left: days from the end of the data to the deadline of a denied line
-- is_appealed: a denied line with an appeal
-- is_appeal_told: a denied line of which a log says whether there was an appeal
with lines as (
    select * from family_line
),
log_lines as (
    select * from log_line
),
denials as (
    select * from denial
),
sent as (
    select * from family_submission
),
log_rows as (
    select file_id, row_no from lake_log_row
),
log_matches as (
    select * from log_match
),
appeal_logs as (
    -- a log that tells appeals says of each of its rows whether there was one
    select file_id from log_file
    where is_appeal_log
),
appeals_told as (
    select log_matches.family_id || '|' || log_matches.line_key as denial_id
    from log_matches
    inner join appeal_logs on appeal_logs.file_id = log_matches.file_id
    union
    select 'log-' || log_rows.file_id || '-' || cast(log_rows.row_no as string) as denial_id
    from log_rows
    inner join appeal_logs on appeal_logs.file_id = log_rows.file_id
),
log_days as (
    -- of what was sent and is known from logs alone: the first decision, before which the first submission lies
    select
        payer_code || '~' || patient_control_number || '~' || coalesce(cast(service_date as string), '') as family_id,
        min(payment_date) as first_date
    from log_lines
    where is_counted
    group by payer_code || '~' || patient_control_number || '~' || coalesce(cast(service_date as string), '')
),
procedures as (
    select * from procedure_match
),
diagnoses as (
    select * from diagnosis_match
),
final as (
    select
        lines.family_id || '|' || lines.line_key as line_id,
        lines.family_id as claim_id,
        lines.family_id,
        '835' as source,
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        lines.payment_date,
        sent.first_submission_date as submission_date,
        lines.payer,
        lines.payer_class,
        lines.procedure,
        lines.procedure_family,
        lines.provider,
        lines.place_of_service,
        lines.diagnosis_chapter,
        lines.payer_sequence,
        coalesce(lines.category, '(not given)') as category,
        coalesce(denials.root_cause, '(not given)') as root_cause,
        coalesce(lines.carc, '(not given)') as carc,
        coalesce(lines.rarc, '(not given)') as rarc,
        coalesce(lines.group_code, '(not given)') as group_code,
        lines.service_date,
        lines.charge_amount,
        true as is_in_rate,
        lines.is_denied_core,
        lines.is_denied_broad,
        lines.is_partial_denial,
        lines.is_whole_contractual,
        lines.is_first_allowed,
        lines.state,
        lines.is_takeback_core,
        lines.mn_tier,
        coalesce(denials.is_preventable, false) as is_preventable,
        coalesce(denials.is_determined, false) as is_determined,
        lines.recovered_amount,
        lines.overturned_by,
        cast(lines.submission_count as bigint) as submission_count,
        denials.resubmission_date,
        denials.resubmission_source,
        denials.answer_date,
        denials.bound_date,
        denials.days_to_resubmission,
        denials.resolution_date,
        coalesce(denials.written_off_amount, cast(0 as decimal(18, 2))) as written_off_amount,
        denials.days_left,
        coalesce(denials.is_appealed, false) as is_appealed,
        denials.denial_id is not null and (appeals_told.denial_id is not null or denials.is_appealed)
            as is_appeal_told
    from lines
    left join denials on denials.denial_id = lines.family_id || '|' || lines.line_key
    left join appeals_told on appeals_told.denial_id = denials.denial_id
    left join sent on sent.family_id = lines.family_id
    union all
    select
        'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string) as line_id,
        'log ' || case when log_lines.patient_control_number is null then log_lines.log_key
            else log_lines.payer_code || '~' || upper(log_lines.patient_control_number) || '~'
                || coalesce(cast(log_lines.service_date as string), '') end as claim_id,
        sent.family_id,
        'log' as source,
        log_lines.file_id,
        cast(null as bigint) as transaction_no,
        cast(null as bigint) as claim_no,
        log_lines.row_no as line_no,
        log_lines.payment_date,
        case when log_days.first_date < sent.first_submission_date then null else sent.first_submission_date end
            as submission_date,
        log_lines.payer_key as payer,
        log_lines.payer_class,
        coalesce(log_lines.procedure_code, '(not given)') as procedure,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        log_lines.provider,
        log_lines.place_of_service,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        'primary' as payer_sequence,
        coalesce(denials.category, '(not given)') as category,
        coalesce(denials.root_cause, '(not given)') as root_cause,
        case when log_lines.is_denied_broad then coalesce(log_lines.carc, '(not given)') else '(not given)' end as carc,
        case when log_lines.is_denied_broad then coalesce(log_lines.rarc, '(not given)') else '(not given)' end as rarc,
        case when log_lines.is_denied_broad then coalesce(log_lines.group_code, '(not given)') else '(not given)' end
            as group_code,
        log_lines.service_date,
        log_lines.charge_amount,
        log_lines.is_in_rate,
        log_lines.is_denied_core,
        log_lines.is_denied_broad,
        false as is_partial_denial,
        false as is_whole_contractual,
        coalesce(log_lines.paid_amount > 0, false) and log_lines.is_denied_broad = false as is_first_allowed,
        case when log_lines.is_denied_broad then denials.state
            when log_lines.paid_amount > 0 then 'paid' else 'zero_paid' end as state,
        false as is_takeback_core,
        coalesce(denials.mn_tier, '') as mn_tier,
        coalesce(denials.is_preventable, false) as is_preventable,
        coalesce(denials.is_determined, false) as is_determined,
        coalesce(denials.recovered_amount, cast(0 as decimal(18, 2))) as recovered_amount,
        denials.overturned_by,
        cast(coalesce(denials.submission_count, 0) as bigint) as submission_count,
        denials.resubmission_date,
        denials.resubmission_source,
        denials.answer_date,
        denials.bound_date,
        denials.days_to_resubmission,
        denials.resolution_date,
        coalesce(denials.written_off_amount, cast(0 as decimal(18, 2))) as written_off_amount,
        denials.days_left,
        coalesce(denials.is_appealed, false) as is_appealed,
        denials.denial_id is not null and (appeals_told.denial_id is not null or denials.is_appealed)
            as is_appeal_told
    from log_lines
    left join denials
        on denials.denial_id = 'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string)
    left join appeals_told on appeals_told.denial_id = denials.denial_id
    left join sent
        on sent.family_id = log_lines.payer_code || '~' || log_lines.patient_control_number || '~'
            || coalesce(cast(log_lines.service_date as string), '')
        and sent.has_remit = false
    left join log_days on log_days.family_id = sent.family_id
    left join procedures on procedures.procedure_code = log_lines.procedure_code
    left join diagnoses on diagnoses.diagnosis_code = log_lines.diagnosis_code
    where log_lines.is_counted
)
select * from final
