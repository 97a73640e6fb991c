-- One row per submission: the family of submissions and remits to which it belongs.
-- file_id: file of the submission
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: that of the remits it belongs to, else that of the submissions that say the same of themselves
-- match_rule: what put it there: payer_number (REF*F8), account_date, account, account_charge; alone where nothing did
-- sureness: certain, likely or possible
-- candidate_count: families that its best rule finds
-- is_matched: a remit is in the family
-- is_ambiguous: several families are as likely; it stands alone until that is clear
with submissions as (
    select * from submission_event
),
candidates as (
    select * from submission_candidate
),
sure_families as (
    -- families that hold a submission to their own payer: one to another payer is not theirs too
    select family_id
    from candidates
    where rule_no < 4
    group by family_id
),
open_candidates as (
    select candidates.*
    from candidates
    left join sure_families on sure_families.family_id = candidates.family_id
    where candidates.rule_no < 4 or sure_families.family_id is null
),
ordered as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, claim_no
            order by rule_no, fit_no, family_id
        ) as candidate_no
    from open_candidates
),
best as (
    select * from ordered
    where candidate_no = 1
),
best_counts as (
    select
        open_candidates.file_id,
        open_candidates.transaction_no,
        open_candidates.claim_no,
        count(*) as candidate_count
    from open_candidates
    inner join best
        on best.file_id = open_candidates.file_id
        and best.transaction_no = open_candidates.transaction_no
        and best.claim_no = open_candidates.claim_no
        and best.rule_no = open_candidates.rule_no
        and best.fit_no = open_candidates.fit_no
    group by open_candidates.file_id, open_candidates.transaction_no, open_candidates.claim_no
),
matched as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.base_key,
        submissions.patient_control_number,
        best.family_id,
        best.match_rule,
        best.rule_no,
        coalesce(best_counts.candidate_count, 0) as candidate_count
    from submissions
    left join best
        on best.file_id = submissions.file_id
        and best.transaction_no = submissions.transaction_no
        and best.claim_no = submissions.claim_no
    left join best_counts
        on best_counts.file_id = submissions.file_id
        and best_counts.transaction_no = submissions.transaction_no
        and best_counts.claim_no = submissions.claim_no
),
fellows as (
    -- submissions that say the same of themselves belong to one family, even where only one of them names it
    select
        base_key,
        min(family_id) as family_id,
        min(rule_no) as rule_no
    from matched
    where candidate_count = 1
    group by base_key
    having count(distinct family_id) = 1
),
final as (
    select
        matched.file_id,
        matched.transaction_no,
        matched.claim_no,
        case
            when matched.candidate_count = 1 then matched.family_id
            when matched.candidate_count > 1 then matched.base_key || '~unclear'
            else coalesce(fellows.family_id, matched.base_key)
        end as family_id,
        case
            when matched.candidate_count > 0 then matched.match_rule
            when matched.patient_control_number is not null then 'account_date'
            else 'alone'
        end as match_rule,
        case
            when coalesce(matched.rule_no, fellows.rule_no, 2) <= 2 then 'certain'
            else 'likely'
        end as sureness,
        cast(matched.candidate_count as bigint) as candidate_count,
        matched.candidate_count = 1 or (matched.candidate_count = 0 and fellows.family_id is not null) as is_matched,
        matched.candidate_count > 1 as is_ambiguous
    from matched
    left join fellows on fellows.base_key = matched.base_key
)
select * from final
