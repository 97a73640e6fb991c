-- One row per row of a denial log that speaks of a denial or of a remittance's line: what it says, as read.
-- file_id: file of the log
-- row_no: row of the sheet
-- sheet_name: sheet of a workbook
-- claim_id: claim number as given
-- line_id: line number as given
-- denial_id: the log's own number for the denial
-- account: account or patient control number
-- patient_id: the practice's number for the patient
-- patient_name: patient
-- member_id: member id
-- service_date: first service date
-- service_end_date: last service date
-- submission_date: day on which the claim was sent
-- last_bill_date: day on which it was last billed
-- adjudication_date: day of the decision
-- denial_date: day of the denial
-- payer_name: payer as given
-- payer_id: payer id as given
-- payer_class: kind of plan as given
-- procedure_code: procedure
-- modifiers: modifiers
-- diagnosis_codes: diagnoses in order
-- units: units
-- place_of_service_code: place of service code
-- provider_name: provider as given
-- rendering_npi: NPI of the provider
-- location: location as given
-- charge_amount: charge (dollars)
-- allowed_amount: allowed (dollars)
-- paid_amount: paid (dollars)
-- denied_amount: denied (dollars)
-- adjustment_amount: adjusted (dollars)
-- patient_responsibility_amount: patient's share (dollars)
-- recovered_amount: recovered after the denial (dollars)
-- reason_text: reason as written
-- category_text: the practice's own category
-- local_flag: the practice's own letters for necessity
-- claim_status: status as written
-- is_denied: a denial by the log's own word; NULL where it does not say
-- is_appealed: appealed; NULL where it does not say
-- appeal_date: day of the appeal
-- appeal_level: level of the appeal
-- appeal_outcome: outcome of the appeal as written
-- resolved_date: day on which it was closed
-- deadline_date: last day for the next step
-- owner: who works on it
-- note: note as written
-- authorization_number: prior authorisation
-- patient_birth_date: birth date
with log_rows as (
    select * from lake_log_row
),
log_lines as (
    select file_id, row_no from log_line
    where coalesce(is_denied, false) or is_matched
),
final as (
    select
        log_rows.file_id,
        log_rows.row_no,
        log_rows.sheet_name,
        log_rows.claim_id,
        log_rows.line_id,
        log_rows.denial_id,
        log_rows.account,
        log_rows.patient_id,
        log_rows.patient_name,
        log_rows.member_id,
        log_rows.service_date,
        log_rows.service_end_date,
        log_rows.submission_date,
        log_rows.last_bill_date,
        log_rows.adjudication_date,
        log_rows.denial_date,
        log_rows.payer_name,
        log_rows.payer_id,
        log_rows.payer_class,
        log_rows.procedure_code,
        log_rows.modifiers,
        log_rows.diagnosis_codes,
        log_rows.units,
        log_rows.place_of_service_code,
        log_rows.provider_name,
        log_rows.rendering_npi,
        log_rows.location,
        log_rows.charge_amount,
        log_rows.allowed_amount,
        log_rows.paid_amount,
        log_rows.denied_amount,
        log_rows.adjustment_amount,
        log_rows.patient_responsibility_amount,
        log_rows.recovered_amount,
        log_rows.reason_text,
        log_rows.category_text,
        log_rows.local_flag,
        log_rows.claim_status,
        log_rows.is_denied,
        log_rows.is_appealed,
        log_rows.appeal_date,
        log_rows.appeal_level,
        log_rows.appeal_outcome,
        log_rows.resolved_date,
        log_rows.deadline_date,
        log_rows.owner,
        log_rows.note,
        log_rows.authorization_number,
        log_rows.patient_birth_date
    from log_rows
    inner join log_lines
        on log_lines.file_id = log_rows.file_id
        and log_lines.row_no = log_rows.row_no
)
select * from final
