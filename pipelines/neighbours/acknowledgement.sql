-- One row per answer before adjudication and key that it may share with the claim that it answers.
-- file_id, transaction_no, record_no: the answer
-- key: as of claims of an 837; 'x:' its content, by which it is known when it comes again
with answers as (
    select
        *,
        level = 'claim' as is_claim,
        is_accepted = false and level in ('batch', 'transaction_set', 'functional_group', 'interchange') as is_refusal
    from lake_acknowledgement
)
select file_id, transaction_no, acknowledgement_no as record_no, 'a:' || plain(patient_control_number) as key
from answers where is_claim and plain(patient_control_number) <> ''
    and plain(patient_control_number) not in (
        select number from ref_filler_number where is_reference_only = false)
union all
select file_id, transaction_no, acknowledgement_no, 'a:' || number_key(payer_claim_control_number)
from answers where is_claim and number_key(payer_claim_control_number) is not null
union all
select file_id, transaction_no, acknowledgement_no, 'c:' || trim(clearinghouse_number)
from answers where is_claim and trim(clearinghouse_number) <> ''
union all
select file_id, transaction_no, acknowledgement_no, 'b:' || trim(batch_reference)
from answers where is_refusal and level = 'batch' and trim(batch_reference) <> ''
union all
select file_id, transaction_no, acknowledgement_no, 'g:' || trim(acknowledged_group_number)
from answers where is_refusal and level = 'functional_group' and trim(acknowledged_group_number) <> ''
union all
select file_id, transaction_no, acknowledgement_no,
    't:' || trim(acknowledged_group_number) || '~' || trim(acknowledged_transaction_number)
from answers where is_refusal and level = 'transaction_set' and trim(acknowledged_transaction_number) <> ''
    and trim(acknowledged_group_number) <> ''
union all
select file_id, transaction_no, acknowledgement_no, 'i:' || trim(acknowledged_interchange_number)
from answers where is_refusal and level = 'interchange' and trim(acknowledged_interchange_number) <> ''
union all
select file_id, transaction_no, acknowledgement_no, 'x:' || hash(
    level, patient_control_number, effective_date, category_code, status_code, payer_claim_control_number,
    clearinghouse_number, charge_amount, message, batch_reference, acknowledged_group_number,
    acknowledged_transaction_number, acknowledged_interchange_number)
from answers where is_claim or is_refusal
