-- One row per initial denial with a reason that modifier rules look at, and other procedure of the same claim and day.
-- denial_id: the denial
-- family_id: the claim's family
-- payer_key: payer as shown
-- procedure_code: procedure of the denied line
-- beside_procedure_code: the other procedure
-- modifiers: modifiers of the denied line and of those other lines, as " 25 RT "
with lines as (
    select * from denial_line
    where is_line_known
),
reasons as (
    select denial_id, code from denial_reason
    where kind = 'CARC' and is_denial_reason
),
rules as (
    select carc from rule
    where match_kind in ('modifier_missing', 'modifier_usual')
),
claims as (
    select file_id, transaction_no, claim_no, service_from_date from lake_submission
),
sent_lines as (
    select * from lake_submission_line
    where coalesce(procedure_code, '') <> ''
),
asked as (
    select
        lines.denial_id,
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        lines.submission_file_id,
        lines.submission_transaction_no,
        lines.submission_claim_no,
        lines.submission_line_no,
        lines.modifiers
    from lines
    inner join reasons on reasons.denial_id = lines.denial_id
    inner join rules on rules.carc = reasons.code
    group by
        lines.denial_id,
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        lines.submission_file_id,
        lines.submission_transaction_no,
        lines.submission_claim_no,
        lines.submission_line_no,
        lines.modifiers
),
dated as (
    select
        asked.*,
        coalesce(sent_lines.service_date, claims.service_from_date) as service_date,
        claims.service_from_date
    from asked
    inner join claims
        on claims.file_id = asked.submission_file_id
        and claims.transaction_no = asked.submission_transaction_no
        and claims.claim_no = asked.submission_claim_no
    inner join sent_lines
        on sent_lines.file_id = asked.submission_file_id
        and sent_lines.transaction_no = asked.submission_transaction_no
        and sent_lines.claim_no = asked.submission_claim_no
        and sent_lines.line_no = asked.submission_line_no
),
final as (
    select
        dated.denial_id,
        dated.family_id,
        dated.payer_key,
        dated.procedure_code,
        sent_lines.procedure_code as beside_procedure_code,
        ' ' || dated.modifiers || ' ' || max(coalesce(sent_lines.modifiers, '')) || ' ' as modifiers
    from dated
    inner join sent_lines
        on sent_lines.file_id = dated.submission_file_id
        and sent_lines.transaction_no = dated.submission_transaction_no
        and sent_lines.claim_no = dated.submission_claim_no
        and sent_lines.line_no <> dated.submission_line_no
    where coalesce(sent_lines.service_date, dated.service_from_date) = dated.service_date
        and sent_lines.procedure_code <> dated.procedure_code
    group by
        dated.denial_id,
        dated.family_id,
        dated.payer_key,
        dated.procedure_code,
        sent_lines.procedure_code,
        dated.modifiers
)
select * from final
