-- One row per row of a denial log or claim export and key that it may share with what belongs to the same claim.
-- file_id, transaction_no, record_no: the row; transaction_no is 0
-- key: as of claim payments; 'k:' what joins the rows about one line or claim in several logs
with fillers as (
    select number from ref_filler_number
    where is_reference_only = false
),
log_rows as (
    select
        *,
        nullif(trim(claim_id), '') as first_number,
        nullif(trim(account), '') as second_number,
        nullif(trim(denial_id), '') as third_number,
        plain(member_id) as member
    from lake_log_row
),
numbers as (
    select file_id, row_no, first_number as number from log_rows
    union all
    select file_id, row_no, second_number as number from log_rows
    union all
    select file_id, row_no, third_number as number from log_rows
    where first_number is null and second_number is null
),
keyed as (
    select *, nullif(plain(number), '') as account from numbers
),
told as (
    select * from keyed
    where account is not null and account not in (select number from fillers)
),
days as (
    -- a sending that a log tells has the member of one of its rows and the day of another
    select distinct file_id, plain(coalesce(first_number, second_number)) as account, service_date as day from log_rows
    where service_date is not null
)
select file_id, 0 as transaction_no, row_no as record_no, 'a:' || account as key from told
union all
select file_id, 0, row_no, 'a:' || plain(substr(number, 1, 20)) from told
where length(number) > 20 and plain(substr(number, 1, 20)) <> ''
union all
select file_id, 0, row_no, 'a:' || plain(original_reference_number) from log_rows
where plain(original_reference_number) <> ''
    and plain(original_reference_number) not in (select number from ref_filler_number)
union all
select log_rows.file_id, 0, log_rows.row_no, 'm:' || log_rows.member || '~' || days.day
from log_rows
inner join days
    on days.file_id = log_rows.file_id
    and days.account = plain(coalesce(log_rows.first_number, log_rows.second_number))
where log_rows.member <> ''
union all
select file_id, 0, row_no, 'k:' || coalesce(
    upper(coalesce(first_number, second_number, third_number)) || '~' || coalesce(cast(service_date as varchar), ''),
    '~' || hash(coalesce(patient_id, member_id, patient_name, ''), service_date, upper(procedure_code), charge_amount)
) from log_rows
