"""The five spans of days between a service and the end of its denial, and how each is spoken of."""

from typing import NamedTuple

from dashboards import words

NO_SUBMISSIONS = (
    "Load the claims that were sent (837), or an export of the billing system with their submission dates, on the "
    "Import page."
)
CLAIM = "claim"
MORE_TIME = "Choose a longer period, or take a filter away."


class Span(NamedTuple):
    """One span: its key in the address, its KPI, and the words around it."""

    key: str
    kpi: str
    label: str
    what: str  # what is counted, in the singular
    done: str  # what is so once the span is over: "were ..."
    not_done: str  # what is so until then: "are ..."
    missing: str  # what is so where there is nothing to watch
    advice: str
    groups: tuple[tuple[str, str], ...]  # dimensions to compare by, and their names
    bound_kpi: str = ""  # where nothing better is known, an upper bound of it

    def many(self, count: int = 2) -> str:
        """What is counted, one or several."""
        return words.unit(count, self.what)


PAYER, CAUSE = ("payer", "Payer"), ("root_cause", "Root cause")
SPANS = {
    span.key: span
    for span in (
        Span(
            "sending",
            "days_service_to_submission",
            "Service to submission",
            CLAIM,
            "sent",
            "not sent",
            "No claim in this view has a submission date",
            NO_SUBMISSIONS,
            (PAYER, ("provider", "Provider")),
        ),
        Span(
            "first-answer",
            "days_submission_to_remit",
            "Submission to first remit",
            CLAIM,
            "answered",
            "not answered",
            "No claim in this view has a submission date",
            NO_SUBMISSIONS,
            (PAYER, ("procedure_family", "Procedure family")),
        ),
        Span(
            "resubmission",
            "days_to_resubmission",
            "Denial to resubmission",
            "denied line",
            "sent again",
            "not sent again",
            "No denied line in this view",
            MORE_TIME,
            (PAYER, CAUSE),
            bound_kpi="days_to_next_remit",
        ),
        Span(
            "answer",
            "days_resubmission_to_answer",
            "Resubmission to answer",
            "resubmitted line",
            "answered",
            "not answered",
            "No denied line in this view is known to have been sent again",
            NO_SUBMISSIONS,
            (PAYER, CAUSE),
        ),
        Span(
            "resolution",
            "days_denial_to_resolution",
            "Denial to resolution",
            "denied line",
            "resolved",
            "open",
            "No denied line in this view",
            MORE_TIME,
            (PAYER, CAUSE),
        ),
    )
}
USUAL = "resubmission"
