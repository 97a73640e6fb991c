-- One row per thing that happened to a family: sent, answered, decided, taken back, appealed, closed.
-- family_id: the claim's family
-- event_date: day on which it happened, NULL where no file gives it
-- sort_no: order within a day, as one thing follows another: kind of thing, then number of the decision
-- event_kind: submitted, resubmitted, voided, accepted, rejected, paid, patient, ... closed: see the glossary
-- amount: charge sent, paid, taken back or asked for (dollars)
-- words: what happened, in short
-- source: 835, 837, 277CA, 999, log or person
-- file_id: file that tells it, NULL for a person
-- row_no: row of a log, NULL otherwise
-- segment_no: segment that tells it
-- byte_offset: place of that segment in the file (bytes)
-- end_byte_offset: first byte after the claim, where it is one
with submissions as (
    select * from submission_event
),
families as (
    select * from submission_family
),
acknowledgements as (
    select * from acknowledgement_event
),
events as (
    select * from claim_event
),
line_events as (
    select * from line_event
),
adjustments as (
    select * from provider_adjustment
),
appeals as (
    select * from appeal
),
outcomes as (
    select * from line_outcome
),
denials as (
    select family_id, min(first_payment_date) as denial_date
    from line_history
    where is_denied_broad
    group by family_id
),
sent as (
    select
        families.family_id,
        submissions.created_date as event_date,
        1 as rank_no,
        case
            when submissions.is_void then 'voided'
            when submissions.frequency_code = '7' or submissions.original_reference_number is not null
                or submissions.created_date > denials.denial_date then 'resubmitted'
            else 'submitted'
        end as event_kind,
        submissions.charge_amount as amount,
        'to ' || submissions.payer_key as words,
        submissions.source,
        submissions.file_id,
        case when submissions.source = 'log' then submissions.claim_no end as row_no,
        submissions.segment_no,
        submissions.byte_offset,
        submissions.end_byte_offset
    from submissions
    inner join families
        on families.file_id = submissions.file_id
        and families.transaction_no = submissions.transaction_no
        and families.claim_no = submissions.claim_no
    left join denials on denials.family_id = families.family_id
    where submissions.is_repeat = false
),
answered as (
    select
        family_id,
        answer_date as event_date,
        2 as rank_no,
        case when is_accepted then 'accepted' else 'rejected' end as event_kind,
        charge_amount as amount,
        case when level = 'claim' then coalesce(payer_name, '') || ' ' else '' end
            || coalesce(category_code, '') || coalesce(':' || status_code, '') as words,
        case when level in ('claim', 'line', 'batch') then '277CA' else '999' end as source,
        file_id,
        cast(null as bigint) as row_no,
        segment_no,
        byte_offset,
        cast(null as bigint) as end_byte_offset
    from acknowledgements
    where family_id is not null and is_accepted is not null
),
judged_lines as (
    select
        family_id,
        file_id,
        transaction_no,
        claim_no,
        count(*) as line_count,
        sum(case when is_denied_broad then 1 else 0 end) as denied_count,
        sum(case when is_partial_denial then 1 else 0 end) as partial_count
    from line_events
    where is_counted
    group by family_id, file_id, transaction_no, claim_no
),
taken_back as (
    select
        family_id,
        takeback_event_no as event_no
    from line_history
    where state = 'takeback'
    group by family_id, takeback_event_no
),
reversals as (
    select
        family_id,
        event_no + 1 as event_no
    from claim_event
    where is_repeat = false and is_reversal
),
decided as (
    select
        events.family_id,
        events.payment_date as event_date,
        4 as rank_no,
        case
            when events.is_reversal then 'reversed'
            when events.is_pended then 'pended'
            when taken_back.family_id is not null then 'taken_back'
            when reversals.family_id is not null then 'corrected'
            when judged_lines.denied_count = judged_lines.line_count then 'denied'
            when judged_lines.denied_count + judged_lines.partial_count > 0 then 'partly_denied'
            when events.paid_amount > 0 then 'paid'
            when events.patient_responsibility_amount > 0 then 'patient'
            else 'decided'
        end as event_kind,
        events.paid_amount as amount,
        case
            when events.is_reversal then 'takes back an earlier decision'
            when judged_lines.denied_count = judged_lines.line_count then 'every line denied'
            when judged_lines.denied_count > 0
                then cast(judged_lines.denied_count as string) || ' of ' || cast(judged_lines.line_count as string)
                    || ' lines denied'
            when judged_lines.partial_count > 0 then 'allowed in part'
            when events.is_pended then 'no decision yet'
            else 'by ' || events.payer_key
        end as words,
        '835' as source,
        events.file_id,
        cast(null as bigint) as row_no,
        events.segment_no,
        events.byte_offset,
        events.end_byte_offset,
        events.event_no
    from events
    left join judged_lines
        on judged_lines.family_id = events.family_id
        and judged_lines.file_id = events.file_id
        and judged_lines.transaction_no = events.transaction_no
        and judged_lines.claim_no = events.claim_no
    left join taken_back on taken_back.family_id = events.family_id and taken_back.event_no = events.event_no
    left join reversals on reversals.family_id = events.family_id and reversals.event_no = events.event_no
    where events.is_repeat = false
),
recouped as (
    select
        family_id,
        payment_date as event_date,
        5 as rank_no,
        'recouped' as event_kind,
        amount,
        reason_label as words,
        '835' as source,
        file_id,
        cast(null as bigint) as row_no,
        segment_no,
        byte_offset,
        cast(null as bigint) as end_byte_offset
    from adjustments
    where family_id is not null and kind = 'takeback'
),
appealed as (
    select
        family_id,
        appeal_date as event_date,
        6 as rank_no,
        'appealed' as event_kind,
        denied_amount as amount,
        coalesce('level ' || appeal_level, 'appeal') as words,
        file_id,
        row_no
    from appeals
    where family_id is not null
    union all
    select
        family_id,
        decided_date as event_date,
        7 as rank_no,
        case when outcome = 'upheld' then 'appeal_upheld' else 'appeal_overturned' end as event_kind,
        recovered_amount as amount,
        case when outcome = 'partly_overturned' then 'in part' else coalesce('level ' || appeal_level, 'appeal') end
            as words,
        file_id,
        row_no
    from appeals
    where family_id is not null and outcome <> 'open'
),
closed as (
    select
        family_id,
        resolution_date as event_date,
        8 as rank_no,
        'closed' as event_kind,
        sum(written_off_amount) as amount,
        state_reason as words,
        case when state_reason = 'a person closed it' then 'person' else 'log' end as source
    from outcomes
    where family_id is not null
        and state_reason in ('a person closed it', 'the log says written off', 'the log says closed')
    group by family_id, resolution_date, state_reason
),
happened as (
    select *, cast(0 as bigint) as event_no from sent
    union all
    select *, cast(0 as bigint) as event_no from answered
    union all
    select * from decided
    union all
    select *, cast(0 as bigint) as event_no from recouped
    union all
    select
        family_id,
        event_date,
        rank_no,
        event_kind,
        amount,
        words,
        'log' as source,
        file_id,
        row_no,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset,
        cast(null as bigint) as end_byte_offset,
        cast(0 as bigint) as event_no
    from appealed
    union all
    select
        family_id,
        event_date,
        rank_no,
        event_kind,
        cast(amount as decimal(18, 2)) as amount,
        words,
        source,
        cast(null as string) as file_id,
        cast(null as bigint) as row_no,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset,
        cast(null as bigint) as end_byte_offset,
        cast(0 as bigint) as event_no
    from closed
),
final as (
    select
        family_id,
        event_date,
        rank_no * 1000000 + event_no as sort_no,
        event_kind,
        amount,
        words,
        source,
        file_id,
        row_no,
        segment_no,
        byte_offset,
        end_byte_offset
    from happened
)
select * from final
