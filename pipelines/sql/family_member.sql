-- One row per claim payment, submission, answer before adjudication and log row: the family of which it is a member.
-- member_kind: submission, acknowledgement, remit or log
-- file_id: file of the member
-- transaction_no: transaction within the file, of a denial log's row 0
-- member_no: claim, answer or row within the file
-- family_id: the family; NULL of an answer or log row that was not matched
-- match_rule: what put it there; NULL where nothing did
-- sureness: certain, likely or possible; NULL where nothing put it there
-- is_ambiguous: several families are as likely: match_candidate lists them
-- is_repeat: came before in another file or transaction; counted once
-- event_date: sent, answered, paid or denied
-- amount: charge (dollars)
-- patient_control_number: the practice's number
-- payer: payer as shown, of an answer as given
-- segment_no: segment of the CLM, answer or CLP; NULL of a log
-- byte_offset: place of that segment in the file (bytes); NULL of a log
with events as (
    select * from claim_event
),
claim_families as (
    select * from claim_family
),
answers as (
    select * from acknowledgement_event
),
candidates as (
    select
        file_id,
        member_no as row_no
    from match_candidate
    where member_kind = 'log'
    group by file_id, member_no
),
log_families as (
    select
        file_id,
        row_no,
        min(family_id) as family_id,
        min(match_rule) as match_rule,
        min(sureness) as sureness
    from log_match
    group by file_id, row_no
),
log_homes as (
    -- a log row of no remittance line may still be of a claim that was sent
    select
        log_lines.file_id,
        log_lines.row_no,
        min(submission_families.family_id) as family_id
    from log_line as log_lines
    inner join submission_event as submissions on submissions.patient_control_number = log_lines.patient_control_number
    inner join submission_family as submission_families
        on submission_families.file_id = submissions.file_id
        and submission_families.transaction_no = submissions.transaction_no
        and submission_families.claim_no = submissions.claim_no
    where log_lines.is_matched = false
        and submission_families.is_ambiguous = false
        and coalesce(log_lines.service_date >= submissions.service_from_date
            and log_lines.service_date <= submissions.service_to_date, true)
    group by log_lines.file_id, log_lines.row_no
    having min(submission_families.family_id) = max(submission_families.family_id)
),
final as (
    select
        'submission' as member_kind,
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no as member_no,
        submission_families.family_id,
        submission_families.match_rule,
        submission_families.sureness,
        submission_families.is_ambiguous,
        submissions.is_repeat,
        submissions.created_date as event_date,
        submissions.charge_amount as amount,
        submissions.patient_control_number,
        submissions.payer_key as payer,
        submissions.segment_no,
        submissions.byte_offset
    from submission_event as submissions
    inner join submission_family as submission_families
        on submission_families.file_id = submissions.file_id
        and submission_families.transaction_no = submissions.transaction_no
        and submission_families.claim_no = submissions.claim_no
    union all
    select
        'acknowledgement' as member_kind,
        file_id,
        transaction_no,
        acknowledgement_no as member_no,
        family_id,
        match_rule,
        sureness,
        is_ambiguous,
        is_repeat,
        answer_date as event_date,
        charge_amount as amount,
        patient_control_number,
        payer_name as payer,
        segment_no,
        byte_offset
    from answers
    union all
    select
        'remit' as member_kind,
        events.file_id,
        events.transaction_no,
        events.claim_no as member_no,
        events.family_id,
        claim_families.match_rule,
        claim_families.sureness,
        false as is_ambiguous,
        events.is_repeat,
        events.payment_date as event_date,
        events.charge_amount as amount,
        events.patient_control_number,
        events.payer_key as payer,
        events.segment_no,
        events.byte_offset
    from events
    inner join claim_families
        on claim_families.file_id = events.file_id
        and claim_families.transaction_no = events.transaction_no
        and claim_families.claim_no = events.claim_no
    union all
    select
        'log' as member_kind,
        log_lines.file_id,
        cast(0 as bigint) as transaction_no,
        log_lines.row_no as member_no,
        coalesce(log_families.family_id, log_homes.family_id) as family_id,
        coalesce(log_families.match_rule, case when log_homes.family_id is not null then 'account' end) as match_rule,
        coalesce(log_families.sureness, case when log_homes.family_id is not null then 'likely' end) as sureness,
        candidates.file_id is not null as is_ambiguous,
        log_lines.is_first = false as is_repeat,
        log_lines.payment_date as event_date,
        log_lines.charge_amount as amount,
        log_lines.patient_control_number,
        log_lines.payer_key as payer,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset
    from log_line as log_lines
    left join log_families on log_families.file_id = log_lines.file_id and log_families.row_no = log_lines.row_no
    left join log_homes on log_homes.file_id = log_lines.file_id and log_homes.row_no = log_lines.row_no
    left join candidates on candidates.file_id = log_lines.file_id and candidates.row_no = log_lines.row_no
)
select * from final
