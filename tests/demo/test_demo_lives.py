"""What the pipelines say about the lives of claims is what truth.json counted from the demo's own stories."""

from collections import Counter
from decimal import Decimal

import pytest

from pipelines.measure import Scope
from tests.demo.conftest import Measured

DENIED = "source = '835' and payer_sequence = 'primary' and {}"
IN_SCOPE = {"core": "is_core", "broad": "true"}
SCOPES = ("core", "broad")


def histogram(measured: Measured, name: str) -> dict[int, int]:
    """One of truth's histograms: days -> count."""
    return {int(day): count for day, count in measured.truth["histograms"].get(name, {}).items()}


def test_families_are_as_told(measured: Measured) -> None:
    """Primary families with a known submission or a remit: as many as there were claims, mangled accounts or not."""
    told = measured.truth["lives"]["families"]
    sql = """
        select count(*), count(*) filter (where has_remit), count(*) filter (where submission_source = 'log')
        from family_submission where payer_sequence = 'primary' and payer not like 'TURNPIKE%'"""
    assert [(told["families"], told["with_remit"], told["exported"])] == measured.rows(sql)


def test_submissions_per_family_are_as_told(measured: Measured) -> None:
    """How often each claim went out, rejected ones, duplicates and those under another account included."""
    sql = """
        select submission_count, count(*) from family_submission
        where payer_sequence = 'primary' and submission_source = '837' and payer not like 'TURNPIKE%'
        group by submission_count"""
    told = measured.truth["lives"]["submissions_per_family"]
    assert {int(count): families for count, families in told.items()} == dict(measured.rows(sql))


def test_mangled_accounts_are_matched(measured: Measured) -> None:
    """Each claim whose account came back mangled has its submission in the remit's family."""
    accounts = measured.truth["accounts"]["mangled"]
    sql = """
        select distinct submission_event.patient_control_number from submission_event
        inner join submission_family using (file_id, transaction_no, claim_no)
        where submission_family.is_matched and submission_event.patient_control_number in ?"""
    found = measured.connection.cursor().execute(sql, [accounts]).fetchall()
    assert sorted(accounts) == sorted(account for (account,) in found)


def test_what_never_reached_the_payer_is_as_told(measured: Measured) -> None:
    """Claims rejected at the front end and never sent again, by account."""
    sql = "select patient_control_number from family_submission where is_never_reached order by 1"
    assert sorted(measured.truth["accounts"].get("never_reached", [])) == [name for (name,) in measured.rows(sql)]


def test_cohorts_are_as_told(measured: Measured) -> None:
    """Month by month of first submission: sent, acknowledged, clean, rejected, never reached, adjudicated, denied."""
    names = ("sent", "acknowledged", "clean", "first_rejected", "never_reached", "denied_core", "denied_broad")
    sums = [f"sum({name}_count)" for name in (*names, "adjudicated")]
    sql = f"""
        select cast(submission_month as varchar), {", ".join(sums)} from cohort_fact
        where payer_sequence = 'primary' and payer not like 'TURNPIKE%' group by submission_month"""
    told = {
        month: tuple(tally.get(name, 0) for name in (*names, "adjudicated_in_rates"))
        for month, tally in measured.truth["cohorts_by_submission_month"].items()
    }
    assert told == {month[:7]: tuple(counts) for month, *counts in measured.rows(sql)}


@pytest.mark.parametrize("kind", ["service_to_submission", "submission_to_remit"])
def test_days_of_claims_are_as_told(measured: Measured, kind: str) -> None:
    """Days from service to the first submission, and from there to the first remit, claim by claim."""
    sql = f"""
        select lag_days, sum(line_count) from lag_fact
        where lag_kind = '{kind}' and payer_sequence = 'primary' and payer not like 'TURNPIKE%'
        group by lag_days having sum(line_count) > 0"""
    assert histogram(measured, f"{kind}_claims") == {day: int(count) for day, count in measured.rows(sql)}


@pytest.mark.parametrize("scope", SCOPES)
def test_answers_to_resubmissions_are_as_told(measured: Measured, scope: str) -> None:
    """Days from the corrected claim to the payer's answer, line by line, and how many have no answer yet."""
    sql = f"""
        select answer_date - resubmission_date, count(*) from denial
        where {DENIED.format(IN_SCOPE[scope])} and resubmission_date is not null group by 1"""
    found = dict(measured.rows(sql))
    open_count = found.pop(None, 0)
    assert histogram(measured, f"resubmission_to_answer_{scope}_lines") == found
    assert measured.truth["lives"].get("resubmissions_unanswered", {}).get(f"{scope}_lines", 0) == open_count


@pytest.mark.parametrize("scope", SCOPES)
def test_days_to_resolution_are_as_told(measured: Measured, scope: str) -> None:
    """Days from the denial to the payment, the write-off or the end of all deadlines, line by line."""
    sql = f"""
        select resolution_date - denial_date, count(*) from denial
        where {DENIED.format(IN_SCOPE[scope])} and resolution_date is not null group by 1"""
    assert histogram(measured, f"denial_to_resolution_{scope}_lines") == dict(measured.rows(sql))


@pytest.mark.parametrize("scope", SCOPES)
def test_final_states_of_denials_are_as_told(measured: Measured, scope: str) -> None:
    """Where each initially denied line stands on the last day, in lines and in charges, and what was recovered."""
    told = measured.truth["final_states"][scope]
    sql = f"""
        select state, count(*), sum(charge_amount), sum(recovered_amount) from denial
        where {DENIED.format(IN_SCOPE[scope])} group by state"""
    found = {state: (count, charge, recovered) for state, count, charge, recovered in measured.rows(sql)}
    states = ("paid_after_denial", "denied_open", "denied_final", "written_off")
    expected = {state: (told[state], cents(told[f"{state}_cents"])) for state in states if told.get(state)}
    assert expected == {state: (count, charge) for state, (count, charge, _) in found.items()}
    assert cents(told.get("recovered_cents", 0)) == found["paid_after_denial"][2]


def test_final_states_are_as_told(measured: Measured) -> None:
    """Where each primary line with a charge stands on the last day, denied or not."""
    told = measured.truth["final_states"]["all"]
    sql = """
        select state, count(*) from family_line where payer_sequence = 'primary' group by state"""
    expected = {name: count for name, count in told.items() if not name.endswith("_cents") and count}
    expected.pop("zero_paid", None)  # lines without a charge are in no rate
    assert expected == dict(measured.rows(sql))


def test_appeals_are_as_told(measured: Measured) -> None:
    """A request counts once, whatever the number of its lines; only those that the log tells of are known."""
    told = Counter(measured.truth["lives"].get("appeal_requests_primary", {}))
    sql = """
        select count(*), count(decided_date), count(*) filter (where outcome in ('overturned', 'partly_overturned'))
        from appeal where family_id is not null"""
    assert [(told["filed"], told["decided"], told["overturned"])] == measured.rows(sql)


def test_secondary_families_are_as_told(measured: Measured) -> None:
    """Claims of a later payer, how many were paid and how much, each beside its primary claim."""
    told = measured.truth["lives"]["secondary_families"]
    sql = """
        select count(*), count(*) filter (where later_paid_amount > 0), sum(later_paid_amount) from family_turn
        where later_payer like 'SILVERLAKE%'"""
    assert [(told["families"], told["paid"], cents(told["paid_cents"]))] == measured.rows(sql)


def test_recoupments_name_their_claim(measured: Measured) -> None:
    """Each PLB takeback is the claim's that its reference names, in the payment that truth tells."""
    told = measured.truth["recoupments"]
    sql = """
        select distinct reference_id, provider_adjustment.trace_number, amount, claim_event.patient_control_number
        from provider_adjustment
        left join claim_event on claim_event.family_id = provider_adjustment.family_id
            and claim_event.payer_claim_control_number = provider_adjustment.reference_id
        where reason_code = 'WO'"""
    expected = {(name, each["trace"], cents(each["cents"]), each["account"]) for name, each in told.items()}
    assert expected == set(measured.rows(sql))
    assert expected


def test_deposits_are_as_told(measured: Measured) -> None:
    """Payments, their claims and their provider adjustments add up to truth's, and one of them is off."""
    told = measured.truth["deposits"]
    sql = """
        select count(*), sum(payment_amount), sum(claim_paid_amount), sum(provider_adjustment_amount), sum(off_amount)
        from deposit"""
    names = ("payment_cents", "claim_paid_cents", "provider_adjustment_cents", "off_cents")
    assert [(told["transactions"], *(cents(told[name]) for name in names))] == measured.rows(sql)
    off = measured.rows("select trace_number, off_amount from deposit where off_amount <> 0")
    planted = measured.truth["planted"]["unbalanced_payment"]
    assert [(planted["trace"], cents(planted["off_cents"]))] == off


def test_underpaid_lines_are_as_told(measured: Measured) -> None:
    """Lines below the payer's usual are truth's, to the cent; those planted among them if the usual is known."""
    told = measured.truth["underpaid_lines"]
    sql = "select line_key, short_amount from underpayment"
    found = dict(measured.rows(sql))
    assert {name: cents(short) for name, short in told["below_usual_cents"].items()} == found
    assert set(told["planted_cents"]) & set(found)


@pytest.mark.parametrize("scope", SCOPES)
def test_ends_in_kpis_are_as_told(measured: Measured, scope: str) -> None:
    """Written off, recovered and finally denied, as the KPIs say it."""
    told = Counter(measured.truth["final_states"][scope])
    within = remitting(measured, scope)
    found = [measured.kpi(name, within).numerator for name in ("written_off_amount", "recovered_amount")]
    assert [cents(told["written_off_cents"]), cents(told["recovered_cents"])] == found
    assert told["denied_final"] + told["written_off"] == measured.kpi("final_denial_rate", within).numerator


@pytest.mark.parametrize("kind", ["resubmission_to_answer", "denial_to_resolution"])
@pytest.mark.parametrize("scope", SCOPES)
def test_days_in_kpis_are_as_told(measured: Measured, kind: str, scope: str) -> None:
    """The days until an answer and until the end add up to truth's histograms."""
    told = histogram(measured, f"{kind}_{scope}_lines")
    found = measured.kpi(f"days_{kind}", remitting(measured, scope))
    assert (sum(day * count for day, count in told.items()), sum(told.values())) == (found.numerator, found.denominator)


def test_overturned_requests_are_as_told(measured: Measured) -> None:
    """Of the requests that are decided, those overturned; a request counts once, whatever the number of its lines."""
    told = Counter(measured.truth["lives"].get("appeal_requests_primary", {}))
    found = measured.kpi("overturn_rate", remitting(measured, "broad"))
    assert (told["overturned"], told["decided"]) == (found.numerator, found.denominator)


def test_clean_claims_are_as_told(measured: Measured) -> None:
    """Clean claims, and claims that never reached the payer, of those whose first submission was answered."""
    told: Counter[str] = Counter()
    for tally in measured.truth["cohorts_by_submission_month"].values():
        told.update(tally)
    within = remitting(measured, "core")
    for name, part in (("clean_claim_rate", "clean"), ("never_reached_share", "never_reached")):
        found = measured.kpi(name, within)
        assert (told[part], told["acknowledged"]) == (found.numerator, found.denominator)


def remitting(measured: Measured, scope: str) -> Scope:
    """Everything but the payer on paper, about which the logs alone know."""
    names = measured.rows("select distinct payer from line_fact where source = '835'")
    return Scope(payers=tuple(name for (name,) in names), denial_scope=scope)


def cents(amount: int) -> Decimal:
    """Cents as dollars."""
    return Decimal(amount) / 100
