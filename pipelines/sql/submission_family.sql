-- One row per submission: the family of submissions and remits to which it belongs.
-- file_id: file of the submission
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: that of the remits it belongs to, else that of its fellow submissions, else its own base key
-- match_rule: what put it there: payer_number (REF*F8, or a log's claim number), account_date, account (one side
-- without day or payer), account_charge (payer told otherwise), account_mangled, line_number (REF*6R), service (member,
-- day, procedure and charge), or alone (nothing else was found, and it has no account)
-- sureness: certain (payer_number, account_date), possible (service), else likely
-- candidate_count: families that the rule finds
-- is_matched: a remit is in the family
-- is_ambiguous: several families, or several claims for one family, are as likely; it stands alone until that is clear
with submissions as (
    select * from submission_event
),
choices as (
    select * from submission_choice
),
links as (
    select * from submission_link
),
chosen as (
    select
        file_id,
        transaction_no,
        claim_no,
        min(family_id) as family_id,
        min(match_rule) as match_rule,
        min(rule_no) as rule_no,
        min(fit_no) as fit_no,
        max(candidate_count) as candidate_count,
        min(case when is_clear then 1 else 0 end) as clear_no
    from choices
    group by file_id, transaction_no, claim_no
),
matched as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.base_key,
        submissions.patient_control_number,
        chosen.family_id,
        chosen.match_rule,
        chosen.rule_no,
        chosen.fit_no,
        coalesce(chosen.candidate_count, 0) as candidate_count,
        coalesce(chosen.clear_no = 1, false) as is_clear
    from submissions
    left join chosen
        on chosen.file_id = submissions.file_id
        and chosen.transaction_no = submissions.transaction_no
        and chosen.claim_no = submissions.claim_no
),
fellows as (
    -- submissions that say the same of themselves belong to one family, even where only one of them names it
    select
        base_key,
        min(family_id) as family_id,
        min(rule_no) as rule_no,
        min(match_rule) as match_rule
    from matched
    where is_clear and fit_no in (0, 2)
    group by base_key
    having min(matched.family_id) = max(matched.family_id)
),
linked as (
    select
        base_key,
        min(family_id) as family_id,
        min(match_rule) as match_rule,
        min(rule_no) as rule_no,
        max(candidate_count) as candidate_count,
        max(case when is_matched then 1 else 0 end) as matched_no
    from links
    group by base_key
),
settled as (
    select
        matched.*,
        fellows.family_id as fellow_id,
        fellows.rule_no as fellow_rule_no,
        fellows.match_rule as fellow_rule,
        linked.family_id as linked_id,
        linked.rule_no as linked_rule_no,
        linked.match_rule as linked_rule,
        coalesce(linked.matched_no, 0) = 1 as is_linked_matched,
        case
            when matched.is_clear then 'choice'
            when fellows.base_key is not null then 'fellow'
            when matched.candidate_count > 0 then 'unclear'
            when linked.candidate_count = 1 then 'link'
            when linked.candidate_count > 1 then 'unclear link'
            else 'own'
        end as way,
        greatest(matched.candidate_count, coalesce(linked.candidate_count, 0)) as found_count
    from matched
    left join fellows on fellows.base_key = matched.base_key
    left join linked on linked.base_key = matched.base_key
),
ruled as (
    select
        *,
        case way
            when 'choice' then rule_no
            when 'unclear' then rule_no
            when 'fellow' then greatest(fellow_rule_no, 2)
            when 'link' then linked_rule_no
            when 'unclear link' then linked_rule_no
            else 2
        end as own_rule_no
    from settled
),
final as (
    select
        file_id,
        transaction_no,
        claim_no,
        case way
            when 'choice' then family_id
            when 'fellow' then fellow_id
            when 'link' then linked_id
            when 'own' then base_key
            else base_key || '~unclear'
        end as family_id,
        case
            when way in ('choice', 'unclear') then match_rule
            when way in ('link', 'unclear link') then linked_rule
            when way = 'fellow' and fellow_rule_no > 2 then fellow_rule
            when patient_control_number is null then 'alone'
            else 'account_date'
        end as match_rule,
        case
            when own_rule_no <= 2 then 'certain'
            when own_rule_no = 7 then 'possible'
            else 'likely'
        end as sureness,
        cast(case way when 'fellow' then 1 when 'own' then 0 else found_count end as bigint) as candidate_count,
        way in ('choice', 'fellow') or (way = 'link' and is_linked_matched) as is_matched,
        way in ('unclear', 'unclear link') as is_ambiguous
    from ruled
)
select * from final
