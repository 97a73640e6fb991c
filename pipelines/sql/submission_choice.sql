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
every as (
    select * from submission_candidate
    union all
    select * from submission_likeness
),
likely as (
    -- what a rule finds that another claim may answer to as well
    select * from every
    where rule_no in (4, 5, 7)
),
likely_families as (
    select family_id
    from likely
    group by family_id
),
sure_days as (
    select
        candidates.family_id,
        submissions.created_date
    from submission_candidate as candidates
    inner join likely_families on likely_families.family_id = candidates.family_id
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
allowed as (
    -- a family that holds a submission to its own payer does not take another payer's, nor one that is only like it; an
    -- account written otherwise may be the claim sent again, but not the same day
    select
        likely.*,
        sure_families.family_id is not null as is_sure,
        submissions.base_key,
        submissions.account_key,
        submissions.created_date
    from likely
    inner join submissions
        on submissions.file_id = likely.file_id
        and submissions.transaction_no = likely.transaction_no
        and submissions.claim_no = likely.claim_no
    left join sure_families on sure_families.family_id = likely.family_id
    left join sure_days
        on sure_days.family_id = likely.family_id
        and sure_days.created_date = submissions.created_date
    where sure_families.family_id is null or (likely.rule_no = 5 and sure_days.family_id is null)
),
eligible as (
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        match_rule,
        rule_no,
        fit_no
    from every
    where rule_no in (1, 2, 3, 6)
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        match_rule,
        rule_no,
        fit_no
    from allowed
),
several as (
    select
        file_id,
        transaction_no,
        claim_no
    from eligible
    group by file_id, transaction_no, claim_no
    having count(*) > 1
),
ordered as (
    select
        eligible.file_id,
        eligible.transaction_no,
        eligible.claim_no,
        eligible.family_id,
        eligible.rule_no,
        dense_rank() over (
            partition by eligible.file_id, eligible.transaction_no, eligible.claim_no
            order by eligible.rule_no, eligible.fit_no
        ) as best_no
    from eligible
    inner join several
        on several.file_id = eligible.file_id
        and several.transaction_no = eligible.transaction_no
        and several.claim_no = eligible.claim_no
),
beaten as (
    select * from ordered
    where best_no > 1
),
best as (
    select eligible.*
    from eligible
    left join beaten
        on beaten.file_id = eligible.file_id
        and beaten.transaction_no = eligible.transaction_no
        and beaten.claim_no = eligible.claim_no
        and beaten.family_id = eligible.family_id
        and beaten.rule_no = eligible.rule_no
    where beaten.file_id is null
),
candidate_counts as (
    select
        file_id,
        transaction_no,
        claim_no,
        count(distinct family_id) as candidate_count
    from ordered
    where best_no = 1
    group by file_id, transaction_no, claim_no
),
rival_counts as (
    -- an account and the same with something behind it, sent on different days, are one claim sent again
    select
        best.family_id,
        best.rule_no,
        case
            when best.rule_no = 5
                and substr(max(allowed.account_key), 1, length(min(allowed.account_key))) = min(allowed.account_key)
                and count(distinct allowed.account_key) = count(distinct allowed.base_key)
                and count(distinct allowed.created_date) >= count(distinct allowed.base_key) then 1
            else count(distinct allowed.base_key)
        end as rival_count
    from best
    inner join allowed
        on allowed.file_id = best.file_id
        and allowed.transaction_no = best.transaction_no
        and allowed.claim_no = best.claim_no
        and allowed.family_id = best.family_id
        and allowed.rule_no = best.rule_no
    where allowed.is_sure = false
    group by best.family_id, best.rule_no
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
        cast(coalesce(candidate_counts.candidate_count, 1) as bigint) as candidate_count,
        cast(coalesce(rival_counts.rival_count, 1) as bigint) as rival_count,
        coalesce(candidate_counts.candidate_count, 1) = 1 and coalesce(rival_counts.rival_count, 1) = 1 as is_clear
    from best
    left join candidate_counts
        on candidate_counts.file_id = best.file_id
        and candidate_counts.transaction_no = best.transaction_no
        and candidate_counts.claim_no = best.claim_no
    left join rival_counts
        on rival_counts.family_id = best.family_id
        and rival_counts.rule_no = best.rule_no
)
select * from final
