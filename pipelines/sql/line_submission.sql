-- One row per remittance line that has a line of the matching 837: what was sent for it.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- submission_file_id: file of the 837
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that file
-- submission_line_no: line within that claim
-- match_rule: line_number (REF*6R), procedure_charge_date, procedure or only_line
-- submitted_units: units sent (thousandths kept)
-- submitted_modifiers: modifiers sent, in order
-- place_of_service_code: place of service of the line, NULL where it is the claim's
-- diagnosis_pointers: places in the claim's list of diagnoses to which the line points, as "1 2"
-- pointed_diagnosis_codes: those diagnoses in the order pointed, as "M17.11 Z96.651"
-- authorization_number: prior authorisation of the line
-- rendering_npi: NPI of the rendering provider of the line, NULL where it is the claim's
-- segment_no: segment of the SV1, SV2 or SV3
-- byte_offset: place of that segment in the file (bytes)
with matches as (
    select * from claim_submission
),
sent_lines as (
    select * from lake_submission_line
),
submissions as (
    select file_id, transaction_no, claim_no, diagnosis_codes from submission_event
),
lines as (
    select * from claim_line
),
remit_lines as (
    select * from lake_remit_line
),
adjudicated as (
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        upper(lines.procedure_code) as procedure_code,
        lines.service_date,
        lines.charge_amount,
        nullif(trim(remit_lines.line_control_number), '') as line_control_number,
        count(*) over (partition by lines.file_id, lines.transaction_no, lines.claim_no) as line_count
    from lines
    inner join remit_lines
        on remit_lines.file_id = lines.file_id
        and remit_lines.transaction_no = lines.transaction_no
        and remit_lines.claim_no = lines.claim_no
        and remit_lines.line_no = lines.line_no
),
sent as (
    select
        sent_lines.*,
        upper(coalesce(nullif(sent_lines.procedure_code, ''), sent_lines.revenue_code)) as sent_code,
        nullif(trim(sent_lines.line_control_number), '') as sent_number,
        count(*) over (partition by sent_lines.file_id, sent_lines.transaction_no, sent_lines.claim_no) as line_count
    from sent_lines
),
pairs as (
    select
        adjudicated.file_id,
        adjudicated.transaction_no,
        adjudicated.claim_no,
        adjudicated.line_no,
        sent.line_no as submission_line_no,
        matches.submission_file_id,
        matches.submission_transaction_no,
        matches.submission_claim_no,
        case
            when sent.sent_number = adjudicated.line_control_number then 1
            when sent.sent_code = adjudicated.procedure_code and sent.charge_amount = abs(adjudicated.charge_amount)
                and (sent.service_date is null or sent.service_date = adjudicated.service_date) then 2
            when sent.sent_code = adjudicated.procedure_code then 3
            when sent.line_count = 1 and adjudicated.line_count = 1 then 4
        end as rule_no,
        sent.units as submitted_units,
        nullif(sent.modifiers, '') as submitted_modifiers,
        nullif(sent.place_of_service_code, '') as place_of_service_code,
        nullif(sent.diagnosis_pointers, '') as diagnosis_pointers,
        submissions.diagnosis_codes,
        nullif(trim(sent.authorization_number), '') as authorization_number,
        nullif(trim(sent.rendering_npi), '') as rendering_npi,
        sent.segment_no,
        sent.byte_offset
    from adjudicated
    inner join matches
        on matches.file_id = adjudicated.file_id
        and matches.transaction_no = adjudicated.transaction_no
        and matches.claim_no = adjudicated.claim_no
    inner join sent
        on sent.file_id = matches.submission_file_id
        and sent.transaction_no = matches.submission_transaction_no
        and sent.claim_no = matches.submission_claim_no
    inner join submissions
        on submissions.file_id = matches.submission_file_id
        and submissions.transaction_no = matches.submission_transaction_no
        and submissions.claim_no = matches.submission_claim_no
),
ranked as (
    -- the n-th of several equal lines goes with the n-th line sent: each is the other's first choice in turn
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, claim_no, submission_line_no, rule_no
            order by line_no
        ) as line_order,
        row_number() over (
            partition by file_id, transaction_no, claim_no, line_no, rule_no
            order by submission_line_no
        ) as sent_order
    from pairs
    where rule_no is not null
),
ordered as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, claim_no, line_no
            order by rule_no, case when line_order = sent_order then 0 else 1 end, submission_line_no
        ) as match_no
    from ranked
),
split as (
    select
        *,
        split_part(diagnosis_pointers, ' ', 1) as given_1,
        split_part(diagnosis_pointers, ' ', 2) as given_2,
        split_part(diagnosis_pointers, ' ', 3) as given_3,
        split_part(diagnosis_pointers, ' ', 4) as given_4
    from ordered
    where match_no = 1
),
pointed as (
    select
        *,
        case when text_matches(given_1, '^[1-9][0-9]?$') then cast(given_1 as bigint) end as pointer_1,
        case when text_matches(given_2, '^[1-9][0-9]?$') then cast(given_2 as bigint) end as pointer_2,
        case when text_matches(given_3, '^[1-9][0-9]?$') then cast(given_3 as bigint) end as pointer_3,
        case when text_matches(given_4, '^[1-9][0-9]?$') then cast(given_4 as bigint) end as pointer_4
    from split
),
final as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        submission_file_id,
        submission_transaction_no,
        submission_claim_no,
        submission_line_no,
        case rule_no
            when 1 then 'line_number'
            when 2 then 'procedure_charge_date'
            when 3 then 'procedure'
            else 'only_line'
        end as match_rule,
        submitted_units,
        submitted_modifiers,
        place_of_service_code,
        diagnosis_pointers,
        nullif(trim(
            coalesce(split_part(diagnosis_codes, ' ', pointer_1), '')
            || ' ' || coalesce(split_part(diagnosis_codes, ' ', pointer_2), '')
            || ' ' || coalesce(split_part(diagnosis_codes, ' ', pointer_3), '')
            || ' ' || coalesce(split_part(diagnosis_codes, ' ', pointer_4), '')
        ), '') as pointed_diagnosis_codes,
        authorization_number,
        rendering_npi,
        segment_no,
        byte_offset
    from pointed
)
select * from final
