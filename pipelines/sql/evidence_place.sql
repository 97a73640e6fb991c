-- One row per initial denial and rule about the place of service that matched: a place at which the payer never paid.
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
    where is_x12 and is_line_known and place_of_service is not null
),
reasons as (
    select denial_id, code from denial_reason
    where kind = 'CARC' and is_denial_reason
),
rules as (
    select * from rule
    where match_kind = 'place_unpaid'
),
places as (
    select * from place_paid
),
paid_lines as (
    select * from paid_line
),
asked as (
    select
        lines.denial_id,
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        lines.place_of_service,
        lines.submission_file_id as file_id,
        lines.line_segment_no as segment_no,
        lines.line_byte_offset as byte_offset,
        reasons.code,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        rules.min_paid_lines,
        rules.max_once_percent
    from lines
    inner join subjects on subjects.denial_id = lines.denial_id
    inner join reasons on reasons.denial_id = lines.denial_id
    inner join rules on rules.carc = reasons.code
    where subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
families as (
    select family_id from asked
    group by family_id
),
own as (
    select
        paid_lines.family_id,
        paid_lines.payer_key,
        paid_lines.procedure_code,
        paid_lines.place_of_service,
        count(*) as line_count
    from paid_lines
    inner join families on families.family_id = paid_lines.family_id
    group by paid_lines.family_id, paid_lines.payer_key, paid_lines.procedure_code, paid_lines.place_of_service
),
others as (
    -- where the payer has paid the procedure in other families
    select
        asked.*,
        places.place_of_service as paid_place,
        places.line_count - coalesce(own.line_count, 0) as line_count,
        places.once_count,
        row_number() over (partition by asked.denial_id, asked.rule_id, asked.code order by places.place_no) as place_no
    from asked
    inner join places
        on places.payer_key = asked.payer_key
        and places.procedure_code = asked.procedure_code
    left join own
        on own.family_id = asked.family_id
        and own.payer_key = asked.payer_key
        and own.procedure_code = asked.procedure_code
        and own.place_of_service = places.place_of_service
    where places.line_count > coalesce(own.line_count, 0)
),
final as (
    select
        denial_id,
        rule_id,
        stage,
        precedence,
        root_cause,
        confidence,
        'CARC ' || code || ' and place of service ' || place_of_service || ': this payer has paid ' || procedure_code
            || ' ' || cast(cast(sum(line_count) as bigint) as string) || ' times, at '
            || max(case when place_no = 1 then paid_place end)
            || coalesce(
                case when count(*) > 2 then ', ' else ' and ' end || max(case when place_no = 2 then paid_place end),
                ''
            )
            || case when count(*) > 2 then ' and ' || cast(count(*) - 2 as string) || ' more' else '' end
            || ' but never there' as evidence,
        file_id,
        segment_no,
        byte_offset,
        cast(null as bigint) as row_no
    from others
    group by
        denial_id,
        rule_id,
        stage,
        precedence,
        root_cause,
        confidence,
        code,
        place_of_service,
        procedure_code,
        file_id,
        segment_no,
        byte_offset,
        min_paid_lines,
        max_once_percent
    having sum(line_count) >= min_paid_lines
        and max(once_count) * 100 <= sum(line_count) * max_once_percent
        and max(case when paid_place = place_of_service then 1 else 0 end) = 0
)
select * from final
