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
lines as (
    select * from claim_line
    where line_no > 0
),
pairs as (
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        matches.submission_file_id,
        matches.submission_transaction_no,
        matches.submission_claim_no,
        sent_lines.line_no as submission_line_no,
        case
            when nullif(trim(sent_lines.line_control_number), '') = lines.line_control_number then 1
            when upper(coalesce(nullif(sent_lines.procedure_code, ''), sent_lines.revenue_code))
                    = upper(lines.procedure_code)
                then case
                    when sent_lines.charge_amount = abs(lines.charge_amount)
                        and (sent_lines.service_date is null or sent_lines.service_date = lines.service_date) then 2
                    else 3
                end
        end as rule_no,
        sent_lines.units as submitted_units,
        nullif(sent_lines.modifiers, '') as submitted_modifiers,
        nullif(sent_lines.place_of_service_code, '') as place_of_service_code,
        nullif(sent_lines.diagnosis_pointers, '') as diagnosis_pointers,
        matches.diagnosis_codes,
        nullif(trim(sent_lines.authorization_number), '') as authorization_number,
        nullif(trim(sent_lines.rendering_npi), '') as rendering_npi,
        sent_lines.segment_no,
        sent_lines.byte_offset
    from lines
    inner join matches
        on matches.file_id = lines.file_id
        and matches.transaction_no = lines.transaction_no
        and matches.claim_no = lines.claim_no
    inner join sent_lines
        on sent_lines.file_id = matches.submission_file_id
        and sent_lines.transaction_no = matches.submission_transaction_no
        and sent_lines.claim_no = matches.submission_claim_no
),
only_lines as (
    -- the only line that was decided and the only one that was sent
    select
        file_id,
        transaction_no,
        claim_no
    from pairs
    group by file_id, transaction_no, claim_no
    having count(*) = 1
),
ruled as (
    select
        pairs.file_id,
        pairs.transaction_no,
        pairs.claim_no,
        pairs.line_no,
        pairs.submission_file_id,
        pairs.submission_transaction_no,
        pairs.submission_claim_no,
        pairs.submission_line_no,
        coalesce(pairs.rule_no, 4) as rule_no,
        pairs.submitted_units,
        pairs.submitted_modifiers,
        pairs.place_of_service_code,
        pairs.diagnosis_pointers,
        pairs.diagnosis_codes,
        pairs.authorization_number,
        pairs.rendering_npi,
        pairs.segment_no,
        pairs.byte_offset
    from pairs
    left join only_lines
        on only_lines.file_id = pairs.file_id
        and only_lines.transaction_no = pairs.transaction_no
        and only_lines.claim_no = pairs.claim_no
    where pairs.rule_no is not null or only_lines.file_id is not null
),
torn_lines as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no
    from ruled
    group by file_id, transaction_no, claim_no, line_no
    having count(*) > 1
),
torn_claims as (
    select
        file_id,
        transaction_no,
        claim_no
    from torn_lines
    group by file_id, transaction_no, claim_no
),
ranked as (
    -- the n-th of several equal lines goes with the n-th line sent: each is the other's first choice in turn
    select
        ruled.file_id,
        ruled.transaction_no,
        ruled.claim_no,
        ruled.line_no,
        ruled.submission_line_no,
        ruled.rule_no,
        row_number() over (
            partition by ruled.file_id, ruled.transaction_no, ruled.claim_no, ruled.submission_line_no, ruled.rule_no
            order by ruled.line_no
        ) as line_order,
        row_number() over (
            partition by ruled.file_id, ruled.transaction_no, ruled.claim_no, ruled.line_no, ruled.rule_no
            order by ruled.submission_line_no
        ) as sent_order
    from ruled
    inner join torn_claims
        on torn_claims.file_id = ruled.file_id
        and torn_claims.transaction_no = ruled.transaction_no
        and torn_claims.claim_no = ruled.claim_no
),
ordered as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        submission_line_no,
        row_number() over (
            partition by file_id, transaction_no, claim_no, line_no
            order by rule_no, case when line_order = sent_order then 0 else 1 end, submission_line_no
        ) as match_no
    from ranked
),
beaten as (
    select * from ordered
    where match_no > 1
),
pointings as (
    select
        diagnosis_pointers,
        diagnosis_codes
    from ruled
    where diagnosis_pointers is not null
    group by diagnosis_pointers, diagnosis_codes
),
split as (
    select
        *,
        split_part(diagnosis_pointers, ' ', 1) as given_1,
        split_part(diagnosis_pointers, ' ', 2) as given_2,
        split_part(diagnosis_pointers, ' ', 3) as given_3,
        split_part(diagnosis_pointers, ' ', 4) as given_4
    from pointings
),
pointers as (
    select
        *,
        case when text_matches(given_1, '^[1-9][0-9]?$') then cast(given_1 as bigint) end as pointer_1,
        case when text_matches(given_2, '^[1-9][0-9]?$') then cast(given_2 as bigint) end as pointer_2,
        case when text_matches(given_3, '^[1-9][0-9]?$') then cast(given_3 as bigint) end as pointer_3,
        case when text_matches(given_4, '^[1-9][0-9]?$') then cast(given_4 as bigint) end as pointer_4
    from split
),
pointed as (
    select
        diagnosis_pointers,
        diagnosis_codes,
        nullif(trim(
            coalesce(split_part(diagnosis_codes, ' ', pointer_1), '')
            || ' ' || coalesce(split_part(diagnosis_codes, ' ', pointer_2), '')
            || ' ' || coalesce(split_part(diagnosis_codes, ' ', pointer_3), '')
            || ' ' || coalesce(split_part(diagnosis_codes, ' ', pointer_4), '')
        ), '') as pointed_diagnosis_codes
    from pointers
),
final as (
    select
        ruled.file_id,
        ruled.transaction_no,
        ruled.claim_no,
        ruled.line_no,
        ruled.submission_file_id,
        ruled.submission_transaction_no,
        ruled.submission_claim_no,
        ruled.submission_line_no,
        case ruled.rule_no
            when 1 then 'line_number'
            when 2 then 'procedure_charge_date'
            when 3 then 'procedure'
            else 'only_line'
        end as match_rule,
        ruled.submitted_units,
        ruled.submitted_modifiers,
        ruled.place_of_service_code,
        ruled.diagnosis_pointers,
        pointed.pointed_diagnosis_codes,
        ruled.authorization_number,
        ruled.rendering_npi,
        ruled.segment_no,
        ruled.byte_offset
    from ruled
    left join pointed
        on pointed.diagnosis_pointers = ruled.diagnosis_pointers
        and pointed.diagnosis_codes = ruled.diagnosis_codes
    left join beaten
        on beaten.file_id = ruled.file_id
        and beaten.transaction_no = ruled.transaction_no
        and beaten.claim_no = ruled.claim_no
        and beaten.line_no = ruled.line_no
        and beaten.submission_line_no = ruled.submission_line_no
    where beaten.file_id is null
)
select * from final
