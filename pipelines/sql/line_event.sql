-- One row per service line adjudication of a counted claim payment: amounts, and whether it is a denial.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for a claim without lines
-- family_id: the claim's family
-- line_key: the line within the family
-- event_no: order within the family
-- payment_date: payment date
-- payer_sequence: primary, secondary or tertiary
-- is_adjudicated: a decision of this payer
-- is_reversal: takes back an earlier claim payment
-- is_reversed: was taken back later
-- is_stray: cannot be laid to a line of its family
-- is_counted: a decision about a charge above 0.01 dollars; others are in no part of a rate
-- procedure_code: procedure as submitted
-- modifiers: modifiers as submitted
-- service_date: service date
-- charge_amount: charge (dollars)
-- paid_amount: paid by this payer (dollars)
-- patient_share_amount: deductible, coinsurance and copay (PR-1, PR-2, PR-3; dollars)
-- allowed_amount: paid plus patient share (dollars)
-- has_patient_share: some of the line, or of the claim's adjustments that cover it, is the patient's share
-- is_denied_core: denied for a reason in core scope
-- is_denied_broad: denied for a reason in core or broad scope
-- is_partial_denial: something was allowed, yet an adjustment has a core reason
-- is_whole_contractual: nothing allowed and CO-45 alone on the whole charge: a payer's mistake, not a denial
-- is_zero_unexplained: nothing allowed and no reason in any scope that our lists know
-- has_unknown_code: an adjustment has a code that is in no list
-- mn_tier: best medical-necessity tier of its denial reasons and its remarks
-- is_covered: the claim's adjustments cover it
-- policy_reference: policy named by the payer
-- segment_no: segment of the SVC, else of the CLP
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from claim_line
),
events as (
    select * from claim_event
),
reasons as (
    select * from line_reason
),
summed as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        sum(case when group_code = 'PR' and code in ('1', '2', '3') then amount else cast(0 as decimal(18, 2)) end)
            as patient_share_amount,
        max(case when group_code = 'PR' and code in ('1', '2', '3') and coalesce(full_amount, 1) > 0 then 1 else 0 end)
            as patient_share,
        max(case when is_denial_reason and denial_scope = 'core' then 1 else 0 end) as core_reason,
        max(case when is_denial_reason then 1 else 0 end) as broad_reason,
        max(case when kind = 'CARC' and is_known = false then 1 else 0 end) as unknown_code,
        sum(case when kind = 'CARC' and (coalesce(group_code, '') <> 'CO' or code <> '45') then 1 else 0 end)
            as other_count,
        sum(case when group_code = 'CO' and code = '45' then full_amount end) as contractual_amount,
        max(case when kind = 'CARC' and is_known then 1 else 0 end) as known_code,
        min(case when is_denial_reason or (kind = 'RARC' and is_alert = false) then nullif(mn_tier, '') end) as mn_tier
    from reasons
    group by file_id, transaction_no, claim_no, line_no
),
joined as (
    select
        lines.*,
        events.payer_sequence,
        events.is_adjudicated,
        events.is_reversal,
        events.is_reversed,
        coalesce(summed.patient_share_amount, cast(0 as decimal(18, 2))) as patient_share_amount,
        coalesce(summed.patient_share, 0) = 1 as has_patient_share,
        coalesce(summed.core_reason, 0) = 1 as has_core_reason,
        coalesce(summed.broad_reason, 0) = 1 as has_broad_reason,
        coalesce(summed.unknown_code, 0) = 1 as has_unknown_code,
        coalesce(summed.other_count, 0) as other_count,
        summed.contractual_amount,
        coalesce(summed.known_code, 0) = 1 as has_known_code,
        coalesce(summed.mn_tier, '') as mn_tier,
        events.is_adjudicated and lines.is_stray = false
            and coalesce(lines.charge_amount, cast(0 as decimal(18, 2))) > cast('0.01' as decimal(18, 2)) as is_counted
    from lines
    inner join events
        on events.file_id = lines.file_id
        and events.transaction_no = lines.transaction_no
        and events.claim_no = lines.claim_no
    left join summed
        on summed.file_id = lines.file_id
        and summed.transaction_no = lines.transaction_no
        and summed.claim_no = lines.claim_no
        and summed.line_no = lines.line_no
),
judged as (
    select
        *,
        is_counted and coalesce(paid_amount = 0, false) and has_patient_share = false as is_nothing_allowed
    from joined
),
final as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        family_id,
        line_key,
        event_no,
        payment_date,
        payer_sequence,
        is_adjudicated,
        is_reversal,
        is_reversed,
        is_stray,
        is_counted,
        procedure_code,
        modifiers,
        service_date,
        charge_amount,
        paid_amount,
        cast(patient_share_amount as decimal(18, 2)) as patient_share_amount,
        cast(coalesce(paid_amount, 0) + patient_share_amount as decimal(18, 2)) as allowed_amount,
        has_patient_share,
        is_nothing_allowed and has_core_reason as is_denied_core,
        is_nothing_allowed and has_broad_reason as is_denied_broad,
        is_counted and has_core_reason and (has_patient_share or coalesce(paid_amount > 0, false)) as is_partial_denial,
        is_nothing_allowed and other_count = 0 and coalesce(contractual_amount >= charge_amount, false)
            as is_whole_contractual,
        is_nothing_allowed and has_broad_reason = false and has_known_code = false as is_zero_unexplained,
        has_unknown_code,
        mn_tier,
        is_covered,
        policy_reference,
        segment_no,
        byte_offset
    from judged
)
select * from final
