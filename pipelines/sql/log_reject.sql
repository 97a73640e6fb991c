-- One row per row of a denial log that could not be used, without what stood in it.
-- file_id: the log
-- row_no: row of the sheet, counting from 1; ten million more for each sheet before
-- sheet_name: the sheet, NULL for a text file
-- reason: why it could not be used
with rejects as (
    select * from lake_log_reject
),
final as (
    select
        file_id,
        row_no,
        sheet_name,
        reason
    from rejects
)
select * from final
