-- One row per answer before adjudication, submission that it may answer, and rule that says so.
-- file_id: file of the acknowledgement
-- transaction_no: transaction within the file
-- acknowledgement_no: answer within the file
-- submission_file_id: file of the submission
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that file
-- family_id: family of that submission
-- match_rule: payer_number (REF*1K), clearinghouse_number (REF*D9), account, account_mangled, batch (BHT03),
-- transaction (ST02 and GS06), group (GS06) or interchange (ISA13)
-- rule_no: the rule's place, the surest first
-- batch_no: 0 where the batch is the submission's or not told, else 1
-- charge_no: 0 where the charges are equal or not told, else 1
-- is_whole: the answer is to a whole batch, transaction, group or interchange
-- created_date: day on which it was sent
with acknowledgements as (
    select * from lake_acknowledgement
),
submissions as (
    select * from submission_event
    where is_repeat = false
),
families as (
    select * from submission_family
),
events as (
    select family_id, payer_claim_control_number from claim_event
    where is_repeat = false
),
answers as (
    select
        file_id,
        transaction_no,
        acknowledgement_no,
        nullif(trim(patient_control_number), '') as account,
        trim(leading '0' from translate(upper(patient_control_number), 'A -._/#,:*', 'A')) as account_key,
        nullif(trim(payer_claim_control_number), '') as payer_number,
        nullif(trim(clearinghouse_number), '') as clearinghouse_number
    from acknowledgements
    where level = 'claim'
),
refusals as (
    select
        file_id,
        transaction_no,
        acknowledgement_no,
        level,
        case when level = 'batch' then nullif(trim(batch_reference), '') end as batch_reference,
        case when level in ('transaction_set', 'functional_group') then nullif(trim(acknowledged_group_number), '') end
            as group_number,
        case when level = 'transaction_set' then nullif(trim(acknowledged_transaction_number), '') end
            as transaction_number,
        case when level = 'interchange' then nullif(trim(acknowledged_interchange_number), '') end
            as interchange_number
    from acknowledgements
    where is_accepted = false and level in ('batch', 'transaction_set', 'functional_group', 'interchange')
),
payer_families as (
    select
        trim(payer_claim_control_number) as payer_number,
        min(family_id) as family_id
    from events
    where trim(translate(payer_claim_control_number, '0', ' ')) <> ''
    group by trim(payer_claim_control_number)
    having min(events.family_id) = max(events.family_id)
),
by_payer_number as (
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        families.file_id as sent_file_id,
        families.transaction_no as sent_transaction_no,
        families.claim_no as sent_claim_no,
        1 as rule_no
    from answers
    inner join payer_families on payer_families.payer_number = answers.payer_number
    inner join families on families.family_id = payer_families.family_id
),
by_number as (
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        2 as rule_no
    from answers
    inner join submissions on submissions.clearinghouse_number = answers.clearinghouse_number
    union all
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        3 as rule_no
    from answers
    inner join submissions on submissions.patient_control_number = answers.account
    union all
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        4 as rule_no
    from answers
    inner join submissions on submissions.account_key = answers.account_key
    union all
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        4 as rule_no
    from answers
    inner join submissions on substr(submissions.patient_control_number, 1, 20) = answers.account
),
by_whole as (
    select
        refusals.file_id,
        refusals.transaction_no,
        refusals.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        5 as rule_no
    from refusals
    inner join submissions on submissions.batch_reference = refusals.batch_reference
    where submissions.source = '837'
    union all
    select
        refusals.file_id,
        refusals.transaction_no,
        refusals.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        case when refusals.level = 'functional_group' then 7 else 6 end as rule_no
    from refusals
    inner join submissions
        on submissions.group_control_number = refusals.group_number
    where (refusals.level = 'functional_group'
            or submissions.transaction_control_number = refusals.transaction_number)
    union all
    select
        refusals.file_id,
        refusals.transaction_no,
        refusals.acknowledgement_no,
        submissions.file_id as sent_file_id,
        submissions.transaction_no as sent_transaction_no,
        submissions.claim_no as sent_claim_no,
        8 as rule_no
    from refusals
    inner join submissions on submissions.interchange_control_number = refusals.interchange_number
),
found as (
    select * from by_payer_number
    union all
    select * from by_number
    union all
    select * from by_whole
),
surest as (
    select
        file_id,
        transaction_no,
        acknowledgement_no,
        sent_file_id,
        sent_transaction_no,
        sent_claim_no,
        min(rule_no) as rule_no
    from found
    group by file_id, transaction_no, acknowledgement_no, sent_file_id, sent_transaction_no, sent_claim_no
),
final as (
    -- an answer is to what was sent before it; control numbers begin anew, so that a whole is refused within two weeks
    select
        surest.file_id,
        surest.transaction_no,
        surest.acknowledgement_no,
        surest.sent_file_id as submission_file_id,
        surest.sent_transaction_no as submission_transaction_no,
        surest.sent_claim_no as submission_claim_no,
        families.family_id,
        case surest.rule_no
            when 1 then 'payer_number'
            when 2 then 'clearinghouse_number'
            when 3 then 'account'
            when 4 then 'account_mangled'
            when 5 then 'batch'
            when 6 then 'transaction'
            when 7 then 'group'
            else 'interchange'
        end as match_rule,
        cast(surest.rule_no as bigint) as rule_no,
        cast(case when coalesce(acknowledgements.batch_reference = submissions.batch_reference, true) then 0 else 1 end
            as bigint) as batch_no,
        cast(case when coalesce(acknowledgements.charge_amount = submissions.charge_amount, true) then 0 else 1 end
            as bigint) as charge_no,
        surest.rule_no >= 5 as is_whole,
        submissions.created_date
    from surest
    inner join acknowledgements
        on acknowledgements.file_id = surest.file_id
        and acknowledgements.transaction_no = surest.transaction_no
        and acknowledgements.acknowledgement_no = surest.acknowledgement_no
    inner join submissions
        on submissions.file_id = surest.sent_file_id
        and submissions.transaction_no = surest.sent_transaction_no
        and submissions.claim_no = surest.sent_claim_no
    inner join families
        on families.file_id = surest.sent_file_id
        and families.transaction_no = surest.sent_transaction_no
        and families.claim_no = surest.sent_claim_no
    where coalesce(submissions.created_date <= acknowledgements.effective_date, true)
        and (
            surest.rule_no < 5
            or coalesce(days_between(submissions.created_date, acknowledgements.effective_date) <= 14, true)
        )
)
select * from final
