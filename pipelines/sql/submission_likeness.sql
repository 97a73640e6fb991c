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
    select file_id, transaction_no, claim_no from submission_candidate
),
starts as (
    select * from claim_start
    where is_repeat = false
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
unplaced as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submissions.payer_code,
        submissions.payer_sequence,
        submissions.account_key,
        submissions.member_key,
        submissions.service_from_date,
        submissions.charge_amount
    from submissions
    left join candidates
        on candidates.file_id = submissions.file_id
        and candidates.transaction_no = submissions.transaction_no
        and candidates.claim_no = submissions.claim_no
    where candidates.file_id is null
),
unplaced_lines as (
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        unplaced.payer_code,
        unplaced.payer_sequence,
        unplaced.member_key,
        sent_lines.procedure_code,
        sent_lines.charge_amount,
        upper(trim(sent_lines.line_control_number)) as line_number,
        coalesce(sent_lines.service_date, unplaced.service_from_date) as service_date
    from unplaced
    inner join sent_lines
        on sent_lines.file_id = unplaced.file_id
        and sent_lines.transaction_no = unplaced.transaction_no
        and sent_lines.claim_no = unplaced.claim_no
),
same_charge as (
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        unplaced.payer_sequence as sent_sequence,
        unplaced.account_key as sent_key,
        unplaced.member_key as sent_member_key,
        starts.file_id as remit_file_id,
        starts.transaction_no as remit_transaction_no,
        starts.claim_no as remit_claim_no,
        starts.account_key,
        starts.member_key,
        starts.payer_sequence
    from unplaced
    inner join starts
        on starts.first_service_date = unplaced.service_from_date
        and abs(starts.charge_amount) = unplaced.charge_amount
        and starts.payer_code = unplaced.payer_code
    where starts.account_key is not null and coalesce(starts.member_key = unplaced.member_key, true)
    union all
    select
        unplaced.file_id,
        unplaced.transaction_no,
        unplaced.claim_no,
        unplaced.payer_sequence as sent_sequence,
        unplaced.account_key as sent_key,
        unplaced.member_key as sent_member_key,
        starts.file_id as remit_file_id,
        starts.transaction_no as remit_transaction_no,
        starts.claim_no as remit_claim_no,
        starts.account_key,
        starts.member_key,
        starts.payer_sequence
    from unplaced
    inner join starts
        on starts.first_service_date = unplaced.service_from_date
        and abs(starts.charge_amount) = unplaced.charge_amount
        and starts.member_key = unplaced.member_key
    where starts.account_key is not null
),
by_mangled as (
    -- one is the other, begins or ends with it: leading zeros, punctuation, a cut at 20, a prefix or a suffix
    select
        file_id,
        transaction_no,
        claim_no,
        remit_file_id,
        remit_transaction_no,
        remit_claim_no,
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
wanted_numbers as (
    select line_number
    from unplaced_lines
    where length(line_number) >= 5
    group by line_number
),
remit_numbers as (
    select
        starts.payer_code,
        wanted_numbers.line_number,
        min(families.family_id) as family_id,
        min(starts.payer_sequence) as payer_sequence,
        min(coalesce(remit_lines.service_date, starts.first_service_date)) as service_date
    from remit_lines
    inner join wanted_numbers on wanted_numbers.line_number = upper(trim(remit_lines.line_control_number))
    inner join starts
        on starts.file_id = remit_lines.file_id
        and starts.transaction_no = remit_lines.transaction_no
        and starts.claim_no = remit_lines.claim_no
    inner join families
        on families.file_id = remit_lines.file_id
        and families.transaction_no = remit_lines.transaction_no
        and families.claim_no = remit_lines.claim_no
    group by starts.payer_code, wanted_numbers.line_number
    having min(families.family_id) = max(families.family_id)
),
own_numbers as (
    -- a number on the lines of several claims says nothing; a claim sent again keeps day and member
    select
        submissions.payer_code,
        wanted_numbers.line_number
    from sent_lines
    inner join wanted_numbers on wanted_numbers.line_number = upper(trim(sent_lines.line_control_number))
    inner join submissions
        on submissions.file_id = sent_lines.file_id
        and submissions.transaction_no = sent_lines.transaction_no
        and submissions.claim_no = sent_lines.claim_no
    group by submissions.payer_code, wanted_numbers.line_number
    having coalesce(min(submissions.service_from_date) = max(submissions.service_from_date), true)
        and coalesce(min(submissions.member_key) = max(submissions.member_key), true)
        and (coalesce(min(submissions.account_key) = max(submissions.account_key), true)
            or coalesce(min(submissions.charge_amount) = max(submissions.charge_amount), true))
),
by_line as (
    select
        unplaced_lines.file_id,
        unplaced_lines.transaction_no,
        unplaced_lines.claim_no,
        remit_numbers.family_id,
        6 as rule_no,
        unplaced_lines.payer_sequence as sent_sequence,
        remit_numbers.payer_sequence
    from unplaced_lines
    inner join own_numbers
        on own_numbers.payer_code = unplaced_lines.payer_code
        and own_numbers.line_number = unplaced_lines.line_number
    inner join remit_numbers
        on remit_numbers.payer_code = own_numbers.payer_code
        and remit_numbers.line_number = own_numbers.line_number
        and remit_numbers.service_date = unplaced_lines.service_date
),
by_service as (
    select
        unplaced_lines.file_id,
        unplaced_lines.transaction_no,
        unplaced_lines.claim_no,
        starts.file_id as remit_file_id,
        starts.transaction_no as remit_transaction_no,
        starts.claim_no as remit_claim_no,
        7 as rule_no,
        unplaced_lines.payer_sequence as sent_sequence,
        starts.payer_sequence
    from unplaced_lines
    inner join starts
        on starts.payer_code = unplaced_lines.payer_code
        and starts.member_key = unplaced_lines.member_key
    inner join remit_lines
        on remit_lines.file_id = starts.file_id
        and remit_lines.transaction_no = starts.transaction_no
        and remit_lines.claim_no = starts.claim_no
        and remit_lines.procedure_code = unplaced_lines.procedure_code
        and coalesce(remit_lines.service_date, starts.first_service_date) = unplaced_lines.service_date
        and abs(remit_lines.charge_amount) = unplaced_lines.charge_amount
),
alike as (
    select * from by_mangled
    union all
    select * from by_service
),
found as (
    select
        alike.file_id,
        alike.transaction_no,
        alike.claim_no,
        families.family_id,
        alike.rule_no,
        alike.sent_sequence,
        alike.payer_sequence
    from alike
    inner join families
        on families.file_id = alike.remit_file_id
        and families.transaction_no = alike.remit_transaction_no
        and families.claim_no = alike.remit_claim_no
    union all
    select * from by_line
),
final as (
    -- never across turns where both are known
    select
        file_id,
        transaction_no,
        claim_no,
        family_id,
        case rule_no when 5 then 'account_mangled' when 6 then 'line_number' else 'service' end as match_rule,
        cast(rule_no as bigint) as rule_no,
        cast(min(case when coalesce(sent_sequence, 'primary') = payer_sequence then 0 else 1 end) as bigint) as fit_no
    from found
    where sent_sequence is null or sent_sequence = payer_sequence
    group by file_id, transaction_no, claim_no, family_id, rule_no
)
select * from final
