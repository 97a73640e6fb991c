-- One row per counted claim payment that is a decision, first or later: what zero pay and balance are counted on.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- month: first day of the payment date's month
-- payment_date: payment date
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure of the line with the largest charge
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary
-- source: 835
-- category: category of the reason of the first denied line, '(not given)' where none is denied
-- root_cause: always '(not given)': a root cause belongs to an initial denial
-- carc: CARC of that reason
-- rarc: remark of that reason
-- group_code: group of that reason
-- remit_count: remits, those wholly denied as duplicates (CARC 18) left out
-- zero_pay_count: of them: paid 0 on a charge
-- duplicate_count: remits wholly denied as duplicates
-- claim_checked_count: claims whose balance could be checked
-- claim_balanced_count: of them: CLP03 - CLP04 equals the adjustments
-- line_checked_count: lines whose balance could be checked
-- line_balanced_count: of them: SVC02 - SVC03 equals the adjustments
-- off_amount: amount by which the claim does not balance, without sign (dollars)
with events as (
    select * from claim_event
),
lines as (
    select * from claim_line
),
remit_lines as (
    select file_id, transaction_no, claim_no, off_amount from lake_remit_line
),
procedures as (
    select * from procedure_match
),
diagnoses as (
    select * from diagnosis_match
),
balances as (
    select
        file_id,
        transaction_no,
        claim_no,
        sum(case when off_amount is not null then 1 else 0 end) as line_checked_count,
        sum(case when off_amount = 0 then 1 else 0 end) as line_balanced_count
    from remit_lines
    group by file_id, transaction_no, claim_no
),
lead_order as (
    select
        *,
        row_number() over (
            partition by file_id, transaction_no, claim_no
            order by charge_amount desc nulls last, line_no
        ) as lead_no
    from lines
),
denied_order as (
    select
        line_events.file_id,
        line_events.transaction_no,
        line_events.claim_no,
        line_events.line_no,
        row_number() over (
            partition by line_events.file_id, line_events.transaction_no, line_events.claim_no
            order by case when line_events.is_denied_core then 0 else 1 end,
                line_events.charge_amount desc, line_events.line_no
        ) as denied_no
    from line_event as line_events
    where line_events.is_denied_broad
),
principal as (
    select
        denied_order.file_id,
        denied_order.transaction_no,
        denied_order.claim_no,
        max(case when reasons.kind = 'CARC' then reasons.category end) as category,
        max(case when reasons.kind = 'CARC' then reasons.code end) as carc,
        max(case when reasons.kind = 'CARC' then reasons.group_code end) as group_code,
        max(case when reasons.kind = 'RARC' then reasons.code end) as rarc
    from denied_order
    inner join line_reason as reasons
        on reasons.file_id = denied_order.file_id
        and reasons.transaction_no = denied_order.transaction_no
        and reasons.claim_no = denied_order.claim_no
        and reasons.line_no = denied_order.line_no
        and reasons.is_principal
    where denied_order.denied_no = 1
    group by denied_order.file_id, denied_order.transaction_no, denied_order.claim_no
),
duplicate_lines as (
    select
        line_events.file_id,
        line_events.transaction_no,
        line_events.claim_no,
        min(case when line_events.is_denied_broad and reasons.code = '18' then 1 else 0 end) as duplicate
    from line_event as line_events
    left join line_reason as reasons
        on reasons.file_id = line_events.file_id
        and reasons.transaction_no = line_events.transaction_no
        and reasons.claim_no = line_events.claim_no
        and reasons.line_no = line_events.line_no
        and reasons.is_principal
        and reasons.kind = 'CARC'
    where line_events.is_counted
    group by line_events.file_id, line_events.transaction_no, line_events.claim_no
),
joined as (
    select
        events.*,
        lead_order.procedure_code,
        principal.category,
        principal.carc,
        principal.rarc,
        principal.group_code,
        coalesce(duplicate_lines.duplicate, 0) as duplicate,
        coalesce(balances.line_checked_count, 0) as line_checked_count,
        coalesce(balances.line_balanced_count, 0) as line_balanced_count
    from events
    left join lead_order
        on lead_order.file_id = events.file_id
        and lead_order.transaction_no = events.transaction_no
        and lead_order.claim_no = events.claim_no
        and lead_order.lead_no = 1
    left join principal
        on principal.file_id = events.file_id
        and principal.transaction_no = events.transaction_no
        and principal.claim_no = events.claim_no
    left join duplicate_lines
        on duplicate_lines.file_id = events.file_id
        and duplicate_lines.transaction_no = events.transaction_no
        and duplicate_lines.claim_no = events.claim_no
    left join balances
        on balances.file_id = events.file_id
        and balances.transaction_no = events.transaction_no
        and balances.claim_no = events.claim_no
    where events.is_repeat = false and events.is_adjudicated
),
final as (
    select
        joined.file_id,
        joined.transaction_no,
        joined.claim_no,
        cast(date_trunc('month', joined.payment_date) as date) as month,
        joined.payment_date,
        joined.payer_key as payer,
        joined.payer_class,
        coalesce(joined.procedure_code, '(not given)') as procedure,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        joined.provider,
        joined.place_of_service,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        joined.payer_sequence,
        '835' as source,
        coalesce(joined.category, '(not given)') as category,
        '(not given)' as root_cause,
        coalesce(joined.carc, '(not given)') as carc,
        coalesce(joined.rarc, '(not given)') as rarc,
        coalesce(joined.group_code, '(not given)') as group_code,
        1 - joined.duplicate as remit_count,
        case when joined.duplicate = 0 and joined.paid_amount = 0
                and joined.charge_amount > cast('0.01' as decimal(18, 2))
            then 1 else 0 end as zero_pay_count,
        joined.duplicate as duplicate_count,
        case when joined.off_amount is not null then 1 else 0 end as claim_checked_count,
        case when joined.off_amount = 0 then 1 else 0 end as claim_balanced_count,
        joined.line_checked_count,
        joined.line_balanced_count,
        coalesce(abs(joined.off_amount), cast(0 as decimal(18, 2))) as off_amount
    from joined
    left join procedures on procedures.procedure_code = joined.procedure_code
    left join diagnoses on diagnoses.diagnosis_code = joined.diagnosis_code
)
select * from final
