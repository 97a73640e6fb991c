-- One row per row of a denial log that tells a member and whose number does not say which claim it means.
-- file_id, transaction_no, record_no: the row; transaction_no is 0
-- member: the member in capitals, without punctuation and leading zeros
with settled as (
    select distinct file_id, row_no from log_candidate
    where match_rule = 'claim_number'
),
log_rows as (
    select file_id, row_no, plain(member_id) as member from lake_log_row
)
select log_rows.file_id, 0 as transaction_no, log_rows.row_no as record_no, log_rows.member
from log_rows
anti join settled on settled.file_id = log_rows.file_id and settled.row_no = log_rows.row_no
where log_rows.member <> ''
