-- One row per log row and remittance line that it may speak of, by the surest rule that finds any.
-- file_id: file of the log
-- row_no: row of the sheet
-- family_id: the claim's family
-- line_key: the line within the family
-- match_rule: claim_number (the practice's, on the remit or an 837 of its family, or the payer's), account_mangled
-- (with day and payer), or service (member, day, payer, procedure and charge)
-- rule_no: the rule's place, the surest first
-- fit_no: how well it fits among those of one rule, 0 best: same payer, the primary payer's turn
with log_rows as (
    select * from lake_log_row
),
payers as (
    select * from payer_match
),
starts as (
    select * from claim_start
),
families as (
    select * from claim_family
),
lines as (
    select * from line_history
),
claim_lines as (
    select * from claim_line
),
submissions as (
    select * from submission_event
),
submission_families as (
    select * from submission_family
),
fillers as (
    select number from ref_filler_number
    where is_reference_only = false
),
told as (
    select
        log_rows.file_id,
        log_rows.row_no,
        log_rows.claim_id,
        log_rows.account,
        log_rows.service_date,
        upper(trim(log_rows.procedure_code)) as procedure_code,
        log_rows.charge_amount,
        nullif(trim(leading '0' from translate(upper(log_rows.member_id), 'A -._/#,:*', 'A')), '') as member_key,
        payers.payer_code
    from log_rows
    inner join payers
        on payers.payer_id = coalesce(trim(log_rows.payer_id), '')
        and payers.payer_name = coalesce(trim(log_rows.payer_name), '')
),
given_numbers as (
    select
        file_id,
        row_no,
        upper(trim(claim_id)) as claim_number
    from told
    union
    select
        file_id,
        row_no,
        upper(trim(account)) as claim_number
    from told
),
keyed_numbers as (
    select
        *,
        trim(leading '0' from translate(claim_number, 'A -._/#,:*', 'A')) as account_key
    from given_numbers
),
told_numbers as (
    select
        keyed_numbers.file_id,
        keyed_numbers.row_no,
        keyed_numbers.claim_number,
        keyed_numbers.account_key
    from keyed_numbers
    left join fillers on fillers.number = keyed_numbers.account_key
    where keyed_numbers.account_key <> '' and fillers.number is null
),
remits as (
    select
        families.family_id,
        starts.payer_code,
        starts.payer_sequence,
        upper(starts.patient_control_number) as claim_number,
        upper(starts.payer_claim_control_number) as payer_number,
        starts.account_key,
        starts.member_key
    from starts
    inner join families
        on families.file_id = starts.file_id
        and families.transaction_no = starts.transaction_no
        and families.claim_no = starts.claim_no
    where starts.is_repeat = false
),
numbers as (
    select
        family_id,
        claim_number
    from remits
    union all
    select
        family_id,
        payer_number as claim_number
    from remits
    union all
    -- the account as it was sent, where a remittance tells it mangled
    select
        submission_families.family_id,
        upper(submissions.patient_control_number) as claim_number
    from submissions
    inner join submission_families
        on submission_families.file_id = submissions.file_id
        and submission_families.transaction_no = submissions.transaction_no
        and submission_families.claim_no = submissions.claim_no
    where submissions.source = '837' and submission_families.is_matched
),
named as (
    select
        told_numbers.file_id,
        told_numbers.row_no,
        numbers.family_id
    from told_numbers
    inner join numbers on numbers.claim_number = told_numbers.claim_number
    group by told_numbers.file_id, told_numbers.row_no, numbers.family_id
),
turns as (
    select
        family_id,
        min(payer_code) as payer_code,
        min(payer_sequence) as payer_sequence
    from remits
    group by family_id
),
written as (
    select
        family_id,
        account_key,
        member_key
    from remits
    where account_key is not null or member_key is not null
    group by family_id, account_key, member_key
),
dated_lines as (
    select
        lines.family_id,
        lines.line_key,
        claim_lines.service_date,
        upper(claim_lines.procedure_code) as procedure_code,
        abs(claim_lines.charge_amount) as charge_amount,
        turns.payer_code,
        turns.payer_sequence
    from lines
    inner join claim_lines
        on claim_lines.file_id = lines.file_id
        and claim_lines.transaction_no = lines.transaction_no
        and claim_lines.claim_no = lines.claim_no
        and claim_lines.line_no = lines.line_no
    inner join turns on turns.family_id = lines.family_id
),
by_number as (
    select
        told.file_id,
        told.row_no,
        dated_lines.family_id,
        dated_lines.line_key,
        1 as rule_no,
        told.payer_code as told_payer_code,
        dated_lines.payer_code,
        dated_lines.payer_sequence
    from named
    inner join told on told.file_id = named.file_id and told.row_no = named.row_no
    inner join dated_lines on dated_lines.family_id = named.family_id
    where coalesce(told.service_date = dated_lines.service_date, true)
        and coalesce(told.procedure_code = dated_lines.procedure_code, true)
),
settled as (
    select file_id, row_no from by_number
    group by file_id, row_no
),
alike as (
    -- of rows that no number settles: claims with a line of that day, procedure and payer
    select
        told.file_id,
        told.row_no,
        told.member_key as told_member_key,
        dated_lines.family_id,
        dated_lines.line_key,
        told.payer_code as told_payer_code,
        dated_lines.payer_code,
        dated_lines.payer_sequence,
        dated_lines.charge_amount = told.charge_amount as is_same_charge,
        written.account_key,
        written.member_key
    from told
    left join settled on settled.file_id = told.file_id and settled.row_no = told.row_no
    inner join dated_lines
        on dated_lines.service_date = told.service_date
        and dated_lines.procedure_code = told.procedure_code
        and dated_lines.payer_code = told.payer_code
    inner join written on written.family_id = dated_lines.family_id
    where settled.file_id is null
),
by_mangled as (
    select
        alike.file_id,
        alike.row_no,
        alike.family_id,
        alike.line_key,
        2 as rule_no,
        alike.told_payer_code,
        alike.payer_code,
        alike.payer_sequence
    from alike
    inner join told_numbers on told_numbers.file_id = alike.file_id and told_numbers.row_no = alike.row_no
    where length(told_numbers.account_key) >= 5
        and coalesce(alike.member_key = alike.told_member_key, true)
        and (
            -- of plain numbers without a member one may end like another by chance
            coalesce(alike.member_key = alike.told_member_key, false)
            or alike.account_key = told_numbers.account_key
            or least(length(alike.account_key), length(told_numbers.account_key)) >= 12
            or translate(alike.account_key || told_numbers.account_key, '0123456789', '') <> ''
        )
        and (
            substr(alike.account_key, 1, length(told_numbers.account_key)) = told_numbers.account_key
            or substr(told_numbers.account_key, 1, length(alike.account_key)) = alike.account_key
            or (length(alike.account_key) > length(told_numbers.account_key)
                and substr(alike.account_key, length(alike.account_key) - length(told_numbers.account_key) + 1)
                    = told_numbers.account_key)
            or (length(told_numbers.account_key) > length(alike.account_key)
                and substr(told_numbers.account_key,
                    length(told_numbers.account_key) - length(alike.account_key) + 1) = alike.account_key)
        )
),
by_service as (
    select
        file_id,
        row_no,
        family_id,
        line_key,
        3 as rule_no,
        told_payer_code,
        payer_code,
        payer_sequence
    from alike
    where is_same_charge and member_key = told_member_key
),
found as (
    select * from by_number
    union
    select * from by_mangled
    union
    select * from by_service
),
final as (
    select
        file_id,
        row_no,
        family_id,
        line_key,
        case rule_no when 1 then 'claim_number' when 2 then 'account_mangled' else 'service' end as match_rule,
        cast(rule_no as bigint) as rule_no,
        cast(case when told_payer_code = payer_code then 0 else 2 end
            + case when payer_sequence = 'primary' then 0 else 1 end as bigint) as fit_no
    from found
)
select * from final
