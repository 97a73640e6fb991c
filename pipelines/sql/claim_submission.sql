-- One row per claim payment with a matching claim of an 837: the one it answers, of its family if that was sent before,
-- else of the same account.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- submission_file_id: file of the 837
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that file
-- created_date: day on which it was sent
-- principal_diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses in order
-- facility_code: place of service
-- authorization_number: prior authorisation of the claim, else of one of its lines
-- rendering_npi: NPI of the rendering provider
-- rendering_name: name of the rendering provider
-- segment_no: segment of the CLM
-- byte_offset: place of the CLM in the file (bytes)
with starts as (
    select * from claim_start
),
submissions as (
    select * from submission_event
),
families as (
    select * from claim_family
),
submission_families as (
    select * from submission_family
),
submission_lines as (
    select * from lake_submission_line
),
line_authorizations as (
    select
        file_id,
        transaction_no,
        claim_no,
        min(nullif(trim(authorization_number), '')) as authorization_number
    from submission_lines
    group by file_id, transaction_no, claim_no
),
same_account as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        submissions.file_id as submission_file_id,
        submissions.transaction_no as submission_transaction_no,
        submissions.claim_no as submission_claim_no,
        1 as family_order
    from starts
    inner join submissions on submissions.patient_control_number = starts.patient_control_number
    where starts.is_repeat = false
        and (
            submissions.payer_code = starts.payer_code
            or submissions.payer_code = '(not given)'
            or submissions.charge_amount = starts.charge_amount
        )
        and (
            submissions.service_from_date is null
            or starts.first_service_date is null
            or (
                starts.first_service_date >= submissions.service_from_date
                and starts.first_service_date <= submissions.service_to_date
            )
        )
),
same_family as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        submission_families.file_id as submission_file_id,
        submission_families.transaction_no as submission_transaction_no,
        submission_families.claim_no as submission_claim_no,
        0 as family_order
    from starts
    inner join families
        on families.file_id = starts.file_id
        and families.transaction_no = starts.transaction_no
        and families.claim_no = starts.claim_no
    inner join submission_families on submission_families.family_id = families.family_id
    inner join submissions
        on submissions.file_id = submission_families.file_id
        and submissions.transaction_no = submission_families.transaction_no
        and submissions.claim_no = submission_families.claim_no
    where starts.is_repeat = false
        and submissions.created_date <= starts.payment_date
),
pairs as (
    select * from same_account
    union all
    select * from same_family
),
candidates as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        submissions.file_id as submission_file_id,
        submissions.transaction_no as submission_transaction_no,
        submissions.claim_no as submission_claim_no,
        submissions.created_date,
        submissions.principal_diagnosis_code,
        submissions.diagnosis_codes,
        submissions.facility_code,
        coalesce(nullif(trim(submissions.authorization_number), ''), line_authorizations.authorization_number)
            as authorization_number,
        submissions.rendering_npi,
        submissions.rendering_name,
        submissions.segment_no,
        submissions.byte_offset,
        case when submissions.payer_sequence = starts.payer_sequence then 0 else 1 end as sequence_order,
        case when submissions.created_date <= starts.payment_date then 0 else 1 end as time_order,
        pairs.family_order,
        case when submissions.patient_control_number = starts.patient_control_number then 0 else 1 end
            as account_order,
        case when submissions.is_void then 1 else 0 end as void_order
    from pairs
    inner join starts
        on starts.file_id = pairs.file_id
        and starts.transaction_no = pairs.transaction_no
        and starts.claim_no = pairs.claim_no
    inner join submissions
        on submissions.file_id = pairs.submission_file_id
        and submissions.transaction_no = pairs.submission_transaction_no
        and submissions.claim_no = pairs.submission_claim_no
    left join line_authorizations
        on line_authorizations.file_id = submissions.file_id
        and line_authorizations.transaction_no = submissions.transaction_no
        and line_authorizations.claim_no = submissions.claim_no
    where submissions.source = '837' and submissions.is_repeat = false
),
ordered as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, claim_no
            order by family_order, sequence_order, time_order, void_order, account_order, created_date desc nulls last,
                submission_file_id, submission_transaction_no, submission_claim_no
        ) as match_no
    from candidates
),
final as (
    select
        file_id,
        transaction_no,
        claim_no,
        submission_file_id,
        submission_transaction_no,
        submission_claim_no,
        created_date,
        principal_diagnosis_code,
        diagnosis_codes,
        facility_code,
        authorization_number,
        rendering_npi,
        rendering_name,
        segment_no,
        byte_offset
    from ordered
    where match_no = 1
)
select * from final
