-- One row per appeal request, however many lines it speaks of: what the overturn rate is counted on.
-- appeal_id: '<claim_id>~<level>~<appeal date>'
-- claim_id: the claim
-- denial_id: the denial that lends it the dimensions: the largest charge among its lines
-- appeal_date: day of the appeal
-- decided_date: day on which it was decided, NULL while it is open or where that is not known
-- month: first day of the payment date's month
-- payment_date: payment date of the denial
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
-- category: category of the reason of the denial
-- root_cause: root cause of the denial
-- carc: CARC of that reason
-- rarc: remark of that reason
-- group_code: group of that reason
-- appeal_core_count: requests about a line denied in core scope
-- decided_core_count: of them: decided
-- overturned_core_count: of the decided: overturned, wholly or in part
-- partly_overturned_core_count: of them: in part
-- appealed_core_amount: charges of the denied lines that the requests speak of (dollars)
-- recovered_core_amount: paid on the overturned ones (dollars)
-- appeal_broad_count: requests about a line denied in core or broad scope
-- decided_broad_count: of them: decided
-- overturned_broad_count: of the decided: overturned, wholly or in part
-- partly_overturned_broad_count: of them: in part
-- appealed_broad_amount: charges of the denied lines that the requests speak of (dollars)
-- recovered_broad_amount: paid on the overturned ones (dollars)
with appeals as (
    select * from appeal
),
lines as (
    select * from counted_line
),
final as (
    select
        appeals.appeal_id,
        appeals.claim_id,
        appeals.denial_id,
        appeals.appeal_date,
        appeals.decided_date,
        cast(date_trunc('month', lines.payment_date) as date) as month,
        lines.payment_date,
        cast(date_trunc('month', lines.submission_date) as date) as submission_month,
        lines.submission_date,
        lines.payer,
        lines.payer_class,
        lines.procedure,
        lines.procedure_family,
        lines.provider,
        lines.place_of_service,
        lines.diagnosis_chapter,
        lines.payer_sequence,
        lines.source,
        lines.category,
        lines.root_cause,
        lines.carc,
        lines.rarc,
        lines.group_code,
        case when lines.is_denied_core then 1 else 0 end as appeal_core_count,
        case when lines.is_denied_core and appeals.outcome <> 'open' then 1 else 0 end as decided_core_count,
        case when lines.is_denied_core and appeals.outcome in ('overturned', 'partly_overturned')
            then 1 else 0 end as overturned_core_count,
        case when lines.is_denied_core and appeals.outcome = 'partly_overturned'
            then 1 else 0 end as partly_overturned_core_count,
        case when lines.is_denied_core
            then appeals.denied_amount else cast(0 as decimal(18, 2)) end as appealed_core_amount,
        case when lines.is_denied_core
            then appeals.recovered_amount else cast(0 as decimal(18, 2)) end as recovered_core_amount,
        case when lines.is_denied_broad then 1 else 0 end as appeal_broad_count,
        case when lines.is_denied_broad and appeals.outcome <> 'open' then 1 else 0 end as decided_broad_count,
        case when lines.is_denied_broad and appeals.outcome in ('overturned', 'partly_overturned')
            then 1 else 0 end as overturned_broad_count,
        case when lines.is_denied_broad and appeals.outcome = 'partly_overturned'
            then 1 else 0 end as partly_overturned_broad_count,
        case when lines.is_denied_broad
            then appeals.denied_amount else cast(0 as decimal(18, 2)) end as appealed_broad_amount,
        case when lines.is_denied_broad
            then appeals.recovered_amount else cast(0 as decimal(18, 2)) end as recovered_broad_amount
    from appeals
    inner join lines on lines.line_id = appeals.denial_id
)
select * from final
