-- One row per kind of issue with lines and their codes, found or not.
-- issue_no: order in which to show it
-- issue: lasting name of the kind
-- label: what it is, in words
-- issue_count: how often it was found
-- amount: dollars that it touches
-- where_to_look: table and condition that list the cases
with imbalances as (
    select level, off_amount from imbalance
),
lines_off as (
    select off_amount from imbalances where level = 'line'
),
final as (
    select
        9 as issue_no,
        'line_off' as issue,
        'Lines that do not balance' as label,
        count(*) as issue_count,
        cast(coalesce(sum(abs(off_amount)), 0) as decimal(18, 2)) as amount,
        replace('imbalance where level = "line"', '"', chr(39)) as where_to_look
    from lines_off
    union all
    select
        15 as issue_no,
        'stray_claim' as issue,
        'Claim payments without lines whose claim began with lines' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'line_event where is_stray and is_adjudicated' as where_to_look
    from line_event
    where is_stray and is_adjudicated
    union all
    select
        16 as issue_no,
        'amount_unreadable' as issue,
        'Lines whose charge or payment could not be read' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'line_event where charge_amount is null or paid_amount is null' as where_to_look
    from line_event
    where charge_amount is null or paid_amount is null
    union all
    select
        17 as issue_no,
        'no_charge_line' as issue,
        'Decided lines with a charge of 0.01 or less, in no rate' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'line_event where is_adjudicated and is_stray = false and is_counted = false' as where_to_look
    from line_event
    where is_adjudicated and is_stray = false and is_counted = false
    union all
    select
        18 as issue_no,
        'unknown_carc' as issue,
        'Adjustments with a CARC in no list' as label,
        count(*) as issue_count,
        cast(coalesce(sum(amount), 0) as decimal(18, 2)) as amount,
        replace('line_reason where kind = "CARC" and is_known = false', '"', chr(39)) as where_to_look
    from line_reason
    where kind = 'CARC' and is_known = false
    union all
    select
        19 as issue_no,
        'unknown_rarc' as issue,
        'Remarks with a RARC in no list' as label,
        count(*) as issue_count,
        cast(coalesce(sum(amount), 0) as decimal(18, 2)) as amount,
        replace('line_reason where kind = "RARC" and is_known = false', '"', chr(39)) as where_to_look
    from line_reason
    where kind = 'RARC' and is_known = false
    union all
    select
        20 as issue_no,
        'retired_code' as issue,
        'Codes used after their last day' as label,
        count(*) as issue_count,
        cast(coalesce(sum(amount), 0) as decimal(18, 2)) as amount,
        'line_reason where is_retired' as where_to_look
    from line_reason
    where is_retired
    union all
    select
        21 as issue_no,
        'zero_pay_unknown_code' as issue,
        'Unpaid lines whose codes are in no list: not counted as denied' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'line_event where is_zero_unexplained and has_unknown_code' as where_to_look
    from line_event
    where is_zero_unexplained and has_unknown_code
    union all
    select
        22 as issue_no,
        'zero_pay_unexplained' as issue,
        'Unpaid lines without any reason code: not counted as denied' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'line_event where is_zero_unexplained and has_unknown_code = false' as where_to_look
    from line_event
    where is_zero_unexplained and has_unknown_code = false
    union all
    select
        23 as issue_no,
        'whole_contractual' as issue,
        'Unpaid lines with CO-45 alone on the whole charge' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'line_event where is_whole_contractual' as where_to_look
    from line_event
    where is_whole_contractual
    union all
    select
        24 as issue_no,
        'payment_before_service' as issue,
        'Lines paid before their service date' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'counted_line where days_between(service_date, payment_date) < 0' as where_to_look
    from counted_line
    where days_between(service_date, payment_date) < 0
)
select * from final
