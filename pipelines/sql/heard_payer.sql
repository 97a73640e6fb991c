-- One row per payer whose decisions come here: in remittances, or in a claim export that tells decisions.
-- payer: payer as shown
with events as (
    select payer_key, is_repeat from claim_event
),
claims as (
    select payer, claim_count from claim_fact
),
final as (
    select payer_key as payer
    from events
    where is_repeat = false
    union
    select payer
    from claims
    where claim_count > 0
)
select * from final
