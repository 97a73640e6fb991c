-- One row per line that a primary payer allowed, as it was sent: what the payer pays. Only procedures that it has also
-- denied for a reason whose rules look at this; the last adjudication that stands.
-- family_id: the claim's family
-- line_key: the line within the family
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- place_of_service: place of service code of the line as sent, else of the claim
-- units: units paid, else as sent, else 1
-- modifiers: modifiers as sent
-- pointed_diagnosis_codes: diagnoses that the line points to, '' where it points to none
-- submission_file_id: file in which it was sent
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that transaction
-- submission_line_no: line within that claim
with denials as (
    select denial_id, payer_key, procedure_code from denial_start
),
reasons as (
    select denial_id, code from denial_reason
    where kind = 'CARC' and is_denial_reason
),
rules as (
    select carc from rule
    where min_paid_lines is not null
),
line_events as (
    select * from line_event
),
events as (
    select file_id, transaction_no, claim_no, payer_key, place_of_service from claim_event
),
lines as (
    select file_id, transaction_no, claim_no, line_no, units from claim_line
),
sent_lines as (
    select * from line_submission
),
asked as (
    select
        denials.payer_key,
        denials.procedure_code
    from denials
    inner join reasons on reasons.denial_id = denials.denial_id
    inner join rules on rules.carc = reasons.code
    group by denials.payer_key, denials.procedure_code
),
allowed as (
    select
        line_events.family_id,
        line_events.line_key,
        events.payer_key,
        line_events.procedure_code,
        line_events.file_id,
        line_events.transaction_no,
        line_events.claim_no,
        line_events.line_no,
        row_number() over (
            partition by line_events.family_id, line_events.line_key
            order by line_events.event_no desc, line_events.line_no
        ) as last_no,
        coalesce(nullif(sent_lines.place_of_service_code, ''), events.place_of_service) as place_of_service,
        coalesce(lines.units, sent_lines.submitted_units, cast(1 as decimal(18, 3))) as units,
        coalesce(sent_lines.submitted_modifiers, '') as modifiers,
        upper(coalesce(trim(sent_lines.pointed_diagnosis_codes), '')) as pointed_diagnosis_codes,
        sent_lines.submission_file_id,
        sent_lines.submission_transaction_no,
        sent_lines.submission_claim_no,
        sent_lines.submission_line_no
    from line_events
    inner join events
        on events.file_id = line_events.file_id
        and events.transaction_no = line_events.transaction_no
        and events.claim_no = line_events.claim_no
    inner join asked
        on asked.payer_key = events.payer_key
        and asked.procedure_code = line_events.procedure_code
    inner join lines
        on lines.file_id = line_events.file_id
        and lines.transaction_no = line_events.transaction_no
        and lines.claim_no = line_events.claim_no
        and lines.line_no = line_events.line_no
    inner join sent_lines
        on sent_lines.file_id = line_events.file_id
        and sent_lines.transaction_no = line_events.transaction_no
        and sent_lines.claim_no = line_events.claim_no
        and sent_lines.line_no = line_events.line_no
    where line_events.is_counted
        and line_events.is_reversed = false
        and line_events.payer_sequence = 'primary'
        and (line_events.has_patient_share or coalesce(line_events.paid_amount > 0, false))
),
final as (
    select
        family_id,
        line_key,
        payer_key,
        procedure_code,
        file_id,
        transaction_no,
        claim_no,
        line_no,
        place_of_service,
        units,
        modifiers,
        pointed_diagnosis_codes,
        submission_file_id,
        submission_transaction_no,
        submission_claim_no,
        submission_line_no
    from allowed
    where last_no = 1
)
select * from final
