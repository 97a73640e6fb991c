-- One row per payer that has lines, submissions or payments, the commonest first.
-- payer_key: payer as shown
-- payer_class: its commonest kind of plan
-- line_count: lines that count
-- denied_count: of them: initially denied in core scope
-- spelling_count: ways in which it is written
-- is_alias: its name comes from the alias table
-- payer_rank: 1 has the most lines; colours follow it
with matches as (
    select * from payer_match
),
lines as (
    select payer, payer_class, is_denied_core from counted_line
),
class_counts as (
    select
        payer,
        payer_class,
        count(*) as line_count,
        sum(case when is_denied_core then 1 else 0 end) as denied_count
    from lines
    group by payer, payer_class
),
class_order as (
    select
        payer,
        payer_class,
        row_number() over (
            partition by payer
            order by case when payer_class = '(not given)' then 1 else 0 end, line_count desc, payer_class
        ) as class_no,
        sum(line_count) over (partition by payer) as line_count,
        sum(denied_count) over (partition by payer) as denied_count
    from class_counts
),
spellings as (
    select
        payer_key,
        count(*) as spelling_count,
        max(case when match_kind in ('alias_id', 'alias_name') then 1 else 0 end) as alias
    from matches
    group by payer_key
),
final as (
    select
        spellings.payer_key,
        coalesce(class_order.payer_class, '(not given)') as payer_class,
        cast(coalesce(class_order.line_count, 0) as bigint) as line_count,
        cast(coalesce(class_order.denied_count, 0) as bigint) as denied_count,
        spellings.spelling_count,
        spellings.alias = 1 as is_alias,
        cast(row_number() over (
            order by coalesce(class_order.line_count, 0) desc, spellings.payer_key
        ) as bigint) as payer_rank
    from spellings
    left join class_order on class_order.payer = spellings.payer_key and class_order.class_no = 1
)
select * from final
