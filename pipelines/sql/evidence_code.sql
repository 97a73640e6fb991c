-- One row per initial denial and rule about its codes that matched: remarks, pairs of codes, policies, a code's own.
-- denial_id: the denial
-- rule_id: the rule
-- stage: stage of the rule
-- precedence: order of the rule within its stage
-- root_cause: the root cause that the rule names
-- confidence: high, medium or low
-- evidence: what was found, in words
-- file_id: file in which it was found
-- segment_no: segment in which it was found
-- byte_offset: place of that segment in the file (bytes)
-- row_no: row of the sheet, where it is a log
with subjects as (
    select * from denial_subject
),
reasons as (
    select * from denial_reason
),
rules as (
    select * from rule
),
remark_hits as (
    select
        subjects.denial_id,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        'RARC ' || reasons.code || case when reasons.row_no is not null then ' in the log'
            when reasons.is_claim_level then ' on the claim' else ' on the line' end as evidence,
        reasons.file_id,
        reasons.segment_no,
        reasons.byte_offset,
        reasons.row_no
    from subjects
    inner join reasons on reasons.denial_id = subjects.denial_id
    inner join rules on rules.rarc = reasons.code
    where rules.match_kind = 'remark' and reasons.kind = 'RARC' and reasons.is_alert = false
        and subjects.openness >= rules.min_openness
        and subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
pair_hits as (
    select
        subjects.denial_id,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        'CARC ' || codes.code || ' with RARC ' || reasons.code as evidence,
        reasons.file_id,
        reasons.segment_no,
        reasons.byte_offset,
        reasons.row_no
    from subjects
    inner join reasons on reasons.denial_id = subjects.denial_id
    inner join rules on rules.rarc = reasons.code
    inner join reasons as codes on codes.denial_id = subjects.denial_id and codes.code = rules.carc
    where rules.match_kind = 'carc_and_remark' and reasons.kind = 'RARC' and reasons.is_alert = false
        and codes.kind = 'CARC' and codes.is_denial_reason
        and subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
policy_hits as (
    select
        subjects.denial_id,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        'policy ' || subjects.policy_reference || ' named on the line' as evidence,
        subjects.file_id,
        subjects.segment_no,
        subjects.byte_offset,
        cast(null as bigint) as row_no
    from subjects
    inner join rules on rules.match_kind = 'policy_reference' and subjects.openness >= rules.min_openness
    where coalesce(subjects.policy_reference, '') <> ''
        and text_matches(upper(subjects.policy_reference), rules.pattern)
        and subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
code_hits as (
    -- the codes' own root causes, the principal code's first
    select
        subjects.denial_id,
        'D50-' || reasons.code as rule_id,
        cast(50 as bigint) as stage,
        case when reasons.is_principal then cast(90 as bigint) else cast(91 as bigint) end as precedence,
        reasons.root_cause,
        case when subjects.openness = 0 then 'high' else 'medium' end as confidence,
        'CARC ' || reasons.code || case when reasons.row_no is not null then ' in the log'
            when reasons.is_claim_level then ' on the claim' else ' on the line' end as evidence,
        reasons.file_id,
        reasons.segment_no,
        reasons.byte_offset,
        reasons.row_no
    from subjects
    inner join reasons on reasons.denial_id = subjects.denial_id
    where reasons.kind = 'CARC' and reasons.is_denial_reason and reasons.root_cause not in ('', 'not_determined')
),
final as (
    select * from remark_hits
    union all
    select * from pair_hits
    union all
    select * from policy_hits
    union all
    select * from code_hits
)
select * from final
