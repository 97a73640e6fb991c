-- One row per record and account number in it of 5 characters or more, by which it may be like another.
-- file_id, transaction_no, record_no: the record
-- account: the number in capitals, without punctuation and leading zeros
-- is_open: it tells no member, so that a likeness of the numbers is enough
with fillers as (
    select number from ref_filler_number
    where is_reference_only = false
),
given as (
    select file_id, transaction_no, claim_no as record_no, plain(patient_control_number) as account,
        coalesce(plain(coalesce(nullif(trim(insured_id), ''), patient_id)), '') = '' as is_open
    from lake_remit_claim
    union all
    select file_id, transaction_no, claim_no, plain(patient_control_number), coalesce(plain(subscriber_id), '') = ''
    from lake_submission
    union all
    select file_id, 0, row_no, plain(claim_id), coalesce(plain(member_id), '') = '' from lake_log_row
    union all
    select file_id, 0, row_no, plain(account), coalesce(plain(member_id), '') = '' from lake_log_row
)
select * from given
where length(account) >= 5 and account not in (select number from fillers)
