-- One row per initial denial (core or broad): a denied line of a remittance, or a log row that no remittance covers.
-- denial_id: '<family_id>|<line_key>', or 'log-<file_id>-<row_no>'
-- source: 835 or log
-- family_id: the claim's family, NULL for a log row
-- line_key: the line within the family, NULL for a log row
-- file_id: file of the denial
-- transaction_no: transaction within the file
-- claim_no: claim within the file
-- line_no: line within the claim
-- row_no: row of the sheet
-- patient_control_number: the practice's number for the claim
-- payer_key: payer as shown
-- payer_class: kind of plan
-- payer_sequence: primary, secondary or tertiary; a log row counts as primary
-- procedure_code: procedure as submitted, '(not given)' where there is none
-- procedure_family: group of procedures
-- modifiers: modifiers as submitted
-- provider_id: NPI of the rendering provider
-- provider: name of the rendering provider
-- place_of_service: place of service code
-- diagnosis_code: first diagnosis
-- diagnosis_codes: all diagnoses in order
-- diagnosis_chapter: chapter of the first diagnosis
-- service_date: service date
-- denial_date: payment date of the denial, or the log's denial date
-- charge_amount: charge of the denied line, or the log's charge or denied amount (dollars)
-- is_core: denied in core scope
-- group_code: group of the principal reason
-- carc: principal CARC
-- rarc: principal remark
-- category: category of the principal reason
-- mn_tier: medical-necessity tier A, B or C, '' where none
-- is_in_rate: counted in rates; rows of a log that holds only denials are not
-- state: what became of it
-- recovered_amount: paid after the denial (dollars)
-- overturned_by: payer or resubmission
-- submission_count: submissions of the claim in the store
-- resubmission_date: first day after the denial on which the claim was sent again
-- authorization_number: prior authorisation of the remit or the matching 837
-- policy_reference: policy named by the payer
-- submission_file_id: file of the matching 837
-- submission_segment_no: segment of the matching CLM
-- submission_byte_offset: place of the matching CLM (bytes)
-- segment_no: segment of the denial
-- byte_offset: place of that segment in the file (bytes)
with lines as (
    select * from family_line
),
log_lines as (
    select * from log_line
),
procedures as (
    select * from procedure_match
),
diagnoses as (
    select * from diagnosis_match
),
final as (
    select
        family_id || '|' || line_key as denial_id,
        '835' as source,
        family_id,
        line_key,
        file_id,
        transaction_no,
        claim_no,
        line_no,
        cast(null as bigint) as row_no,
        patient_control_number,
        payer as payer_key,
        payer_class,
        payer_sequence,
        procedure as procedure_code,
        procedure_family,
        modifiers,
        provider_id,
        provider,
        place_of_service,
        diagnosis_code,
        diagnosis_codes,
        diagnosis_chapter,
        service_date,
        payment_date as denial_date,
        charge_amount,
        is_denied_core as is_core,
        coalesce(group_code, '(not given)') as group_code,
        coalesce(carc, '(not given)') as carc,
        coalesce(rarc, '(not given)') as rarc,
        coalesce(category, 'unknown') as category,
        mn_tier,
        true as is_in_rate,
        state,
        recovered_amount,
        overturned_by,
        submission_count,
        resubmission_date,
        authorization_number,
        policy_reference,
        submission_file_id,
        submission_segment_no,
        submission_byte_offset,
        segment_no,
        byte_offset
    from lines
    where is_denied_broad
    union all
    select
        'log-' || log_lines.file_id || '-' || cast(log_lines.row_no as string) as denial_id,
        'log' as source,
        cast(null as string) as family_id,
        cast(null as string) as line_key,
        log_lines.file_id,
        cast(null as bigint) as transaction_no,
        cast(null as bigint) as claim_no,
        cast(null as bigint) as line_no,
        log_lines.row_no,
        log_lines.patient_control_number,
        log_lines.payer_key,
        log_lines.payer_class,
        'primary' as payer_sequence,
        coalesce(log_lines.procedure_code, '(not given)') as procedure_code,
        coalesce(procedures.procedure_family, '(not given)') as procedure_family,
        log_lines.modifiers,
        log_lines.provider_id,
        log_lines.provider,
        log_lines.place_of_service,
        log_lines.diagnosis_code,
        log_lines.diagnosis_codes,
        coalesce(diagnoses.diagnosis_chapter, '(not given)') as diagnosis_chapter,
        log_lines.service_date,
        log_lines.payment_date as denial_date,
        log_lines.charge_amount,
        log_lines.is_denied_core as is_core,
        coalesce(log_lines.group_code, '(not given)') as group_code,
        coalesce(log_lines.carc, '(not given)') as carc,
        coalesce(log_lines.rarc, '(not given)') as rarc,
        log_lines.category,
        log_lines.mn_tier,
        log_lines.is_in_rate,
        log_lines.state,
        coalesce(log_lines.recovered_amount, cast(0 as decimal(18, 2))) as recovered_amount,
        cast(null as string) as overturned_by,
        0 as submission_count,
        log_lines.resubmission_date,
        cast(null as string) as authorization_number,
        cast(null as string) as policy_reference,
        cast(null as string) as submission_file_id,
        cast(null as bigint) as submission_segment_no,
        cast(null as bigint) as submission_byte_offset,
        cast(null as bigint) as segment_no,
        cast(null as bigint) as byte_offset
    from log_lines
    left join procedures on procedures.procedure_code = log_lines.procedure_code
    left join diagnoses on diagnoses.diagnosis_code = log_lines.diagnosis_code
    where log_lines.is_counted and log_lines.is_denied_broad
)
select * from final
