-- One row per claim of an 837: the kind of plan to which it was sent.
-- file_id: file of the 837
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- payer_class: by the claim's filing code, else the payer's alias, else the commonest in the payer's remits
with submissions as (
    select * from lake_submission
),
payers as (
    select * from payer_match
),
filings as (
    select code, payer_class from ref_claim_filing
),
starts as (
    select payer_code, payer_class from claim_start
),
class_counts as (
    select
        payer_code,
        payer_class,
        count(*) as use_count
    from starts
    where payer_class <> '(not given)'
    group by payer_code, payer_class
),
class_order as (
    select
        payer_code,
        payer_class,
        row_number() over (partition by payer_code order by use_count desc, payer_class) as class_no
    from class_counts
),
final as (
    select
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        coalesce(nullif(filings.payer_class, ''), payers.alias_class, class_order.payer_class, '(not given)')
            as payer_class
    from submissions
    inner join payers
        on payers.payer_id = coalesce(trim(submissions.payer_id), '')
        and payers.payer_name = coalesce(trim(submissions.payer_name), '')
    left join filings on filings.code = submissions.claim_filing_code
    left join class_order on class_order.payer_code = payers.payer_code and class_order.class_no = 1
)
select * from final
