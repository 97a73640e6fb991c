-- One row per way in which a payer is written (its id and name as given): the payer that is meant.
-- payer_id: the id as given, '' where there is none
-- payer_name: the name as given, '' where there is none
-- use_count: remits, submissions and log rows that write it so
-- payer_code: lasting short form, part of family ids: the name upper-cased, without punctuation and company words
-- payer_key: the payer as shown: its name in the alias table, else the commonest way its name is written
-- match_kind: what decided: alias_id, alias_name, name, id or none
-- alias_class: kind of plan according to the alias table, NULL where it does not say
with remits as (
    select
        payer_id,
        payer_name,
        count(*) as use_count
    from lake_remit
    group by payer_id, payer_name
),
submissions as (
    select
        payer_id,
        payer_name,
        count(*) as use_count
    from lake_submission
    group by payer_id, payer_name
),
log_rows as (
    select
        payer_id,
        payer_name,
        count(*) as use_count
    from lake_log_row
    group by payer_id, payer_name
),
aliases as (
    select match_kind, pattern, payer_name, payer_class, precedence from ref_payer_alias
),
uses as (
    select * from remits
    union all
    select * from submissions
    union all
    select * from log_rows
),
trimmed as (
    select
        coalesce(trim(payer_id), '') as payer_id,
        coalesce(trim(payer_name), '') as payer_name,
        use_count
    from uses
),
given as (
    select
        payer_id,
        payer_name,
        cast(sum(use_count) as bigint) as use_count
    from trimmed
    group by payer_id, payer_name
),
compared as (
    select
        given.payer_id,
        given.payer_name,
        aliases.match_kind,
        aliases.payer_name as alias_name,
        aliases.payer_class,
        aliases.pattern,
        aliases.precedence,
        text_matches(upper(case when aliases.match_kind = 'id' then given.payer_id else given.payer_name end),
            aliases.pattern) as is_meant
    from given
    cross join aliases
),
alias_hits as (
    select
        payer_id,
        payer_name,
        alias_name,
        nullif(payer_class, '') as alias_class,
        pattern,
        precedence,
        case when match_kind = 'id' then 1 else 2 end as preference
    from compared
    where is_meant and case when match_kind = 'id' then payer_id else payer_name end <> ''
),
alias_order as (
    select
        payer_id,
        payer_name,
        alias_name,
        alias_class,
        preference,
        row_number() over (
            partition by payer_id, payer_name
            order by preference, cast(precedence as bigint) nulls last, pattern, alias_name
        ) as alias_no
    from alias_hits
),
named as (
    select
        given.payer_id,
        given.payer_name,
        given.use_count,
        alias_order.alias_name,
        alias_order.alias_class,
        alias_order.preference,
        coalesce(alias_order.alias_name, given.payer_name) as best_name
    from given
    left join alias_order
        on alias_order.payer_id = given.payer_id
        and alias_order.payer_name = given.payer_name
        and alias_order.alias_no = 1
),
spaced as (
    select
        payer_id,
        payer_name,
        use_count,
        alias_name,
        alias_class,
        preference,
        best_name,
        ' ' || translate(replace(upper(best_name), chr(39), ''), '.,;:&/()-_*"', '            ') || ' ' as words
    from named
),
narrowed as (
    select
        payer_id,
        payer_name,
        use_count,
        alias_name,
        alias_class,
        preference,
        best_name,
        replace(replace(replace(words, '  ', ' '), '  ', ' '), '  ', ' ') as words
    from spaced
),
plain as (
    select
        payer_id,
        payer_name,
        use_count,
        alias_name,
        alias_class,
        preference,
        best_name,
        trim(
            replace(replace(replace(replace(replace(replace(replace(replace(
                words, ' THE ', ' '), ' AND ', ' '), ' INC ', ' '), ' LLC ', ' '), ' LTD ', ' '), ' COMPANY ', ' '),
                ' CORPORATION ', ' '), ' CORP ', ' ')
        ) as plain_name
    from narrowed
),
coded as (
    select
        payer_id,
        payer_name,
        use_count,
        alias_name,
        alias_class,
        preference,
        best_name,
        case when plain_name = '' then upper(best_name) else plain_name end as name_code
    from plain
),
id_names as (
    select
        payer_id,
        min(name_code) as name_code
    from coded
    where payer_id <> '' and name_code <> ''
    group by payer_id
    having min(coded.name_code) = max(coded.name_code)
),
filled as (
    select
        coded.payer_id,
        coded.payer_name,
        coded.use_count,
        coded.alias_name,
        coded.alias_class,
        coded.preference,
        coded.best_name,
        case
            when coded.name_code <> '' then coded.name_code
            when id_names.name_code is not null then id_names.name_code
            when coded.payer_id <> '' then 'PAYER ' || upper(coded.payer_id)
            else '(not given)'
        end as payer_code
    from coded
    left join id_names on id_names.payer_id = coded.payer_id
),
spellings as (
    select
        payer_code,
        best_name,
        max(case when alias_name is not null then 1 else 0 end) as is_alias,
        sum(use_count) as use_count
    from filled
    where best_name <> ''
    group by payer_code, best_name
),
spelling_order as (
    select
        payer_code,
        best_name,
        row_number() over (
            partition by payer_code
            order by is_alias desc, use_count desc, best_name
        ) as spelling_no
    from spellings
),
final as (
    select
        filled.payer_id,
        filled.payer_name,
        filled.use_count,
        filled.payer_code,
        case
            when spelling_order.best_name is not null then spelling_order.best_name
            when filled.payer_id <> '' then 'Payer ' || filled.payer_id
            else '(not given)'
        end as payer_key,
        case
            when filled.preference = 1 then 'alias_id'
            when filled.preference = 2 then 'alias_name'
            when filled.payer_name <> '' then 'name'
            when filled.payer_id <> '' then 'id'
            else 'none'
        end as match_kind,
        filled.alias_class
    from filled
    left join spelling_order
        on spelling_order.payer_code = filled.payer_code
        and spelling_order.spelling_no = 1
)
select * from final
