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
        rules.lacking_modifiers,
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
writings as (
    select modifiers from beside
    union
    select modifiers from pairs
),
lists as (
    select distinct lacking_modifiers as list_text from rules
    where lacking_modifiers is not null
),
marks as (
    -- many lines write the same modifiers: each writing is compared with each list once
    select
        lists.list_text,
        writings.modifiers,
        text_matches(writings.modifiers, ' (' || replace(lists.list_text, ' ', '|') || ') ') as is_marked
    from writings
    cross join lists
),
unmarked as (
    -- neither the line nor the other procedure carries such a modifier
    select
        asked.*,
        beside.payer_key,
        beside.beside_procedure_code,
        asked.procedure_code || ' without modifier ' || replace(asked.lacking_modifiers, ' ', ', ') || ' beside '
            || beside.beside_procedure_code || ' on the same day' as words
    from asked
    inner join beside on beside.denial_id = asked.denial_id
    inner join marks
        on marks.list_text = asked.lacking_modifiers
        and marks.modifiers = beside.modifiers
    where asked.match_kind in ('modifier_missing', 'modifier_usual')
        and marks.is_marked = false
),
missing as (
    select *
    from unmarked
    where match_kind = 'modifier_missing'
        and text_matches(procedure_code || ' ' || beside_procedure_code, pattern)
),
asked_pairs as (
    select
        family_id,
        payer_key,
        procedure_code,
        beside_procedure_code,
        lacking_modifiers
    from unmarked
    where match_kind = 'modifier_usual'
    group by family_id, payer_key, procedure_code, beside_procedure_code, lacking_modifiers
),
all_paid as (
    select
        pairs.payer_key,
        pairs.procedure_code,
        pairs.beside_procedure_code,
        marks.list_text,
        sum(pairs.line_count) as line_count,
        sum(case when marks.is_marked then 0 else pairs.line_count end) as unmarked_count
    from pairs
    inner join marks on marks.modifiers = pairs.modifiers
    group by pairs.payer_key, pairs.procedure_code, pairs.beside_procedure_code, marks.list_text
),
own_paid as (
    select
        asked_pairs.family_id,
        asked_pairs.payer_key,
        asked_pairs.procedure_code,
        asked_pairs.beside_procedure_code,
        asked_pairs.lacking_modifiers as list_text,
        sum(pairs.line_count) as line_count,
        sum(case when marks.is_marked then 0 else pairs.line_count end) as unmarked_count
    from asked_pairs
    inner join pairs
        on pairs.family_id = asked_pairs.family_id
        and pairs.payer_key = asked_pairs.payer_key
        and pairs.procedure_code = asked_pairs.procedure_code
        and pairs.beside_procedure_code = asked_pairs.beside_procedure_code
    inner join marks
        on marks.list_text = asked_pairs.lacking_modifiers
        and marks.modifiers = pairs.modifiers
    group by asked_pairs.family_id, asked_pairs.payer_key, asked_pairs.procedure_code,
        asked_pairs.beside_procedure_code, asked_pairs.lacking_modifiers
),
usual as (
    -- other claims with this pair were paid, each time with such a modifier
    select
        unmarked.*,
        all_paid.line_count - coalesce(own_paid.line_count, 0) as line_count
    from unmarked
    inner join all_paid
        on all_paid.payer_key = unmarked.payer_key
        and all_paid.procedure_code = unmarked.procedure_code
        and all_paid.beside_procedure_code = unmarked.beside_procedure_code
        and all_paid.list_text = unmarked.lacking_modifiers
    left join own_paid
        on own_paid.family_id = unmarked.family_id
        and own_paid.payer_key = unmarked.payer_key
        and own_paid.procedure_code = unmarked.procedure_code
        and own_paid.beside_procedure_code = unmarked.beside_procedure_code
        and own_paid.list_text = unmarked.lacking_modifiers
    where unmarked.match_kind = 'modifier_usual'
        and all_paid.line_count - coalesce(own_paid.line_count, 0) >= unmarked.min_paid_lines
        and all_paid.unmarked_count = coalesce(own_paid.unmarked_count, 0)
),
hits as (
    select denial_id, rule_id, stage, precedence, root_cause, confidence, code, words, file_id, segment_no, byte_offset
    from over_units
    union all
    select denial_id, rule_id, stage, precedence, root_cause, confidence, code, words, file_id, segment_no, byte_offset
    from missing
    union all
    select
        denial_id,
        rule_id,
        stage,
        precedence,
        root_cause,
        confidence,
        code,
        words || ': this payer has paid it so ' || cast(line_count as string) || ' times, each time with one' as words,
        file_id,
        segment_no,
        byte_offset
    from usual
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
