-- One row per claim payment for a member whom a row of `unsettled` tells.
-- file_id, transaction_no, record_no: the claim payment
-- member: the member in capitals, without punctuation and leading zeros
with claims as (
    select *, plain(coalesce(nullif(trim(insured_id), ''), patient_id)) as member from lake_remit_claim
)
select file_id, transaction_no, claim_no as record_no, member from claims
where member in (select member from unsettled)
