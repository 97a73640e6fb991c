-- One row per root cause that codes name: the category and tier that most of its codes have, for denials told in words.
-- root_cause: the root cause
-- category: commonest category of the codes that name it
-- mn_tier: commonest medical-necessity tier of those codes, '' where most have none
with carcs as (
    select code, root_cause, category, mn_tier, status from ref_carc
),
rarcs as (
    select code, root_cause, category, mn_tier, status from ref_rarc
),
codes as (
    select root_cause, category, coalesce(mn_tier, '') as mn_tier from carcs
    where status = 'current'
    union all
    select root_cause, category, coalesce(mn_tier, '') as mn_tier from rarcs
    where status = 'current'
),
categories as (
    select
        root_cause,
        category,
        row_number() over (partition by root_cause order by count(*) desc, category) as place_no
    from codes
    where coalesce(root_cause, 'not_determined') <> 'not_determined'
    group by root_cause, category
),
tiers as (
    select
        root_cause,
        mn_tier,
        row_number() over (partition by root_cause order by count(*) desc, mn_tier desc) as place_no
    from codes
    where coalesce(root_cause, '') <> ''
    group by root_cause, mn_tier
),
final as (
    select
        categories.root_cause,
        categories.category,
        -- words that say only "not necessary" say what CARC 50 says
        case when categories.root_cause = 'not_necessary_unspecified' then 'A' else tiers.mn_tier end as mn_tier
    from categories
    inner join tiers on tiers.root_cause = categories.root_cause and tiers.place_no = 1
    where categories.place_no = 1
)
select * from final
