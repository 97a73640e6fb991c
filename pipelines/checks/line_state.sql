-- Denied lines whose final state is missing, contradicts the remittances, or is given up without being denied.
with history as (
    select * from line_history
    where is_denied_broad
),
outcomes as (
    select * from line_outcome
),
final as (
    select
        history.family_id,
        history.line_key,
        history.state as remit_state,
        outcomes.state
    from history
    left join outcomes
        on outcomes.family_id = history.family_id
        and outcomes.line_key = history.line_key
    where outcomes.state is null
        or (history.state <> 'denied_open' and outcomes.state <> history.state)
        or (history.state = 'denied_open' and (outcomes.state = 'denied_open' or outcomes.state = 'denied_final'
            or outcomes.state = 'written_off') = false)
        or (outcomes.state <> 'written_off' and outcomes.written_off_amount <> 0)
)
select * from final
