-- One row per initial denial, policy version in force on its service date and diagnosis of its claim: whether its lists
-- have it.
-- denial_id: the denial
-- policy_id: the policy of its payer about its procedure
-- version_no: the version in force on the service date
-- diagnosis_no: order of the diagnosis within the claim's codes
-- diagnosis_code: the diagnosis
-- is_pointed: the denied line points to it, or to none; a log tells of no pointers, so there it is true
-- is_covered: it is on the list of covered diagnoses
-- is_noncovered: it is on the list of diagnoses that are not covered
with denials as (
    select denial_id, payer_key, procedure_code, service_date from denial_start
),
subjects as (
    select denial_id, diagnosis_codes from denial_subject
),
sent_lines as (
    select denial_id, claim_diagnosis_codes from denial_line
),
policies as (
    select * from ledger_policy
),
entries as (
    select * from ledger_policy_diagnosis
),
ones as (
    select 0 as n union all select 1 union all select 2 union all select 3 union all select 4
    union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
),
numbers as (
    select ones.n + 1 as diagnosis_no from ones
    union all
    select ones.n + 11 as diagnosis_no from ones
    union all
    select ones.n + 21 as diagnosis_no from ones
),
held as (
    select
        denials.denial_id,
        policies.policy_id,
        policies.version_no,
        ' ' || coalesce(subjects.diagnosis_codes, '') || ' ' as judged_codes,
        upper(coalesce(nullif(sent_lines.claim_diagnosis_codes, ''), subjects.diagnosis_codes, '')) as claim_codes
    from denials
    inner join policies
        on upper(policies.payer) = upper(denials.payer_key)
        and policies.procedure_code = denials.procedure_code
    inner join subjects on subjects.denial_id = denials.denial_id
    left join sent_lines on sent_lines.denial_id = denials.denial_id
    where denials.service_date >= policies.first_day and denials.service_date <= policies.last_day
),
codes as (
    select
        held.denial_id,
        held.policy_id,
        held.version_no,
        numbers.diagnosis_no,
        split_part(held.claim_codes, ' ', numbers.diagnosis_no) as diagnosis_code,
        held.judged_codes
    from held
    cross join numbers
    where split_part(held.claim_codes, ' ', numbers.diagnosis_no) <> ''
),
seen as (
    -- each code once per version: a list of thousands is gone through once per code, not once per denial
    select
        policy_id,
        version_no,
        diagnosis_code,
        replace(diagnosis_code, '.', '') as plain_code
    from codes
    group by policy_id, version_no, diagnosis_code
),
found as (
    select
        seen.policy_id,
        seen.version_no,
        seen.diagnosis_code,
        max(case when entries.list_kind = 'covered' then 1 else 0 end) as covered,
        max(case when entries.list_kind = 'noncovered' then 1 else 0 end) as noncovered
    from seen
    inner join entries
        on entries.policy_id = seen.policy_id
        and entries.version_no = seen.version_no
        and entries.category = substr(seen.plain_code, 1, 3)
    where seen.plain_code >= entries.first_code and seen.plain_code <= entries.last_code
    group by seen.policy_id, seen.version_no, seen.diagnosis_code
),
final as (
    select
        codes.denial_id,
        codes.policy_id,
        codes.version_no,
        cast(codes.diagnosis_no as bigint) as diagnosis_no,
        codes.diagnosis_code,
        position(' ' || codes.diagnosis_code || ' ' in codes.judged_codes) > 0 as is_pointed,
        coalesce(found.covered = 1, false) as is_covered,
        coalesce(found.noncovered = 1, false) as is_noncovered
    from codes
    left join found
        on found.policy_id = codes.policy_id
        and found.version_no = codes.version_no
        and found.diagnosis_code = codes.diagnosis_code
)
select * from final
