-- One row per file and kind of oddity found while reading it: how often, and the first case.
-- file_id: the file
-- code: lasting name of the kind
-- oddity_count: how often it was found in the file
-- segment_no: segment of the first case, NULL where it has no place
-- message: the first case, in words
with oddities as (
    select file_id, code, segment_no, byte_offset, message from lake_oddity
),
ordered as (
    select
        file_id,
        code,
        segment_no,
        message,
        count(*) over (partition by file_id, code) as oddity_count,
        row_number() over (
            partition by file_id, code order by byte_offset nulls last, segment_no nulls last, message
        ) as case_no
    from oddities
),
final as (
    select
        file_id,
        code,
        oddity_count,
        segment_no,
        message
    from ordered
    where case_no = 1
)
select * from final
