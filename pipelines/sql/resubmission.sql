-- One row per initially denied line whose claim is known from an 837: the corrected claim that followed, if any.
-- family_id: the claim's family
-- line_key: the line within the family
-- submission_count: submissions of the claim in the store, before and after the denial
-- resubmission_date: first day after the denial on which the claim was sent again; NULL where it was not
with lines as (
    select * from line_history
),
events as (
    select * from claim_event
),
submissions as (
    select * from submission_event
),
denied as (
    select
        lines.family_id,
        lines.line_key,
        lines.first_payment_date as denial_date,
        events.patient_control_number,
        events.payer_claim_control_number,
        events.payer_code,
        events.payer_sequence,
        events.first_service_date
    from lines
    inner join events
        on events.file_id = lines.file_id
        and events.transaction_no = lines.transaction_no
        and events.claim_no = lines.claim_no
    where lines.is_denied_broad
),
same_number as (
    select
        denied.family_id,
        denied.line_key,
        denied.denial_date,
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.created_date,
        submissions.frequency_code,
        submissions.original_reference_number
    from denied
    inner join submissions on submissions.patient_control_number = denied.patient_control_number
    where (submissions.payer_sequence = denied.payer_sequence
            or (submissions.payer_sequence is null and submissions.payer_code in (denied.payer_code, '(not given)')))
        and (
            denied.first_service_date is null
            or submissions.service_from_date is null
            or (
                denied.first_service_date >= submissions.service_from_date
                and denied.first_service_date <= submissions.service_to_date
            )
            or submissions.original_reference_number = denied.payer_claim_control_number
        )
),
same_reference as (
    select
        denied.family_id,
        denied.line_key,
        denied.denial_date,
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.created_date,
        submissions.frequency_code,
        submissions.original_reference_number
    from denied
    inner join submissions on submissions.original_reference_number = denied.payer_claim_control_number
    where submissions.payer_code in (denied.payer_code, '(not given)')
),
matched as (
    select * from same_number
    union
    select * from same_reference
),
final as (
    select
        family_id,
        line_key,
        count(*) as submission_count,
        min(
            case
                when coalesce(frequency_code, '1') = '8' then null
                when created_date > denial_date then created_date
                when created_date = denial_date
                    and (frequency_code = '7' or original_reference_number is not null) then created_date
            end
        ) as resubmission_date
    from matched
    group by family_id, line_key
)
select * from final
