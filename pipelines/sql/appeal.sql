-- One row per appeal request (claim, level and day): what it asked for and what came of it. It counts once.
-- appeal_id: '<claim_id>~<level>~<appeal date>'
-- claim_id: the family, or for a denial that only a log knows the claim as claim_fact has it
-- family_id: the claim's family, NULL for a claim that only a log knows
-- line_count: denied lines that it speaks of
-- appeal_date: day of the appeal, NULL where the log only says that there was one
-- appeal_level: level as written, in lower case
-- decided_date: day on which the last of its lines was decided; NULL while open
-- outcome: overturned, partly_overturned (some lines, or a part), upheld or open
-- denied_amount: charges of its denied lines (dollars)
-- recovered_amount: paid on the overturned ones (dollars)
-- denial_id: the denial with the largest charge among its lines, for the dimensions
-- file_id: file of the log
-- row_no: first row of the sheet that tells it
with lines as (
    select * from appeal_line
),
ordered as (
    select
        *,
        row_number() over (partition by appeal_id order by denied_amount desc, denial_id) as lead_no,
        row_number() over (partition by appeal_id order by file_id, row_no, denial_id) as row_place_no
    from lines
),
summed as (
    select
        appeal_id,
        claim_id,
        family_id,
        appeal_date,
        appeal_level,
        count(*) as line_count,
        sum(case when outcome = 'overturned' then 1 else 0 end) as overturned_count,
        sum(case when outcome = 'partly_overturned' then 1 else 0 end) as partly_count,
        sum(case when outcome = 'open' then 1 else 0 end) as open_count,
        max(decided_date) as decided_date,
        sum(denied_amount) as denied_amount,
        sum(recovered_amount) as recovered_amount,
        max(case when lead_no = 1 then denial_id end) as denial_id,
        max(case when row_place_no = 1 then file_id end) as file_id,
        max(case when row_place_no = 1 then row_no end) as row_no
    from ordered
    group by appeal_id, claim_id, family_id, appeal_date, appeal_level
),
final as (
    select
        appeal_id,
        claim_id,
        family_id,
        line_count,
        appeal_date,
        appeal_level,
        case when overturned_count + partly_count > 0 or open_count = 0 then decided_date end as decided_date,
        case
            when overturned_count = line_count then 'overturned'
            when overturned_count + partly_count > 0 then 'partly_overturned'
            when open_count > 0 then 'open'
            else 'upheld'
        end as outcome,
        cast(denied_amount as decimal(18, 2)) as denied_amount,
        cast(recovered_amount as decimal(18, 2)) as recovered_amount,
        denial_id,
        file_id,
        row_no
    from summed
)
select * from final
