-- One row per line that counts, with what it adds to each measure: all columns but ids and dimensions may be summed.
-- line_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'; a denied line's denial_id
-- claim_id: the claim
-- month: first day of the payment date's month
-- payment_date: payment date of the first adjudication
-- submission_month: first day of the month in which the claim was first sent, NULL where it is not known
-- submission_date: day on which the claim was first sent
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure as submitted
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary
-- source: 835 or log
-- category: category of the reason that stands for the line
-- root_cause: root cause of its denial
-- carc: CARC of that reason
-- rarc: remark of that reason
-- group_code: group of that reason
-- adjudicated_count: lines decided, in rates
-- adjudicated_amount: their charges (dollars)
-- rate_denied_core_count: initially denied lines in rates, core scope
-- rate_denied_core_amount: their charges (dollars)
-- denied_core_count: initially denied lines, logs included, core scope
-- denied_core_amount: their charges (dollars)
-- necessity_a_core_count: of them: medical necessity, tier A
-- necessity_a_core_amount: their charges (dollars)
-- necessity_ab_core_count: of the denied: medical necessity, tier A or B
-- necessity_ab_core_amount: their charges (dollars)
-- necessity_c_core_count: of the denied: may hide medical necessity, tier C
-- rate_necessity_a_core_count: tier A in rates
-- rate_necessity_ab_core_count: tier A or B in rates
-- preventable_core_count: of the denied: in a category that a practice can prevent
-- undetermined_core_count: of the denied: no determined root cause
-- open_denied_core_count: of the denied: still denied
-- open_denied_core_amount: their charges (dollars)
-- overturned_core_count: of the denied: paid or allowed later
-- overturned_core_amount: their charges (dollars)
-- overturned_by_payer_core_count: of the overturned: corrected by the payer without a resubmission
-- recovered_core_amount: paid after the denial (dollars)
-- resubmitted_core_count: of the denied: sent again
-- followed_core_count: of the denied: claim known from an 837 and denied 30 days or more before the newest payment
-- never_resubmitted_core_count: of the followed: not sent again
-- appeal_told_core_count: of the denied: a log says whether there was an appeal
-- appealed_core_count: of them: there was one
-- written_off_core_amount: charges of the denied lines that were written off (dollars)
-- rate_written_off_core_amount: of them in rates (dollars)
-- rate_final_denied_core_count: denied lines in rates that are written off or denied for good
-- expiring_core_amount: charges of the denied lines still open whose deadline is in the next 14 days (dollars)
-- rate_denied_broad_count: initially denied lines in rates, broad scope
-- rate_denied_broad_amount: their charges (dollars)
-- denied_broad_count: initially denied lines, logs included, broad scope
-- denied_broad_amount: their charges (dollars)
-- necessity_a_broad_count: of them: medical necessity, tier A
-- necessity_a_broad_amount: their charges (dollars)
-- necessity_ab_broad_count: of the denied: medical necessity, tier A or B
-- necessity_ab_broad_amount: their charges (dollars)
-- necessity_c_broad_count: of the denied: may hide medical necessity, tier C
-- rate_necessity_a_broad_count: tier A in rates
-- rate_necessity_ab_broad_count: tier A or B in rates
-- preventable_broad_count: of the denied: in a category that a practice can prevent
-- undetermined_broad_count: of the denied: no determined root cause
-- open_denied_broad_count: of the denied: still denied
-- open_denied_broad_amount: their charges (dollars)
-- overturned_broad_count: of the denied: paid or allowed later
-- overturned_broad_amount: their charges (dollars)
-- overturned_by_payer_broad_count: of the overturned: corrected by the payer without a resubmission
-- recovered_broad_amount: paid after the denial (dollars)
-- resubmitted_broad_count: of the denied: sent again
-- followed_broad_count: of the denied: claim known from an 837 and denied 30 days or more before the newest payment
-- never_resubmitted_broad_count: of the followed: not sent again
-- appeal_told_broad_count: of the denied: a log says whether there was an appeal
-- appealed_broad_count: of them: there was one
-- written_off_broad_amount: charges of the denied lines that were written off (dollars)
-- rate_written_off_broad_amount: of them in rates (dollars)
-- rate_final_denied_broad_count: denied lines in rates that are written off or denied for good
-- expiring_broad_amount: charges of the denied lines still open whose deadline is in the next 14 days (dollars)
-- takeback_core_count: lines paid at first, then reversed and denied, core scope
-- takeback_broad_count: the same, core or broad scope
-- partial_denial_count: lines allowed in part with a core reason
-- whole_contractual_count: lines with CO-45 alone on the whole charge
with lines as (
    select * from counted_line
),
newest as (
    -- a payment date that a typing error set far ahead follows nothing
    select newest_payment_date as newest_date from data_span
),
followed as (
    -- a denial is followed once 30 days have passed in which a resubmission could have been seen
    select
        lines.*,
        lines.submission_count > 0 and coalesce(days_between(lines.payment_date, newest.newest_date) >= 30, false)
            as is_followed
    from lines
    cross join newest
),
final as (
    select
        line_id,
        claim_id,
        cast(date_trunc('month', payment_date) as date) as month,
        payment_date,
        cast(date_trunc('month', submission_date) as date) as submission_month,
        submission_date,
        payer,
        payer_class,
        procedure,
        procedure_family,
        provider,
        place_of_service,
        diagnosis_chapter,
        payer_sequence,
        source,
        category,
        root_cause,
        carc,
        rarc,
        group_code,
        case when is_in_rate then 1 else 0 end as adjudicated_count,
        case when is_in_rate then charge_amount else cast(0 as decimal(18, 2)) end as adjudicated_amount,
        case when is_in_rate and is_denied_core then 1 else 0 end as rate_denied_core_count,
        case when is_in_rate and is_denied_core
            then charge_amount else cast(0 as decimal(18, 2)) end as rate_denied_core_amount,
        case when is_denied_core then 1 else 0 end as denied_core_count,
        case when is_denied_core then charge_amount else cast(0 as decimal(18, 2)) end as denied_core_amount,
        case when is_denied_core and mn_tier = 'A' then 1 else 0 end as necessity_a_core_count,
        case when is_denied_core and mn_tier = 'A'
            then charge_amount else cast(0 as decimal(18, 2)) end as necessity_a_core_amount,
        case when is_denied_core and mn_tier in ('A', 'B') then 1 else 0 end as necessity_ab_core_count,
        case when is_denied_core and mn_tier in ('A', 'B')
            then charge_amount else cast(0 as decimal(18, 2)) end as necessity_ab_core_amount,
        case when is_denied_core and mn_tier = 'C' then 1 else 0 end as necessity_c_core_count,
        case when is_in_rate and is_denied_core and mn_tier = 'A' then 1 else 0 end as rate_necessity_a_core_count,
        case when is_in_rate and is_denied_core and mn_tier in ('A', 'B')
            then 1 else 0 end as rate_necessity_ab_core_count,
        case when is_denied_core and is_preventable then 1 else 0 end as preventable_core_count,
        case when is_denied_core and is_determined = false then 1 else 0 end as undetermined_core_count,
        case when is_denied_core and state = 'denied_open' then 1 else 0 end as open_denied_core_count,
        case when is_denied_core and state = 'denied_open'
            then charge_amount else cast(0 as decimal(18, 2)) end as open_denied_core_amount,
        case when is_denied_core and state = 'paid_after_denial' then 1 else 0 end as overturned_core_count,
        case when is_denied_core and state = 'paid_after_denial'
            then charge_amount else cast(0 as decimal(18, 2)) end as overturned_core_amount,
        case when is_denied_core and overturned_by = 'payer' then 1 else 0 end as overturned_by_payer_core_count,
        case when is_denied_core then recovered_amount else cast(0 as decimal(18, 2)) end as recovered_core_amount,
        case when is_denied_core and days_to_resubmission is not null then 1 else 0 end as resubmitted_core_count,
        case when is_denied_core and is_followed then 1 else 0 end as followed_core_count,
        case when is_denied_core and is_followed and days_to_resubmission is null
            then 1 else 0 end as never_resubmitted_core_count,
        case when is_denied_core and is_appeal_told then 1 else 0 end as appeal_told_core_count,
        case when is_denied_core and is_appealed then 1 else 0 end as appealed_core_count,
        case when is_denied_core
            then written_off_amount else cast(0 as decimal(18, 2)) end as written_off_core_amount,
        case when is_in_rate and is_denied_core
            then written_off_amount else cast(0 as decimal(18, 2)) end as rate_written_off_core_amount,
        case when is_in_rate and is_denied_core and state in ('denied_final', 'written_off')
            then 1 else 0 end as rate_final_denied_core_count,
        case when is_denied_core and state = 'denied_open' and days_left >= 0 and days_left < 14
            then charge_amount else cast(0 as decimal(18, 2)) end as expiring_core_amount,
        case when is_in_rate and is_denied_broad then 1 else 0 end as rate_denied_broad_count,
        case when is_in_rate and is_denied_broad
            then charge_amount else cast(0 as decimal(18, 2)) end as rate_denied_broad_amount,
        case when is_denied_broad then 1 else 0 end as denied_broad_count,
        case when is_denied_broad then charge_amount else cast(0 as decimal(18, 2)) end as denied_broad_amount,
        case when is_denied_broad and mn_tier = 'A' then 1 else 0 end as necessity_a_broad_count,
        case when is_denied_broad and mn_tier = 'A'
            then charge_amount else cast(0 as decimal(18, 2)) end as necessity_a_broad_amount,
        case when is_denied_broad and mn_tier in ('A', 'B') then 1 else 0 end as necessity_ab_broad_count,
        case when is_denied_broad and mn_tier in ('A', 'B')
            then charge_amount else cast(0 as decimal(18, 2)) end as necessity_ab_broad_amount,
        case when is_denied_broad and mn_tier = 'C' then 1 else 0 end as necessity_c_broad_count,
        case when is_in_rate and is_denied_broad and mn_tier = 'A'
            then 1 else 0 end as rate_necessity_a_broad_count,
        case when is_in_rate and is_denied_broad and mn_tier in ('A', 'B')
            then 1 else 0 end as rate_necessity_ab_broad_count,
        case when is_denied_broad and is_preventable then 1 else 0 end as preventable_broad_count,
        case when is_denied_broad and is_determined = false then 1 else 0 end as undetermined_broad_count,
        case when is_denied_broad and state = 'denied_open' then 1 else 0 end as open_denied_broad_count,
        case when is_denied_broad and state = 'denied_open'
            then charge_amount else cast(0 as decimal(18, 2)) end as open_denied_broad_amount,
        case when is_denied_broad and state = 'paid_after_denial' then 1 else 0 end as overturned_broad_count,
        case when is_denied_broad and state = 'paid_after_denial'
            then charge_amount else cast(0 as decimal(18, 2)) end as overturned_broad_amount,
        case when is_denied_broad and overturned_by = 'payer' then 1 else 0 end as overturned_by_payer_broad_count,
        case when is_denied_broad
            then recovered_amount else cast(0 as decimal(18, 2)) end as recovered_broad_amount,
        case when is_denied_broad and days_to_resubmission is not null then 1 else 0 end as resubmitted_broad_count,
        case when is_denied_broad and is_followed then 1 else 0 end as followed_broad_count,
        case when is_denied_broad and is_followed and days_to_resubmission is null
            then 1 else 0 end as never_resubmitted_broad_count,
        case when is_denied_broad and is_appeal_told then 1 else 0 end as appeal_told_broad_count,
        case when is_denied_broad and is_appealed then 1 else 0 end as appealed_broad_count,
        case when is_denied_broad
            then written_off_amount else cast(0 as decimal(18, 2)) end as written_off_broad_amount,
        case when is_in_rate and is_denied_broad
            then written_off_amount else cast(0 as decimal(18, 2)) end as rate_written_off_broad_amount,
        case when is_in_rate and is_denied_broad and state in ('denied_final', 'written_off')
            then 1 else 0 end as rate_final_denied_broad_count,
        case when is_denied_broad and state = 'denied_open' and days_left >= 0 and days_left < 14
            then charge_amount else cast(0 as decimal(18, 2)) end as expiring_broad_amount,
        case when state = 'takeback' and is_takeback_core then 1 else 0 end as takeback_core_count,
        case when state = 'takeback' then 1 else 0 end as takeback_broad_count,
        case when is_partial_denial then 1 else 0 end as partial_denial_count,
        case when is_whole_contractual then 1 else 0 end as whole_contractual_count
    from followed
)
select * from final
