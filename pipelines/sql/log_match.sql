-- One row per log row and remittance line that it speaks of: of one family, by the surest rule that finds any.
-- file_id: file of the log
-- row_no: row of the sheet
-- family_id: the claim's family
-- line_key: the line within the family
-- match_rule: claim_number (same day and procedure where given), account_mangled, or service
-- sureness: certain, likely (account_mangled) or possible (service)
with candidates as (
    select * from log_candidate
),
ordered as (
    select
        *,
        dense_rank() over (
            partition by file_id, row_no
            order by rule_no, fit_no
        ) as best_no
    from candidates
),
counts as (
    select
        file_id,
        row_no,
        count(distinct family_id) as candidate_count
    from ordered
    where best_no = 1
    group by file_id, row_no
),
final as (
    -- of several families none is taken: match_candidate lists them
    select
        ordered.file_id,
        ordered.row_no,
        ordered.family_id,
        ordered.line_key,
        min(ordered.match_rule) as match_rule,
        case min(ordered.rule_no) when 1 then 'certain' when 2 then 'likely' else 'possible' end as sureness
    from ordered
    inner join counts on counts.file_id = ordered.file_id and counts.row_no = ordered.row_no
    where ordered.best_no = 1 and counts.candidate_count = 1
    group by ordered.file_id, ordered.row_no, ordered.family_id, ordered.line_key
)
select * from final
