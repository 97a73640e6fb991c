"""THE KPIs and dimensions, each defined once; `python -m pipelines.kpis > docs/kpis.md` writes them for people.

A KPI is a column of a fact table over another column of it. Facts hold only columns that may be added up, so a total
equals the sum of its parts; measure.py divides last. `{scope}` in a column's name stands for core or broad. What each
KPI means in words, what it leaves out and where it comes from stands in kpi_texts.py under the same name.
"""

from typing import NamedTuple

from pipelines.kpi_texts import TEXTS

SCOPES = ("core", "broad")


class Kpi(NamedTuple):
    """One KPI: numerator over denominator of a fact; without a denominator the value is the numerator."""

    name: str
    label: str
    fact: str
    numerator: str
    denominator: str | None
    unit: str  # share, amount (dollars), count or days (the median)
    better: str  # lower, higher, or '' where neither is
    splits_both: bool = False  # by reason, both parts are split; else only the numerator is
    lag_kind: str = ""  # which histogram of lag_fact, for days

    @property
    def definition(self) -> str:
        """What it is, in a sentence."""
        return TEXTS[self.name].definition

    @property
    def exclusions(self) -> str:
        """What it leaves out."""
        return TEXTS[self.name].exclusions

    @property
    def source(self) -> str:
        """Whose definition it is."""
        return TEXTS[self.name].source


class Dimension(NamedTuple):
    """One way to part a KPI; a reason dimension parts what was denied, not what was adjudicated."""

    name: str
    label: str
    is_reason: bool
    definition: str


# fmt: off
_KPIS = (
    Kpi("denial_rate", "Denial rate", "claim_fact", "rate_denied_{scope}_count", "claim_count", "share", "lower"),
    Kpi("denial_rate_lines", "Denial rate, lines", "line_fact",
        "rate_denied_{scope}_count", "adjudicated_count", "share", "lower"),
    Kpi("denial_rate_dollars", "Denial rate, dollars", "line_fact",
        "rate_denied_{scope}_amount", "adjudicated_amount", "share", "lower"),
    Kpi("any_line_denied_rate", "Claims with a denied line", "claim_fact",
        "rate_any_denied_{scope}_count", "claim_count", "share", "lower"),
    Kpi("zero_pay_rate", "Zero-pay remits", "remit_fact", "zero_pay_count", "remit_count", "share", "lower"),
    Kpi("m_code_ratio", "M-code ratio", "line_fact",
        "necessity_a_{scope}_count", "denied_{scope}_count", "share", "lower"),
    Kpi("m_code_ratio_extended", "M-code ratio, extended", "line_fact",
        "necessity_ab_{scope}_count", "denied_{scope}_count", "share", "lower"),
    Kpi("m_code_ratio_dollars", "M-code ratio, dollars", "line_fact",
        "necessity_a_{scope}_amount", "denied_{scope}_amount", "share", "lower"),
    Kpi("m_code_ratio_extended_dollars", "M-code ratio, extended, dollars", "line_fact",
        "necessity_ab_{scope}_amount", "denied_{scope}_amount", "share", "lower"),
    Kpi("necessity_denial_rate", "Necessity denials per adjudicated", "line_fact",
        "rate_necessity_a_{scope}_count", "adjudicated_count", "share", "lower"),
    Kpi("necessity_denial_rate_extended", "Necessity denials per adjudicated, extended", "line_fact",
        "rate_necessity_ab_{scope}_count", "adjudicated_count", "share", "lower"),
    Kpi("preventable_share", "Preventable share", "line_fact",
        "preventable_{scope}_count", "denied_{scope}_count", "share", "lower"),
    Kpi("denied_claims", "Denied claims", "claim_fact", "denied_{scope}_count", None, "count", "lower"),
    Kpi("denied_lines", "Denied lines", "line_fact", "denied_{scope}_count", None, "count", "lower"),
    Kpi("denied_amount", "Denied dollars", "line_fact", "denied_{scope}_amount", None, "amount", "lower"),
    Kpi("open_denied_amount", "Denied and open", "line_fact", "open_denied_{scope}_amount", None, "amount", "lower"),
    Kpi("recovered_amount", "Recovered dollars", "line_fact",
        "recovered_{scope}_amount", None, "amount", "higher"),
    Kpi("overturned_share", "Overturned", "line_fact",
        "overturned_{scope}_count", "denied_{scope}_count", "share", "higher", splits_both=True),
    Kpi("partial_denial_rate", "Partial denials", "line_fact",
        "partial_denial_count", "adjudicated_count", "share", "lower"),
    Kpi("takeback_lines", "Takebacks", "line_fact", "takeback_{scope}_count", None, "count", "lower"),
    Kpi("first_pass_resolution_rate", "First-pass resolution", "claim_fact",
        "first_pass_paid_count", "claim_count", "share", "higher"),
    Kpi("clean_claim_rate", "Clean claims", "cohort_fact", "clean_count", "acknowledged_count", "share", "higher"),
    Kpi("never_reached_share", "Never reached the payer", "cohort_fact",
        "never_reached_count", "acknowledged_count", "share", "lower"),
    Kpi("days_service_to_submission", "Days from service to submission", "lag_fact",
        "day_sum", "line_count", "days", "lower", splits_both=True, lag_kind="service_to_submission"),
    Kpi("days_submission_to_remit", "Days from submission to first remit", "lag_fact",
        "day_sum", "line_count", "days", "lower", splits_both=True, lag_kind="submission_to_remit"),
    Kpi("days_service_to_payment", "Days from service to payment", "lag_fact",
        "day_sum", "line_count", "days", "lower", splits_both=True, lag_kind="service_to_payment"),
    Kpi("days_to_resubmission", "Days to resubmission", "lag_fact",
        "{scope}_day_sum", "{scope}_line_count", "days", "lower", splits_both=True, lag_kind="denial_to_resubmission"),
    Kpi("never_resubmitted_share", "Never resubmitted", "line_fact",
        "never_resubmitted_{scope}_count", "followed_{scope}_count", "share", "lower", splits_both=True),
    Kpi("days_to_next_remit", "Days to the next remit (upper bound)", "lag_fact",
        "{scope}_day_sum", "{scope}_line_count", "days", "lower", splits_both=True, lag_kind="denial_to_next_remit"),
    Kpi("days_resubmission_to_answer", "Days from resubmission to answer", "lag_fact",
        "{scope}_day_sum", "{scope}_line_count", "days", "lower", splits_both=True, lag_kind="resubmission_to_answer"),
    Kpi("days_denial_to_resolution", "Days from denial to resolution", "lag_fact",
        "{scope}_day_sum", "{scope}_line_count", "days", "lower", splits_both=True, lag_kind="denial_to_resolution"),
    Kpi("appeal_rate", "Appealed", "line_fact",
        "appealed_{scope}_count", "appeal_told_{scope}_count", "share", "", splits_both=True),
    Kpi("overturn_rate", "Appeals overturned", "appeal_fact",
        "overturned_{scope}_count", "decided_{scope}_count", "share", "higher", splits_both=True),
    Kpi("written_off_amount", "Written-off denials", "line_fact",
        "written_off_{scope}_amount", None, "amount", "lower"),
    Kpi("written_off_rate", "Denial write-offs per adjudicated", "line_fact",
        "rate_written_off_{scope}_amount", "adjudicated_amount", "share", "lower"),
    Kpi("final_denial_rate", "Final denial rate", "line_fact",
        "rate_final_denied_{scope}_count", "adjudicated_count", "share", "lower"),
    Kpi("expiring_amount", "About to expire", "line_fact", "expiring_{scope}_amount", None, "amount", "lower"),
    Kpi("undetermined_share", "No determined root cause", "line_fact",
        "undetermined_{scope}_count", "denied_{scope}_count", "share", "lower"),
    Kpi("balanced_payment_share", "Payments that balance", "payment_fact",
        "balanced_count", "checked_count", "share", "higher"),
    Kpi("balanced_dollar_share", "Dollars that balance", "payment_fact",
        "balanced_amount", "checked_amount", "share", "higher"),
)
# fmt: on
KPIS: dict[str, Kpi] = {kpi.name: kpi for kpi in _KPIS}

_DIMENSIONS = (
    Dimension(
        "month", "Month", False, "Month of the first adjudication's payment date; by submission: in which it was sent."
    ),
    Dimension(
        "payment_date",
        "Payment date",
        False,
        "BPR16, else production, else interchange date; by submission: day first sent.",
    ),
    Dimension("payer", "Payer", False, "One name for all its spellings (payer_alias.csv)."),
    Dimension("payer_class", "Payer class", False, "Kind of plan: CLP06, else the alias table, else commonest."),
    Dimension("procedure", "CPT/HCPCS", False, "As submitted; of a claim, that of its lead line."),
    Dimension("procedure_family", "Procedure family", False, "Our groups of procedures."),
    Dimension("provider", "Provider", False, "Rendering provider by NPI, shown by name."),
    Dimension("place_of_service", "Place of service", False, "CLP08, else the 837's; of a log also its location."),
    Dimension("diagnosis_chapter", "Diagnosis chapter", False, "Chapter of the first diagnosis of the 837 or log."),
    Dimension("payer_sequence", "Payer's turn", False, "primary, secondary or tertiary; the headline is primary."),
    Dimension("source", "Source", False, "835 or log."),
    Dimension("category", "Category", True, "Category of the principal reason."),
    Dimension("root_cause", "Root cause", True, "By remark, policy, claim, log, code; a person's word wins."),
    Dimension("carc", "CARC", True, "The principal reason's code."),
    Dimension("rarc", "RARC", True, "The principal remark that is no alert."),
    Dimension("group_code", "Group code", True, "Group of the principal reason: CO, PR, OA, PI or CR."),
)
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _DIMENSIONS}

# Two clocks. By remittance, months and dates are those of the first adjudication; by submission, those on which the
# claim was first sent, and what has no known submission date is left out. A remit or payment has no submission of its
# own and stays on the first clock; a cohort of claims sent is always on the second.
CLOCKS = ("remittance", "submission")
_SUBMITTED = {"month": "submission_month", "payment_date": "submission_date"}
_ONLY_REMITTANCE, _ONLY_SUBMISSION = ("remit_fact", "payment_fact"), ("cohort_fact",)


def is_by_submission(fact: str, clock: str) -> bool:
    """Whether the months and dates of this fact are those of the submission."""
    return fact in _ONLY_SUBMISSION or (clock == "submission" and fact not in _ONLY_REMITTANCE)


def column_of(dimension: str, fact: str, clock: str) -> str:
    """The column of a fact that holds this dimension on this clock."""
    return _SUBMITTED.get(dimension, dimension) if is_by_submission(fact, clock) else dimension


# A payment has no procedure, provider or reason: it can be asked for these, all is '(not given)', and filters on them
# leave it alone. So with the root cause of a remit, which may be a later one.
MISSING_DIMENSIONS: dict[str, frozenset[str]] = {
    "payment_fact": frozenset(DIMENSIONS) - {"month", "payment_date", "payer", "payer_class", "source"},
    "remit_fact": frozenset({"root_cause"}),
}


if __name__ == "__main__":
    from pipelines.kpi_document import document

    print(document(), end="")
