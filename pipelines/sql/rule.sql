-- One row per root-cause rule of data/reference, with its limits filled in.
-- rule_id: the rule
-- stage: 10 remark, 20 policy, 30 facts of the claim, 40 words of the log, 50 what is left to say before the code alone
-- precedence: order within the stage
-- match_kind: what it looks at
-- min_openness: how open the code must leave the question (0 not at all, 3 wholly) for the rule to speak
-- carc: CARC that must stand on the line
-- rarc: remark that must stand on the line
-- pattern: text that must be found
-- lacking_modifiers: modifiers of which none may stand on the line, as "59 XU"
-- min_paid_lines: paid lines of other claims without which the payer's habit says nothing
-- max_once_percent: percentage of those lines, at most, that may be the only ones for their category of diagnoses: the
-- share that a new category can be expected to have
-- root_cause: what it concludes
-- confidence: high, medium or low
-- valid_from: first denial date for which it holds
-- valid_to: last denial date for which it holds
with all_rules as (
    select * from ref_root_cause_rule
),
final as (
    select
        rule_id,
        cast(stage as bigint) as stage,
        cast(precedence as bigint) as precedence,
        match_kind,
        coalesce(cast(min_openness as bigint), 0) as min_openness,
        nullif(carc, '') as carc,
        nullif(rarc, '') as rarc,
        nullif(pattern, '') as pattern,
        nullif(lacking_modifiers, '') as lacking_modifiers,
        cast(nullif(min_paid_lines, '') as bigint) as min_paid_lines,
        cast(nullif(max_once_percent, '') as bigint) as max_once_percent,
        root_cause,
        confidence,
        coalesce(cast(nullif(cast(valid_from as string), '') as date), cast('0001-01-01' as date)) as valid_from,
        coalesce(cast(nullif(cast(valid_to as string), '') as date), cast('9999-12-31' as date)) as valid_to
    from all_rules
)
select * from final
