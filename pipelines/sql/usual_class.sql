-- One row per payer some claim payment of which says its kind of plan: the payer's commonest.
-- payer_code: short form of the payer
-- payer_class: the kind of plan that most of its claim payments say, by their filing code or the alias table
with claims as (
    select file_id, transaction_no, claim_filing_code from lake_remit_claim
),
remits as (
    select file_id, transaction_no, payer_id, payer_name from lake_remit
),
payers as (
    select * from payer_match
),
filings as (
    select code, payer_class from ref_claim_filing
),
uses as (
    select
        file_id,
        transaction_no,
        claim_filing_code,
        count(*) as use_count
    from claims
    group by file_id, transaction_no, claim_filing_code
),
stated as (
    select
        coalesce(payers.payer_code, '(not given)') as payer_code,
        coalesce(nullif(filings.payer_class, ''), payers.alias_class) as payer_class,
        uses.use_count
    from uses
    left join remits on remits.file_id = uses.file_id and remits.transaction_no = uses.transaction_no
    left join payers
        on payers.payer_id = coalesce(trim(remits.payer_id), '')
        and payers.payer_name = coalesce(trim(remits.payer_name), '')
    left join filings on filings.code = uses.claim_filing_code
),
counted as (
    select
        payer_code,
        payer_class,
        sum(use_count) as use_count
    from stated
    where coalesce(payer_class, '') <> ''
    group by payer_code, payer_class
),
ordered as (
    select
        payer_code,
        payer_class,
        row_number() over (partition by payer_code order by use_count desc, payer_class) as class_no
    from counted
),
final as (
    select
        payer_code,
        payer_class
    from ordered
    where class_no = 1
)
select * from final
