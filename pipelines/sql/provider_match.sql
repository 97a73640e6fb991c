-- One row per NPI of a rendering provider: the name to show for it.
-- rendering_npi: the NPI
-- provider: the commonest name given with it in remits and claims
with remit_claims as (
    select rendering_npi, rendering_name from lake_remit_claim
),
submissions as (
    select rendering_npi, rendering_name from lake_submission
),
log_rows as (
    select rendering_npi, provider_name from lake_log_row
),
given as (
    select rendering_npi, rendering_name from remit_claims
    union all
    select rendering_npi, rendering_name from submissions
    union all
    select rendering_npi, provider_name as rendering_name from log_rows
),
counted as (
    select
        rendering_npi,
        trim(rendering_name) as provider,
        count(*) as use_count
    from given
    where coalesce(trim(rendering_npi), '') <> '' and coalesce(trim(rendering_name), '') <> ''
    group by rendering_npi, trim(rendering_name)
),
ordered as (
    select
        rendering_npi,
        provider,
        row_number() over (partition by rendering_npi order by use_count desc, provider) as name_no
    from counted
),
final as (
    select
        rendering_npi,
        provider
    from ordered
    where name_no = 1
)
select * from final
