-- One row per log row and remittance line that it speaks of: same claim number, service date and procedure where given.
-- file_id: file of the log
-- row_no: row of the sheet
-- family_id: the claim's family
-- line_key: the line within the family
with log_rows as (
    select * from lake_log_row
),
events as (
    select * from claim_event
),
lines as (
    select * from line_history
),
claim_lines as (
    select * from claim_line
),
numbers as (
    select
        family_id,
        upper(trim(patient_control_number)) as claim_number
    from events
    where is_repeat = false and coalesce(trim(patient_control_number), '') <> ''
    union
    select
        family_id,
        upper(trim(payer_claim_control_number)) as claim_number
    from events
    where is_repeat = false and coalesce(trim(payer_claim_control_number), '') <> ''
),
log_numbers as (
    select
        file_id,
        row_no,
        upper(trim(claim_id)) as claim_number,
        service_date,
        procedure_code
    from log_rows
    union
    select
        file_id,
        row_no,
        upper(trim(account)) as claim_number,
        service_date,
        procedure_code
    from log_rows
),
final as (
    select distinct
        log_numbers.file_id,
        log_numbers.row_no,
        lines.family_id,
        lines.line_key
    from log_numbers
    inner join numbers on numbers.claim_number = log_numbers.claim_number
    inner join lines on lines.family_id = numbers.family_id
    inner join claim_lines
        on claim_lines.file_id = lines.file_id
        and claim_lines.transaction_no = lines.transaction_no
        and claim_lines.claim_no = lines.claim_no
        and claim_lines.line_no = lines.line_no
    where (log_numbers.service_date is null or claim_lines.service_date is null
            or log_numbers.service_date = claim_lines.service_date)
        and (log_numbers.procedure_code is null or claim_lines.procedure_code is null
            or upper(log_numbers.procedure_code) = upper(claim_lines.procedure_code))
)
select * from final
