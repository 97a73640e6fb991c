-- One row per line adjudication and reason in effect: its own adjustments and remarks, and the claim's that cover it.
-- file_id: file of the remittance
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim, 0 for the claim itself
-- reason_no: the reason's number within the claim and kind
-- kind: CARC (adjustment) or RARC (remark)
-- family_id: the claim's family
-- line_key: the line within the family
-- event_no: order within the family
-- is_claim_level: stands at the claim and covers the line
-- group_code: CO, PR, OA, PI or CR; NULL for a remark
-- code: CARC or RARC
-- label: our own words for the code
-- amount: adjusted amount (dollars), 0 where a claim's adjustment covers the line but is counted at another
-- full_amount: the adjustment's amount as given (dollars)
-- quantity: adjusted units
-- denial_scope: core, broad or never; NULL for a remark or an unknown code
-- category: category of the code; unknown where the code is in no list
-- mn_tier: medical-necessity tier A, B or C, else ''
-- root_cause: the code's own root cause, '' where it has none
-- is_alert: a remark that only informs
-- is_known: the code is in our list
-- is_retired: the code's last day was before the payment
-- is_denial_reason: an adjustment in core or broad scope that takes something away
-- is_principal: stands for the line: core before broad, tier A before B before C, larger amount, first given
-- segment_no: segment of the CAS, LQ, MIA or MOA
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from claim_line
),
adjustments as (
    select * from lake_adjustment
),
remarks as (
    select * from lake_remark
),
carcs as (
    select * from ref_carc
),
rarcs as (
    select * from ref_rarc
),
codes as (
    select
        'CARC' as kind,
        code,
        label,
        denial_scope,
        category,
        mn_tier,
        root_cause,
        false as is_alert,
        coalesce(status, 'current') as status,
        cast(nullif(cast(valid_to as string), '') as date) as last_day
    from carcs
    union all
    select
        'RARC' as kind,
        code,
        label,
        cast(null as string) as denial_scope,
        category,
        mn_tier,
        root_cause,
        coalesce(cast(is_alert as string), 'false') = 'true' as is_alert,
        coalesce(status, 'current') as status,
        cast(nullif(cast(valid_to as string), '') as date) as last_day
    from rarcs
),
reasons as (
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        'CARC' as kind,
        adjustment_no as reason_no,
        group_code,
        upper(trim(carc)) as code,
        amount,
        amount as full_amount,
        quantity,
        segment_no,
        byte_offset
    from adjustments
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        'RARC' as kind,
        remark_no as reason_no,
        cast(null as string) as group_code,
        upper(trim(rarc)) as code,
        cast(0 as decimal(18, 2)) as amount,
        cast(null as decimal(18, 2)) as full_amount,
        cast(null as decimal(18, 3)) as quantity,
        segment_no,
        byte_offset
    from remarks
),
lines_that_speak as (
    -- a remark of the line's own, unless it only informs, speaks louder than those of the claim
    select
        remarks.file_id,
        remarks.transaction_no,
        remarks.claim_no,
        remarks.line_no
    from remarks
    left join codes on codes.kind = 'RARC' and codes.code = upper(trim(remarks.rarc)) and codes.is_alert
    where remarks.line_no > 0 and codes.code is null
    group by remarks.file_id, remarks.transaction_no, remarks.claim_no, remarks.line_no
),
given as (
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        lines.family_id,
        lines.line_key,
        lines.event_no,
        lines.payment_date,
        reasons.kind,
        reasons.reason_no,
        false as is_claim_level,
        reasons.group_code,
        reasons.code,
        reasons.amount,
        reasons.full_amount,
        reasons.quantity,
        reasons.segment_no,
        reasons.byte_offset
    from reasons
    inner join lines
        on lines.file_id = reasons.file_id
        and lines.transaction_no = reasons.transaction_no
        and lines.claim_no = reasons.claim_no
        and lines.line_no = reasons.line_no
    union all
    select
        lines.file_id,
        lines.transaction_no,
        lines.claim_no,
        lines.line_no,
        lines.family_id,
        lines.line_key,
        lines.event_no,
        lines.payment_date,
        reasons.kind,
        reasons.reason_no,
        true as is_claim_level,
        reasons.group_code,
        reasons.code,
        case when lines.is_lead then reasons.amount else cast(0 as decimal(18, 2)) end as amount,
        reasons.full_amount,
        reasons.quantity,
        reasons.segment_no,
        reasons.byte_offset
    from reasons
    inner join lines
        on lines.file_id = reasons.file_id
        and lines.transaction_no = reasons.transaction_no
        and lines.claim_no = reasons.claim_no
    left join lines_that_speak
        on lines_that_speak.file_id = lines.file_id
        and lines_that_speak.transaction_no = lines.transaction_no
        and lines_that_speak.claim_no = lines.claim_no
        and lines_that_speak.line_no = lines.line_no
    where reasons.line_no = 0
        and (
            (reasons.kind = 'CARC' and lines.is_covered)
            or (reasons.kind = 'RARC' and lines.line_no > 0 and lines_that_speak.line_no is null)
        )
),
judged as (
    select
        given.*,
        codes.label,
        codes.denial_scope,
        codes.category,
        codes.mn_tier,
        codes.root_cause,
        codes.status,
        codes.last_day,
        coalesce(codes.is_alert, false) as is_alert,
        codes.code is not null as is_known,
        given.kind = 'CARC' and coalesce(codes.denial_scope, 'never') in ('core', 'broad')
            and (given.full_amount is null or given.full_amount > 0) as is_denial_reason
    from given
    left join codes on codes.kind = given.kind and codes.code = given.code
),
ordered as (
    -- only a reason to deny and a remark that does not only inform can stand for the line
    select
        file_id,
        transaction_no,
        claim_no,
        line_no,
        kind,
        reason_no,
        row_number() over (
            partition by file_id, transaction_no, claim_no, line_no, kind
            order by
                case denial_scope when 'core' then 0 when 'broad' then 1 else 2 end,
                case mn_tier when 'A' then 0 when 'B' then 1 when 'C' then 2 else 3 end,
                full_amount desc nulls last, reason_no
        ) as precedence_no
    from judged
    where is_denial_reason or (kind = 'RARC' and is_alert = false)
),
principals as (
    select * from ordered
    where precedence_no = 1
),
final as (
    select
        judged.file_id,
        judged.transaction_no,
        judged.claim_no,
        judged.line_no,
        judged.reason_no,
        judged.kind,
        judged.family_id,
        judged.line_key,
        judged.event_no,
        judged.is_claim_level,
        judged.group_code,
        judged.code,
        judged.label,
        judged.amount,
        judged.full_amount,
        judged.quantity,
        judged.denial_scope,
        coalesce(judged.category, 'unknown') as category,
        coalesce(judged.mn_tier, '') as mn_tier,
        coalesce(judged.root_cause, '') as root_cause,
        judged.is_alert,
        judged.is_known,
        coalesce(judged.status <> 'current' and coalesce(judged.last_day < judged.payment_date, true), false)
            as is_retired,
        judged.is_denial_reason,
        principals.file_id is not null as is_principal,
        judged.segment_no,
        judged.byte_offset
    from judged
    left join principals
        on principals.file_id = judged.file_id
        and principals.transaction_no = judged.transaction_no
        and principals.claim_no = judged.claim_no
        and principals.line_no = judged.line_no
        and principals.kind = judged.kind
        and principals.reason_no = judged.reason_no
)
select * from final
