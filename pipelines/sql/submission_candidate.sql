-- One row per submission, family of remits that it may belong to, and rule that says so.
-- file_id: file of the submission
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: the family
-- match_rule: payer_number (REF*F8, or a log's claim number), account_date, account or account_charge
-- rule_no: the rule's place, the surest first
-- fit_no: how well it fits among those of one rule, 0 best: same first day and same turn
with submissions as (
    select * from submission_event
),
starts as (
    select * from claim_start
),
families as (
    select * from claim_family
),
remits as (
    select
        families.family_id,
        starts.payer_code,
        starts.payer_sequence,
        starts.patient_control_number,
        starts.payer_claim_control_number,
        starts.original_reference_number,
        starts.first_service_date,
        abs(starts.charge_amount) as charge_amount
    from starts
    inner join families
        on families.file_id = starts.file_id
        and families.transaction_no = starts.transaction_no
        and families.claim_no = starts.claim_no
    where starts.is_repeat = false
),
family_days as (
    select
        family_id,
        min(first_service_date) as only_date
    from remits
    group by family_id
),
accounts as (
    select
        remits.family_id,
        remits.payer_code,
        remits.payer_sequence,
        remits.patient_control_number,
        remits.first_service_date,
        family_days.only_date,
        remits.charge_amount
    from remits
    inner join family_days on family_days.family_id = remits.family_id
    where remits.patient_control_number is not null
    group by remits.family_id, remits.payer_code, remits.payer_sequence, remits.patient_control_number,
        remits.first_service_date, family_days.only_date, remits.charge_amount
),
given_numbers as (
    select
        family_id,
        payer_code,
        payer_sequence,
        patient_control_number,
        payer_claim_control_number as payer_number
    from remits
    union
    select
        family_id,
        payer_code,
        payer_sequence,
        patient_control_number,
        original_reference_number as payer_number
    from remits
),
own_numbers as (
    -- a number on claims with several accounts in several families is nobody's
    select
        payer_code,
        payer_number
    from given_numbers
    where trim(translate(payer_number, '0', ' ')) <> ''
    group by payer_code, payer_number
    having coalesce(min(patient_control_number) = max(patient_control_number), true)
        or coalesce(min(family_id) = max(family_id), true)
),
numbers as (
    select
        given_numbers.family_id,
        given_numbers.payer_code,
        given_numbers.payer_sequence,
        given_numbers.payer_number
    from given_numbers
    inner join own_numbers
        on own_numbers.payer_code = given_numbers.payer_code
        and own_numbers.payer_number = given_numbers.payer_number
    group by given_numbers.family_id, given_numbers.payer_code, given_numbers.payer_sequence,
        given_numbers.payer_number
),
stated_numbers as (
    select
        file_id,
        transaction_no,
        claim_no,
        payer_code,
        payer_sequence,
        reference_number as payer_number
    from submissions
    where reference_number is not null
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        payer_code,
        payer_sequence,
        patient_control_number as payer_number
    from submissions
    where source = 'log'
),
by_number as (
    select
        stated_numbers.file_id,
        stated_numbers.transaction_no,
        stated_numbers.claim_no,
        numbers.family_id,
        'payer_number' as match_rule,
        1 as rule_no,
        stated_numbers.payer_sequence as sent_sequence,
        numbers.payer_sequence,
        0 as day_no
    from stated_numbers
    inner join numbers
        on numbers.payer_code = stated_numbers.payer_code
        and numbers.payer_number = stated_numbers.payer_number
),
own_accounts as (
    select
        file_id,
        transaction_no,
        claim_no,
        patient_control_number
    from submissions
    union
    select
        file_id,
        transaction_no,
        claim_no,
        other_number as patient_control_number
    from submissions
),
same_account as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.source,
        submissions.payer_code as sent_payer_code,
        submissions.service_from_date,
        submissions.service_to_date,
        submissions.charge_amount as sent_amount,
        submissions.payer_sequence as sent_sequence,
        accounts.*
    from submissions
    inner join own_accounts
        on own_accounts.file_id = submissions.file_id
        and own_accounts.transaction_no = submissions.transaction_no
        and own_accounts.claim_no = submissions.claim_no
    inner join accounts on accounts.patient_control_number = own_accounts.patient_control_number
),
told_account as (
    select
        *,
        sent_payer_code = payer_code as is_same_payer,
        sent_payer_code = '(not given)' as is_no_payer,
        service_from_date is null or only_date is null as is_without_day,
        coalesce(first_service_date >= service_from_date and first_service_date <= service_to_date, false)
            as is_same_day
    from same_account
),
ruled as (
    select
        *,
        case
            when is_same_payer and is_same_day then 2
            when is_same_payer and is_without_day then 3
            when is_same_day and (is_no_payer or source = 'log') then 3
            when is_same_day and sent_amount = charge_amount then 4
        end as rule_no
    from told_account
),
by_account as (
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        case rule_no when 2 then 'account_date' when 3 then 'account' else 'account_charge' end as match_rule,
        rule_no,
        sent_sequence,
        payer_sequence,
        case when first_service_date = service_from_date then 0 else 1 end as day_no
    from ruled
    where rule_no is not null
),
found as (
    select * from by_number
    union all
    select * from by_account
),
final as (
    -- never across turns where both are known; where the submission does not say, the primary payer's comes first
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        match_rule,
        cast(rule_no as bigint) as rule_no,
        cast(min(day_no * 2 + case when coalesce(sent_sequence, 'primary') = payer_sequence then 0 else 1 end)
            as bigint) as fit_no
    from found
    where sent_sequence is null or sent_sequence = payer_sequence
    group by file_id, transaction_no, claim_no, family_id, match_rule, rule_no
)
select * from final
