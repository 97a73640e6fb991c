"""Header names here are facts about what programs and practices call things; the lists are our own."""

import io

import pytest

from pipelines.denial_log import propose_mapping
from pipelines.denial_log.kind import Kind
from pipelines.errors import NotReadable
from tests.denial_log.tables import columns, fields, text_bytes

ASKED, CLEAR = False, True

# what it is | headers | the fields that matter | whether it can be loaded without asking
HEADERS: list[tuple[str, str, dict[str, str], bool]] = [
    (
        "practice management charges",
        "EncounterID|EncounterProcedureID|PatientName|PatientFirstName|PatientLastName|ServiceStartDate|ServiceEndDate|"
        "ProcedureCode|ProcedureModifier1|ProcedureModifier2|PrimaryInsuranceCompanyName|SecondaryInsuranceCompanyName|"
        "TotalCharges|AllowedAmount|PrimaryInsuranceInsurancePayment|PrimaryInsuranceAdjudicationDate|Units|TotalBalance",
        {
            "claim_id": "EncounterID",
            "patient_name": "PatientName",
            "service_date": "ServiceStartDate",
            "payer_name": "PrimaryInsuranceCompanyName",
            "charge_amount": "TotalCharges",
            "paid_amount": "PrimaryInsuranceInsurancePayment",
            "adjudication_date": "PrimaryInsuranceAdjudicationDate",
        },
        CLEAR,
    ),
    (
        "hospital billing",
        "HAR|MRN|Patient Last Name|Patient First Name|Birth Date|Service Area|Financial Class|Primary Payor|"
        "Secondary Payor|Total Charges|Total Payments|Total Adjustments|Insurance Balance|Attending Provider|"
        "Referring Provider|Account Status|Account Notes|Admit Date/Time",
        {
            "account": "HAR",
            "patient_id": "MRN",
            "patient_birth_date": "Birth Date",
            "payer_name": "Primary Payor",
            "payer_class": "Financial Class",
            "paid_amount": "Total Payments",
            "provider_name": "Attending Provider",
            "claim_status": "Account Status",
        },
        CLEAR,
    ),
    (
        "hospital billing in capitals",
        "ACCOUNT_NUMBER|MRN|PATIENT_DOB|SERVICE_DATE|TOTAL_CHARGES|TOTAL_PAYMENTS|PRIMARY_PAYER|FACILITY_NAME|ATTENDING_PHYSICIAN",
        {"account": "ACCOUNT_NUMBER", "payer_name": "PRIMARY_PAYER", "location": "FACILITY_NAME"},
        CLEAR,
    ),
    (
        "clearinghouse denials",
        "Denial Date|Date of Service|Denial Type|Rejection Reason|Kick Code|Description|Claim ID|Payer",
        {
            "denial_date": "Denial Date",
            "service_date": "Date of Service",
            "reason_text": "Rejection Reason",
            "carc": "Kick Code",
            "claim_id": "Claim ID",
        },
        CLEAR,
    ),
    (
        "behavioural practice claims",
        "Claim ID/Number|Patient Name (Last, First)|Date of Service|Submission Date|Payer/Insurance Company|"
        "Rendering Provider (Clinician)|Billed Amount|Allowed Amount|Paid Amount|Patient Responsibility|"
        "Claim Status|Denial Reason",
        {
            "claim_id": "Claim ID/Number",
            "payer_name": "Payer/Insurance Company",
            "provider_name": "Rendering Provider (Clinician)",
            "patient_responsibility_amount": "Patient Responsibility",
        },
        CLEAR,
    ),
    (
        "waiver biller",
        "Claim Number|Client Name|Medicaid ID|Service Date|Denial Date|Denial Code|Denial Reason|Amount|Status|"
        "Priority|Assigned To|Appeal Deadline|Resolution Type|Resolution Amount",
        {
            "member_id": "Medicaid ID",
            "carc": "Denial Code",
            "owner": "Assigned To",
            "deadline_date": "Appeal Deadline",
            "recovered_amount": "Resolution Amount",
        },
        CLEAR,
    ),
    (
        "state explanation of benefits",
        "LineNumber|Count|TCN|LastName|FirstName|Medicaid|Status|CARC|RARC|ServiceDate|LineBilled|LinePaid|CARC|RARC",
        {"claim_id": "TCN", "charge_amount": "LineBilled", "paid_amount": "LinePaid"},
        CLEAR,
    ),
    (
        "billing company master",
        "ClaimKey|PatientID|Payor|ProviderName|NPI|DOS|CPTCode|ChargeAmount|PaidAmount|BalanceRemaining|ClaimStatus|"
        "BillDate|DeniedDate|PaidDate|NextAction|DenialCategory|DenialReason|AppealDate|AppealStatus",
        {
            "rendering_npi": "NPI",
            "procedure_code": "CPTCode",
            "submission_date": "BillDate",
            "denial_date": "DeniedDate",
            "adjudication_date": "PaidDate",
            "category_text": "DenialCategory",
            "appeal_outcome": "AppealStatus",
        },
        CLEAR,
    ),
    (
        "flat remittance",
        "Id|PatientControlNumber|ClaimStatus|ChargeAmount|PaymentAmount|PayerControlNumber|PaymentDate|"
        "TotalAdjAmount|Adj1Group|Adj1ReasonCode|Adj1Amount|PayerName|PayerIdentifier|CheckOrEftTraceNumber",
        {
            "claim_id": "PatientControlNumber",
            "paid_amount": "PaymentAmount",
            "group_code": "Adj1Group",
            "carc": "Adj1ReasonCode",
            "code_amount": "Adj1Amount",
            "payer_id": "PayerIdentifier",
        },
        CLEAR,
    ),
    ("rejections", "Claim ID|Posted Date|Payer Response Message", {"reason_text": "Payer Response Message"}, CLEAR),
    ("small dump", "pt_name|pri_ins|prov_name|dos|cpt|pay_date|denied_claim|acct", {"payer_name": "pri_ins"}, CLEAR),
    ("denials of a warehouse", "denial_id|claim_line_id|denial_code|denial_date", {"carc": "denial_code"}, CLEAR),
    (
        "follow-up form",
        "Provider|Rejection_Reason|Denial_1|Denial_2|Denial_3|Denial_Date",
        {"denial_date": "Denial_Date"},
        ASKED,
    ),
    (
        "tracker",
        "Submission Date|Payer Name|Denial Date|Denial Code|Root Cause|Preventable?",
        {"category_text": "Root Cause"},
        ASKED,
    ),
    ("therapist's sheet", "Therapist|Patient name|DOS|CPT|Total paid|NOTE", {"paid_amount": "Total paid"}, ASKED),
    ("appeals", "appeal_id|denial_id|appeal_date|appeal_outcome", {"appeal_date": "appeal_date"}, ASKED),
]


@pytest.mark.parametrize(
    ("headers", "expected", "is_clear"), [row[1:] for row in HEADERS], ids=[row[0] for row in HEADERS]
)
def test_headers_alone_say_what_most_columns_are(headers: str, expected: dict[str, str], is_clear: bool) -> None:
    """Without any values the known names settle the columns, and what they cannot settle is asked."""
    proposal = propose_mapping(io.BytesIO(text_bytes([headers.split("|")])), "export.csv")
    found = {column.field: column.header for column in proposal.columns if column.field in expected}
    assert expected == found
    assert is_clear == proposal.is_clear
    assert is_clear == (proposal.questions == [])


@pytest.mark.parametrize(
    "headers",
    [
        "PayerID|PayerName|PayerCategory|ReimbursementRate",
        "file|repo|path|commit|licence|rows",
        "Name|Address|City|Phone",
        "Date|Opening|High|Low|Close",
    ],
)
def test_tables_about_something_else_are_refused_with_what_is_missing(headers: str) -> None:
    """The refusal shows the columns found and says what a log would have."""
    with pytest.raises(NotReadable, match=r"a table with the columns .* wanted columns of a denial log") as refused:
        propose_mapping(io.BytesIO(text_bytes([headers.split("|"), ["a"] * 4])), "other.csv")
    assert headers.split("|")[0] in refused.value.got


def column(header: str, values: list[str], *more: tuple[str, list[str]]) -> list[list[str]]:
    """A table with a claim and a payer beside the columns in question."""
    given = [
        ("Claim ID", [f"C{n}" for n in range(len(values))]),
        ("Payer", ["Aetna"] * len(values)),
        (header, values),
        *more,
    ]
    return [[name for name, _ in given], *(list(row) for row in zip(*(cells for _, cells in given), strict=True))]


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("code", ["99213", "27447", "J1234"], "procedure_code"),
        ("code", ["CO-50", "97", "PR 204"], "carc"),
        ("denied", ["Yes", "No", "Yes"], "is_denied"),
        ("denied", ["0", "1", "0"], "is_denied"),
        ("denied", ["120.00", "$1,450.10", "0"], "denied_amount"),
        ("denied", ["3/1/2026", "", "3/14/2026"], "denial_date"),
        ("denied amount", ["1", "0", "1"], "is_denied"),
        ("denial date", ["Y", "N", "Y"], "is_denied"),
        ("status", ["Denied", "Paid", "Open"], "claim_status"),
        ("denial status", ["Denied", "Paid", "Open"], "claim_status"),
        ("denial reason", ["CO-50", "CO-16, N706", "CO-97"], "carc"),
        ("denial reason", ["Not medically necessary", "Auth missing", ""], "reason_text"),
        ("denial code", ["Prior auth missing", "Not medically necessary", "Timely filing"], "reason_text"),
        ("denial code", ["NR", "NMR", "M"], "carc"),
        ("denial code", ["CVRG01", "PA02", "MED01"], "carc"),
        ("remark", ["N115", "M25", "N706"], "rarc"),
        ("remarks code", ["sent records to payer", "waiting for payer", "called twice"], "reason_text"),
        ("our letters", ["NR", "NMR", "M"], "local_flag"),
        ("xyz", ["CO-50", "PR-204", "CO97"], "carc"),
        ("appeal date", ["Y", "N", "Y"], "is_appealed"),
        ("appeal filed", ["3/1/2026", "3/14/2026", ""], "appeal_date"),
        ("preventable?", ["Y", "N", "Y"], None),
        ("authorization", ["1", "0", "1"], None),
        ("appeal deadline", ["12", "3", "40"], None),
        ("payer classification", ["primary", "secondary", "primary"], "payer_sequence_code"),
        ("rendering provider", ["1234567893", "1234567893", "1679576722"], "rendering_npi"),
        ("place of service", ["Office", "Inpatient Hospital", "Office"], "location"),
        ("EncounterDiagnosisID1", ["123456", "123457", "123458"], None),
        ("amount", ["10.00", "20.00", "30.00"], "charge_amount"),
        ("secondary payer name", ["Cigna", "Aetna", "Cigna"], None),
        ("days to denial date", ["1", "2", "3"], None),
    ],
)
def test_what_a_header_cannot_settle_the_values_do(header: str, values: list[str], expected: str | None) -> None:
    """A name that may mean several things means the one that its values are."""
    assert expected == fields(column(header, values))[header]


def test_repeated_columns_of_codes_are_all_kept() -> None:
    """Denial_1 to Denial_3 are one list of reasons."""
    table = [["Claim ID", "Denial_1", "Denial_2", "Denial_3"], ["C1", "CO-50", "N115", ""]]
    assert {"Claim ID": "claim_id", "Denial_1": "carc", "Denial_2": "carc", "Denial_3": "carc"} == fields(table)


def test_of_two_columns_for_one_field_the_likelier_is_taken_and_the_other_says_so() -> None:
    """A filled column of the usual name wins; the other names the one that gave the field."""
    table = column("Primary Plan", ["Gold", "Silver"], ("Primary Payer", ["Aetna", "Cigna"]))
    found = columns([[*row[:1], *row[2:]] for row in table])
    assert [None, "payer_name"] == [found[header].field for header in ("Primary Plan", "Primary Payer")]
    assert "would be payer name, which ‘Primary Payer’ already gives" == found["Primary Plan"].reason


def test_a_whole_name_is_preferred_to_its_parts() -> None:
    """Last and first name stand together, unless one column has both."""
    parts = column("Last Name", ["Doe"], ("First Name", ["Jane"]))
    assert ["patient_name"] * 2 == [fields(parts)[header] for header in ("Last Name", "First Name")]
    whole = column("Last Name", ["Doe"], ("First Name", ["Jane"]), ("Patient Name", ["Doe, Jane"]))
    assert [None, None, "patient_name"] == [
        fields(whole)[header] for header in ("Last Name", "First Name", "Patient Name")
    ]


def test_each_column_says_why_how_surely_and_shows_a_few_values() -> None:
    """A reason in words, a confidence, and samples; what the lake keeps has no value of the log in it."""
    found = columns(column("code", ["99213", "27447", "J1234", "99214"]))["code"]
    assert ("high", ("99213", "27447", "J1234")) == (found.confidence, found.samples)
    assert "‘code’ is a known name for it; its values are procedure codes" == found.reason
    assert not any(sample in repr(found.as_row()) for sample in found.samples)


def test_a_list_of_customers_is_not_taken_for_claims() -> None:
    """An account and a status do not make a denial log unless the status speaks of claims."""
    table = [["Account", "Status", "Amount"], ["A1", "Prospect", "10.00"], ["A2", "Won", "20.00"]]
    proposal = propose_mapping(io.BytesIO(text_bytes(table)), "crm.csv")
    assert [Kind.UNCLEAR] == [table.kind for table in proposal.tables]
    assert ["No column surely names the payer, a denial reason, or a claim status. Is ‘Status’ the claim status?"] == (
        proposal.questions
    )
