-- One row per usable row of a denial log or claim export: what it says, and whether it counts.
-- file_id: file of the log
-- row_no: row of the sheet
-- log_key: what makes it the same line in another row or file
-- is_matched: speaks of a line that a remittance decided: not counted again, and evidence where the line is clear
-- is_export: the file also has lines that were not denied, so it may enter rates
-- is_denied: a denial by the log's own word, or by its codes where it says nothing; NULL where neither settles it
-- is_denied_core: a denial in core scope, or one without any code that we know
-- is_denied_broad: a denial in core or broad scope
-- is_sending: says when the claim was sent and nothing of a decision, as a claim export does
-- is_appeal_alone: tells an appeal of a line that was not denied at first, so that no denial takes it up
-- is_contradicted: the log says denied, yet each of its codes is one that never means a denial
-- is_first: the first row of its line
-- is_counted: an unmatched first row that is settled: a line of its own
-- is_in_rate: counted, and from a file that may enter rates
-- payment_date: denial date, else adjudication date
-- patient_control_number: claim number, else account, as given
-- payer_code: short form of the payer
-- payer_key: payer as shown
-- payer_class: kind of plan as given, else by the payer's alias
-- procedure_code: procedure
-- modifiers: modifiers
-- diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses in order
-- service_date: service date
-- provider_id: NPI of the provider
-- provider: name of the provider
-- place_of_service: place of service code, else the location as given
-- charge_amount: charge, else denied amount (dollars)
-- paid_amount: paid (dollars)
-- recovered_amount: recovered after the denial (dollars)
-- group_code: group of the principal code
-- carc: principal CARC
-- rarc: principal RARC
-- local_code: the practice's own letters
-- necessity_flag: those of them that mean medical necessity
-- category: category of the principal code
-- mn_tier: best medical-necessity tier of the codes; the practice's own letters only where it gives no known CARC
-- state: paid_after_denial, written_off, denied_final (closed) or denied_open, by all the rows that tell the line
-- closed_date: day on which it was closed or settled, as the log has it
-- resubmission_date: day on which it was billed again, if after the denial
-- log_text: reason, category, note and outcome as written
with log_rows as (
    select * from lake_log_row
),
files as (
    select * from log_file
),
reasons as (
    select * from log_reason
),
outcomes as (
    select * from log_outcome
),
matches as (
    select
        file_id,
        row_no,
        count(*) as match_count
    from log_candidate
    group by file_id, row_no
),
about as (
    select
        log_match.file_id,
        log_match.row_no,
        max(case when line_history.is_denied_broad then 1 else 0 end) as denied_no
    from log_match
    inner join line_history
        on line_history.family_id = log_match.family_id
        and line_history.line_key = log_match.line_key
    group by log_match.file_id, log_match.row_no
),
payers as (
    select * from payer_match
),
providers as (
    select * from provider_match
),
summed as (
    select
        file_id,
        row_no,
        max(case when denial_scope = 'core' then 1 else 0 end) as core_reason,
        max(case when denial_scope = 'broad' then 1 else 0 end) as broad_reason,
        max(case when denial_scope = 'never' then 1 else 0 end) as never_reason,
        max(case when kind = 'CARC' and is_known = false then 1 else 0 end) as unknown_reason,
        max(case when kind = 'local' and is_known then 1 else 0 end) as local_reason,
        max(case when kind = 'CARC' and is_principal then group_code end) as group_code,
        max(case when kind = 'CARC' and is_principal then code end) as carc,
        max(case when kind = 'CARC' and is_principal then category end) as carc_category,
        max(case when kind = 'RARC' and is_principal then code end) as rarc,
        max(case when kind = 'RARC' and is_principal then category end) as rarc_category,
        max(case when kind = 'local' and is_principal then code end) as local_code,
        max(case when kind = 'local' and mn_tier <> '' then code end) as necessity_flag,
        max(case when kind = 'local' and is_principal then category end) as local_category,
        min(
            case when (kind = 'CARC' and denial_scope in ('core', 'broad')) or (kind = 'RARC' and is_alert = false)
                then nullif(mn_tier, '') end
        ) as code_tier,
        min(case when kind = 'local' then nullif(mn_tier, '') end) as local_tier
    from reasons
    group by file_id, row_no
),
read as (
    select
        log_rows.*,
        coalesce(log_rows.denial_date, log_rows.adjudication_date) as payment_date,
        coalesce(nullif(trim(log_rows.claim_id), ''), nullif(trim(log_rows.account), ''),
            nullif(trim(log_rows.denial_id), '')) as claim_number,
        payers.payer_code,
        payers.payer_key,
        coalesce(nullif(log_rows.payer_class, ''), payers.alias_class, '(not given)') as given_class,
        providers.provider as npi_provider,
        coalesce(outcomes.outcome in ('overturned', 'partly_overturned'), false) as is_won,
        coalesce(outcomes.is_written_off, false) as is_written_off,
        coalesce(outcomes.is_closed, false) as is_closed,
        outcomes.closed_date,
        coalesce(matches.match_count, 0) > 0 as is_matched,
        about.denied_no,
        coalesce(log_rows.is_appealed, false) or log_rows.appeal_date is not null as is_told_appealed,
        coalesce(summed.core_reason, 0) = 1 as has_core,
        coalesce(summed.broad_reason, 0) = 1 as has_broad,
        coalesce(summed.never_reason, 0) = 1
            and summed.core_reason + summed.broad_reason + summed.unknown_reason + summed.local_reason = 0
            as has_never_only,
        coalesce(summed.local_reason, 0) = 1 as has_local,
        summed.group_code,
        summed.carc,
        summed.carc_category,
        summed.rarc,
        summed.rarc_category,
        summed.local_code,
        summed.necessity_flag,
        summed.local_category,
        coalesce(summed.code_tier, case when summed.carc_category is null or summed.carc_category = 'unknown'
            then summed.local_tier end, '') as mn_tier
    from log_rows
    inner join payers
        on payers.payer_id = coalesce(trim(log_rows.payer_id), '')
        and payers.payer_name = coalesce(trim(log_rows.payer_name), '')
    left join providers on providers.rendering_npi = log_rows.rendering_npi
    left join outcomes on outcomes.file_id = log_rows.file_id and outcomes.row_no = log_rows.row_no
    left join matches on matches.file_id = log_rows.file_id and matches.row_no = log_rows.row_no
    left join about on about.file_id = log_rows.file_id and about.row_no = log_rows.row_no
    left join summed on summed.file_id = log_rows.file_id and summed.row_no = log_rows.row_no
),
decided as (
    select
        *,
        case
            when has_never_only then false
            when is_denied is not null then is_denied
            when (has_core or has_broad or has_local)
                and coalesce(paid_amount, cast(0 as decimal(18, 2))) = cast(0 as decimal(18, 2)) then true
            when paid_amount > 0 or allowed_amount > 0 then false
        end as is_settled_denied,
        coalesce(is_denied, false) and has_never_only as is_contradicted,
        submission_date is not null and claim_number is not null and is_denied is null and carc is null
            and local_code is null as is_told_as_sent
    from read
),
keyed as (
    select
        decided.*,
        files.is_export,
        case
            when decided.claim_number is not null
                then upper(decided.claim_number) || '~' || coalesce(cast(decided.service_date as string), '') || '~'
                    || coalesce(upper(decided.procedure_code), '') || '~' || coalesce(upper(decided.line_id), '')
            else decided.payer_code || '~' || coalesce(decided.patient_id, decided.member_id, decided.patient_name, '')
                || '~' || coalesce(cast(decided.service_date as string), '') || '~'
                || coalesce(upper(decided.procedure_code), '') || '~'
                || coalesce(cast(decided.charge_amount as string), '')
                || '~' || coalesce(cast(decided.denied_amount as string), '') || '~'
                || coalesce(cast(decided.payment_date as string), '') || '~' || coalesce(decided.carc, '')
        end as plain_key
    from decided
    inner join files on files.file_id = decided.file_id
),
occurring as (
    select
        *,
        case when claim_number is not null then plain_key
            else plain_key || '~' || cast(row_number() over (
                partition by file_id, plain_key order by row_no) as string) end as log_key
    from keyed
),
ordered as (
    -- a line that several logs tell: what any of them says became of it
    select
        *,
        max(case when is_won or recovered_amount > 0 then 1 else 0 end) over (partition by log_key) as won,
        max(case when is_written_off then 1 else 0 end) over (partition by log_key) as written_off,
        max(case when is_closed then 1 else 0 end) over (partition by log_key) as closed,
        max(closed_date) over (partition by log_key) as last_closed_date,
        max(coalesce(recovered_amount, case when is_won then paid_amount end)) over (partition by log_key)
            as all_recovered_amount,
        row_number() over (
            partition by log_key
            order by case when is_settled_denied is null then 1 else 0 end, payment_date nulls last, file_id, row_no
        ) as entry_no
    from occurring
),
final as (
    select
        file_id,
        row_no,
        log_key,
        is_matched,
        is_export,
        is_settled_denied as is_denied,
        coalesce(is_settled_denied, false) and (has_core or has_broad = false) as is_denied_core,
        coalesce(is_settled_denied, false) as is_denied_broad,
        is_settled_denied is null and is_told_as_sent as is_sending,
        is_told_appealed and coalesce(denied_no = 0, is_matched = false and coalesce(is_settled_denied, false) = false)
            as is_appeal_alone,
        is_contradicted,
        entry_no = 1 as is_first,
        entry_no = 1 and is_matched = false and is_settled_denied is not null
            and coalesce(charge_amount, denied_amount, cast(1 as decimal(18, 2))) > cast('0.01' as decimal(18, 2))
            as is_counted,
        entry_no = 1 and is_matched = false and is_settled_denied is not null and is_export
            and coalesce(charge_amount, denied_amount, cast(1 as decimal(18, 2))) > cast('0.01' as decimal(18, 2))
            as is_in_rate,
        payment_date,
        claim_number as patient_control_number,
        payer_code,
        payer_key,
        given_class as payer_class,
        procedure_code,
        modifiers,
        case when position(' ' in diagnosis_codes) > 0
            then substr(diagnosis_codes, 1, position(' ' in diagnosis_codes) - 1)
            else diagnosis_codes end as diagnosis_code,
        diagnosis_codes,
        service_date,
        rendering_npi as provider_id,
        coalesce(npi_provider, nullif(trim(provider_name), ''), rendering_npi, '(not given)') as provider,
        coalesce(nullif(place_of_service_code, ''), nullif(trim(location), ''), '(not given)') as place_of_service,
        coalesce(charge_amount, denied_amount, cast(0 as decimal(18, 2))) as charge_amount,
        paid_amount,
        all_recovered_amount as recovered_amount,
        group_code,
        carc,
        rarc,
        local_code,
        necessity_flag,
        coalesce(carc_category, local_category, rarc_category, 'unknown') as category,
        mn_tier,
        case
            when won = 1 then 'paid_after_denial'
            when written_off = 1 then 'written_off'
            when closed = 1 then 'denied_final'
            else 'denied_open'
        end as state,
        last_closed_date as closed_date,
        case when last_bill_date > payment_date then last_bill_date end as resubmission_date,
        trim(coalesce(reason_text, '') || ' ' || coalesce(category_text, '') || ' ' || coalesce(note, '')) as log_text
    from ordered
)
select * from final
