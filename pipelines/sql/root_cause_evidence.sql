-- One row per initial denial and rule that matched it: what speaks for which root cause, the winner first.
-- denial_id: the denial
-- rank: 1 is the winner
-- stage: 0 override, 10 remark, 20 policy, 30 facts of the claim, 40 words of the log, 50 code alone, 60 nothing found
-- rule_id: rule in root_cause_rule, D50-<CARC> for a code's own root cause, 'override', or 'none'
-- precedence: order of the rule within its stage
-- root_cause: the root cause that the rule names
-- confidence: high, medium or low
-- evidence: what was found, in words
-- file_id: file in which it was found
-- segment_no: segment in which it was found, where it is an X12 file
-- byte_offset: place of that segment in the file (bytes)
-- row_no: row of the sheet, where it is a log
with denials as (
    select * from denial_start
),
code_hits as (
    select * from evidence_code
),
claim_hits as (
    select * from evidence_claim
),
pointer_hits as (
    select * from evidence_pointer
),
line_hits as (
    select * from evidence_line
),
place_hits as (
    select * from evidence_place
),
policy_hits as (
    select * from evidence_policy
),
log_hits as (
    select * from evidence_log
),
overrides as (
    select denial_id, root_cause, who from ledger_override
),
hits as (
    select * from code_hits
    union all
    select * from claim_hits
    union all
    select * from pointer_hits
    union all
    select * from line_hits
    union all
    select * from place_hits
    union all
    select * from policy_hits
    union all
    select * from log_hits
    union all
    select
        denials.denial_id,
        'override' as rule_id,
        cast(0 as bigint) as stage,
        cast(0 as bigint) as precedence,
        overrides.root_cause,
        'high' as confidence,
        'set by ' || overrides.who as evidence,
        denials.file_id,
        denials.segment_no,
        denials.byte_offset,
        denials.row_no
    from denials
    inner join overrides on overrides.denial_id = denials.denial_id
    union all
    select
        denial_id,
        'none' as rule_id,
        cast(60 as bigint) as stage,
        cast(0 as bigint) as precedence,
        'not_determined' as root_cause,
        'low' as confidence,
        'nothing that a rule knows' as evidence,
        file_id,
        segment_no,
        byte_offset,
        row_no
    from denials
),
best_per_rule as (
    -- the same rule may match twice (a remark given twice, two log rows): the first finding stands
    select
        *,
        row_number() over (
            partition by denial_id, rule_id
            order by file_id, segment_no nulls last, row_no nulls last, evidence
        ) as finding_no
    from hits
),
final as (
    select
        denial_id,
        cast(row_number() over (
            partition by denial_id
            order by stage, precedence, case confidence when 'high' then 0 when 'medium' then 1 else 2 end, rule_id
        ) as bigint) as rank,
        stage,
        rule_id,
        precedence,
        root_cause,
        confidence,
        evidence,
        file_id,
        segment_no,
        byte_offset,
        row_no
    from best_per_rule
    where finding_no = 1
)
select * from final
