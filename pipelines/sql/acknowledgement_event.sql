-- One row per answer to a single claim before it was decided (277CA): accepted or rejected by clearinghouse or payer.
-- file_id: file of the acknowledgement
-- transaction_no: transaction within the file
-- acknowledgement_no: answer within the file
-- patient_control_number: the practice's number for the claim
-- answer_date: day of the answer
-- is_accepted: accepted, or rejected; NULL where the code is in no list
-- category_code: A0 to A8
-- status_code: status within the category
-- payer_name: who answered, as given
-- charge_amount: charge of the claim (dollars)
-- message: the codes in words of the reader
-- segment_no: segment of the answer
-- byte_offset: place of that segment in the file (bytes)
with acknowledgements as (
    select * from lake_acknowledgement
),
final as (
    select
        file_id,
        transaction_no,
        acknowledgement_no,
        trim(patient_control_number) as patient_control_number,
        effective_date as answer_date,
        is_accepted,
        category_code,
        status_code,
        payer_name,
        charge_amount,
        message,
        segment_no,
        byte_offset
    from acknowledgements
    where level = 'claim' and coalesce(trim(patient_control_number), '') <> ''
)
select * from final
