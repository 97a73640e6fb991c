-- One row per kind of issue with the data, found or not: how often, how many dollars, and where to look.
-- issue: lasting name of the kind
-- label: what it is, in words
-- issue_count: how often it was found
-- amount: dollars that it touches
-- where_to_look: table and condition that list the cases
-- issue_no: order in which to show it
with issues as (
    select * from issue_file
    union all
    select * from issue_line
    union all
    select * from issue_log
    union all
    select * from issue_match
),
final as (
    select
        issue,
        label,
        cast(issue_count as bigint) as issue_count,
        cast(amount as decimal(38, 2)) as amount,
        where_to_look,
        cast(issue_no as bigint) as issue_no
    from issues
)
select * from final
