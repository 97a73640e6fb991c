-- One row per column of a denial log and what it was taken for.
-- file_id: file of the log
-- sheet_name: sheet of a workbook
-- column_no: the column's place, counting from 1
-- header: header as it stands in the file
-- field: what it was taken for; NULL where it is not used
-- reason: why
with log_columns as (
    select * from lake_log_column
),
final as (
    select
        file_id,
        sheet_name,
        column_no,
        header,
        field,
        reason
    from log_columns
)
select * from final
