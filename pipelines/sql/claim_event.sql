-- One row per claim payment as read (CLP): a decision, reversal, pended claim or repeat, in the order of its family.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: the claim's family
-- event_no: order within the family by payment date, then the interchange's own numbers; NULL for a repeat
-- payer_code: short form of the payer
-- payer_key: payer as shown
-- payer_class: kind of plan
-- payer_sequence: primary, secondary or tertiary
-- payment_date: payment date
-- trace_number: number of the payment
-- is_repeat: came before in another file or transaction; not counted
-- is_known_status: CLP02 is in the list
-- is_reversal: takes back an earlier claim payment
-- is_reversed: was taken back by a reversal of the same amounts
-- is_unmatched_reversal: a reversal whose claim payment is not in the store
-- is_pended: not decided yet
-- is_adjudicated: a decision of this payer
-- claim_status_code: CLP02
-- patient_control_number: the practice's number
-- payer_claim_control_number: the payer's number
-- original_reference_number: REF*F8
-- first_service_date: first service date
-- charge_amount: CLP03 (dollars)
-- paid_amount: CLP04 (dollars)
-- patient_responsibility_amount: CLP05 (dollars)
-- off_amount: what CLP03 - CLP04 and the adjustments differ by (dollars); NULL where it could not be checked
-- rendering_npi: NPI of the rendering provider
-- provider: name of the rendering provider, '(not given)' where there is none
-- place_of_service: place of service code
-- diagnosis_code: first diagnosis of the matching 837
-- diagnosis_codes: all diagnoses of the matching 837
-- submission_file_id: file of the matching 837
-- submission_segment_no: segment of the matching CLM
-- submission_byte_offset: place of the matching CLM (bytes)
-- submission_date: day on which the matching claim was sent
-- authorization_number: prior authorisation of the remit or the matching 837
-- patient_last_name: patient
-- patient_first_name: patient
-- patient_id: member id of the patient
-- insured_last_name: insured
-- insured_first_name: insured
-- insured_id: member id of the insured
-- segment_no: segment of the CLP
-- byte_offset: place of the CLP in the file (bytes)
-- end_byte_offset: first byte after the claim
with claims as (
    select * from lake_remit_claim
),
starts as (
    select * from claim_start
),
families as (
    select * from claim_family
),
submissions as (
    select * from claim_submission
),
providers as (
    select * from provider_match
),
numbered as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        families.family_id,
        starts.is_reversal,
        starts.charge_amount,
        starts.paid_amount,
        starts.is_reversal or starts.is_adjudicated as is_money,
        case when starts.is_repeat = false then row_number() over (
            partition by families.family_id, starts.is_repeat
            order by starts.payment_date nulls last, starts.interchange_date nulls last,
                starts.interchange_control_number nulls last, starts.file_id, starts.transaction_no, starts.claim_no
        ) end as event_no
    from starts
    inner join families
        on families.file_id = starts.file_id
        and families.transaction_no = starts.transaction_no
        and families.claim_no = starts.claim_no
),
taken_back as (
    select family_id
    from numbered
    where is_reversal and event_no is not null
    group by family_id
),
money as (
    -- only families with a reversal have anything to pair
    select
        numbered.file_id,
        numbered.transaction_no,
        numbered.claim_no,
        numbered.family_id,
        numbered.is_reversal,
        abs(numbered.charge_amount) as charge_size,
        abs(numbered.paid_amount) as paid_size,
        numbered.event_no
    from numbered
    inner join taken_back on taken_back.family_id = numbered.family_id
    where numbered.is_money and numbered.event_no is not null
),
running as (
    -- payments less reversals of the same amounts so far: like brackets, each reversal closes one earlier payment
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        is_reversal,
        charge_size,
        paid_size,
        event_no,
        sum(case when is_reversal then -1 else 1 end) over (
            partition by family_id, charge_size, paid_size
            order by event_no
            rows between unbounded preceding and current row
        ) as open_count
    from money
),
lowest as (
    select
        *,
        min(open_count) over (
            partition by family_id, charge_size, paid_size
            order by event_no
            rows between unbounded preceding and 1 preceding
        ) as lowest_before
    from running
),
paired as (
    -- a reversal that takes the count to a new low below zero has no payment before it
    select
        *,
        is_reversal and open_count < least(0, coalesce(lowest_before, 0)) as is_unmatched
    from lowest
),
ranked as (
    select
        file_id,
        transaction_no,
        claim_no,
        is_reversal,
        is_unmatched,
        row_number() over (
            partition by family_id, charge_size, paid_size, is_reversal, is_unmatched
            order by event_no
        ) as pair_no,
        sum(case when is_reversal and is_unmatched = false then 1 else 0 end) over (
            partition by family_id, charge_size, paid_size
        ) as matched_count
    from paired
),
reversed as (
    select
        file_id,
        transaction_no,
        claim_no,
        is_reversal = false and pair_no <= matched_count as is_reversed,
        is_unmatched as is_unmatched_reversal
    from ranked
),
final as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        numbered.family_id,
        cast(numbered.event_no as bigint) as event_no,
        starts.payer_code,
        starts.payer_key,
        starts.payer_class,
        starts.payer_sequence,
        starts.payment_date,
        starts.trace_number,
        starts.is_repeat,
        starts.is_known_status,
        starts.is_reversal,
        coalesce(reversed.is_reversed, false) as is_reversed,
        coalesce(reversed.is_unmatched_reversal, false) as is_unmatched_reversal,
        starts.is_pended,
        starts.is_adjudicated,
        claims.claim_status_code,
        claims.patient_control_number,
        claims.payer_claim_control_number,
        claims.original_reference_number,
        starts.first_service_date,
        claims.charge_amount,
        claims.paid_amount,
        claims.patient_responsibility_amount,
        claims.off_amount,
        coalesce(nullif(claims.rendering_npi, ''), submissions.rendering_npi) as rendering_npi,
        coalesce(providers.provider, nullif(trim(claims.rendering_name), ''), submissions.rendering_name,
            nullif(claims.rendering_npi, ''), submissions.rendering_npi, '(not given)') as provider,
        coalesce(nullif(claims.facility_code, ''), submissions.facility_code, '(not given)') as place_of_service,
        submissions.principal_diagnosis_code as diagnosis_code,
        submissions.diagnosis_codes,
        submissions.submission_file_id,
        submissions.segment_no as submission_segment_no,
        submissions.byte_offset as submission_byte_offset,
        submissions.created_date as submission_date,
        coalesce(claims.authorization_number, submissions.authorization_number) as authorization_number,
        claims.patient_last_name,
        claims.patient_first_name,
        claims.patient_id,
        claims.insured_last_name,
        claims.insured_first_name,
        claims.insured_id,
        claims.segment_no,
        claims.byte_offset,
        claims.end_byte_offset
    from starts
    inner join claims
        on claims.file_id = starts.file_id
        and claims.transaction_no = starts.transaction_no
        and claims.claim_no = starts.claim_no
    inner join numbered
        on numbered.file_id = starts.file_id
        and numbered.transaction_no = starts.transaction_no
        and numbered.claim_no = starts.claim_no
    left join reversed
        on reversed.file_id = starts.file_id
        and reversed.transaction_no = starts.transaction_no
        and reversed.claim_no = starts.claim_no
    left join submissions
        on submissions.file_id = starts.file_id
        and submissions.transaction_no = starts.transaction_no
        and submissions.claim_no = starts.claim_no
    left join providers
        on providers.rendering_npi = coalesce(nullif(claims.rendering_npi, ''), submissions.rendering_npi)
)
select * from final
