-- One row per initial denial and rule about single facts of its claim or line that matched.
-- denial_id: the denial
-- rule_id: the rule
-- stage: stage of the rule
-- precedence: order of the rule within its stage
-- root_cause: the root cause that the rule names
-- confidence: high, medium or low
-- evidence: what was found, in words
-- file_id: file in which it was found
-- segment_no: segment in which it was found: the HI, the line or the CLM of the 837, else that of the denial
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
matched as (
    select
        subjects.*,
        codes.code,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        rules.match_kind,
        case when rules.match_kind = 'auth_missing' then 'claim'
            when rules.match_kind = 'place_of_service' then 'line'
            else 'diagnosis' end as fact_kind
    from subjects
    inner join reasons as codes on codes.denial_id = subjects.denial_id
    inner join rules on rules.carc = codes.code
    where codes.kind = 'CARC' and codes.is_denial_reason
        and subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
        and (
            (rules.match_kind = 'auth_missing' and subjects.is_x12 and subjects.has_authorization = false)
            or (rules.match_kind = 'dx_side_missing' and subjects.laterality = 'unspecified')
            or (rules.match_kind = 'dx_unspecified' and subjects.is_unspecified)
            or (rules.match_kind = 'dx_z_code_only' and subjects.is_z_code_only)
            or (rules.match_kind = 'place_of_service' and text_matches(subjects.place_of_service, rules.pattern))
        )
),
final as (
    select
        denial_id,
        rule_id,
        stage,
        precedence,
        root_cause,
        confidence,
        'CARC ' || code || case match_kind
            when 'auth_missing' then ' and no authorisation number on claim or line'
            when 'dx_side_missing' then ' and diagnosis ' || diagnosis_code || ' leaves out the side'
            when 'dx_unspecified' then ' and diagnosis ' || diagnosis_code || ' is unspecified'
            when 'dx_z_code_only' then ' and only Z codes: ' || diagnosis_codes
            when 'place_of_service' then ' and place of service ' || place_of_service
        end as evidence,
        fact_file_id as file_id,
        case fact_kind when 'claim' then claim_segment_no when 'line' then line_segment_no else diagnosis_segment_no end
            as segment_no,
        case fact_kind when 'claim' then claim_byte_offset when 'line' then line_byte_offset
            else diagnosis_byte_offset end as byte_offset,
        row_no
    from matched
)
select * from final
