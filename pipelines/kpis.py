"""THE KPIs and dimensions, each defined once; `python -m pipelines.kpis > docs/kpis.md` writes them for people.

A KPI is a column of a fact table over another column of it. Facts hold only columns that may be added up, so a total
equals the sum of its parts; measure.py divides last. `{scope}` in a column's name stands for core or broad.
"""

from typing import NamedTuple

UNITS = ("share", "amount", "count", "days")
SCOPES = ("core", "broad")


class Kpi(NamedTuple):
    """One KPI: numerator over denominator of a fact; without a denominator the value is the numerator."""

    name: str
    label: str
    fact: str
    numerator: str
    denominator: str | None
    unit: str  # share, amount (dollars), count or days (the median)
    definition: str
    exclusions: str
    source: str
    better: str  # lower, higher, or '' where neither is
    splits_both: bool = False  # by reason, both parts are split; else only the numerator is
    lag_kind: str = ""  # which histogram of lag_fact, for days

    @property
    def has_scope(self) -> bool:
        """Core and broad give different numbers."""
        return "{scope}" in self.numerator + (self.denominator or "")


class Dimension(NamedTuple):
    """One way to part a KPI; a reason dimension parts what was denied, not what was adjudicated."""

    name: str
    label: str
    is_reason: bool
    definition: str


OWN = "denialboard"
HFMA = "HFMA claim integrity task force"
RATE_EXCLUSIONS = (
    "Pended claims, reversals, repeats of a payment, lines with a charge of 0.01 or less, remits of other payers' turn, "
    "rows of a log that holds only denials."
)
DENIAL_EXCLUSIONS = "Later denials of the same line; repeats; lines partly allowed; log rows that a remittance covers."

KPIS: dict[str, Kpi] = {
    kpi.name: kpi
    for kpi in (
        Kpi(
            "denial_rate",
            "Denial rate",
            "claim_fact",
            "rate_denied_{scope}_count",
            "claim_count",
            "share",
            "Claims of which every line was denied at the first adjudication, of all claims adjudicated.",
            RATE_EXCLUSIONS,
            f"{HFMA}: initial denial rate, by claims; here over claims adjudicated in the period",
            "lower",
        ),
        Kpi(
            "denial_rate_lines",
            "Denial rate, lines",
            "line_fact",
            "rate_denied_{scope}_count",
            "adjudicated_count",
            "share",
            "Lines denied at the first adjudication, of all lines adjudicated.",
            RATE_EXCLUSIONS,
            f"{HFMA}: line level as best practice",
            "lower",
        ),
        Kpi(
            "denial_rate_dollars",
            "Denial rate, dollars",
            "line_fact",
            "rate_denied_{scope}_amount",
            "adjudicated_amount",
            "share",
            "Charges of lines denied at the first adjudication, of the charges of all lines adjudicated.",
            RATE_EXCLUSIONS + " Gross charges: a high charge master makes it high.",
            f"{HFMA}: initial denial rate, dollars",
            "lower",
        ),
        Kpi(
            "any_line_denied_rate",
            "Claims with a denied line",
            "claim_fact",
            "rate_any_denied_{scope}_count",
            "claim_count",
            "share",
            "Claims of which at least one line was denied at the first adjudication, of all claims adjudicated.",
            RATE_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "zero_pay_rate",
            "Zero-pay remits",
            "remit_fact",
            "zero_pay_count",
            "remit_count",
            "share",
            "Claim payments of 0 on a charge, first or later, of all claim payments that are decisions.",
            "Remits wholly denied as duplicates (CARC 18), reversals, pended claims, repeats. A claim that is all the "
            "patient's deductible counts as zero pay here.",
            f"{HFMA}: primary denial rate",
            "lower",
        ),
        Kpi(
            "m_code_ratio",
            "M-code ratio",
            "line_fact",
            "necessity_a_{scope}_count",
            "denied_{scope}_count",
            "share",
            "Denied lines for which the payer made a clinical judgement (tier A), of all denied lines.",
            DENIAL_EXCLUSIONS + " Not remark codes that begin with M: of those only M25 and M26 say so.",
            OWN,
            "lower",
        ),
        Kpi(
            "m_code_ratio_extended",
            "M-code ratio, extended",
            "line_fact",
            "necessity_ab_{scope}_count",
            "denied_{scope}_count",
            "share",
            "Denied lines of tier A or B (also coverage rule, diagnosis, setting, quantity), of all denied lines.",
            DENIAL_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "m_code_ratio_dollars",
            "M-code ratio, dollars",
            "line_fact",
            "necessity_a_{scope}_amount",
            "denied_{scope}_amount",
            "share",
            "Charges of denied lines of tier A, of the charges of all denied lines.",
            DENIAL_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "m_code_ratio_extended_dollars",
            "M-code ratio, extended, dollars",
            "line_fact",
            "necessity_ab_{scope}_amount",
            "denied_{scope}_amount",
            "share",
            "Charges of denied lines of tier A or B, of the charges of all denied lines.",
            DENIAL_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "necessity_denial_rate",
            "Necessity denials per adjudicated",
            "line_fact",
            "rate_necessity_a_{scope}_count",
            "adjudicated_count",
            "share",
            "Denied lines of tier A, of all lines adjudicated: stands beside the M-code ratio, which can rise only because "
            "other denials fell.",
            RATE_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "necessity_denial_rate_extended",
            "Necessity denials per adjudicated, extended",
            "line_fact",
            "rate_necessity_ab_{scope}_count",
            "adjudicated_count",
            "share",
            "Denied lines of tier A or B, of all lines adjudicated.",
            RATE_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "preventable_share",
            "Preventable share",
            "line_fact",
            "preventable_{scope}_count",
            "denied_{scope}_count",
            "share",
            "Denied lines in a category that a practice can prevent, of all denied lines.",
            DENIAL_EXCLUSIONS + " Which categories are preventable is a judgement: data/reference/category.csv.",
            OWN,
            "lower",
        ),
        Kpi(
            "denied_claims",
            "Denied claims",
            "claim_fact",
            "denied_{scope}_count",
            None,
            "count",
            "Claims of which every line was denied at the first adjudication; claims known only from a log count when "
            "every row of theirs is a denial.",
            DENIAL_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "denied_lines",
            "Denied lines",
            "line_fact",
            "denied_{scope}_count",
            None,
            "count",
            "Lines denied at the first adjudication, and rows of denial logs that no remittance covers.",
            DENIAL_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "denied_amount",
            "Denied dollars",
            "line_fact",
            "denied_{scope}_amount",
            None,
            "amount",
            "Gross charges of the denied lines; of a log row without a charge, its denied amount.",
            DENIAL_EXCLUSIONS + " A line denied three times counts its charge once.",
            f"{HFMA}: numerator of the dollar rate",
            "lower",
        ),
        Kpi(
            "open_denied_amount",
            "Denied and open",
            "line_fact",
            "open_denied_{scope}_amount",
            None,
            "amount",
            "Gross charges of the denied lines of which nothing was paid or allowed since.",
            DENIAL_EXCLUSIONS + " Lines whose decision was reversed and not yet replaced.",
            OWN,
            "lower",
        ),
        Kpi(
            "overturned_share",
            "Overturned",
            "line_fact",
            "overturned_{scope}_count",
            "denied_{scope}_count",
            "share",
            "Denied lines of which something was paid or left to the patient later, of all denied lines.",
            DENIAL_EXCLUSIONS + " Recent denials have had little time: the share of the last months grows yet.",
            f"{HFMA}: initial denials overturned",
            "higher",
            splits_both=True,
        ),
        Kpi(
            "partial_denial_rate",
            "Partial denials",
            "line_fact",
            "partial_denial_count",
            "adjudicated_count",
            "share",
            "Lines of which something was allowed and yet an adjustment has a core reason, of all lines adjudicated.",
            RATE_EXCLUSIONS + " They are never part of a denial rate.",
            OWN,
            "lower",
        ),
        Kpi(
            "takeback_lines",
            "Takebacks",
            "line_fact",
            "takeback_{scope}_count",
            None,
            "count",
            "Lines first paid or allowed, later reversed and denied.",
            "They are not initial denials.",
            OWN,
            "lower",
        ),
        Kpi(
            "first_pass_resolution_rate",
            "First-pass resolution",
            "claim_fact",
            "first_pass_paid_count",
            "claim_count",
            "share",
            "Claims of which something was paid or left to the patient at the first adjudication, of all claims adjudicated.",
            RATE_EXCLUSIONS,
            "first-pass resolution rate as commonly defined; partial payment counts",
            "higher",
        ),
        Kpi(
            "days_service_to_payment",
            "Days from service to payment",
            "lag_fact",
            "day_sum",
            "line_count",
            "days",
            "Median days from the service date to the payment date of the first adjudication.",
            RATE_EXCLUSIONS + " Lines without a service date, and lines paid before their service date.",
            OWN,
            "lower",
            splits_both=True,
            lag_kind="service_to_payment",
        ),
        Kpi(
            "days_to_resubmission",
            "Days to resubmission",
            "lag_fact",
            "{scope}_day_sum",
            "{scope}_line_count",
            "days",
            "Median days from the payment date of the initial denial to the day on which the claim was sent again.",
            "Denials not sent again: read the never-resubmitted share beside it.",
            f"{OWN}; {HFMA} names the time to appeal, the nearest published measure",
            "lower",
            splits_both=True,
            lag_kind="denial_to_resubmission",
        ),
        Kpi(
            "never_resubmitted_share",
            "Never resubmitted",
            "line_fact",
            "never_resubmitted_{scope}_count",
            "followed_{scope}_count",
            "share",
            "Denied lines whose claim was not sent again, of the denied lines whose claim is known from an 837 and that "
            "were denied 30 days or more before the newest payment.",
            "Denials of the last 30 days, claims of which there is no 837, rows of denial logs.",
            OWN,
            "lower",
            splits_both=True,
        ),
        Kpi(
            "undetermined_share",
            "No determined root cause",
            "line_fact",
            "undetermined_{scope}_count",
            "denied_{scope}_count",
            "share",
            "Denied lines whose root cause does not say why (not determined; not necessary, reason not given), of all "
            "denied lines.",
            DENIAL_EXCLUSIONS,
            OWN,
            "lower",
        ),
        Kpi(
            "balanced_payment_share",
            "Payments that balance",
            "payment_fact",
            "balanced_count",
            "checked_count",
            "share",
            "Payments whose amount equals the claims paid less the provider adjustments, of the payments checked.",
            "Repeats; payments with an amount that could not be read.",
            "X12 835: BPR02 = sum of CLP04 less sum of PLB",
            "higher",
        ),
        Kpi(
            "balanced_dollar_share",
            "Dollars that balance",
            "payment_fact",
            "balanced_amount",
            "checked_amount",
            "share",
            "Dollars of the payments that balance, of the dollars of the payments checked; signs ignored.",
            "Repeats; payments with an amount that could not be read.",
            "X12 835: BPR02 = sum of CLP04 less sum of PLB",
            "higher",
        ),
    )
}

DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("month", "Month", False, "Month of the payment date of the first adjudication."),
        Dimension("payment_date", "Payment date", False, "BPR16, else production date, else interchange date."),
        Dimension(
            "payer", "Payer", False, "The payer's one name for all its spellings (data/reference/payer_alias.csv)."
        ),
        Dimension(
            "payer_class", "Payer class", False, "Kind of plan: CLP06, else the alias table, else the commonest."
        ),
        Dimension(
            "procedure", "CPT/HCPCS", False, "Procedure as submitted; of a claim, of its line with the largest charge."
        ),
        Dimension("procedure_family", "Procedure family", False, "Our groups of procedures."),
        Dimension("provider", "Provider", False, "Rendering provider by NPI, shown by name."),
        Dimension(
            "place_of_service", "Place of service", False, "CLP08, else the 837's place; of a log, also its location."
        ),
        Dimension("diagnosis_chapter", "Diagnosis chapter", False, "Chapter of the first diagnosis of the 837 or log."),
        Dimension(
            "payer_sequence", "Payer's turn", False, "primary, secondary or tertiary. Rates are of primary remits."
        ),
        Dimension("source", "Source", False, "835 or log."),
        Dimension("category", "Category", True, "Category of the principal reason."),
        Dimension(
            "root_cause", "Root cause", True, "Decided by remark, policy, claim, log, code; a person's word wins."
        ),
        Dimension("carc", "CARC", True, "The principal reason's code."),
        Dimension("rarc", "RARC", True, "The principal remark that is no alert."),
        Dimension("group_code", "Group code", True, "Group of the principal reason: CO, PR, OA, PI or CR."),
    )
}

# A payment has no procedure, provider or reason: it can be asked for these, all is '(not given)', and filters on them
# leave it alone. So with the root cause of a remit, which may be a later one.
MISSING_DIMENSIONS: dict[str, frozenset[str]] = {
    "payment_fact": frozenset(DIMENSIONS) - {"month", "payment_date", "payer", "payer_class", "source"},
    "remit_fact": frozenset({"root_cause"}),
}


if __name__ == "__main__":
    from pipelines.kpi_words import document

    print(document(), end="")
