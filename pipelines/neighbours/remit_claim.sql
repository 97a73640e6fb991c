-- One row per claim payment and key that it may share with what belongs to the same claim.
-- file_id, transaction_no, record_no: the claim payment
-- key: 'a:' a number of the claim, 'm:' the member and a day of service, 'l:' number of a line, 'f:' and 'k:' its place and content if it has none
with claims as (
    select
        *,
        nullif(plain(patient_control_number), '') as account,
        number_key(payer_claim_control_number) as payer_number,
        plain(coalesce(nullif(trim(insured_id), ''), patient_id)) as member
    from lake_remit_claim
),
named as (
    select
        claims.*,
        fillers.number is null and account is not null as has_account
    from claims
    left join (select number from ref_filler_number where is_reference_only = false) as fillers
        on fillers.number = claims.account
),
days as (
    select file_id, transaction_no, claim_no, member, statement_from_date as day from named
    union
    select lines.file_id, lines.transaction_no, lines.claim_no, named.member, lines.service_date
    from lake_remit_line as lines
    inner join named
        on named.file_id = lines.file_id
        and named.transaction_no = lines.transaction_no
        and named.claim_no = lines.claim_no
    where lines.service_date is distinct from named.statement_from_date
)
select file_id, transaction_no, claim_no as record_no, 'a:' || account as key from named where has_account
union all
select file_id, transaction_no, claim_no, 'a:' || payer_number from named where payer_number is not null
union all
select file_id, transaction_no, claim_no, 'a:' || number_key(original_reference_number) from named
where number_key(original_reference_number) is not null
union all
select file_id, transaction_no, claim_no, 'm:' || member || '~' || day from days where member <> '' and day is not null
union all
select file_id, transaction_no, claim_no, 'f:' || file_id || '~' || claim_no from named
where not has_account and payer_number is null
union all
select file_id, transaction_no, claim_no, 'k:' || content_key from named
where not has_account and payer_number is null and content_key <> ''
union all
select file_id, transaction_no, claim_no, 'l:' || upper(trim(line_control_number)) from lake_remit_line
where length(trim(line_control_number)) >= 5
