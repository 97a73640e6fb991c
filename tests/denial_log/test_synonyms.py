import pytest

from pipelines.denial_log.fields import FIELDS
from pipelines.denial_log.synonyms import UNUSED, WORD_RULES, column_index, guesses, header_key, synonyms, words

NAMES = {
    "claim_id": ["Claim #", "CLAIM_NO", "claimId", "Claim Number", "ICN", "Encounter ID", "Ticket"],
    "account": ["Acct #", "Account No.", "Patient Account Number", "HAR", "ACCOUNT_NUMBER"],
    "patient_id": ["MRN", "Chart #", "PatientID", "Client ID"],
    "patient_name": ["Pt Name", "Patient Last Name", "FIRST_NAME", "Client Name"],
    "member_id": ["Member ID", "Subscriber ID", "Policy No", "Medicaid ID"],
    "service_date": ["DOS", "Date of Service", "svc date", "ServiceStartDate", "Service From Date"],
    "submission_date": ["Bill Date", "Date Submitted", "Claim Submission Date", "FIRST BILL DATE"],
    "adjudication_date": ["Remit Date", "EOB Date", "Paid Date", "Payment_Date", "Date Processed"],
    "denial_date": ["Denial Date", "Date of Denial", "Denied Date", "Kick Date", "Denial Recvd Date"],
    "payer_name": ["Payor", "Primary Payer Name", "Insurance Company", "Carrier", "pri_ins", "Health Plan"],
    "payer_class": ["Financial Class", "Payer Type", "Line of Business"],
    "procedure_code": ["CPT", "CPT/HCPCS", "Proc Code", "ProcedureCode", "Billing Code"],
    "modifiers": ["Mod 1", "Modifier", "Modifiers"],
    "diagnosis_codes": ["ICD-10", "Dx", "Primary Diagnosis", "Diagnosis Code 1"],
    "charge_amount": ["Billed Amt", "Total Charges", "Claim Amount", "Billed ($)", "Submitted Amount"],
    "paid_amount": ["Ins Paid", "Total Payments", "Paid Amt", "Insurance Payment"],
    "denied_amount": ["Denied Amt", "Amount Denied", "Initial Denial Amount", "Denied $ Amount"],
    "carc": ["CARC", "Denial Code", "Adj Reason Code", "Remit Code", "Denial_1", "CO/PR Code", "Denial Rsn Cd"],
    "rarc": ["RARC", "Remark Codes", "Remark Code 2"],
    "group_code": ["Group Code", "CAS Group", "Adj 1 Group"],
    "reason_text": ["Denial Reason", "Rejection Reason", "Denial Description"],
    "category_text": ["Denial Category", "Root Cause", "Denial Type"],
    "claim_status": ["Claim Status", "Status", "AR Status"],
    "is_denied": ["Was Denied?", "denial_flag", "Denied Y/N"],
    "deadline_date": ["Appeal Deadline", "Appeal Due Date", "Timely Filing Deadline"],
    "owner": ["Assigned To", "Biller", "Worked By"],
    "patient_birth_date": ["DOB", "Birth Date", "Date of Birth", "PATIENT_DOB"],
    "rendering_npi": ["NPI", "Rendering NPI"],
    "local_flag": ["NR/NMR", "Medical Necessity Flag", "M Code"],
    UNUSED: ["Secondary Payor", "Days to Payment", "Patient Age", "Payer Address", "Account Balance", "Batch Number"],
}


@pytest.mark.parametrize(
    ("field", "header"), [(field, header) for field, headers in NAMES.items() for header in headers]
)
def test_a_header_is_known_however_it_is_written(field: str, header: str) -> None:
    """Case, signs, abbreviations and joined words make no difference."""
    assert field == guesses(header)[0].field


def test_a_header_that_says_nothing_has_no_guess() -> None:
    """Unknown words are no evidence."""
    assert [[], [], []] == [guesses(header) for header in ("Xyz", "Kommentar", "Q3")]


def test_every_known_name_and_rule_leads_to_a_field() -> None:
    """The list and the rules name only fields that there are."""
    known = {field for fields in synonyms().values() for field in fields} | {field for _, field in WORD_RULES}
    assert set() == known - set(FIELDS) - {UNUSED}


def test_words_and_keys_of_a_header() -> None:
    """Headers are compared by their letters and digits, and taken apart where words meet."""
    assert ["adjustment", "1", "reason", "code"] == words("Adj1ReasonCd")
    assert ["claimno", "claimid"] == [header_key(header) for header in ("Claim #", "claim_ID")]
    assert [1, 0, None, None] == [column_index(header) for header in ("Adj1Group", "rem_0_code", "CARC", "ICD-10")]
