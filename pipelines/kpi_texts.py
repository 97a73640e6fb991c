"""What each KPI means in words, what it leaves out, and whose definition it is."""

from typing import NamedTuple


class Text(NamedTuple):
    """The words of one KPI."""

    definition: str
    exclusions: str
    source: str


OWN = "denialboard"
HFMA = "HFMA claim integrity task force"
NOT_IN_RATES = (
    "Pended claims, reversals, repeats of a payment, lines with a charge of 0.01 or less, remits of another payer's "
    "turn, rows of a log that holds only denials."
)
NOT_DENIED = "Later denials of the same line; repeats; lines partly allowed; log rows that a remittance covers."

TEXTS: dict[str, Text] = {
    "denial_rate": Text(
        "Claims of which every line was denied at the first adjudication, of all claims adjudicated.",
        NOT_IN_RATES,
        f"{HFMA}: initial denial rate, by claims; here over claims adjudicated in the period",
    ),
    "denial_rate_lines": Text(
        "Lines denied at the first adjudication, of all lines adjudicated.",
        NOT_IN_RATES,
        f"{HFMA}: line level as best practice",
    ),
    "denial_rate_dollars": Text(
        "Charges of lines denied at the first adjudication, of the charges of all lines adjudicated.",
        NOT_IN_RATES + " Gross charges: a high charge master makes it high.",
        f"{HFMA}: initial denial rate, dollars",
    ),
    "any_line_denied_rate": Text(
        "Claims of which at least one line was denied at the first adjudication, of all claims adjudicated.",
        NOT_IN_RATES,
        OWN,
    ),
    "zero_pay_rate": Text(
        "Claim payments of 0 on a charge, first or later, of all claim payments that are decisions.",
        (
            "Remits wholly denied as duplicates (CARC 18), reversals, pended claims, repeats. A claim that is all"
            " the patient's deductible counts as zero pay here."
        ),
        f"{HFMA}: primary denial rate",
    ),
    "m_code_ratio": Text(
        "Denied lines for which the payer made a clinical judgement (tier A), of all denied lines.",
        NOT_DENIED + " Not remark codes that begin with M: of those only M25 and M26 say so.",
        OWN,
    ),
    "m_code_ratio_extended": Text(
        "Denied lines of tier A or B (also coverage rule, diagnosis, setting, quantity), of all denied lines.",
        NOT_DENIED,
        OWN,
    ),
    "m_code_ratio_dollars": Text(
        "Charges of denied lines of tier A, of the charges of all denied lines.",
        NOT_DENIED,
        OWN,
    ),
    "m_code_ratio_extended_dollars": Text(
        "Charges of denied lines of tier A or B, of the charges of all denied lines.",
        NOT_DENIED,
        OWN,
    ),
    "necessity_denial_rate": Text(
        (
            "Denied lines of tier A, of all lines adjudicated: stands beside the M-code ratio, which can rise "
            "only because other denials fell."
        ),
        NOT_IN_RATES,
        OWN,
    ),
    "necessity_denial_rate_extended": Text(
        "Denied lines of tier A or B, of all lines adjudicated.",
        NOT_IN_RATES,
        OWN,
    ),
    "preventable_share": Text(
        "Denied lines in a category that a practice can prevent, of all denied lines.",
        NOT_DENIED + " Which categories are preventable is a judgement: data/reference/category.csv.",
        OWN,
    ),
    "denied_claims": Text(
        (
            "Claims of which every line was denied at the first adjudication; claims known only from a log count "
            "when every row of theirs is a denial."
        ),
        NOT_DENIED,
        OWN,
    ),
    "denied_lines": Text(
        "Lines denied at the first adjudication, and rows of denial logs that no remittance covers.",
        NOT_DENIED,
        OWN,
    ),
    "denied_amount": Text(
        "Gross charges of the denied lines; of a log row without a charge, its denied amount.",
        NOT_DENIED + " A line denied three times counts its charge once.",
        f"{HFMA}: numerator of the dollar rate",
    ),
    "open_denied_amount": Text(
        "Gross charges of the denied lines of which nothing was paid or allowed since.",
        NOT_DENIED + " Lines whose decision was reversed and not yet replaced.",
        OWN,
    ),
    "recovered_amount": Text(
        "Dollars paid on lines that were denied at first, as far as the payments still stand.",
        NOT_DENIED + " What the patient owes; takebacks.",
        OWN,
    ),
    "overturned_share": Text(
        "Denied lines of which something was paid or left to the patient later, of all denied lines.",
        NOT_DENIED + " Recent denials have had little time: the share of the last months grows yet.",
        f"{HFMA}: initial denials overturned",
    ),
    "partial_denial_rate": Text(
        ("Lines of which something was allowed and yet an adjustment has a core reason, of all lines adjudicated."),
        NOT_IN_RATES + " They are never part of a denial rate.",
        OWN,
    ),
    "takeback_lines": Text(
        "Lines first paid or allowed, later reversed and denied.",
        "They are not initial denials.",
        OWN,
    ),
    "first_pass_resolution_rate": Text(
        (
            "Claims of which something was paid or left to the patient at the first adjudication, of all claims "
            "adjudicated."
        ),
        NOT_IN_RATES,
        "first-pass resolution rate as commonly defined; partial payment counts",
    ),
    "clean_claim_rate": Text(
        "Claims of which the first submission was acknowledged and never rejected, of all claims whose first "
        "submission was acknowledged (277CA, 999).",
        "Claims without an acknowledgement: without such files there is no rate. A rejection is not a denial.",
        "clean-claim rate as commonly defined: accepted at first submission, without a rejection at the front end",
    ),
    "never_reached_share": Text(
        "Claims rejected at the front end and neither accepted nor decided since, of all claims whose first "
        "submission was acknowledged.",
        "Claims without an acknowledgement of their first submission.",
        OWN,
    ),
    "days_service_to_submission": Text(
        "Median days from the first day of service to the day on which the claim was first sent. Months are those of "
        "the submission, on either clock.",
        "Claims of which no submission is known; services that were never billed are known to nobody here.",
        OWN,
    ),
    "days_submission_to_remit": Text(
        "Median days from the first submission to the first decision, of the claims that have one. Months are those of "
        "the submission, on either clock.",
        "Claims not decided yet: the Time page counts them as open, which the median cannot. Nobody waits for claims "
        "voided before any answer or of payers none of whose remits is here; decisions without a date have no days.",
        OWN,
    ),
    "days_service_to_payment": Text(
        "Median days from the service date to the payment date of the first adjudication.",
        NOT_IN_RATES + " Lines without a service date, and lines paid before their service date.",
        OWN,
    ),
    "days_to_resubmission": Text(
        "Median days from the payment date of the initial denial to the day on which the claim was sent again, told by "
        "an 837 or by a log (lag_fact.lag_source says which).",
        "Denials not sent again: read the never-resubmitted share beside it. Claims of which neither tells anything: "
        "for those the days to the next remit are an upper bound.",
        f"{OWN}; {HFMA} names the time to appeal, the nearest published measure",
    ),
    "never_resubmitted_share": Text(
        (
            "Denied lines whose claim was not sent again, of the denied lines whose claim is known from an 837 "
            "and that were denied 30 days or more before the newest payment."
        ),
        "Denials of the last 30 days, claims of which there is no 837, rows of denial logs.",
        OWN,
    ),
    "days_to_next_remit": Text(
        "Where no submission is known: median days from the payment date of the initial denial to that of the payer's "
        "next decision on the line. The claim was sent again before that: an upper bound of the days to resubmission.",
        "Claims with a known submission; what the payer corrected of itself; lines without a later decision.",
        OWN,
    ),
    "days_resubmission_to_answer": Text(
        "Median days from the day on which a denied claim was sent again to the payer's next decision on the line.",
        "Lines not answered yet: the Time page counts them as open. Rows of logs without a remittance.",
        OWN,
    ),
    "days_denial_to_resolution": Text(
        "Median days from the payment date of the initial denial to the day on which it was paid, written off or "
        "denied for good.",
        "Denials still open: the Time page counts them; a log that says written off without a day.",
        OWN,
    ),
    "appeal_rate": Text(
        "Denied lines with an appeal, of the denied lines of which a log says whether there was one.",
        "Lines that no log with appeals speaks of: without such a log there is no rate.",
        OWN,
    ),
    "overturn_rate": Text(
        "Appeal requests that were overturned, wholly or in part, of all that were decided. A request counts once, "
        "however many lines it speaks of; its months and reasons are those of its largest denial.",
        "Requests not decided yet; denials overturned without an appeal.",
        f"{HFMA}: denials overturned on appeal; part overturned counts as overturned",
    ),
    "written_off_amount": Text(
        "Charges of denied lines that were written off, by the word of a log or of a person.",
        NOT_DENIED + " Lines paid since; contractual adjustments, which are no denials.",
        f"{HFMA}: numerator of the denial write-off rate, there at expected payment",
    ),
    "written_off_rate": Text(
        "Charges of denied lines that were written off, of the charges of all lines adjudicated.",
        NOT_IN_RATES + " Both parts are gross charges: HFMA divides write-offs by net patient revenue, which claims "
        "do not tell, so the two are not comparable. Recent months grow yet.",
        f"{OWN}, after {HFMA}: denial write-offs as a share of net patient service revenue",
    ),
    "final_denial_rate": Text(
        "Lines denied at first and now written off or denied for good (nothing open, and the log, a person or every "
        "deadline says that it is over), of all lines adjudicated.",
        NOT_IN_RATES + " Denials still open are in the denominator only: the rate of recent months grows yet.",
        f"{HFMA}: final denials; here by lines",
    ),
    "expiring_amount": Text(
        "Gross charges of denied lines still open whose deadline (corrected claim, appeal, or the log's) falls on the "
        "last day of the data or within the 13 days after it.",
        NOT_DENIED + " Deadlines are counted with the days of payer_rules.csv, which the practice should edit.",
        OWN,
    ),
    "undetermined_share": Text(
        (
            "Denied lines whose root cause does not say why (not determined; not necessary, reason not given), of"
            " all denied lines."
        ),
        NOT_DENIED,
        OWN,
    ),
    "balanced_payment_share": Text(
        "Payments whose amount equals the claims paid less the provider adjustments, of the payments checked.",
        "Repeats; payments with an amount that could not be read.",
        "X12 835: BPR02 = sum of CLP04 less sum of PLB",
    ),
    "balanced_dollar_share": Text(
        "Dollars of the payments that balance, of the dollars of the payments checked; signs ignored.",
        "Repeats; payments with an amount that could not be read.",
        "X12 835: BPR02 = sum of CLP04 less sum of PLB",
    ),
}
