-- One row per submission and family that its best rule finds.
-- file_id: file of the submission
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: the family
-- match_rule: the best rule
-- rule_no: the rule's place, the surest first
-- fit_no: how well it fits among those of one rule, 0 best; odd where the turn is not told and not the primary payer's
-- candidate_count: families that this rule finds for the submission
-- rival_count: accounts whose submissions this rule lays to the family, where only one of them can be right
-- is_clear: one family, and no rival
with submissions as (
    select * from submission_event
),
candidates as (
    select * from submission_candidate
),
likenesses as (
    select * from submission_likeness
),
sure_days as (
    select
        candidates.family_id,
        submissions.created_date
    from candidates
    inner join submissions
        on submissions.file_id = candidates.file_id
        and submissions.transaction_no = candidates.transaction_no
        and submissions.claim_no = candidates.claim_no
    where candidates.rule_no <= 3
    group by candidates.family_id, submissions.created_date
),
sure_families as (
    select family_id
    from sure_days
    group by family_id
),
every as (
    select * from candidates
    union all
    select * from likenesses
),
eligible as (
    -- a family that holds a submission to its own payer does not take another payer's, nor one that is only like it; an
    -- account written otherwise may be the claim sent again, but not the same day
    select
        every.*,
        sure_families.family_id is not null as is_sure
    from every
    inner join submissions
        on submissions.file_id = every.file_id
        and submissions.transaction_no = every.transaction_no
        and submissions.claim_no = every.claim_no
    left join sure_families on sure_families.family_id = every.family_id
    left join sure_days
        on sure_days.family_id = every.family_id
        and sure_days.created_date = submissions.created_date
    where every.rule_no in (1, 2, 3, 6)
        or sure_families.family_id is null
        or (every.rule_no = 5 and sure_days.family_id is null)
),
ordered as (
    select
        *,
        dense_rank() over (
            partition by file_id, transaction_no, claim_no
            order by rule_no, fit_no
        ) as best_no
    from eligible
),
best as (
    select
        ordered.file_id,
        ordered.transaction_no,
        ordered.claim_no,
        ordered.family_id,
        ordered.match_rule,
        ordered.rule_no,
        ordered.fit_no,
        ordered.is_sure,
        submissions.base_key,
        submissions.account_key,
        submissions.created_date
    from ordered
    inner join submissions
        on submissions.file_id = ordered.file_id
        and submissions.transaction_no = ordered.transaction_no
        and submissions.claim_no = ordered.claim_no
    where ordered.best_no = 1
),
candidate_counts as (
    select
        file_id,
        transaction_no,
        claim_no,
        count(distinct family_id) as candidate_count
    from best
    group by file_id, transaction_no, claim_no
),
rival_counts as (
    -- an account and the same with something behind it, sent on different days, are one claim sent again
    select
        family_id,
        rule_no,
        case
            when rule_no = 5
                and substr(max(account_key), 1, length(min(account_key))) = min(account_key)
                and count(distinct account_key) = count(distinct base_key)
                and count(distinct created_date) >= count(distinct base_key) then 1
            else count(distinct base_key)
        end as rival_count
    from best
    where rule_no in (4, 5, 7) and is_sure = false
    group by family_id, rule_no
),
final as (
    select
        best.file_id,
        best.transaction_no,
        best.claim_no,
        best.family_id,
        best.match_rule,
        best.rule_no,
        best.fit_no,
        cast(candidate_counts.candidate_count as bigint) as candidate_count,
        cast(coalesce(rival_counts.rival_count, 1) as bigint) as rival_count,
        candidate_counts.candidate_count = 1 and coalesce(rival_counts.rival_count, 1) = 1 as is_clear
    from best
    inner join candidate_counts
        on candidate_counts.file_id = best.file_id
        and candidate_counts.transaction_no = best.transaction_no
        and candidate_counts.claim_no = best.claim_no
    left join rival_counts
        on rival_counts.family_id = best.family_id
        and rival_counts.rule_no = best.rule_no
)
select * from final
