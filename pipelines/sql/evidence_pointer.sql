-- One row per initial denial and rule about the diagnoses that its line points to that matched.
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
    where match_kind in ('pointer_missing', 'pointer_other', 'pointer_unpaid')
),
diagnoses as (
    select * from denial_diagnosis
),
paid as (
    select * from denial_paid
),
categories as (
    select * from diagnosis_paid
),
own as (
    select * from own_diagnosis_paid
),
asked as (
    select
        lines.denial_id,
        lines.family_id,
        lines.payer_key,
        lines.procedure_code,
        lines.is_professional,
        lines.diagnosis_pointers,
        lines.pointed_diagnosis_codes,
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
        rules.min_paid_lines,
        rules.max_once_percent
    from lines
    inner join subjects on subjects.denial_id = lines.denial_id
    inner join reasons on reasons.denial_id = lines.denial_id
    inner join rules on rules.carc = reasons.code
    where subjects.rule_date >= rules.valid_from and subjects.rule_date <= rules.valid_to
),
ranked as (
    select
        *,
        row_number() over (
            partition by denial_id, is_pointed order by first_paid_count desc, code_no
        ) as paid_no
    from diagnoses
),
listed as (
    select
        denial_id,
        count(*) as diagnosis_count,
        sum(case when is_pointed then 1 else 0 end) as pointed_count,
        max(case when is_pointed then paid_count else 0 end) as pointed_paid_count,
        count(distinct case when is_pointed then diagnosis_category end) as pointed_category_count,
        min(case when is_pointed then diagnosis_category end) as pointed_category,
        max(case when is_pointed = false and paid_no = 1 and first_paid_count > 0 then diagnosis_code end)
            as other_code,
        max(case when is_pointed = false then first_paid_count else 0 end) as other_paid_count
    from ranked
    group by denial_id
),
judged as (
    -- a line may only point to the diagnoses that its claim has: to 1 to 3 where it has three
    select
        asked.*,
        listed.diagnosis_count,
        listed.pointed_category_count,
        listed.pointed_category,
        listed.other_code,
        listed.other_paid_count,
        paid.pointed_line_count,
        asked.is_professional
            and (
                asked.diagnosis_pointers = ''
                or (
                    text_matches(asked.diagnosis_pointers, '^[0-9 ]+$')
                    and text_matches(' ' || asked.diagnosis_pointers, case
                        when listed.diagnosis_count < 10
                            then '^( 0?[1-' || cast(listed.diagnosis_count as string) || '])+$'
                        else '^( (0?[1-9]|1[0-' || cast(least(listed.diagnosis_count, 19) - 10 as string) || ']))+$'
                    end) = false
                )
            ) as is_pointer_missing,
        listed.pointed_count > 0
            and listed.pointed_paid_count = 0
            and coalesce(
                paid.pointed_line_count >= asked.min_paid_lines
                and paid.once_count * 100 <= paid.pointed_line_count * asked.max_once_percent,
                false
            ) as is_unpaid
    from asked
    inner join listed on listed.denial_id = asked.denial_id
    left join paid on paid.denial_id = asked.denial_id
),
hits as (
    select *
    from judged
    where (match_kind = 'pointer_missing' and is_pointer_missing)
        or (match_kind = 'pointer_other' and is_unpaid and other_code is not null)
        or (match_kind = 'pointer_unpaid' and is_unpaid and other_code is null)
),
unpaid_lines as (
    select
        denial_id,
        family_id,
        payer_key,
        procedure_code
    from hits
    where is_unpaid
    group by denial_id, family_id, payer_key, procedure_code
),
paid_for as (
    select
        unpaid_lines.denial_id,
        categories.diagnosis_category,
        row_number() over (
            partition by unpaid_lines.denial_id
            order by categories.first_count - coalesce(own.first_count, 0) desc, categories.place_no
        ) as place_no
    from unpaid_lines
    inner join categories
        on categories.payer_key = unpaid_lines.payer_key
        and categories.procedure_code = unpaid_lines.procedure_code
    left join own
        on own.family_id = unpaid_lines.family_id
        and own.payer_key = unpaid_lines.payer_key
        and own.procedure_code = unpaid_lines.procedure_code
        and own.diagnosis_category = categories.diagnosis_category
    where categories.line_count > coalesce(own.line_count, 0)
),
named as (
    select
        denial_id,
        max(case when place_no = 1 then diagnosis_category end) || coalesce(
            case when count(*) > 2 then ', ' else ' and ' end
                || max(case when place_no = 2 then diagnosis_category end),
            ''
        ) || case when count(*) > 2 then ' and ' || cast(count(*) - 2 as string) || ' more' else '' end as names
    from paid_for
    group by denial_id
),
final as (
    select
        hits.denial_id,
        hits.rule_id,
        hits.stage,
        hits.precedence,
        hits.root_cause,
        hits.confidence,
        'CARC ' || hits.code || case
            when hits.match_kind = 'pointer_missing' and hits.diagnosis_pointers = ''
                then ' and the line points to no diagnosis'
            when hits.match_kind = 'pointer_missing'
                then ' and the line points to diagnosis ' || hits.diagnosis_pointers || ', but the claim has '
                    || cast(hits.diagnosis_count as string)
            else ' and the line points to ' || hits.pointed_diagnosis_codes || ': this payer has paid '
                || hits.procedure_code || ' ' || cast(hits.pointed_line_count as string) || ' times, for '
                || named.names
                || case when hits.pointed_category_count = 1 then ' but never for ' || hits.pointed_category
                    else ' but for none of these' end
                || case when hits.other_code is null then ''
                    else '; the claim also lists ' || hits.other_code || ', of a kind paid '
                        || cast(hits.other_paid_count as string)
                        || case when hits.other_paid_count = 1 then ' time' else ' times' end end
        end as evidence,
        hits.file_id,
        hits.segment_no,
        hits.byte_offset,
        cast(null as bigint) as row_no
    from hits
    left join named on named.denial_id = hits.denial_id
)
select * from final
