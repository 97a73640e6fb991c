-- One row per kind of issue with whole files, payments and claims, found or not.
-- issue_no: order in which to show it
-- issue: lasting name of the kind
-- label: what it is, in words
-- issue_count: how often it was found
-- amount: dollars that it touches
-- where_to_look: table and condition that list the cases
with final as (
    select
        1 as issue_no,
        'quarantined_file' as issue,
        'Files refused as a whole' as label,
        count(*) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        replace('source_file where status = "quarantined"', '"', chr(39)) as where_to_look
    from source_file
    where status = 'quarantined'
    union all
    select
        2 as issue_no,
        'rejected_log_row' as issue,
        'Log rows that could not be used' as label,
        coalesce(sum(rejected_row_count), 0) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        'log_reject' as where_to_look
    from source_file
    union all
    select
        3 as issue_no,
        'file_oddity' as issue,
        'Oddities recorded while reading' as label,
        coalesce(sum(oddity_count), 0) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        'file_oddity' as where_to_look
    from source_file
    union all
    select
        4 as issue_no,
        'repeated_payment' as issue,
        'Payments that came again, counted once' as label,
        count(*) as issue_count,
        cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) as amount,
        'remit_payment where is_repeat' as where_to_look
    from remit_payment
    where is_repeat
    union all
    select
        5 as issue_no,
        'repeated_claim' as issue,
        'Claim payments that came again, counted once' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'claim_event where is_repeat' as where_to_look
    from claim_event
    where is_repeat
    union all
    select
        6 as issue_no,
        'payment_off' as issue,
        'Payments that do not balance' as label,
        count(*) as issue_count,
        cast(coalesce(sum(abs(off_amount)), 0) as decimal(18, 2)) as amount,
        replace('imbalance where level = "payment"', '"', chr(39)) as where_to_look
    from remit_payment
    where is_repeat = false and off_amount <> 0
    union all
    select
        7 as issue_no,
        'payment_unchecked' as issue,
        'Payments whose balance could not be checked' as label,
        count(*) as issue_count,
        cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) as amount,
        'remit_payment where is_repeat = false and off_amount is null' as where_to_look
    from remit_payment
    where is_repeat = false and off_amount is null
    union all
    select
        8 as issue_no,
        'claim_off' as issue,
        'Claims that do not balance' as label,
        count(*) as issue_count,
        cast(coalesce(sum(abs(off_amount)), 0) as decimal(18, 2)) as amount,
        replace('imbalance where level = "claim"', '"', chr(39)) as where_to_look
    from claim_event
    where is_repeat = false and off_amount <> 0
    union all
    select
        10 as issue_no,
        'payment_without_date' as issue,
        'Payments without any date' as label,
        count(*) as issue_count,
        cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) as amount,
        'remit_payment where is_repeat = false and payment_date is null' as where_to_look
    from remit_payment
    where is_repeat = false and payment_date is null
    union all
    select
        11 as issue_no,
        'payer_not_given' as issue,
        'Payments without a payer' as label,
        count(*) as issue_count,
        cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) as amount,
        replace('remit_payment where is_repeat = false and payer_key = "(not given)"', '"', chr(39)) as where_to_look
    from remit_payment
    where is_repeat = false and payer_key = '(not given)'
    union all
    select
        12 as issue_no,
        'unknown_status' as issue,
        'Claims with a status code in no list' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'claim_event where is_repeat = false and is_known_status = false' as where_to_look
    from claim_event
    where is_repeat = false and is_known_status = false
    union all
    select
        13 as issue_no,
        'pended_claim' as issue,
        'Pended claims, not decided yet' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'claim_event where is_repeat = false and is_pended' as where_to_look
    from claim_event
    where is_repeat = false and is_pended
    union all
    select
        14 as issue_no,
        'lone_reversal' as issue,
        'Reversals of a claim payment that is not here' as label,
        count(*) as issue_count,
        cast(coalesce(sum(abs(charge_amount)), 0) as decimal(18, 2)) as amount,
        'claim_event where is_unmatched_reversal' as where_to_look
    from claim_event
    where is_unmatched_reversal
)
select * from final
