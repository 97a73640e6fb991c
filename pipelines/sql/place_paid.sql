-- One row per payer, procedure and place of service at which the payer has paid it.
-- payer_key: payer as shown
-- procedure_code: procedure as submitted
-- place_of_service: place of service code
-- line_count: paid lines
-- place_no: 1 is the place with most of them
-- once_count: places of that procedure with one paid line alone
with lines as (
    select * from paid_line
    where place_of_service <> '(not given)'
),
summed as (
    select
        payer_key,
        procedure_code,
        place_of_service,
        count(*) as line_count
    from lines
    group by payer_key, procedure_code, place_of_service
),
final as (
    select
        payer_key,
        procedure_code,
        place_of_service,
        cast(line_count as bigint) as line_count,
        cast(row_number() over (
            partition by payer_key, procedure_code
            order by line_count desc, place_of_service
        ) as bigint) as place_no,
        cast(sum(case when line_count = 1 then 1 else 0 end) over (partition by payer_key, procedure_code) as bigint)
            as once_count
    from summed
)
select * from final
