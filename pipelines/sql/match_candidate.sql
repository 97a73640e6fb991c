-- One row per submission, answer or log row that may belong to several families, and such a family. Where one family is
-- listed, several claims are as likely to be its.
-- member_kind: submission, acknowledgement or log
-- file_id: file of the member
-- transaction_no: transaction within the file, of a denial log's row 0
-- member_no: claim, answer or row within the file
-- rule: the rule that finds the families
-- family_id: a family to which it could belong
with families as (
    select * from submission_family
    where is_ambiguous
),
submissions as (
    select file_id, transaction_no, claim_no, base_key from submission_event
),
choices as (
    select * from submission_choice
),
links as (
    select * from submission_link
),
answers as (
    select * from acknowledgement_event
    where is_ambiguous
),
answer_candidates as (
    select
        *,
        dense_rank() over (
            partition by file_id, transaction_no, acknowledgement_no
            order by rule_no, batch_no, charge_no, created_date desc nulls last
        ) as best_no
    from acknowledgement_candidate
),
log_candidates as (
    select
        *,
        dense_rank() over (
            partition by file_id, row_no
            order by rule_no, fit_no
        ) as best_no
    from log_candidate
),
log_counts as (
    select
        file_id,
        row_no,
        count(distinct family_id) as candidate_count
    from log_candidates
    where best_no = 1
    group by file_id, row_no
),
found as (
    select
        'submission' as member_kind,
        families.file_id,
        families.transaction_no,
        families.claim_no as member_no,
        choices.match_rule as rule,
        choices.family_id
    from families
    inner join choices
        on choices.file_id = families.file_id
        and choices.transaction_no = families.transaction_no
        and choices.claim_no = families.claim_no
    union
    select
        'submission' as member_kind,
        families.file_id,
        families.transaction_no,
        families.claim_no as member_no,
        links.match_rule as rule,
        links.family_id
    from families
    inner join submissions
        on submissions.file_id = families.file_id
        and submissions.transaction_no = families.transaction_no
        and submissions.claim_no = families.claim_no
    inner join links on links.base_key = submissions.base_key
    where links.candidate_count > 1
    union
    select
        'acknowledgement' as member_kind,
        answers.file_id,
        answers.transaction_no,
        answers.acknowledgement_no as member_no,
        answer_candidates.match_rule as rule,
        answer_candidates.family_id
    from answers
    inner join answer_candidates
        on answer_candidates.file_id = answers.file_id
        and answer_candidates.transaction_no = answers.transaction_no
        and answer_candidates.acknowledgement_no = answers.acknowledgement_no
    where answer_candidates.best_no = 1
    union
    select
        'log' as member_kind,
        log_candidates.file_id,
        cast(0 as bigint) as transaction_no,
        log_candidates.row_no as member_no,
        log_candidates.match_rule as rule,
        log_candidates.family_id
    from log_candidates
    inner join log_counts on log_counts.file_id = log_candidates.file_id and log_counts.row_no = log_candidates.row_no
    where log_candidates.best_no = 1 and log_counts.candidate_count > 1
),
final as (
    select
        member_kind,
        file_id,
        transaction_no,
        member_no,
        rule,
        family_id
    from found
)
select * from final
