-- One row per kind of issue with the data, found or not: how often, how many dollars, and where to look.
-- issue: lasting name of the kind
-- label: what it is, in words
-- issue_count: how often it was found
-- amount: dollars that it touches
-- where_to_look: table and condition that list the cases
-- issue_no: order in which to show it
with imbalances as (
    select level, off_amount from imbalance
),
submissions as (
    select file_id, transaction_no, claim_no, charge_amount from submission_event
),
answers as (
    select submission_file_id, submission_transaction_no, submission_claim_no from claim_submission
),
overrides as (
    select ledger_override.denial_id from ledger_override
),
denials as (
    select denial_id from denial
),
lines_off as (
    select off_amount from imbalances where level = 'line'
),
unanswered as (
    select submissions.charge_amount
    from submissions
    left join answers
        on answers.submission_file_id = submissions.file_id
        and answers.submission_transaction_no = submissions.transaction_no
        and answers.submission_claim_no = submissions.claim_no
    where answers.submission_file_id is null
),
overrides_lost as (
    select overrides.denial_id
    from overrides
    left join denials on denials.denial_id = overrides.denial_id
    where denials.denial_id is null
),
issues as (
    select
        1 as issue_no,
        'quarantined_file' as issue,
        'Files refused as a whole' as label,
        count(*) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        'source_file where status = ''quarantined''' as where_to_look
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
        coalesce(sum(payment_amount), cast(0 as decimal(18, 2))) as amount,
        'remit_payment where is_repeat' as where_to_look
    from remit_payment
    where is_repeat
    union all
    select
        5 as issue_no,
        'repeated_claim' as issue,
        'Claim payments that came again, counted once' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'claim_event where is_repeat' as where_to_look
    from claim_event
    where is_repeat
    union all
    select
        6 as issue_no,
        'payment_off' as issue,
        'Payments that do not balance' as label,
        count(*) as issue_count,
        coalesce(sum(abs(off_amount)), cast(0 as decimal(18, 2))) as amount,
        'imbalance where level = ''payment''' as where_to_look
    from remit_payment
    where is_repeat = false and off_amount <> 0
    union all
    select
        7 as issue_no,
        'payment_unchecked' as issue,
        'Payments whose balance could not be checked' as label,
        count(*) as issue_count,
        coalesce(sum(payment_amount), cast(0 as decimal(18, 2))) as amount,
        'remit_payment where is_repeat = false and off_amount is null' as where_to_look
    from remit_payment
    where is_repeat = false and off_amount is null
    union all
    select
        8 as issue_no,
        'claim_off' as issue,
        'Claims that do not balance' as label,
        count(*) as issue_count,
        coalesce(sum(abs(off_amount)), cast(0 as decimal(18, 2))) as amount,
        'imbalance where level = ''claim''' as where_to_look
    from claim_event
    where is_repeat = false and off_amount <> 0
    union all
    select
        9 as issue_no,
        'line_off' as issue,
        'Lines that do not balance' as label,
        count(*) as issue_count,
        coalesce(sum(abs(off_amount)), cast(0 as decimal(18, 2))) as amount,
        'imbalance where level = ''line''' as where_to_look
    from lines_off
    union all
    select
        10 as issue_no,
        'payment_without_date' as issue,
        'Payments without any date' as label,
        count(*) as issue_count,
        coalesce(sum(payment_amount), cast(0 as decimal(18, 2))) as amount,
        'remit_payment where is_repeat = false and payment_date is null' as where_to_look
    from remit_payment
    where is_repeat = false and payment_date is null
    union all
    select
        11 as issue_no,
        'payer_not_given' as issue,
        'Payments without a payer' as label,
        count(*) as issue_count,
        coalesce(sum(payment_amount), cast(0 as decimal(18, 2))) as amount,
        'remit_payment where is_repeat = false and payer_key = ''(not given)''' as where_to_look
    from remit_payment
    where is_repeat = false and payer_key = '(not given)'
    union all
    select
        12 as issue_no,
        'unknown_status' as issue,
        'Claims with a status code in no list' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'claim_event where is_repeat = false and is_known_status = false' as where_to_look
    from claim_event
    where is_repeat = false and is_known_status = false
    union all
    select
        13 as issue_no,
        'pended_claim' as issue,
        'Pended claims, not decided yet' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'claim_event where is_repeat = false and is_pended' as where_to_look
    from claim_event
    where is_repeat = false and is_pended
    union all
    select
        14 as issue_no,
        'lone_reversal' as issue,
        'Reversals of a claim payment that is not here' as label,
        count(*) as issue_count,
        coalesce(sum(abs(charge_amount)), cast(0 as decimal(18, 2))) as amount,
        'claim_event where is_unmatched_reversal' as where_to_look
    from claim_event
    where is_unmatched_reversal
    union all
    select
        15 as issue_no,
        'stray_claim' as issue,
        'Claim payments without lines whose claim began with lines' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'line_event where is_stray and is_adjudicated' as where_to_look
    from line_event
    where is_stray and is_adjudicated
    union all
    select
        16 as issue_no,
        'amount_unreadable' as issue,
        'Lines whose charge or payment could not be read' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'line_event where charge_amount is null or paid_amount is null' as where_to_look
    from line_event
    where charge_amount is null or paid_amount is null
    union all
    select
        17 as issue_no,
        'no_charge_line' as issue,
        'Decided lines with a charge of 0.01 or less, in no rate' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'line_event where is_adjudicated and is_stray = false and is_counted = false' as where_to_look
    from line_event
    where is_adjudicated and is_stray = false and is_counted = false
    union all
    select
        18 as issue_no,
        'unknown_carc' as issue,
        'Adjustments with a CARC in no list' as label,
        count(*) as issue_count,
        coalesce(sum(amount), cast(0 as decimal(18, 2))) as amount,
        'line_reason where kind = ''CARC'' and is_known = false' as where_to_look
    from line_reason
    where kind = 'CARC' and is_known = false
    union all
    select
        19 as issue_no,
        'unknown_rarc' as issue,
        'Remarks with a RARC in no list' as label,
        count(*) as issue_count,
        coalesce(sum(amount), cast(0 as decimal(18, 2))) as amount,
        'line_reason where kind = ''RARC'' and is_known = false' as where_to_look
    from line_reason
    where kind = 'RARC' and is_known = false
    union all
    select
        20 as issue_no,
        'retired_code' as issue,
        'Codes used after their last day' as label,
        count(*) as issue_count,
        coalesce(sum(amount), cast(0 as decimal(18, 2))) as amount,
        'line_reason where is_retired' as where_to_look
    from line_reason
    where is_retired
    union all
    select
        21 as issue_no,
        'zero_pay_unknown_code' as issue,
        'Unpaid lines whose codes are in no list: not counted as denied' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'line_event where is_zero_unexplained and has_unknown_code' as where_to_look
    from line_event
    where is_zero_unexplained and has_unknown_code
    union all
    select
        22 as issue_no,
        'zero_pay_unexplained' as issue,
        'Unpaid lines without any reason code: not counted as denied' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'line_event where is_zero_unexplained and has_unknown_code = false' as where_to_look
    from line_event
    where is_zero_unexplained and has_unknown_code = false
    union all
    select
        23 as issue_no,
        'whole_contractual' as issue,
        'Unpaid lines with CO-45 alone on the whole charge' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'line_event where is_whole_contractual' as where_to_look
    from line_event
    where is_whole_contractual
    union all
    select
        24 as issue_no,
        'payment_before_service' as issue,
        'Lines paid before their service date' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'counted_line where days_between(service_date, payment_date) < 0' as where_to_look
    from counted_line
    where days_between(service_date, payment_date) < 0
    union all
    select
        25 as issue_no,
        'log_contradiction' as issue,
        'Log rows called denied whose codes never mean a denial' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'log_line where is_contradicted' as where_to_look
    from log_line
    where is_contradicted
    union all
    select
        26 as issue_no,
        'log_undecided' as issue,
        'Log rows that do not say whether the line was denied' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'log_line where is_denied is null' as where_to_look
    from log_line
    where is_denied is null
    union all
    select
        27 as issue_no,
        'log_repeat' as issue,
        'Log rows about a line that another log row covers' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'log_line where is_first = false' as where_to_look
    from log_line
    where is_first = false
    union all
    select
        28 as issue_no,
        'log_matched' as issue,
        'Log rows about a line that a remittance covers: evidence, not counted again' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'log_line where is_matched' as where_to_look
    from log_line
    where is_matched
    union all
    select
        29 as issue_no,
        'log_flag_disagrees' as issue,
        'Denials that the practice marks as necessity and we do not (tier A or B)' as label,
        count(*) as issue_count,
        coalesce(sum(denied_amount), cast(0 as decimal(18, 2))) as amount,
        'denial where log_flag is not null and mn_tier not in (''A'', ''B'')' as where_to_look
    from denial
    where log_flag is not null and mn_tier not in ('A', 'B')
    union all
    select
        30 as issue_no,
        'lost_override' as issue,
        'Root causes set by hand for a denial that is not here any more' as label,
        count(*) as issue_count,
        cast(0 as decimal(18, 2)) as amount,
        'ledger_override' as where_to_look
    from overrides_lost
    union all
    select
        31 as issue_no,
        'remit_without_claim' as issue,
        'Decided claims of which there is no 837' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'claim_event where is_repeat = false and is_adjudicated and submission_file_id is null' as where_to_look
    from claim_event
    where is_repeat = false and is_adjudicated and submission_file_id is null
    union all
    select
        32 as issue_no,
        'claim_without_remit' as issue,
        'Submitted claims without a decision yet' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'submission_event without a row in claim_submission' as where_to_look
    from unanswered
    union all
    select
        33 as issue_no,
        'log_unmatched' as issue,
        'Log rows about a line that no remittance covers' as label,
        count(*) as issue_count,
        coalesce(sum(charge_amount), cast(0 as decimal(18, 2))) as amount,
        'log_line where is_matched = false and is_first' as where_to_look
    from log_line
    where is_matched = false and is_first
),
final as (
    select
        issue,
        label,
        cast(issue_count as bigint) as issue_count,
        cast(amount as decimal(38, 2)) as amount,
        where_to_look,
        cast(issue_no as bigint) as issue_no
    from issues
)
select * from final
