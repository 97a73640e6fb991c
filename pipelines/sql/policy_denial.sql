-- One row per initial denial and policy of its payer about its procedure: the version in force on the service date, and
-- whether the diagnoses of the denied line are on its list.
-- denial_id: the denial
-- policy_id: the policy
-- version_no: the version in force on the service date
-- reference: what the payer calls it, else payer and procedure
-- reference_kind: LCD, NCD, article, payer policy, contract or other
-- first_day: first day of that version
-- service_date: service date of the line
-- verdict: on_list, not_on_list, no_list (the policy lists no diagnoses) or no_diagnosis (none is known of the line)
-- diagnosis_codes: diagnoses that the line points to, else all of the claim
-- listed_code: the first of them that is on the list
-- other_code: the first diagnosis of the claim that is on the list and to which the line does not point
-- is_authorisation_missing: the policy wants an authorisation, and neither claim nor remit has one
with denials as (
    select denial_id, payer_key, procedure_code, service_date from denial_start
),
subjects as (
    select denial_id, diagnosis_codes, is_x12, has_authorization from denial_subject
),
policies as (
    select * from ledger_policy
),
diagnoses as (
    select * from policy_denial_diagnosis
),
judged as (
    select
        denial_id,
        policy_id,
        version_no,
        sum(case when is_pointed then 1 else 0 end) as pointed_count,
        sum(case when is_pointed and is_noncovered then 1 else 0 end) as refused_count,
        min(case when is_pointed and is_covered and is_noncovered = false then diagnosis_no end) as listed_no,
        min(case when is_pointed = false and is_covered and is_noncovered = false then diagnosis_no end) as other_no
    from diagnoses
    group by denial_id, policy_id, version_no
),
named as (
    select
        judged.denial_id,
        judged.policy_id,
        judged.version_no,
        judged.pointed_count,
        judged.refused_count,
        max(case when diagnoses.diagnosis_no = judged.listed_no then diagnoses.diagnosis_code end) as listed_code,
        max(case when diagnoses.diagnosis_no = judged.other_no then diagnoses.diagnosis_code end) as other_code
    from judged
    inner join diagnoses
        on diagnoses.denial_id = judged.denial_id
        and diagnoses.policy_id = judged.policy_id
        and diagnoses.version_no = judged.version_no
    group by judged.denial_id, judged.policy_id, judged.version_no, judged.pointed_count, judged.refused_count
),
final as (
    -- a list of what is not covered says no only where it holds every diagnosis of the line
    select
        denials.denial_id,
        policies.policy_id,
        policies.version_no,
        policies.reference,
        policies.reference_kind,
        policies.first_day,
        denials.service_date,
        case
            when policies.has_covered = false and policies.has_noncovered = false then 'no_list'
            when coalesce(named.pointed_count, 0) = 0 then 'no_diagnosis'
            when policies.has_covered and named.listed_code is not null then 'on_list'
            when policies.has_covered or named.refused_count = named.pointed_count then 'not_on_list'
            else 'no_list'
        end as verdict,
        subjects.diagnosis_codes,
        named.listed_code,
        named.other_code,
        policies.authorisation = 'required' and subjects.is_x12 and subjects.has_authorization = false
            as is_authorisation_missing
    from denials
    inner join policies
        on upper(policies.payer) = upper(denials.payer_key)
        and policies.procedure_code = denials.procedure_code
    inner join subjects on subjects.denial_id = denials.denial_id
    left join named
        on named.denial_id = denials.denial_id
        and named.policy_id = policies.policy_id
        and named.version_no = policies.version_no
    where denials.service_date >= policies.first_day and denials.service_date <= policies.last_day
)
select * from final
