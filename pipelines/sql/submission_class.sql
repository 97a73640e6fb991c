-- One row per claim sent: the kind of plan to which it was sent.
-- file_id: file of the 837 or log
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- payer_class: by the claim's filing code or as the log gives it, else the payer's alias, else its commonest
with submissions as (
    select * from lake_submission
),
told as (
    select * from log_submission
),
payers as (
    select * from payer_match
),
filings as (
    select code, payer_class from ref_claim_filing
),
classes as (
    select * from usual_class
),
sendings as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        coalesce(trim(submissions.payer_id), '') as payer_id,
        coalesce(trim(submissions.payer_name), '') as payer_name,
        nullif(filings.payer_class, '') as own_class
    from submissions
    left join filings on filings.code = submissions.claim_filing_code
    union all
    select
        file_id,
        transaction_no,
        claim_no,
        payer_id,
        payer_name,
        payer_class as own_class
    from told
),
final as (
    select
        sendings.file_id,
        sendings.transaction_no,
        sendings.claim_no,
        coalesce(sendings.own_class, payers.alias_class, classes.payer_class, '(not given)') as payer_class
    from sendings
    inner join payers on payers.payer_id = sendings.payer_id and payers.payer_name = sendings.payer_name
    left join classes on classes.payer_code = payers.payer_code
)
select * from final
