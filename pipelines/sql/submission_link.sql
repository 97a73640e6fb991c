-- One row per base key of submissions that no remit places, and family that another submission of the claim leads to.
-- base_key: what the submissions say of themselves
-- family_id: the family to which the other submission belongs
-- match_rule: payer_number (one REF*F8), account_mangled (sent again under an account written otherwise), or account (a
-- log's claim under the account of an 837 to a payer written otherwise)
-- rule_no: the rule's place as in submission_choice
-- is_matched: a remit is in that family
-- candidate_count: families to which such submissions lead
with submissions as (
    select * from submission_event
),
choices as (
    select * from submission_choice
),
clear as (
    select
        submissions.base_key,
        choices.family_id
    from submissions
    inner join choices
        on choices.file_id = submissions.file_id
        and choices.transaction_no = submissions.transaction_no
        and choices.claim_no = submissions.claim_no
    where choices.is_clear
),
placed as (
    select
        base_key,
        min(family_id) as family_id,
        min(clear.family_id) = max(clear.family_id) as is_one_family
    from clear
    group by base_key
),
unclear as (
    select submissions.base_key
    from submissions
    inner join choices
        on choices.file_id = submissions.file_id
        and choices.transaction_no = submissions.transaction_no
        and choices.claim_no = submissions.claim_no
    where choices.is_clear = false
    group by submissions.base_key
),
days as (
    select
        base_key,
        min(coalesce(created_date, cast('9999-12-31' as date))) as first_date
    from submissions
    group by base_key
),
keyed as (
    -- groups that are ambiguous or in two families lead nowhere
    select
        submissions.*,
        days.first_date,
        placed.family_id,
        placed.base_key is null as is_open
    from submissions
    inner join days on days.base_key = submissions.base_key
    left join placed on placed.base_key = submissions.base_key
    left join unclear on unclear.base_key = submissions.base_key
    where (placed.base_key is null and unclear.base_key is null) or placed.is_one_family
),
open_keys as (
    select * from keyed
    where is_open
),
log_keys as (
    select
        base_key,
        first_date,
        patient_control_number as account,
        service_from_date,
        service_to_date
    from open_keys
    where source = 'log'
    union
    select
        base_key,
        first_date,
        other_number as account,
        service_from_date,
        service_to_date
    from open_keys
    where source = 'log'
),
pairs as (
    select
        open_keys.base_key,
        open_keys.first_date as own_date,
        keyed.base_key as other_key,
        keyed.first_date,
        keyed.family_id,
        1 as rule_no
    from open_keys
    inner join keyed
        on keyed.payer_code = open_keys.payer_code
        and keyed.reference_number = open_keys.reference_number
    where coalesce(keyed.payer_sequence = open_keys.payer_sequence, true)
    union
    select
        open_keys.base_key,
        open_keys.first_date as own_date,
        keyed.base_key as other_key,
        keyed.first_date,
        keyed.family_id,
        5 as rule_no
    from open_keys
    inner join keyed
        on keyed.payer_code = open_keys.payer_code
        and keyed.service_from_date = open_keys.service_from_date
        and keyed.charge_amount = open_keys.charge_amount
    where coalesce(keyed.payer_sequence = open_keys.payer_sequence, true)
        and coalesce(keyed.member_key = open_keys.member_key, true)
        and keyed.created_date <> open_keys.created_date
        and length(keyed.account_key) >= 5
        and length(open_keys.account_key) >= 5
        and (
            -- of plain numbers without a member one may end like another by chance
            coalesce(keyed.member_key = open_keys.member_key, false)
            or keyed.account_key = open_keys.account_key
            or least(length(keyed.account_key), length(open_keys.account_key)) >= 12
            or translate(keyed.account_key || open_keys.account_key, '0123456789', '') <> ''
        )
        and (
            substr(keyed.account_key, 1, length(open_keys.account_key)) = open_keys.account_key
            or substr(open_keys.account_key, 1, length(keyed.account_key)) = keyed.account_key
            or (length(keyed.account_key) > length(open_keys.account_key)
                and substr(keyed.account_key, length(keyed.account_key) - length(open_keys.account_key) + 1)
                    = open_keys.account_key)
            or (length(open_keys.account_key) > length(keyed.account_key)
                and substr(open_keys.account_key, length(open_keys.account_key) - length(keyed.account_key) + 1)
                    = keyed.account_key)
        )
    union
    select
        log_keys.base_key,
        cast('9999-12-31' as date) as own_date,
        keyed.base_key as other_key,
        keyed.first_date,
        keyed.family_id,
        3 as rule_no
    from log_keys
    inner join keyed on keyed.patient_control_number = log_keys.account
    where keyed.source = '837'
        and coalesce(log_keys.service_from_date <= keyed.service_to_date
            and log_keys.service_to_date >= keyed.service_from_date, true)
),
steps as (
    -- to a family with remits, else back in time
    select
        base_key,
        coalesce(family_id, other_key) as target_key,
        family_id is not null as is_matched,
        rule_no,
        row_number() over (
            partition by base_key
            order by case when family_id is null then 1 else 0 end, first_date, other_key, rule_no
        ) as step_no
    from pairs
    where base_key <> other_key
        and (family_id is not null or first_date < own_date or (first_date = own_date and other_key < base_key))
),
first_steps as (
    select * from steps
    where step_no = 1
),
roots as (
    select
        steps.base_key,
        steps.rule_no,
        coalesce(third.target_key, second.target_key, steps.target_key) as family_id,
        coalesce(third.is_matched, second.is_matched, steps.is_matched) as is_matched
    from steps
    left join first_steps as second on second.base_key = steps.target_key and steps.is_matched = false
    left join first_steps as third on third.base_key = second.target_key and second.is_matched = false
),
best as (
    select
        base_key,
        family_id,
        is_matched,
        min(rule_no) as rule_no,
        dense_rank() over (partition by base_key order by case when is_matched then 0 else 1 end) as class_no
    from roots
    group by base_key, family_id, is_matched
),
counts as (
    select
        base_key,
        count(*) as candidate_count
    from best
    where class_no = 1
    group by base_key
),
final as (
    select
        best.base_key,
        best.family_id,
        case best.rule_no when 1 then 'payer_number' when 3 then 'account' else 'account_mangled' end as match_rule,
        cast(best.rule_no as bigint) as rule_no,
        best.is_matched,
        cast(counts.candidate_count as bigint) as candidate_count
    from best
    inner join counts on counts.base_key = best.base_key
    where best.class_no = 1
)
select * from final
