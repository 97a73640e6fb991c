-- One row per answer to a single claim before it was decided (277CA): accepted or rejected by clearinghouse or payer.
-- file_id: file of the acknowledgement
-- transaction_no: transaction within the file
-- acknowledgement_no: answer within the file
-- level: claim
-- patient_control_number: the practice's number for the claim
-- answer_date: day of the answer
-- is_accepted: accepted, or rejected; NULL where the code is in no list
-- category_code: A0 to A8
-- status_code: status within the category
-- payer_name: who answered, as given
-- charge_amount: charge of the claim (dollars)
-- message: the codes in words of the reader
-- submission_file_id: file of the submission that is answered: the newest that was sent before; NULL where none is
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that file
-- family_id: family of that submission
-- match_rule: payer_number (REF*1K) or account; NULL where no submission is answered
-- sureness: certain, or likely where the charge differs
-- candidate_count: families at its best rule
-- is_ambiguous: several families are as likely; it stands alone until that is clear
-- segment_no: segment of the answer
-- byte_offset: place of that segment in the file (bytes)
with acknowledgements as (
    select * from lake_acknowledgement
),
submissions as (
    select * from submission_event
),
families as (
    select * from submission_family
),
remits as (
    select family_id, patient_control_number, payer_claim_control_number from claim_event
),
answers as (
    select
        *,
        trim(patient_control_number) as account,
        nullif(trim(payer_claim_control_number), '') as payer_number
    from acknowledgements
    where level = 'claim' and coalesce(trim(patient_control_number), '') <> ''
),
sent as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.patient_control_number,
        submissions.charge_amount,
        submissions.created_date,
        families.family_id
    from submissions
    inner join families
        on families.file_id = submissions.file_id
        and families.transaction_no = submissions.transaction_no
        and families.claim_no = submissions.claim_no
    where submissions.is_repeat = false
),
payer_numbers as (
    select
        payer_claim_control_number as payer_number,
        min(family_id) as family_id
    from remits
    where trim(translate(payer_claim_control_number, '0', ' ')) <> ''
    group by payer_claim_control_number
    having count(distinct family_id) = 1
),
pairs as (
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        sent.file_id as sent_file_id,
        sent.transaction_no as sent_transaction_no,
        sent.claim_no as sent_claim_no,
        1 as rule_no
    from answers
    inner join payer_numbers on payer_numbers.payer_number = answers.payer_number
    inner join sent on sent.family_id = payer_numbers.family_id
    union all
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        sent.file_id as sent_file_id,
        sent.transaction_no as sent_transaction_no,
        sent.claim_no as sent_claim_no,
        3 as rule_no
    from answers
    inner join sent on sent.patient_control_number = answers.account
),
ordered as (
    select
        pairs.*,
        sent.family_id,
        case when answers.charge_amount is null or answers.charge_amount = sent.charge_amount then 0 else 1 end
            as charge_no,
        dense_rank() over (
            partition by pairs.file_id, pairs.transaction_no, pairs.acknowledgement_no
            order by pairs.rule_no,
                case when answers.charge_amount is null or answers.charge_amount = sent.charge_amount then 0 else 1 end,
                sent.created_date desc nulls last
        ) as best_no,
        row_number() over (
            partition by pairs.file_id, pairs.transaction_no, pairs.acknowledgement_no
            order by pairs.rule_no,
                case when answers.charge_amount is null or answers.charge_amount = sent.charge_amount then 0 else 1 end,
                sent.created_date desc nulls last, sent.file_id desc, sent.transaction_no desc, sent.claim_no desc
        ) as pair_no
    from pairs
    inner join answers
        on answers.file_id = pairs.file_id
        and answers.transaction_no = pairs.transaction_no
        and answers.acknowledgement_no = pairs.acknowledgement_no
    inner join sent
        on sent.file_id = pairs.sent_file_id
        and sent.transaction_no = pairs.sent_transaction_no
        and sent.claim_no = pairs.sent_claim_no
    where coalesce(sent.created_date <= answers.effective_date, true)
),
counts as (
    select
        file_id,
        transaction_no,
        acknowledgement_no,
        count(distinct family_id) as candidate_count
    from ordered
    where best_no = 1
    group by file_id, transaction_no, acknowledgement_no
),
matches as (
    select
        ordered.*,
        counts.candidate_count
    from ordered
    inner join counts
        on counts.file_id = ordered.file_id
        and counts.transaction_no = ordered.transaction_no
        and counts.acknowledgement_no = ordered.acknowledgement_no
    where ordered.pair_no = 1
),
final as (
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        answers.level,
        answers.account as patient_control_number,
        answers.effective_date as answer_date,
        answers.is_accepted,
        answers.category_code,
        answers.status_code,
        answers.payer_name,
        answers.charge_amount,
        answers.message,
        case when matches.candidate_count = 1 then matches.sent_file_id end as submission_file_id,
        case when matches.candidate_count = 1 then matches.sent_transaction_no end as submission_transaction_no,
        case when matches.candidate_count = 1 then matches.sent_claim_no end as submission_claim_no,
        case when matches.candidate_count = 1 then matches.family_id end as family_id,
        case matches.rule_no when 1 then 'payer_number' when 3 then 'account' end as match_rule,
        case
            when matches.rule_no = 1 or matches.charge_no = 0 then 'certain'
            when matches.rule_no = 3 then 'likely'
        end as sureness,
        cast(coalesce(matches.candidate_count, 0) as bigint) as candidate_count,
        coalesce(matches.candidate_count, 0) > 1 as is_ambiguous,
        answers.segment_no,
        answers.byte_offset
    from answers
    left join matches
        on matches.file_id = answers.file_id
        and matches.transaction_no = answers.transaction_no
        and matches.acknowledgement_no = answers.acknowledgement_no
)
select * from final
