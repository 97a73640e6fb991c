-- One row per kind of issue with what belongs together, found or not.
-- issue_no: order in which to show it
-- issue: lasting name of the kind
-- label: what it is, in words
-- issue_count: how often it was found
-- amount: dollars that it touches
-- where_to_look: table and condition that list the cases
with sent_months as (
    -- a claim payment without an 837 is odd only where 837s cover the month of its service
    select cast(date_trunc('month', service_from_date) as date) as month
    from submission_event
    where source = '837'
    group by cast(date_trunc('month', service_from_date) as date)
),
final as (
    select
        31 as issue_no,
        'remit_without_claim' as issue,
        'Decided claims of which there is no 837, in months of which there are 837s' as label,
        count(*) as issue_count,
        cast(coalesce(sum(claim_event.charge_amount), 0) as decimal(18, 2)) as amount,
        replace(
            'claim_event where is_repeat = false and is_adjudicated and submission_file_id is null'
                || ' and cast(date_trunc("month", first_service_date) as date) in'
                || ' (select cast(date_trunc("month", service_from_date) as date) from submission_event'
                || ' where source = "837")',
            '"',
            chr(39)
        ) as where_to_look
    from claim_event
    inner join sent_months on sent_months.month = cast(date_trunc('month', claim_event.first_service_date) as date)
    where claim_event.is_repeat = false and claim_event.is_adjudicated and claim_event.submission_file_id is null
    union all
    select
        32 as issue_no,
        'claim_without_remit' as issue,
        'Claims sent more than 45 days ago without a remittance' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'family_submission where has_remit = false'
            || ' and days_between(first_submission_date, (select as_of_date from data_span)) > 45' as where_to_look
    from family_submission
    where has_remit = false and days_between(first_submission_date, (select as_of_date from data_span)) > 45
    union all
    select
        35 as issue_no,
        'ambiguous_match' as issue,
        'Claims sent, answers and log rows that may belong to several claims' as label,
        count(*) as issue_count,
        cast(coalesce(sum(amount), 0) as decimal(18, 2)) as amount,
        'family_member where is_ambiguous and is_repeat = false' as where_to_look
    from family_member
    where is_ambiguous and is_repeat = false
    union all
    select
        36 as issue_no,
        'answer_without_claim' as issue,
        'Acknowledgements of claims of which there is no 837' as label,
        count(*) as issue_count,
        cast(coalesce(sum(charge_amount), 0) as decimal(18, 2)) as amount,
        'acknowledgement_event where submission_file_id is null and is_ambiguous = false and is_repeat = false'
            as where_to_look
    from acknowledgement_event
    where submission_file_id is null and is_ambiguous = false and is_repeat = false
)
select * from final
