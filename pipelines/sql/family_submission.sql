-- One row per family with a submission that counts: when it was first sent, whether it was answered and how.
-- family_id: the family
-- has_remit: a claim payment is in the family
-- is_ambiguous: its submission may belong to one of several families with remits
-- is_withdrawn: the last that was sent takes it back
-- submission_source: where the first submission was read: 837 or log
-- submission_count: submissions, repeats and voids left out
-- first_submission_date: earliest not later than the first decision; NULL where only later ones are known
-- first_submission_file_id: file of that submission, else of the first known
-- first_submission_transaction_no: transaction within that file
-- first_submission_claim_no: claim within that file
-- first_submission_segment_no: segment of its CLM
-- first_submission_byte_offset: place of its CLM in the file (bytes)
-- last_submission_date: latest day on which it was sent
-- first_payment_date: payment date of the first decision, NULL without a remit
-- is_answered: a decision or an acknowledgement answers the first submission
-- is_acknowledged: an acknowledgement answers the first submission
-- is_clean: acknowledged, and the first submission was never rejected
-- is_first_rejected: the first submission was rejected
-- is_ever_accepted: an acknowledgement accepted it, or the payer decided it
-- is_never_reached: rejected, not accepted since, and never decided
-- payer: payer as shown
-- payer_class: kind of plan: by the claim's filing code, else the alias, else the payer's commonest
-- payer_sequence: primary, secondary or tertiary
-- procedure: procedure of the line with the largest charge
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- patient_control_number: the practice's number
-- service_date: first day of service
-- charge_amount: charge of the first submission (dollars)
with submissions as (
    select * from submission_event
),
families as (
    select * from submission_family
),
events as (
    select * from claim_event
),
acknowledgements as (
    select * from acknowledgement_event
),
lines as (
    select * from lake_submission_line
),
filings as (
    select * from submission_class
),
procedures as (
    select * from procedure_match
),
diagnoses as (
    select * from diagnosis_match
),
providers as (
    select * from provider_match
),
decided as (
    select
        family_id,
        min(case when is_adjudicated then payment_date end) as first_payment_date
    from events
    where is_repeat = false
    group by family_id
),
counted as (
    select
        families.family_id,
        families.is_ambiguous,
        submissions.*,
        decided.family_id is not null as has_remit,
        decided.first_payment_date,
        submissions.is_void = false
            and coalesce(submissions.created_date <= decided.first_payment_date, submissions.created_date is not null)
            as is_in_time
    from submissions
    inner join families
        on families.file_id = submissions.file_id
        and families.transaction_no = submissions.transaction_no
        and families.claim_no = submissions.claim_no
    left join decided on decided.family_id = families.family_id
    where submissions.is_repeat = false
),
ordered as (
    select
        *,
        row_number() over (
            partition by family_id
            order by case when is_in_time then 0 else 1 end, case when is_void then 1 else 0 end,
                created_date nulls last, case when source = '837' then 0 else 1 end, file_id, transaction_no, claim_no
        ) as sent_no
    from counted
),
firsts as (
    select * from ordered
    where sent_no = 1
),
sent_days as (
    -- a log's day on which an 837 was sent is that 837, under whatever account
    select
        *,
        max(case when source = '837' then 1 else 0 end) over (partition by family_id, created_date) as has_837
    from counted
),
summed as (
    select
        family_id,
        sum(case when is_void or (source = 'log' and has_837 = 1) then 0 else 1 end) as submission_count,
        max(created_date) as last_submission_date,
        max(case when is_ambiguous then 1 else 0 end) as ambiguous_no,
        max(case when is_void then created_date end) as void_date,
        max(case when is_void = false then created_date end) as last_date
    from sent_days
    group by family_id
),
first_answers as (
    select
        firsts.family_id,
        count(*) as answer_count,
        max(case when acknowledgements.is_accepted = false then 1 else 0 end) as rejected_no
    from firsts
    inner join acknowledgements
        on acknowledgements.submission_file_id = firsts.file_id
        and acknowledgements.submission_transaction_no = firsts.transaction_no
        and acknowledgements.submission_claim_no = firsts.claim_no
    group by firsts.family_id
),
answers as (
    -- the last answer counts: of one day that to the later claim, and of one claim the rejection
    select
        counted.family_id,
        counted.first_payment_date,
        acknowledgements.answer_date,
        acknowledgements.is_accepted,
        row_number() over (
            partition by counted.family_id
            order by acknowledgements.answer_date desc nulls last, counted.created_date desc nulls last,
                case when acknowledgements.is_accepted = false then 0 else 1 end, counted.file_id,
                acknowledgements.file_id, acknowledgements.acknowledgement_no
        ) as last_no
    from counted
    inner join acknowledgements
        on acknowledgements.submission_file_id = counted.file_id
        and acknowledgements.submission_transaction_no = counted.transaction_no
        and acknowledgements.submission_claim_no = counted.claim_no
    where acknowledgements.is_accepted is not null
),
answered as (
    select
        answers.family_id,
        max(case when answers.is_accepted then 1 else 0 end) as accepted_no,
        max(case when answers.last_no = 1 and answers.is_accepted = false then 1 else 0 end) as is_last_rejected
    from answers
    group by answers.family_id
),
decisions as (
    -- what the payer decided has reached it, even where a later copy was rejected at the front end
    select family_id
    from events
    where is_repeat = false and is_adjudicated
    group by family_id
),
line_order as (
    select
        firsts.family_id,
        coalesce(nullif(lines.procedure_code, ''), nullif(lines.revenue_code, '')) as procedure_code,
        row_number() over (
            partition by firsts.family_id
            order by lines.charge_amount desc nulls last, lines.line_no
        ) as line_order_no
    from firsts
    inner join lines
        on lines.file_id = firsts.file_id
        and lines.transaction_no = firsts.transaction_no
        and lines.claim_no = firsts.claim_no
),
told as (
    select file_id, transaction_no, claim_no, procedure_code from log_submission
),
lead_lines as (
    select
        family_id,
        procedure_code
    from line_order
    where line_order_no = 1
    union all
    select
        firsts.family_id,
        told.procedure_code
    from firsts
    inner join told
        on told.file_id = firsts.file_id
        and told.transaction_no = firsts.transaction_no
        and told.claim_no = firsts.claim_no
),
final as (
    select
        firsts.family_id,
        firsts.has_remit,
        summed.ambiguous_no = 1 as is_ambiguous,
        coalesce(summed.void_date >= summed.last_date, false) as is_withdrawn,
        firsts.source as submission_source,
        cast(summed.submission_count as bigint) as submission_count,
        case when firsts.is_in_time then firsts.created_date end as first_submission_date,
        firsts.file_id as first_submission_file_id,
        firsts.transaction_no as first_submission_transaction_no,
        firsts.claim_no as first_submission_claim_no,
        firsts.segment_no as first_submission_segment_no,
        firsts.byte_offset as first_submission_byte_offset,
        summed.last_submission_date,
        firsts.first_payment_date,
        firsts.first_payment_date is not null or first_answers.family_id is not null as is_answered,
        first_answers.family_id is not null as is_acknowledged,
        coalesce(first_answers.rejected_no = 0, false) as is_clean,
        coalesce(first_answers.rejected_no = 1, false) as is_first_rejected,
        coalesce(answered.accepted_no = 1, false) or decisions.family_id is not null as is_ever_accepted,
        coalesce(answered.is_last_rejected = 1, false) and decisions.family_id is null as is_never_reached,
        firsts.payer_key as payer,
        coalesce(filings.payer_class, '(not given)') as payer_class,
        coalesce(firsts.payer_sequence, 'primary') as payer_sequence,
        coalesce(lead_lines.procedure_code, '(not given)') as procedure,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        coalesce(providers.provider, nullif(trim(firsts.rendering_name), ''), firsts.rendering_npi, '(not given)')
            as provider,
        coalesce(nullif(firsts.facility_code, ''), '(not given)') as place_of_service,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        firsts.patient_control_number,
        firsts.service_from_date as service_date,
        firsts.charge_amount
    from firsts
    inner join summed on summed.family_id = firsts.family_id
    left join first_answers on first_answers.family_id = firsts.family_id
    left join answered on answered.family_id = firsts.family_id
    left join decisions on decisions.family_id = firsts.family_id
    left join lead_lines on lead_lines.family_id = firsts.family_id
    left join filings
        on filings.file_id = firsts.file_id
        and filings.transaction_no = firsts.transaction_no
        and filings.claim_no = firsts.claim_no
    left join procedures on procedures.procedure_code = lead_lines.procedure_code
    left join diagnoses on diagnoses.diagnosis_code = firsts.principal_diagnosis_code
    left join providers on providers.rendering_npi = firsts.rendering_npi
)
select * from final
