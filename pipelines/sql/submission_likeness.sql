-- One row per submission that no surer rule places, family of remits that it is like, and rule that says so.
-- file_id: file of the submission
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- family_id: the family
-- match_rule: account_mangled, line_number or service
-- rule_no: the rule's place, the surest first
-- fit_no: 0 where the turn is the same, 1 where the submission does not say and the family is not the primary payer's
with submissions as (
    select * from submission_event
),
candidates as (
    select * from submission_candidate
),
starts as (
    select * from claim_start
),
families as (
    select * from claim_family
),
sent_lines as (
    select * from lake_submission_line
),
remit_lines as (
    select * from lake_remit_line
),
placed as (
    select
        file_id,
        transaction_no,
        claim_no
    from candidates
    group by file_id, transaction_no, claim_no
),
unplaced as (
    select submissions.*
    from submissions
    left join placed
        on placed.file_id = submissions.file_id
        and placed.transaction_no = submissions.transaction_no
        and placed.claim_no = submissions.claim_no
    where placed.file_id is null
),
remits as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        families.family_id,
        starts.payer_code,
        starts.payer_sequence,
        starts.account_key,
        starts.member_key,
        starts.first_service_date,
        abs(starts.charge_amount) as charge_amount
    from starts
    inner join families
        on families.file_id = starts.file_id
        and families.transaction_no = starts.transaction_no
        and families.claim_no = starts.claim_no
    where starts.is_repeat = false
),
named as (
    select
        family_id,
        payer_code,
        payer_sequence,
        account_key,
        member_key,
        first_service_date,
        charge_amount
    from remits
    where account_key is not null
    group by family_id, payer_code, payer_sequence, account_key, member_key, first_service_date, charge_amount
),
same_charge as (
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        unplaced.payer_sequence as sent_sequence,
        unplaced.account_key as sent_key,
        named.account_key,
        named.member_key,
        unplaced.member_key as sent_member_key,
        named.family_id,
        named.payer_sequence
    from unplaced
    inner join named
        on named.payer_code = unplaced.payer_code
        and named.first_service_date = unplaced.service_from_date
        and named.charge_amount = unplaced.charge_amount
    where coalesce(named.member_key = unplaced.member_key, true)
    union
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        unplaced.payer_sequence as sent_sequence,
        unplaced.account_key as sent_key,
        named.account_key,
        named.member_key,
        unplaced.member_key as sent_member_key,
        named.family_id,
        named.payer_sequence
    from unplaced
    inner join named
        on named.member_key = unplaced.member_key
        and named.first_service_date = unplaced.service_from_date
        and named.charge_amount = unplaced.charge_amount
),
by_mangled as (
    -- one is the other, begins or ends with it: leading zeros, punctuation, a cut at 20, a prefix or a suffix
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        'account_mangled' as match_rule,
        5 as rule_no,
        sent_sequence,
        payer_sequence
    from same_charge
    where length(sent_key) >= 5
        and (
            -- of plain numbers without a member one may end like another by chance
            coalesce(member_key = sent_member_key, false)
            or account_key = sent_key
            or least(length(account_key), length(sent_key)) >= 12
            or translate(account_key || sent_key, '0123456789', '') <> ''
        )
        and (
            substr(account_key, 1, length(sent_key)) = sent_key
            or substr(sent_key, 1, length(account_key)) = account_key
            or (length(account_key) > length(sent_key)
                and substr(account_key, length(account_key) - length(sent_key) + 1) = sent_key)
            or (length(sent_key) > length(account_key)
                and substr(sent_key, length(sent_key) - length(account_key) + 1) = account_key)
        )
),
remit_numbers as (
    select
        remits.payer_code,
        upper(trim(remit_lines.line_control_number)) as line_number,
        min(remits.family_id) as family_id,
        min(remits.payer_sequence) as payer_sequence,
        min(coalesce(remit_lines.service_date, remits.first_service_date)) as service_date
    from remits
    inner join remit_lines
        on remit_lines.file_id = remits.file_id
        and remit_lines.transaction_no = remits.transaction_no
        and remit_lines.claim_no = remits.claim_no
    where length(trim(remit_lines.line_control_number)) >= 5
    group by remits.payer_code, upper(trim(remit_lines.line_control_number))
    having count(distinct remits.family_id) = 1
),
numbered as (
    select
        submissions.payer_code,
        submissions.account_key,
        submissions.service_from_date,
        submissions.charge_amount,
        submissions.member_key,
        upper(trim(sent_lines.line_control_number)) as line_number,
        coalesce(sent_lines.service_date, submissions.service_from_date) as service_date
    from submissions
    inner join sent_lines
        on sent_lines.file_id = submissions.file_id
        and sent_lines.transaction_no = submissions.transaction_no
        and sent_lines.claim_no = submissions.claim_no
    where length(trim(sent_lines.line_control_number)) >= 5
),
own_numbers as (
    -- a number on the lines of several claims says nothing; a claim sent again keeps day and member
    select
        payer_code,
        line_number
    from numbered
    group by payer_code, line_number
    having count(distinct service_from_date) <= 1 and count(distinct member_key) <= 1
        and (count(distinct account_key) <= 1 or count(distinct charge_amount) <= 1)
),
by_line as (
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        remit_numbers.family_id,
        'line_number' as match_rule,
        6 as rule_no,
        unplaced.payer_sequence as sent_sequence,
        remit_numbers.payer_sequence
    from unplaced
    inner join sent_lines
        on sent_lines.file_id = unplaced.file_id
        and sent_lines.transaction_no = unplaced.transaction_no
        and sent_lines.claim_no = unplaced.claim_no
    inner join own_numbers
        on own_numbers.payer_code = unplaced.payer_code
        and own_numbers.line_number = upper(trim(sent_lines.line_control_number))
    inner join remit_numbers
        on remit_numbers.payer_code = own_numbers.payer_code
        and remit_numbers.line_number = own_numbers.line_number
        and remit_numbers.service_date = coalesce(sent_lines.service_date, unplaced.service_from_date)
),
by_service as (
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        remits.family_id,
        'service' as match_rule,
        7 as rule_no,
        unplaced.payer_sequence as sent_sequence,
        remits.payer_sequence
    from unplaced
    inner join sent_lines
        on sent_lines.file_id = unplaced.file_id
        and sent_lines.transaction_no = unplaced.transaction_no
        and sent_lines.claim_no = unplaced.claim_no
    inner join remits
        on remits.payer_code = unplaced.payer_code
        and remits.member_key = unplaced.member_key
    inner join remit_lines
        on remit_lines.file_id = remits.file_id
        and remit_lines.transaction_no = remits.transaction_no
        and remit_lines.claim_no = remits.claim_no
        and remit_lines.procedure_code = sent_lines.procedure_code
        and coalesce(remit_lines.service_date, remits.first_service_date)
            = coalesce(sent_lines.service_date, unplaced.service_from_date)
        and abs(remit_lines.charge_amount) = sent_lines.charge_amount
),
found as (
    select * from by_mangled
    union
    select * from by_line
    union
    select * from by_service
),
final as (
    -- never across turns where both are known
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        match_rule,
        cast(rule_no as bigint) as rule_no,
        cast(min(case when coalesce(sent_sequence, 'primary') = payer_sequence then 0 else 1 end) as bigint) as fit_no
    from found
    where sent_sequence is null or sent_sequence = payer_sequence
    group by file_id, transaction_no, claim_no, family_id, match_rule, rule_no
)
select * from final
