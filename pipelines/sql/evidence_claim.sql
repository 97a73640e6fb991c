-- One row per initial denial and rule about the facts of its claim that matched.
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
final as (
    select
        subjects.denial_id,
        rules.rule_id,
        rules.stage,
        rules.precedence,
        rules.root_cause,
        rules.confidence,
        'CARC ' || codes.code || case rules.match_kind
            when 'auth_missing' then ' and no authorisation number on claim or lines'
            when 'dx_side_missing' then ' and diagnosis ' || subjects.diagnosis_code || ' leaves out the side'
            when 'dx_unspecified' then ' and diagnosis ' || subjects.diagnosis_code || ' is unspecified'
            when 'dx_z_code_only' then ' and only Z codes: ' || subjects.diagnosis_codes
            when 'place_of_service' then ' and place of service ' || subjects.place_of_service
        end as evidence,
        coalesce(subjects.submission_file_id, subjects.file_id) as file_id,
        case when subjects.submission_file_id is null then subjects.segment_no else subjects.submission_segment_no end
            as segment_no,
        case when subjects.submission_file_id is null then subjects.byte_offset else subjects.submission_byte_offset end
            as byte_offset,
        subjects.row_no
    from subjects
    inner join reasons as codes on codes.denial_id = subjects.denial_id
    inner join rules on rules.carc = codes.code
    where codes.kind = 'CARC' and codes.is_denial_reason
        and subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
        and (
            (rules.match_kind = 'auth_missing' and subjects.submission_file_id is not null
                and coalesce(subjects.authorization_number, '') = '')
            or (rules.match_kind = 'dx_side_missing' and subjects.laterality = 'unspecified')
            or (rules.match_kind = 'dx_unspecified' and subjects.is_unspecified)
            or (rules.match_kind = 'dx_z_code_only' and subjects.is_z_code_only)
            or (rules.match_kind = 'place_of_service' and text_matches(subjects.place_of_service, rules.pattern))
        )
)
select * from final
