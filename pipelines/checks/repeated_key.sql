-- Keys that must be unique and are not: codes of the reference tables, lines, claims, denials and winners of facts.
with keys as (
    select 'ref_carc' as table_name, code as key_text from ref_carc
    union all
    select 'ref_rarc' as table_name, code as key_text from ref_rarc
    union all
    select 'ref_claim_status' as table_name, code as key_text from ref_claim_status
    union all
    select 'ref_claim_filing' as table_name, code as key_text from ref_claim_filing
    union all
    select 'ref_category' as table_name, category as key_text from ref_category
    union all
    select 'ref_root_cause' as table_name, root_cause as key_text from ref_root_cause
    union all
    select 'ref_root_cause_rule' as table_name, rule_id as key_text from ref_root_cause_rule
    union all
    select 'ref_local_code' as table_name, code as key_text from ref_local_code
    union all
    select 'ref_procedure_label' as table_name, code as key_text from ref_procedure_label
    union all
    select 'ref_diagnosis_fact' as table_name, code as key_text from ref_diagnosis_fact
    union all
    select 'line_fact' as table_name, line_id as key_text from line_fact
    union all
    select 'claim_fact' as table_name, claim_id as key_text from claim_fact
    union all
    select 'denial' as table_name, denial_id as key_text from denial
    union all
    select 'deposit' as table_name, deposit_key as key_text from deposit
    union all
    select 'appeal' as table_name, appeal_id as key_text from appeal
    union all
    select 'appeal_line' as table_name, appeal_id || ' ' || denial_id as key_text from appeal_line
    union all
    select 'line_outcome' as table_name, denial_id as key_text from line_outcome
    union all
    select 'resubmission' as table_name, family_id || '|' || line_key as key_text from resubmission
    union all
    select 'ref_log_outcome' as table_name, rule_id as key_text from ref_log_outcome
    union all
    select 'deadline' as table_name, denial_id as key_text from deadline
    union all
    select 'ref_payer_rules' as table_name, rule_id as key_text from ref_payer_rules
    union all
    select 'ref_provider_adjustment_reason' as table_name, code as key_text from ref_provider_adjustment_reason
    union all
    select 'data_span' as table_name, 'the one row' as key_text from data_span
    union all
    select 'payer' as table_name, payer_key as key_text from payer
),
final as (
    select
        table_name,
        key_text,
        count(*) as row_count
    from keys
    group by table_name, key_text
    having count(*) > 1
)
select * from final
