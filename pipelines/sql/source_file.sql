-- One row per file of the lake, loaded or quarantined, with the period it speaks of.
-- file_id: first 12 hex digits of the SHA-256 of the bytes
-- sha256: SHA-256 of the bytes
-- file_name: name under which the file came first
-- kind: 835, 837P, 837I, 837D, 277CA, 999 or denial_log
-- status: loaded or quarantined
-- byte_count: size of the file (bytes)
-- received_at: when it came (UTC)
-- reader_version: version of the reader that read it
-- transaction_count: transactions read
-- claim_count: claims, submissions or log rows read
-- line_count: service lines read
-- rejected_row_count: log rows that could not be used
-- total_amount: sum of the claims' paid amounts, or of the charges of an 837 (dollars)
-- error_segment_no: segment at which reading ended, of a quarantined file
-- error_got: what was found there
-- error_wanted: what was wanted
-- error_message: the whole message as people see it
-- first_payment_date: first payment or denial date in the file
-- last_payment_date: last payment or denial date in the file
-- oddity_count: things about the file that are not as the standard wants them
with files as (
    select * from lake_file
),
remits as (
    select * from lake_remit
),
log_rows as (
    select * from lake_log_row
),
oddities as (
    select * from lake_oddity
),
dates as (
    select
        file_id,
        coalesce(payment_date, production_date, interchange_date) as payment_date
    from remits
    union all
    select
        file_id,
        coalesce(denial_date, adjudication_date) as payment_date
    from log_rows
),
periods as (
    select
        file_id,
        min(payment_date) as first_payment_date,
        max(payment_date) as last_payment_date
    from dates
    group by file_id
),
odd as (
    select
        file_id,
        count(*) as oddity_count
    from oddities
    group by file_id
),
final as (
    select
        files.file_id,
        files.sha256,
        files.file_name,
        files.kind,
        files.status,
        files.byte_count,
        files.received_at,
        files.reader_version,
        files.transaction_count,
        files.claim_count,
        files.line_count,
        files.rejected_row_count,
        files.total_amount,
        files.error_segment_no,
        files.error_got,
        files.error_wanted,
        files.error_message,
        periods.first_payment_date,
        periods.last_payment_date,
        coalesce(odd.oddity_count, 0) as oddity_count
    from files
    left join periods on periods.file_id = files.file_id
    left join odd on odd.file_id = files.file_id
)
select * from final
