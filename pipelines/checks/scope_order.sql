-- Lines that count as core but not as broad, in a part but not in its whole, or in two states at once.
with line_facts as (
    select * from line_fact
),
final as (
    select line_id
    from line_facts
    where denied_core_count > denied_broad_count
        or rate_denied_core_count > denied_core_count
        or rate_denied_broad_count > adjudicated_count
        or necessity_a_core_count > necessity_ab_core_count
        or necessity_ab_core_count > denied_core_count
        or open_denied_core_count + overturned_core_count > denied_core_count
        or never_resubmitted_core_count > followed_core_count
        or partial_denial_count + denied_broad_count > 1
        or takeback_broad_count + denied_broad_count > 1
)
select * from final
