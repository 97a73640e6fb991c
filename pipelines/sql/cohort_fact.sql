-- One row per claim of which the first submission is known, decided or not: what a submission cohort is counted on.
-- family_id: the claim's family
-- claim_id: the claim in claim_fact, NULL while it is not decided
-- submission_month: first day of the month in which the claim was first sent
-- submission_date: day on which it was first sent
-- month: first day of the month of the first adjudication, NULL while there is none
-- payment_date: payment date of the first adjudication
-- service_date: first day of service
-- payer: payer as shown
-- payer_class: kind of plan
-- procedure: procedure of the line with the largest charge
-- procedure_family: group of procedures
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_chapter: chapter of the first diagnosis
-- payer_sequence: primary, secondary or tertiary
-- source: where the decision stands, 835 or log; while there is none, where the submission stands, 837 or log
-- submission_source: where the first submission was read: 837 or log
-- category: category of the leading denied line, '(not given)' where none is denied
-- root_cause: root cause of that denial
-- carc: CARC of that denial
-- rarc: remark of that denial
-- group_code: group of that denial
-- lag_days: days from the first submission to the first adjudication, NULL while there is none
-- age_days: days from the first submission to the end of the data
-- sent_count: 1; a submission that may belong to several claims is none of its own until that is clear
-- awaited_count: decided, in rates, or waiting for a decision that would be seen here: neither withdrawn nor of a payer
-- none of whose remits is here
-- withdrawn_count: voided before any answer
-- no_remits_count: of a payer of whom no decision in rates is known, neither from a remittance nor from an export
-- acknowledged_count: an acknowledgement answers the first submission
-- clean_count: of them: never rejected
-- first_rejected_count: of them: rejected
-- never_reached_count: of them: rejected, and neither accepted nor decided since
-- adjudicated_count: decided, in rates
-- denied_core_count: of them: every line denied, core scope
-- denied_broad_count: of them: every line denied, core or broad scope
-- sent_amount: charge of the first submission (dollars); of a decided claim at least that of the lines decided
-- awaited_amount: of that, what is decided in rates or awaited (dollars)
-- adjudicated_amount: charges of the lines decided, in rates (dollars)
-- denied_core_amount: charges of the lines denied in rates, core scope (dollars)
-- denied_broad_amount: charges of the lines denied in rates, core or broad scope (dollars)
-- sent_line_count: lines of the first submission; of a decided claim at least the lines decided
-- awaited_line_count: of them: decided in rates or awaited
-- adjudicated_line_count: lines decided, in rates
-- denied_core_line_count: lines denied in rates, core scope
-- denied_broad_line_count: lines denied in rates, core or broad scope
with sent as (
    select * from family_submission
),
submissions as (
    select file_id, transaction_no, claim_no, line_count from submission_event
),
heard as (
    select * from heard_payer
),
lines as (
    select * from line_fact
),
spans as (
    select as_of_date from data_span
),
summed as (
    select
        claim_id,
        sum(adjudicated_count) as adjudicated_line_count,
        sum(adjudicated_amount) as adjudicated_amount,
        sum(rate_denied_core_count) as denied_core_line_count,
        sum(rate_denied_core_amount) as denied_core_amount,
        sum(rate_denied_broad_count) as denied_broad_line_count,
        sum(rate_denied_broad_amount) as denied_broad_amount
    from lines
    group by claim_id
),
log_claims as (
    -- two claims of a log may be one claim as it was sent
    select
        claim_id,
        row_number() over (
            partition by family_id order by claim_count desc, payment_date nulls last, claim_id
        ) as claim_no
    from claim_fact
    where source = 'log' and family_id is not null
),
decided as (
    select
        claims.*,
        summed.adjudicated_line_count,
        summed.adjudicated_amount,
        summed.denied_core_line_count,
        summed.denied_core_amount,
        summed.denied_broad_line_count,
        summed.denied_broad_amount
    from claim_fact as claims
    inner join summed on summed.claim_id = claims.claim_id
    left join log_claims on log_claims.claim_id = claims.claim_id
    where claims.family_id is not null and coalesce(log_claims.claim_no, 1) = 1
),
void_days as (
    select
        families.family_id,
        max(case when sendings.is_void then sendings.created_date end) as void_date,
        max(case when sendings.is_void then null else sendings.created_date end) as sent_date
    from submission_event as sendings
    inner join submission_family as families
        on families.file_id = sendings.file_id
        and families.transaction_no = sendings.transaction_no
        and families.claim_no = sendings.claim_no
    where sendings.is_repeat = false
    group by families.family_id
    having max(case when sendings.is_void then 1 else 0 end) = 1
),
joined as (
    select
        sent.family_id,
        decided.claim_id,
        decided.claim_id is null and sent.first_payment_date is null as is_undecided,
        -- of a void and a new claim of one day the new claim is the later
        coalesce(void_days.void_date > void_days.sent_date, false)
            or coalesce(void_days.void_date = void_days.sent_date and sent.submission_count = 1, false) as is_voided,
        -- an export that tells what was sent tells what was decided
        heard.payer is not null or sent.submission_source = 'log' as is_heard,
        sent.first_submission_date as submission_date,
        decided.payment_date,
        sent.service_date,
        coalesce(decided.payer, sent.payer) as payer,
        coalesce(decided.payer_class, sent.payer_class) as payer_class,
        coalesce(decided.procedure, sent.procedure) as procedure,
        coalesce(decided.procedure_family, sent.procedure_family) as procedure_family,
        coalesce(decided.provider, sent.provider) as provider,
        coalesce(decided.place_of_service, sent.place_of_service) as place_of_service,
        coalesce(decided.diagnosis_chapter, sent.diagnosis_chapter) as diagnosis_chapter,
        coalesce(decided.payer_sequence, sent.payer_sequence) as payer_sequence,
        coalesce(decided.source, sent.submission_source) as source,
        sent.submission_source,
        coalesce(decided.category, '(not given)') as category,
        coalesce(decided.root_cause, '(not given)') as root_cause,
        coalesce(decided.carc, '(not given)') as carc,
        coalesce(decided.rarc, '(not given)') as rarc,
        coalesce(decided.group_code, '(not given)') as group_code,
        sent.is_acknowledged,
        sent.is_clean,
        sent.is_first_rejected,
        sent.is_never_reached,
        coalesce(decided.claim_count, 0) as adjudicated_count,
        coalesce(decided.rate_denied_core_count, 0) as denied_core_count,
        coalesce(decided.rate_denied_broad_count, 0) as denied_broad_count,
        coalesce(sent.charge_amount, cast(0 as decimal(18, 2))) as charge_amount,
        coalesce(decided.adjudicated_amount, cast(0 as decimal(18, 2))) as adjudicated_amount,
        coalesce(decided.denied_core_amount, cast(0 as decimal(18, 2))) as denied_core_amount,
        coalesce(decided.denied_broad_amount, cast(0 as decimal(18, 2))) as denied_broad_amount,
        coalesce(submissions.line_count, 1) as line_count,
        coalesce(decided.adjudicated_line_count, 0) as adjudicated_line_count,
        coalesce(decided.denied_core_line_count, 0) as denied_core_line_count,
        coalesce(decided.denied_broad_line_count, 0) as denied_broad_line_count
    from sent
    left join decided on decided.family_id = sent.family_id
    left join void_days on void_days.family_id = sent.family_id
    left join heard on heard.payer = coalesce(decided.payer, sent.payer)
    left join submissions
        on submissions.file_id = sent.first_submission_file_id
        and submissions.transaction_no = sent.first_submission_transaction_no
        and submissions.claim_no = sent.first_submission_claim_no
    where sent.first_submission_date is not null and sent.is_ambiguous = false
        -- sent after its own decision: the first submission is not known
        and (decided.claim_id is null or decided.submission_date is not null)
),
waiting as (
    select
        *,
        case when adjudicated_count > 0 or (is_undecided and is_voided = false and is_heard) then 1 else 0 end
            as awaited_count
    from joined
),
final as (
    select
        waiting.family_id,
        waiting.claim_id,
        cast(date_trunc('month', waiting.submission_date) as date) as submission_month,
        waiting.submission_date,
        cast(date_trunc('month', waiting.payment_date) as date) as month,
        waiting.payment_date,
        waiting.service_date,
        waiting.payer,
        waiting.payer_class,
        waiting.procedure,
        waiting.procedure_family,
        waiting.provider,
        waiting.place_of_service,
        waiting.diagnosis_chapter,
        waiting.payer_sequence,
        waiting.source,
        waiting.submission_source,
        waiting.category,
        waiting.root_cause,
        waiting.carc,
        waiting.rarc,
        waiting.group_code,
        days_between(waiting.submission_date, waiting.payment_date) as lag_days,
        days_between(waiting.submission_date, spans.as_of_date) as age_days,
        1 as sent_count,
        waiting.awaited_count,
        case when waiting.is_undecided and waiting.is_voided then 1 else 0 end as withdrawn_count,
        case when waiting.adjudicated_count = 0 and waiting.is_heard = false then 1 else 0 end as no_remits_count,
        case when waiting.is_acknowledged then 1 else 0 end as acknowledged_count,
        case when waiting.is_acknowledged and waiting.is_clean then 1 else 0 end as clean_count,
        case when waiting.is_acknowledged and waiting.is_first_rejected then 1 else 0 end as first_rejected_count,
        case when waiting.is_acknowledged and waiting.is_never_reached then 1 else 0 end as never_reached_count,
        waiting.adjudicated_count,
        waiting.denied_core_count,
        waiting.denied_broad_count,
        greatest(waiting.charge_amount, waiting.adjudicated_amount) as sent_amount,
        case when waiting.awaited_count = 1 then greatest(waiting.charge_amount, waiting.adjudicated_amount)
            else cast(0 as decimal(18, 2)) end as awaited_amount,
        waiting.adjudicated_amount,
        waiting.denied_core_amount,
        waiting.denied_broad_amount,
        greatest(waiting.line_count, waiting.adjudicated_line_count) as sent_line_count,
        case when waiting.awaited_count = 1 then greatest(waiting.line_count, waiting.adjudicated_line_count)
            else 0 end as awaited_line_count,
        waiting.adjudicated_line_count,
        waiting.denied_core_line_count,
        waiting.denied_broad_line_count
    from waiting
    cross join spans
)
select * from final
