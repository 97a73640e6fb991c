-- Claims whose reasons in effect do not carry exactly the adjustments of the lines, or the claim's more than once.
with events as (
    select file_id, transaction_no, claim_no, is_repeat from claim_event
),
reasons as (
    select * from line_reason
),
adjustments as (
    select * from lake_adjustment
),
given as (
    select
        file_id,
        transaction_no,
        claim_no,
        sum(case when line_no > 0 then amount else cast(0 as decimal(18, 2)) end) as line_amount,
        sum(case when line_no = 0 then amount else cast(0 as decimal(18, 2)) end) as claim_amount
    from adjustments
    group by file_id, transaction_no, claim_no
),
in_effect as (
    select
        file_id,
        transaction_no,
        claim_no,
        sum(case when is_claim_level = false and line_no > 0 then amount else cast(0 as decimal(18, 2)) end)
            as line_amount,
        sum(case when is_claim_level or line_no = 0 then amount else cast(0 as decimal(18, 2)) end) as claim_amount
    from reasons
    where kind = 'CARC'
    group by file_id, transaction_no, claim_no
),
final as (
    select
        given.file_id,
        given.transaction_no,
        given.claim_no,
        given.line_amount,
        given.claim_amount
    from given
    inner join events
        on events.file_id = given.file_id
        and events.transaction_no = given.transaction_no
        and events.claim_no = given.claim_no
    left join in_effect
        on in_effect.file_id = given.file_id
        and in_effect.transaction_no = given.transaction_no
        and in_effect.claim_no = given.claim_no
    where events.is_repeat = false
        and (
            coalesce(given.line_amount, 0) <> coalesce(in_effect.line_amount, 0)
            or (coalesce(in_effect.claim_amount, 0) <> 0
                and coalesce(in_effect.claim_amount, 0) <> coalesce(given.claim_amount, 0))
        )
)
select * from final
