-- One row per initial denial and rule about units and modifiers of its line as sent that matched.
-- denial_id: the denial
-- rule_id: the rule
-- stage: stage of the rule
-- precedence: order of the rule within its stage
-- root_cause: the root cause that the rule names
-- confidence: high, medium or low
-- evidence: what was found, in words
-- file_id: file of the 837
-- segment_no: segment of the line in it
-- byte_offset: place of that segment in the file (bytes)
-- row_no: NULL
with subjects as (
    select denial_id, rule_date from denial_subject
),
lines as (
    select * from denial_line
    where is_x12 and is_line_known
),
reasons as (
    select denial_id, code from denial_reason
    where kind = 'CARC' and is_denial_reason
),
rules as (
    select * from rule
    where match_kind in ('units_over', 'modifier_missing', 'modifier_usual')
),
paid as (
    select * from denial_paid
),
beside as (
    select * from denial_beside
),
pairs as (
    select * from pair_paid
),
asked as (
    select
        lines.denial_id,
        lines.family_id,
        lines.procedure_code,
        lines.units,
        lines.submission_file_id as file_id,
        lines.line_segment_no as segment_no,
        lines.line_byte_offset as byte_offset,
        reasons.code,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        rules.match_kind,
        rules.pattern,
        ' (' || replace(rules.lacking_modifiers, ' ', '|') || ') ' as lacking_pattern,
        replace(rules.lacking_modifiers, ' ', ', ') as lacking_words,
        rules.min_paid_lines
    from lines
    inner join subjects on subjects.denial_id = lines.denial_id
    inner join reasons on reasons.denial_id = lines.denial_id
    inner join rules on rules.carc = reasons.code
    where subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
over_units as (
    select
        asked.*,
        trim(trailing '.' from trim(trailing '0' from cast(asked.units as string))) || ' units: this payer has paid '
            || asked.procedure_code || ' ' || cast(paid.line_count as string) || ' times, at most '
            || trim(trailing '.' from trim(trailing '0' from cast(paid.highest_units as string))) as words
    from asked
    inner join paid on paid.denial_id = asked.denial_id
    where asked.match_kind = 'units_over'
        and asked.units > paid.highest_units
        and paid.line_count >= asked.min_paid_lines
),
unmarked as (
    -- neither the line nor the other procedure carries such a modifier
    select
        asked.*,
        beside.payer_key,
        beside.beside_procedure_code,
        asked.procedure_code || ' without modifier ' || asked.lacking_words || ' beside '
            || beside.beside_procedure_code || ' on the same day' as words
    from asked
    inner join beside on beside.denial_id = asked.denial_id
    where asked.match_kind in ('modifier_missing', 'modifier_usual')
        and text_matches(beside.modifiers, asked.lacking_pattern) = false
),
missing as (
    select *
    from unmarked
    where match_kind = 'modifier_missing'
        and text_matches(procedure_code || ' ' || beside_procedure_code, pattern)
),
usual as (
    -- other claims with this pair were paid, each time with such a modifier
    select
        unmarked.denial_id,
        unmarked.rule_id,
        unmarked.code,
        unmarked.beside_procedure_code,
        sum(pairs.line_count) as line_count
    from unmarked
    inner join pairs
        on pairs.payer_key = unmarked.payer_key
        and pairs.procedure_code = unmarked.procedure_code
        and pairs.beside_procedure_code = unmarked.beside_procedure_code
    where unmarked.match_kind = 'modifier_usual'
        and pairs.family_id <> unmarked.family_id
    group by
        unmarked.denial_id,
        unmarked.rule_id,
        unmarked.code,
        unmarked.beside_procedure_code,
        unmarked.min_paid_lines
    having sum(pairs.line_count) >= unmarked.min_paid_lines
        and min(case when text_matches(pairs.modifiers, unmarked.lacking_pattern) then 1 else 0 end) = 1
),
hits as (
    select denial_id, rule_id, stage, precedence, root_cause, confidence, code, words, file_id, segment_no, byte_offset
    from over_units
    union all
    select denial_id, rule_id, stage, precedence, root_cause, confidence, code, words, file_id, segment_no, byte_offset
    from missing
    union all
    select
        unmarked.denial_id,
        unmarked.rule_id,
        unmarked.stage,
        unmarked.precedence,
        unmarked.root_cause,
        unmarked.confidence,
        unmarked.code,
        unmarked.words || ': this payer has paid it so ' || cast(usual.line_count as string)
            || ' times, each time with one' as words,
        unmarked.file_id,
        unmarked.segment_no,
        unmarked.byte_offset
    from unmarked
    inner join usual
        on usual.denial_id = unmarked.denial_id
        and usual.rule_id = unmarked.rule_id
        and usual.code = unmarked.code
        and usual.beside_procedure_code = unmarked.beside_procedure_code
),
final as (
    select
        denial_id,
        rule_id,
        stage,
        precedence,
        root_cause,
        confidence,
        'CARC ' || code || ' and ' || words as evidence,
        file_id,
        segment_no,
        byte_offset,
        cast(null as bigint) as row_no
    from hits
)
select * from final
