-- One row per submission, family of remits that it may belong to, and rule that says so.
-- file_id: file of the submission
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: the family
-- match_rule: payer_number, account_date, account or account_charge
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
accounts as (
    select
        family_id,
        payer_code,
        payer_sequence,
        patient_control_number,
        first_service_date,
        charge_amount
    from remits
    where patient_control_number is not null
    group by family_id, payer_code, payer_sequence, patient_control_number, first_service_date, charge_amount
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
    having count(distinct patient_control_number) <= 1 or count(distinct family_id) <= 1
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
by_number as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        numbers.family_id,
        'payer_number' as match_rule,
        1 as rule_no,
        submissions.payer_sequence as sent_sequence,
        numbers.payer_sequence,
        0 as day_no
    from submissions
    inner join numbers
        on numbers.payer_code = submissions.payer_code
        and numbers.payer_number = submissions.reference_number
),
same_account as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.payer_code as sent_payer_code,
        submissions.service_from_date,
        submissions.service_to_date,
        submissions.charge_amount as sent_amount,
        submissions.payer_sequence as sent_sequence,
        accounts.*
    from submissions
    inner join accounts on accounts.patient_control_number = submissions.patient_control_number
),
by_account as (
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        case
            when sent_payer_code <> payer_code then 'account_charge'
            when service_from_date is null or first_service_date is null then 'account'
            else 'account_date'
        end as match_rule,
        case
            when sent_payer_code <> payer_code then 4
            when service_from_date is null or first_service_date is null then 3
            else 2
        end as rule_no,
        sent_sequence,
        payer_sequence,
        case when first_service_date = service_from_date then 0 else 1 end as day_no
    from same_account
    where (sent_payer_code = payer_code and (service_from_date is null or first_service_date is null))
        or (first_service_date >= service_from_date and first_service_date <= service_to_date
            and (sent_payer_code = payer_code or sent_amount = charge_amount))
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
