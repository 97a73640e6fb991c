-- One row per primary family and later payer's family of the same account and service date.
-- family_id: the primary payer's family
-- later_family_id: the later payer's family
-- later_payer: payer as shown
-- later_sequence: secondary or tertiary
-- later_payment_date: payment date of its first claim payment
-- later_paid_amount: paid by the later payer, reversals taken off (dollars)
with events as (
    select * from claim_event
),
families as (
    select
        family_id,
        min(upper(trim(patient_control_number))) as account,
        min(first_service_date) as service_date,
        min(payer_key) as payer,
        min(payer_sequence) as payer_sequence,
        min(payment_date) as payment_date,
        sum(coalesce(paid_amount, cast(0 as decimal(18, 2)))) as paid_amount
    from events
    where is_repeat = false and trim(translate(coalesce(patient_control_number, ''), '0', ' ')) <> ''
    group by family_id
),
final as (
    select
        first_turn.family_id,
        later_turn.family_id as later_family_id,
        later_turn.payer as later_payer,
        later_turn.payer_sequence as later_sequence,
        later_turn.payment_date as later_payment_date,
        cast(later_turn.paid_amount as decimal(18, 2)) as later_paid_amount
    from families as first_turn
    inner join families as later_turn
        on later_turn.account = first_turn.account
        and later_turn.service_date = first_turn.service_date
    where first_turn.payer_sequence = 'primary' and later_turn.payer_sequence in ('secondary', 'tertiary')
)
select * from final
