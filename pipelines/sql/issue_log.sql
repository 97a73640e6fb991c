-- One row per kind of issue with denial logs and what people decided, found or not.
-- issue_no: order in which to show it
-- issue: lasting name of the kind
-- label: what it is, in words
-- issue_count: how often it was found
-- amount: dollars that it touches
-- where_to_look: table and condition that list the cases
with overrides as (
    select ledger_override.denial_id from ledger_override
),
denials as (
    select denial_id from denial
),
overrides_lost as (
    select overrides.denial_id
    from overrides
    left join denials on denials.denial_id = overrides.denial_id
    where denials.denial_id is null
),
final as (
    select
        25 as issue_no,
        'log_contradiction' as issue,
        'Log rows called denied whose codes never mean a denial' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_contradicted' as where_to_look
    from log_line
    where is_contradicted
    union all
    select
        26 as issue_no,
        'log_undecided' as issue,
        'Log rows that do not say whether the line was denied' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_denied is null and is_sending = false' as where_to_look
    from log_line
    where is_denied is null and is_sending = false
    union all
    select
        37 as issue_no,
        'log_sending' as issue,
        'Rows of claim exports and logs that tell only what was sent' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_sending' as where_to_look
    from log_line
    where is_sending
    union all
    select
        38 as issue_no,
        'appeal_without_denial' as issue,
        'Log rows that tell an appeal of a line that was not denied at first' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_appeal_alone' as where_to_look
    from log_line
    where is_appeal_alone
    union all
    select
        27 as issue_no,
        'log_repeat' as issue,
        'Log rows about a line that another log row covers' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_first = false' as where_to_look
    from log_line
    where is_first = false
    union all
    select
        28 as issue_no,
        'log_matched' as issue,
        'Log rows about a line that a remittance covers: evidence, not counted again' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_matched' as where_to_look
    from log_line
    where is_matched
    union all
    select
        33 as issue_no,
        'log_unmatched' as issue,
        'Log rows about a line that no remittance covers' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'log_line where is_matched = false and is_first' as where_to_look
    from log_line
    where is_matched = false and is_first
    union all
    select
        29 as issue_no,
        'log_flag_disagrees' as issue,
        'Denials that the practice marks as necessity and we do not (tier A or B)' as label,
        count(*) as issue_count,
        cast(coalesce(sum(denied_amount), 0) as decimal(18, 2)) as amount,
        replace('denial where log_flag is not null and mn_tier not in ("A", "B")', '"', chr(39)) as where_to_look
    from denial
    where log_flag is not null and mn_tier not in ('A', 'B')
    union all
    select
        34 as issue_no,
        'unknown_local_code' as issue,
        'Codes of the practice' || chr(39) || 's own in no list: say in local_code.csv what they mean' as label,
        count(*) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        replace('log_reason where kind = "local" and is_known = false', '"', chr(39)) as where_to_look
    from log_reason
    where kind = 'local' and is_known = false
    union all
    select
        30 as issue_no,
        'lost_override' as issue,
        'Root causes set by hand for a denial that is not here any more' as label,
        count(*) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        'ledger_override' as where_to_look
    from overrides_lost
)
select * from final
