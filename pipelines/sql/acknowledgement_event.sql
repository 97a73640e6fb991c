-- One row per answer to a claim before it was decided (277CA), and per claim of a batch, transaction, group or
-- interchange that was refused as a whole (277CA, 999, TA1): accepted or rejected by clearinghouse or payer.
-- file_id: file of the acknowledgement
-- transaction_no: transaction within the file
-- acknowledgement_no: answer within the file
-- level: claim, or what was refused as a whole: batch, transaction_set, functional_group or interchange
-- patient_control_number: the practice's number for the claim, of a whole that of the submission
-- answer_date: day of the answer
-- is_accepted: accepted, or rejected; NULL where the code is in no list
-- category_code: A0 to A8; of a whole the code of the 999 or TA1
-- status_code: status within the category
-- payer_name: who answered, as given
-- charge_amount: charge of the claim (dollars)
-- message: the codes in words of the reader
-- is_repeat: the same answer came in another file or transaction
-- submission_file_id: file of the submission that is answered: the newest that was sent before; NULL where none is
-- submission_transaction_no: transaction within that file
-- submission_claim_no: claim within that file
-- family_id: family of that submission
-- match_rule: payer_number (REF*1K), clearinghouse_number (REF*D9), account, account_mangled, batch, transaction,
-- group or interchange; NULL where no submission is found
-- sureness: certain, or likely (account_mangled, or a charge that differs)
-- candidate_count: families at its best rule; of a whole the files
-- is_ambiguous: several are as likely; it stands alone until that is clear
-- segment_no: segment of the answer
-- byte_offset: place of that segment in the file (bytes)
with acknowledgements as (
    select * from lake_acknowledgement
),
candidates as (
    select * from acknowledgement_candidate
),
submissions as (
    select * from submission_event
),
answers as (
    select
        *,
        row_number() over (
            partition by level, patient_control_number, effective_date, category_code, status_code,
                payer_claim_control_number, clearinghouse_number, charge_amount, message, batch_reference,
                acknowledged_group_number, acknowledged_transaction_number, acknowledged_interchange_number
            order by file_id, transaction_no, acknowledgement_no
        ) as copy_no
    from acknowledgements
    where (level = 'claim' and coalesce(trim(patient_control_number), '') <> '')
        or (is_accepted = false and level in ('batch', 'transaction_set', 'functional_group', 'interchange'))
),
ordered as (
    select
        *,
        dense_rank() over (
            partition by file_id, transaction_no, acknowledgement_no
            order by rule_no, batch_no, charge_no, created_date desc nulls last
        ) as best_no,
        row_number() over (
            partition by file_id, transaction_no, acknowledgement_no
            order by rule_no, batch_no, charge_no, created_date desc nulls last, submission_file_id desc,
                submission_transaction_no desc, submission_claim_no desc
        ) as match_no
    from candidates
),
counts as (
    select
        file_id,
        transaction_no,
        acknowledgement_no,
        count(distinct case when is_whole then submission_file_id else family_id end) as candidate_count
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
    where ordered.match_no = 1 or (ordered.is_whole and ordered.best_no = 1 and counts.candidate_count = 1)
),
final as (
    select
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no,
        answers.level,
        coalesce(nullif(trim(answers.patient_control_number), ''),
            case when matches.candidate_count = 1 then submissions.patient_control_number end)
            as patient_control_number,
        answers.effective_date as answer_date,
        answers.is_accepted,
        answers.category_code,
        answers.status_code,
        answers.payer_name,
        answers.charge_amount,
        answers.message,
        answers.copy_no > 1 as is_repeat,
        case when matches.candidate_count = 1 then matches.submission_file_id end as submission_file_id,
        case when matches.candidate_count = 1 then matches.submission_transaction_no end as submission_transaction_no,
        case when matches.candidate_count = 1 then matches.submission_claim_no end as submission_claim_no,
        case when matches.candidate_count = 1 then matches.family_id end as family_id,
        matches.match_rule,
        case
            when matches.rule_no is null then null
            when matches.rule_no = 4 or (matches.rule_no = 3 and matches.charge_no = 1) then 'likely'
            else 'certain'
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
    left join submissions
        on submissions.file_id = matches.submission_file_id
        and submissions.transaction_no = matches.submission_transaction_no
        and submissions.claim_no = matches.submission_claim_no
)
select * from final
