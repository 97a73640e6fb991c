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
    where is_repeat = false
),
families as (
    select * from claim_family
),
sent as (
    select * from submission_event
    where source = '837' and is_repeat = false
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
        min(trim(authorization_number)) as authorization_number
    from submission_lines
    where trim(authorization_number) <> ''
    group by file_id, transaction_no, claim_no
),
of_family as (
    select
        submission_families.family_id,
        sent.file_id,
        sent.transaction_no,
        sent.claim_no,
        sent.created_date,
        sent.payer_sequence,
        sent.patient_control_number,
        sent.is_void
    from sent
    inner join submission_families
        on submission_families.file_id = sent.file_id
        and submission_families.transaction_no = sent.transaction_no
        and submission_families.claim_no = sent.claim_no
),
same_family as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        of_family.file_id as submission_file_id,
        of_family.transaction_no as submission_transaction_no,
        of_family.claim_no as submission_claim_no,
        of_family.created_date,
        case when of_family.payer_sequence = starts.payer_sequence then 0 else 1 end as sequence_order,
        0 as time_order,
        case when of_family.patient_control_number = starts.patient_control_number then 0 else 1 end as account_order,
        case when of_family.is_void then 1 else 0 end as void_order
    from starts
    inner join families
        on families.file_id = starts.file_id
        and families.transaction_no = starts.transaction_no
        and families.claim_no = starts.claim_no
    inner join of_family on of_family.family_id = families.family_id
    where of_family.created_date <= starts.payment_date
),
same_account as (
    -- only where nothing of the family was sent before
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        sent.file_id as submission_file_id,
        sent.transaction_no as submission_transaction_no,
        sent.claim_no as submission_claim_no,
        sent.created_date,
        case when sent.payer_sequence = starts.payer_sequence then 0 else 1 end as sequence_order,
        case when sent.created_date <= starts.payment_date then 0 else 1 end as time_order,
        0 as account_order,
        case when sent.is_void then 1 else 0 end as void_order
    from starts
    left join same_family
        on same_family.file_id = starts.file_id
        and same_family.transaction_no = starts.transaction_no
        and same_family.claim_no = starts.claim_no
    inner join sent on sent.patient_control_number = starts.patient_control_number
    where same_family.file_id is null
        and (
            sent.payer_code = starts.payer_code
            or sent.payer_code = '(not given)'
            or sent.charge_amount = starts.charge_amount
        )
        and (
            sent.service_from_date is null
            or starts.first_service_date is null
            or (
                starts.first_service_date >= sent.service_from_date
                and starts.first_service_date <= sent.service_to_date
            )
        )
),
candidates as (
    select * from same_family
    union all
    select * from same_account
),
several as (
    select
        file_id,
        transaction_no,
        claim_no
    from candidates
    group by file_id, transaction_no, claim_no
    having count(*) > 1
),
ordered as (
    select
        candidates.file_id,
        candidates.transaction_no,
        candidates.claim_no,
        candidates.submission_file_id,
        candidates.submission_transaction_no,
        candidates.submission_claim_no,
        row_number() over (
            partition by candidates.file_id, candidates.transaction_no, candidates.claim_no
            order by candidates.sequence_order, candidates.time_order, candidates.void_order,
                candidates.account_order, candidates.created_date desc nulls last, candidates.submission_file_id,
                candidates.submission_transaction_no, candidates.submission_claim_no
        ) as match_no
    from candidates
    inner join several
        on several.file_id = candidates.file_id
        and several.transaction_no = candidates.transaction_no
        and several.claim_no = candidates.claim_no
),
beaten as (
    select * from ordered
    where match_no > 1
),
final as (
    select
        candidates.file_id,
        candidates.transaction_no,
        candidates.claim_no,
        candidates.submission_file_id,
        candidates.submission_transaction_no,
        candidates.submission_claim_no,
        candidates.created_date,
        sent.principal_diagnosis_code,
        sent.diagnosis_codes,
        sent.facility_code,
        coalesce(nullif(trim(sent.authorization_number), ''), line_authorizations.authorization_number)
            as authorization_number,
        sent.rendering_npi,
        sent.rendering_name,
        sent.segment_no,
        sent.byte_offset
    from candidates
    left join beaten
        on beaten.file_id = candidates.file_id
        and beaten.transaction_no = candidates.transaction_no
        and beaten.claim_no = candidates.claim_no
        and beaten.submission_file_id = candidates.submission_file_id
        and beaten.submission_transaction_no = candidates.submission_transaction_no
        and beaten.submission_claim_no = candidates.submission_claim_no
    inner join sent
        on sent.file_id = candidates.submission_file_id
        and sent.transaction_no = candidates.submission_transaction_no
        and sent.claim_no = candidates.submission_claim_no
    left join line_authorizations
        on line_authorizations.file_id = candidates.submission_file_id
        and line_authorizations.transaction_no = candidates.submission_transaction_no
        and line_authorizations.claim_no = candidates.submission_claim_no
    where beaten.file_id is null
)
select * from final
