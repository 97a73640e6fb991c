-- One row per claim of an 837 and key that it may share with what belongs to the same claim.
-- file_id, transaction_no, record_no: the claim
-- key: as of claim payments; 'c:' the clearinghouse's number, 'b:', 't:', 'g:', 'i:' a whole once refused
with fillers as (
    select number, is_reference_only from ref_filler_number
),
claims as (
    select
        *,
        trim(patient_control_number) as number,
        nullif(plain(patient_control_number), '') as account,
        nullif(plain(original_reference_number), '') as reference,
        plain(subscriber_id) as member
    from lake_submission
),
named as (
    select
        *,
        account is not null and account not in (select number from fillers where is_reference_only = false)
            as has_account
    from claims
),
days as (
    select file_id, transaction_no, claim_no, member, service_from_date as day from named
    union
    select lines.file_id, lines.transaction_no, lines.claim_no, named.member, lines.service_date
    from lake_submission_line as lines
    inner join named
        on named.file_id = lines.file_id
        and named.transaction_no = lines.transaction_no
        and named.claim_no = lines.claim_no
    where lines.service_date is distinct from named.service_from_date
),
refused as (
    select level, trim(batch_reference) as batch, trim(acknowledged_group_number) as whole_group,
        trim(acknowledged_transaction_number) as transaction,
        trim(acknowledged_interchange_number) as interchange
    from lake_acknowledgement
    where is_accepted = false
)
select file_id, transaction_no, claim_no as record_no, 'a:' || account as key from named where has_account
union all
select file_id, transaction_no, claim_no, 'a:' || plain(substr(number, 1, 20)) from named
where has_account and length(number) > 20 and plain(substr(number, 1, 20)) <> ''
union all
select file_id, transaction_no, claim_no, 'a:' || reference from named
where reference is not null and reference not in (select number from fillers)
union all
select file_id, transaction_no, claim_no, 'm:' || member || '~' || day from days where member <> '' and day is not null
union all
select file_id, transaction_no, claim_no, 'c:' || trim(clearinghouse_number) from named
where trim(clearinghouse_number) <> ''
union all
select file_id, transaction_no, claim_no, 'f:' || file_id || '~' || claim_no from named where not has_account
union all
select file_id, transaction_no, claim_no, 'k:' || hash(created_date, charge_amount, service_from_date) from named
where not has_account
union all
select file_id, transaction_no, claim_no, 'b:' || batch_reference from named
where batch_reference in (select batch from refused where level = 'batch')
union all
select file_id, transaction_no, claim_no, 'g:' || group_control_number from named
where group_control_number in (select whole_group from refused where level = 'functional_group')
union all
select file_id, transaction_no, claim_no, 't:' || group_control_number || '~' || transaction_control_number from named
where (group_control_number, transaction_control_number)
    in (select (whole_group, transaction) from refused where level = 'transaction_set')
union all
select file_id, transaction_no, claim_no, 'i:' || interchange_control_number from named
where interchange_control_number in (select interchange from refused where level = 'interchange')
union all
select file_id, transaction_no, claim_no, 'l:' || upper(trim(line_control_number)) from lake_submission_line
where length(trim(line_control_number)) >= 5
