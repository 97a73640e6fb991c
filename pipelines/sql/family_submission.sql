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
told as (
    select file_id, transaction_no, claim_no, procedure_code from log_submission
),
decided as (
    -- what the payer decided has reached it, even where a later copy was rejected at the front end
    select
        family_id,
        min(case when is_adjudicated then payment_date end) as first_payment_date,
        max(case when is_adjudicated then 1 else 0 end) as decided_no
    from events
    where is_repeat = false
    group by family_id
),
counted as (
    select
        families.family_id,
        families.is_ambiguous,
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.source,
        submissions.created_date,
        submissions.is_void,
        decided.family_id is not null as has_remit,
        decided.first_payment_date,
        coalesce(decided.decided_no = 1, false) as is_decided,
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
several as (
    select family_id
    from counted
    group by family_id
    having count(*) > 1
),
ordered as (
    -- a log's day on which an 837 was sent is that 837, under whatever account
    select
        counted.file_id,
        counted.transaction_no,
        counted.claim_no,
        row_number() over (
            partition by counted.family_id
            order by case when counted.is_in_time then 0 else 1 end, case when counted.is_void then 1 else 0 end,
                counted.created_date nulls last, case when counted.source = '837' then 0 else 1 end, counted.file_id,
                counted.transaction_no, counted.claim_no
        ) as sent_no,
        counted.source = 'log' and max(case when counted.source = '837' then 1 else 0 end) over (
            partition by counted.family_id, counted.created_date
        ) = 1 as is_told_twice
    from counted
    inner join several on several.family_id = counted.family_id
),
sent as (
    select
        counted.*,
        coalesce(ordered.sent_no, 1) = 1 as is_first,
        coalesce(ordered.is_told_twice, false) as is_told_twice
    from counted
    left join ordered
        on ordered.file_id = counted.file_id
        and ordered.transaction_no = counted.transaction_no
        and ordered.claim_no = counted.claim_no
),
firsts as (
    select * from sent
    where is_first
),
summed as (
    select
        family_id,
        sum(case when is_void or is_told_twice then 0 else 1 end) as submission_count,
        max(created_date) as last_submission_date,
        max(case when is_ambiguous then 1 else 0 end) as ambiguous_no,
        max(case when is_void then created_date end) as void_date,
        max(case when is_void = false then created_date end) as last_date
    from sent
    group by family_id
),
answers as (
    select
        sent.family_id,
        sent.file_id,
        sent.created_date,
        sent.is_first,
        acknowledgements.answer_date,
        acknowledgements.is_accepted,
        acknowledgements.file_id as answer_file_id,
        acknowledgements.acknowledgement_no
    from acknowledgements
    inner join sent
        on sent.file_id = acknowledgements.submission_file_id
        and sent.transaction_no = acknowledgements.submission_transaction_no
        and sent.claim_no = acknowledgements.submission_claim_no
),
answered as (
    select
        family_id,
        max(case when is_first then 1 else 0 end) as first_no,
        max(case when is_first and is_accepted = false then 1 else 0 end) as first_rejected_no,
        max(case when is_accepted then 1 else 0 end) as accepted_no,
        max(case when is_accepted = false then 1 else 0 end) as rejected_no
    from answers
    group by family_id
),
answer_order as (
    -- the last answer counts: of one day that to the later claim, and of one claim the rejection
    select
        answers.family_id,
        answers.is_accepted,
        row_number() over (
            partition by answers.family_id
            order by answers.answer_date desc nulls last, answers.created_date desc nulls last,
                case when answers.is_accepted = false then 0 else 1 end, answers.file_id, answers.answer_file_id,
                answers.acknowledgement_no
        ) as last_no
    from answers
    inner join answered on answered.family_id = answers.family_id
    where answered.accepted_no = 1 and answered.rejected_no = 1 and answers.is_accepted is not null
),
accepted_since as (
    select family_id
    from answer_order
    where last_no = 1 and is_accepted
),
line_order as (
    select
        file_id,
        transaction_no,
        claim_no,
        coalesce(nullif(procedure_code, ''), nullif(revenue_code, '')) as procedure_code,
        row_number() over (
            partition by file_id, transaction_no, claim_no
            order by charge_amount desc nulls last, line_no
        ) as line_order_no
    from lines
),
lead_lines as (
    select
        file_id,
        transaction_no,
        claim_no,
        procedure_code
    from line_order
    where line_order_no = 1
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        procedure_code
    from told
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
        submissions.segment_no as first_submission_segment_no,
        submissions.byte_offset as first_submission_byte_offset,
        summed.last_submission_date,
        firsts.first_payment_date,
        firsts.first_payment_date is not null or coalesce(answered.first_no = 1, false) as is_answered,
        coalesce(answered.first_no = 1, false) as is_acknowledged,
        coalesce(answered.first_no = 1 and answered.first_rejected_no = 0, false) as is_clean,
        coalesce(answered.first_rejected_no = 1, false) as is_first_rejected,
        coalesce(answered.accepted_no = 1, false) or firsts.is_decided as is_ever_accepted,
        coalesce(answered.rejected_no = 1, false) and accepted_since.family_id is null and firsts.is_decided = false
            as is_never_reached,
        submissions.payer_key as payer,
        coalesce(filings.payer_class, '(not given)') as payer_class,
        coalesce(submissions.payer_sequence, 'primary') as payer_sequence,
        coalesce(lead_lines.procedure_code, '(not given)') as procedure,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        coalesce(providers.provider, nullif(trim(submissions.rendering_name), ''), submissions.rendering_npi,
            '(not given)') as provider,
        coalesce(nullif(submissions.facility_code, ''), '(not given)') as place_of_service,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        submissions.patient_control_number,
        submissions.service_from_date as service_date,
        submissions.charge_amount
    from firsts
    inner join submissions
        on submissions.file_id = firsts.file_id
        and submissions.transaction_no = firsts.transaction_no
        and submissions.claim_no = firsts.claim_no
    inner join summed on summed.family_id = firsts.family_id
    left join answered on answered.family_id = firsts.family_id
    left join accepted_since on accepted_since.family_id = firsts.family_id
    left join lead_lines
        on lead_lines.file_id = firsts.file_id
        and lead_lines.transaction_no = firsts.transaction_no
        and lead_lines.claim_no = firsts.claim_no
    left join filings
        on filings.file_id = firsts.file_id
        and filings.transaction_no = firsts.transaction_no
        and filings.claim_no = firsts.claim_no
    left join procedures on procedures.procedure_code = lead_lines.procedure_code
    left join diagnoses on diagnoses.diagnosis_code = submissions.principal_diagnosis_code
    left join providers on providers.rendering_npi = submissions.rendering_npi
)
select * from final
