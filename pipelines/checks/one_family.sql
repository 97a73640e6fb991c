-- Claim payments and submissions that are in no family or in several, and families over two turns, or over two payers
-- though no rule says that the payer is only told otherwise.
with members as (
    select
        'claim payment' as what,
        starts.file_id,
        starts.transaction_no,
        starts.claim_no,
        claim_families.family_id,
        starts.payer_sequence as turn,
        starts.payer_code
    from claim_start as starts
    left join claim_family as claim_families
        on claim_families.file_id = starts.file_id
        and claim_families.transaction_no = starts.transaction_no
        and claim_families.claim_no = starts.claim_no
    union all
    select
        'submission' as what,
        submissions.file_id,
        submissions.transaction_no,
        submissions.claim_no,
        submission_families.family_id,
        submissions.payer_sequence as turn,
        case
            when submission_families.match_rule in ('account_charge', 'account_mangled') or submissions.source = 'log'
                or submissions.payer_code = '(not given)' then null
            else submissions.payer_code
        end as payer_code
    from submission_event as submissions
    left join submission_family as submission_families
        on submission_families.file_id = submissions.file_id
        and submission_families.transaction_no = submissions.transaction_no
        and submission_families.claim_no = submissions.claim_no
),
homes as (
    select
        what,
        file_id,
        transaction_no,
        claim_no,
        count(*) as row_count,
        count(family_id) as family_count
    from members
    group by what, file_id, transaction_no, claim_no
),
mixed as (
    select
        family_id,
        min(turn) as first_turn,
        max(turn) as last_turn,
        min(payer_code) as first_payer,
        max(payer_code) as last_payer
    from members
    where family_id is not null
    group by family_id
),
final as (
    select
        what,
        file_id || ' ' || cast(transaction_no as string) || ' ' || cast(claim_no as string) as key_text,
        cast(family_count as string) || ' families' as found
    from homes
    where row_count <> 1 or family_count <> 1
    union all
    select
        'turns' as what,
        family_id as key_text,
        first_turn || ', ' || last_turn as found
    from mixed
    where first_turn <> last_turn
    union all
    select
        'payers' as what,
        family_id as key_text,
        first_payer || ', ' || last_payer as found
    from mixed
    where first_payer <> last_payer
)
select * from final
