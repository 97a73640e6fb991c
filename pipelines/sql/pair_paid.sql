-- One row per payer, procedure, other procedure beside it on the same claim and day, family and modifiers with which
-- the payer paid it: only pairs of which one was denied for a reason that modifier rules look at.
-- payer_key: payer as shown
-- procedure_code: procedure that was paid
-- beside_procedure_code: the other procedure
-- family_id: the claim's family
-- modifiers: modifiers of both, as " 59 GP "
-- line_count: paid lines
with pairs as (
    select
        payer_key,
        procedure_code,
        beside_procedure_code
    from denial_beside
    group by payer_key, procedure_code, beside_procedure_code
),
lines as (
    select * from paid_line
),
beside as (
    select
        lines.payer_key,
        lines.procedure_code,
        others.procedure_code as beside_procedure_code,
        lines.family_id,
        lines.line_key,
        lines.modifiers,
        max(coalesce(others.modifiers, '')) as beside_modifiers
    from lines
    inner join lake_submission_line as own
        on own.file_id = lines.submission_file_id
        and own.transaction_no = lines.submission_transaction_no
        and own.claim_no = lines.submission_claim_no
        and own.line_no = lines.submission_line_no
    inner join lake_submission_line as others
        on others.file_id = lines.submission_file_id
        and others.transaction_no = lines.submission_transaction_no
        and others.claim_no = lines.submission_claim_no
        and others.procedure_code <> lines.procedure_code
    where coalesce(own.service_date = others.service_date, true)
    group by
        lines.payer_key,
        lines.procedure_code,
        others.procedure_code,
        lines.family_id,
        lines.line_key,
        lines.modifiers
),
final as (
    select
        beside.payer_key,
        beside.procedure_code,
        beside.beside_procedure_code,
        beside.family_id,
        ' ' || beside.modifiers || ' ' || beside.beside_modifiers || ' ' as modifiers,
        cast(count(*) as bigint) as line_count
    from beside
    inner join pairs
        on pairs.payer_key = beside.payer_key
        and pairs.procedure_code = beside.procedure_code
        and pairs.beside_procedure_code = beside.beside_procedure_code
    group by beside.payer_key, beside.procedure_code, beside.beside_procedure_code, beside.family_id,
        beside.modifiers, beside.beside_modifiers
)
select * from final
