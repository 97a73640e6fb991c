"""What refresh.py puts right or adds to the code lists it is given; docs/reference_data.md says why."""

REMEDIES = {
    "correct&resubmit": "correct and resubmit",
    "request auth": "request authorisation",
    "write-off": "write off",
}

CAUSE_OF_CATEGORY = {
    "appeals": "appeal_procedure",
    "authorization": "missing_auth",
    "benefit_limit": "benefit_limit",
    "billing_error": "billing_data_missing",
    "bundling": "bundling",
    "cob": "coordination_of_benefits",
    "coding_diagnosis": "dx_unspecified_or_invalid",
    "coding_modifier": "coding_modifier",
    "coding_procedure": "coding_procedure",
    "contractual": "contract_terms",
    "demographics": "demographics",
    "documentation": "billing_data_missing",
    "duplicate": "duplicate",
    "eligibility_coverage": "eligibility",
    "hospice_snf_inpatient": "covered_by_other_stay",
    "network": "out_of_network",
    "noncovered_benefit": "benefit_exclusion",
    "other": "not_determined",
    "pharmacy": "drug_billing",
    "provider_eligibility": "provider_identification",
    "referral": "missing_auth",
    "timely_filing": "timely_filing",
    "workers_comp_auto": "other_party_liable",
    "wrong_payer": "wrong_payer",
}


def _cause(cause: str, tier: str | None = None) -> dict[str, str]:
    return {"medical_necessity_root_cause": cause} | ({} if tier is None else {"mn_tier": tier})


ROWS: dict[tuple[str, str], dict[str, str]] = {
    # codes that say nothing without a remark: nothing is guessed from them
    ("CARC", "16"): _cause("not_determined"),
    ("CARC", "96"): _cause("not_determined"),
    ("CARC", "125"): _cause("not_determined"),
    # a clear reason that fits no category's usual cause
    ("CARC", "155"): _cause("other_stated_reason"),
    ("CARC", "233"): _cause("other_stated_reason"),
    ("CARC", "227"): _cause("demographics"),
    ("CARC", "206"): _cause("provider_identification"),
    ("CARC", "207"): _cause("provider_identification"),
    ("CARC", "208"): _cause("provider_identification"),
    # a necessity cause without a tier
    ("CARC", "A6"): _cause("coverage_criteria_not_met", "C"),
    ("CARC", "B23"): _cause("provider_not_qualified", "C"),
    ("CARC", "213"): _cause("provider_not_qualified", "C"),
    ("CARC", "240"): _cause("dx_unspecified_or_invalid", "C"),
    ("RARC", "N760"): _cause("provider_not_qualified", "C"),
    ("RARC", "N761"): _cause("provider_not_qualified", "C"),
    ("RARC", "MA12"): _cause("provider_not_qualified", "C"),
    # a tier without a necessity cause
    ("RARC", "M53"): _cause("billing_data_missing", ""),
    # a field of the claim rather than a referral
    ("RARC", "N335"): _cause("billing_data_missing"),
}

# How far evidence other than the code may decide: 0 not at all, 1 a remark, 2 also policy, claim facts and words of the
# log about necessity, 3 any word of the log. Where a code is not named here, its category says 0 or 1.
OPENNESS = {
    **dict.fromkeys(("16", "46", "48", "96", "125", "162", "218", "A1", "D22"), 3),
    **dict.fromkeys(("P1", "P6", "P13", "P21", "P27", "W2", "Y1"), 3),
    **dict.fromkeys(("11", "17", "47", "50", "57", "95", "112", "148", "150", "163", "164", "167", "193", "204"), 2),
    **dict.fromkeys(("216", "226", "250", "251", "252", "272", "276", "285", "138"), 2),
    **dict.fromkeys(("A6", "B5", "B12", "B19", "D6", "D19", "P15", "W4"), 2),
}
CLOSED_CATEGORIES = frozenset(
    {
        *("appeals", "bundling", "cob", "contractual", "demographics", "duplicate", "eligibility_coverage"),
        *("hospice_snf_inpatient", "informational", "network", "patient_responsibility", "payment_adjustment"),
        *("pharmacy", "timely_filing", "wrong_payer"),
    }
)
NEVER_BUT_NO_ALERT = frozenset({"N448", "N535", "N11"})
# remarks that name no cause: what to send, or that an appeal is or is not possible
MUTE_RARCS = frozenset({"N517", "MA130", "N142", "N925", "N926", "N111"})

FIELDS = {
    "dos_from": "service_date",
    "dos_to": "service_end_date",
    "submit_date": "submission_date",
    "payer": "payer_name",
    "cpt": "procedure_code",
    "dx": "diagnosis_codes",
    "pos": "place_of_service_code",
    "provider": "provider_name",
    "npi": "rendering_npi",
    "billed": "charge_amount",
    "allowed": "allowed_amount",
    "paid": "paid_amount",
    "adjustment": "adjustment_amount",
    "patient_resp": "patient_responsibility_amount",
    "recovered": "recovered_amount",
    "category": "category_text",
    "denied_flag": "is_denied",
    "appeal_filed": "is_appealed",
    "deadline": "deadline_date",
    "auth": "authorization_number",
    "dob": "patient_birth_date",
    "balance": "unused",
    "specialty": "unused",
    "region": "unused",
}

DROPPED_SYNONYMS = frozenset(
    {
        "member_id(if no other)",  # a note of the list's author, not a header
        "patient first name + patient last name",
        "Denial_1..Denial_5",
        "days left",  # a number of days, not a date
        "preventable?",  # a yes or no, not a category
        "denial_status",  # the same header as `denial status`, which is a status
        "prior_auth_required",  # flags, not numbers
        "prior_auth_on_file",
        "remarks (free text)",
    }
)

# Order of remarks within stage 10: what names the gap, then a policy, then criteria, other causes, records in general.
REMARK_PRECEDENCE = {
    "lcd_ncd_policy": 20,
    "coverage_criteria_not_met": 25,
    "insufficient_documentation": 40,
    "billing_data_missing": 50,
}
NECESSITY_PRECEDENCE, OTHER_PRECEDENCE, WEAK_PRECEDENCE = 10, 30, 90
WEAK_REMARKS = frozenset({"N130", "N206", "N702", "M69"})  # too general: only where the CARC leaves the cause open
LATE_REMARKS = frozenset({"N10", "N35"})  # stage 50 in own_rules.csv: a reviewer decided, why is not said

# What the letter of a remark in source/more_remarks.txt means: category, root cause, tier, remedy.
REMARK_CLASSES = {
    "A": ("informational", "", "", "none"),  # an alert
    "B": ("billing_error", "billing_data_missing", "", "correct and resubmit"),
    "C": ("cob", "coordination_of_benefits", "", "bill other payer"),
    "D": ("documentation", "insufficient_documentation", "C", "send records"),
    "E": ("eligibility_coverage", "eligibility", "", "bill patient"),
    "F": ("coding_procedure", "coding_procedure", "", "correct and resubmit"),
    "G": ("documentation", "missing_imaging_results", "C", "send records"),
    "H": ("hospice_snf_inpatient", "covered_by_other_stay", "", "bill other payer"),
    "I": ("informational", "", "", "none"),
    "J": ("workers_comp_auto", "other_party_liable", "", "appeal"),
    "K": ("contractual", "", "", "none"),
    "L": ("benefit_limit", "frequency_duration", "B", "appeal"),
    "N": ("noncovered_benefit", "benefit_exclusion", "", "bill patient"),
    "O": ("authorization", "missing_auth", "C", "request authorisation"),
    "P": ("provider_eligibility", "provider_identification", "", "correct and resubmit"),
    "Q": ("provider_eligibility", "provider_not_qualified", "C", "appeal"),
    "R": ("documentation", "billing_data_missing", "", "send records"),
    "S": ("demographics", "demographics", "", "correct and resubmit"),
    "T": ("place_of_service", "site_level_of_care", "C", "correct and resubmit"),
    "U": ("bundling", "bundling", "", "correct and resubmit"),
    "V": ("appeals", "appeal_procedure", "", "appeal"),
    "W": ("wrong_payer", "wrong_payer", "", "bill other payer"),
    "X": ("pharmacy", "drug_billing", "", "correct and resubmit"),
    "Y": ("noncovered_benefit", "coverage_criteria_not_met", "C", "appeal"),
    "Z": ("duplicate", "duplicate", "", "none"),
}
RETIRED_REMARKS = frozenset({"N14"})
