-- One row per claim payment as read (CLP): the family of submissions and remits to which it belongs.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- base_key: what it says of itself: payer, patient control number, first service date, and the turn if not primary
-- family_id: base key of the earliest claim payment that the payer's own numbers, or its mangled account, lead to
-- match_rule: what put it there: account_date, account (date from another remit), payer_number, account_mangled (an
-- account written otherwise by the same payer for the same member, day and charge, in a later payment), or alone
-- sureness: certain, or likely (account, account_mangled)
with starts as (
    select * from claim_start
),
submissions as (
    select * from submission_event
),
only_dates as (
    -- the day of claim payments without one, where the others of the account agree on it
    select
        payer_code,
        payer_sequence,
        patient_control_number,
        min(first_service_date) as only_date
    from starts
    where patient_control_number is not null
    group by payer_code, payer_sequence, patient_control_number
    having count(*) > count(first_service_date) and min(first_service_date) = max(first_service_date)
),
keyed as (
    select
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        starts.payer_code,
        starts.payer_sequence,
        starts.patient_control_number,
        starts.account_key,
        starts.member_key,
        starts.payer_claim_control_number,
        starts.original_reference_number,
        starts.first_service_date,
        abs(starts.charge_amount) as charge_amount,
        starts.payment_date,
        starts.payer_code || '~' || case
            when starts.patient_control_number is not null
                then starts.patient_control_number || '~'
                    || coalesce(cast(coalesce(starts.first_service_date, only_dates.only_date) as string), '')
            when starts.payer_claim_control_number is not null then 'number ' || starts.payer_claim_control_number
            else 'claim ' || starts.file_id || ' ' || cast(starts.claim_no as string)
        end || case when starts.payer_sequence = 'primary' then '' else '~' || starts.payer_sequence end as base_key
    from starts
    left join only_dates
        on only_dates.payer_code = starts.payer_code
        and only_dates.payer_sequence = starts.payer_sequence
        and only_dates.patient_control_number = starts.patient_control_number
),
bases as (
    select
        base_key,
        coalesce(min(payment_date), cast('9999-12-31' as date)) as first_date
    from keyed
    group by base_key
),
shared_numbers as (
    select
        payer_code,
        payer_sequence,
        payer_claim_control_number as payer_number
    from keyed
    where payer_claim_control_number is not null
    group by payer_code, payer_sequence, payer_claim_control_number
    having min(base_key) < max(base_key)
),
named_numbers as (
    -- the payer's numbers that lead from a claim payment to an earlier one: its own, REF*F8, and REF*F8 of its 837
    select
        keyed.base_key,
        shared_numbers.payer_code,
        shared_numbers.payer_sequence,
        shared_numbers.payer_number
    from keyed
    inner join shared_numbers
        on shared_numbers.payer_code = keyed.payer_code
        and shared_numbers.payer_sequence = keyed.payer_sequence
        and shared_numbers.payer_number = keyed.payer_claim_control_number
    union
    select
        base_key,
        payer_code,
        payer_sequence,
        original_reference_number as payer_number
    from keyed
    where original_reference_number is not null
    union
    select
        keyed.base_key,
        keyed.payer_code,
        keyed.payer_sequence,
        submissions.reference_number as payer_number
    from keyed
    inner join submissions
        on submissions.patient_control_number = keyed.patient_control_number
        and submissions.payer_code = keyed.payer_code
        and submissions.service_from_date = keyed.first_service_date
    where submissions.reference_number is not null
),
wanted_numbers as (
    select
        payer_code,
        payer_number
    from named_numbers
    group by payer_code, payer_number
),
homes as (
    select
        keyed.payer_code,
        keyed.payer_sequence,
        keyed.patient_control_number,
        wanted_numbers.payer_number,
        keyed.base_key,
        bases.first_date
    from keyed
    inner join wanted_numbers
        on wanted_numbers.payer_code = keyed.payer_code
        and wanted_numbers.payer_number = keyed.payer_claim_control_number
    inner join bases on bases.base_key = keyed.base_key
),
clear_numbers as (
    -- a payer number that stands on claims with different patient control numbers links nothing: it is filler
    select
        payer_code,
        payer_number
    from homes
    group by payer_code, payer_number
    having coalesce(min(patient_control_number) = max(patient_control_number), true)
),
number_order as (
    select
        homes.payer_code,
        homes.payer_sequence,
        homes.payer_number,
        homes.base_key,
        row_number() over (
            partition by homes.payer_code, homes.payer_sequence, homes.payer_number
            order by homes.first_date, homes.base_key
        ) as home_no
    from homes
    inner join clear_numbers
        on clear_numbers.payer_code = homes.payer_code
        and clear_numbers.payer_number = homes.payer_number
),
alike as (
    select
        payer_code,
        payer_sequence,
        member_key,
        first_service_date,
        charge_amount
    from keyed
    where account_key is not null and member_key is not null
    group by payer_code, payer_sequence, member_key, first_service_date, charge_amount
    having min(base_key) < max(base_key)
),
written as (
    select
        keyed.base_key,
        keyed.payer_code,
        keyed.payer_sequence,
        keyed.member_key,
        keyed.first_service_date,
        keyed.charge_amount,
        keyed.account_key,
        bases.first_date
    from keyed
    inner join alike
        on alike.payer_code = keyed.payer_code
        and alike.payer_sequence = keyed.payer_sequence
        and alike.member_key = keyed.member_key
        and alike.first_service_date = keyed.first_service_date
        and alike.charge_amount = keyed.charge_amount
    inner join bases on bases.base_key = keyed.base_key
    where keyed.account_key is not null
),
mangled as (
    -- one is the other, begins or ends with it: leading zeros, punctuation, a cut at 20, a prefix or a suffix
    select
        longer.base_key,
        shorter.base_key as home_key
    from written as longer
    inner join written as shorter
        on shorter.payer_code = longer.payer_code
        and shorter.payer_sequence = longer.payer_sequence
        and shorter.member_key = longer.member_key
        and shorter.first_service_date = longer.first_service_date
        and shorter.charge_amount = longer.charge_amount
    where shorter.base_key <> longer.base_key
        and shorter.first_date <> longer.first_date
        and (
            substr(longer.account_key, 1, length(shorter.account_key)) = shorter.account_key
            or substr(longer.account_key, length(longer.account_key) - length(shorter.account_key) + 1)
                = shorter.account_key
        )
        and length(shorter.account_key) <= length(longer.account_key)
),
links as (
    select
        named_numbers.base_key,
        number_order.base_key as home_key,
        1 as rule_no
    from named_numbers
    inner join number_order
        on number_order.payer_code = named_numbers.payer_code
        and number_order.payer_sequence = named_numbers.payer_sequence
        and number_order.payer_number = named_numbers.payer_number
        and number_order.home_no = 1
    union all
    select
        base_key,
        home_key,
        2 as rule_no
    from mangled
),
dated_links as (
    select
        links.base_key,
        links.home_key,
        links.rule_no,
        own.first_date as own_date,
        home.first_date as home_date,
        home.first_date < own.first_date
            or (home.first_date = own.first_date and home.base_key < own.base_key) as is_home_earlier
    from links
    inner join bases as own on own.base_key = links.base_key
    inner join bases as home on home.base_key = links.home_key
    where links.base_key <> links.home_key
),
moves as (
    select
        rule_no,
        case when is_home_earlier then base_key else home_key end as base_key,
        case when is_home_earlier then home_key else base_key end as earlier_key,
        case when is_home_earlier then home_date else own_date end as earlier_date
    from dated_links
),
move_order as (
    select
        base_key,
        earlier_key,
        rule_no,
        row_number() over (partition by base_key order by earlier_date, earlier_key, rule_no) as move_no
    from moves
),
first_moves as (
    select
        base_key,
        earlier_key,
        rule_no
    from move_order
    where move_no = 1
),
final as (
    -- three steps back: a claim whose numbers changed more than three times starts a family of its own
    select
        keyed.file_id,
        keyed.transaction_no,
        keyed.claim_no,
        keyed.base_key,
        coalesce(step_3.earlier_key, step_2.earlier_key, step_1.earlier_key, keyed.base_key) as family_id,
        case
            when step_1.rule_no = 2 then 'account_mangled'
            when step_1.rule_no = 1 then 'payer_number'
            when keyed.patient_control_number is not null and keyed.first_service_date is null then 'account'
            when keyed.patient_control_number is not null then 'account_date'
            when keyed.payer_claim_control_number is not null then 'payer_number'
            else 'alone'
        end as match_rule,
        case
            when step_1.rule_no = 2 then 'likely'
            when step_1.rule_no is null and keyed.patient_control_number is not null
                and keyed.first_service_date is null then 'likely'
            else 'certain'
        end as sureness
    from keyed
    left join first_moves as step_1 on step_1.base_key = keyed.base_key
    left join first_moves as step_2 on step_2.base_key = step_1.earlier_key
    left join first_moves as step_3 on step_3.base_key = step_2.earlier_key
)
select * from final
