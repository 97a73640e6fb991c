"""Every KPI, by every way to part it, equals what a second implementation counts on made-up remittances."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.kpis import CLOCKS, DIMENSIONS, KPIS, column_of, is_by_submission
from pipelines.measure import Scope, divide, measure, spans
from pipelines.rows import Row
from tests.oracle_kpis import Oracle, Verdict, days_of, kpi
from tests.practice import Cas, Claim, Line, remit, reversal, sent
from tests.warehouse import failures, warehouse

Day = datetime.date
START = Day(2026, 2, 2)
PAYERS = ["Aetna", "Bright Valley Health", "Cigna"]
PROCEDURES = ["99213", "20610", "97110"]
CODES = ["50", "16", "29", "197", "97", "18", "45", "11", "204", "999", "253", "151"]
REMARKS = ["N115", "M76", "N183", "MA130", "M1", "N9999"]
BY = ["month", "payer", "procedure", "place_of_service", "payer_sequence"]
BY_REASON = ["category", "root_cause", "carc", "rarc", "group_code"]
WAYS = [*((name,) for name in [*BY, *BY_REASON]), ("payer", "category"), ("month", "carc")]


@st.composite
def lines(draw: st.DrawFn, date: Day, number: str | None) -> Line:
    """A line that is paid, denied, shared, in part any of these, or left for the claim to explain."""
    charge = draw(st.sampled_from([0, 0.01, 40, 100, 100, 250]))
    codes = draw(
        st.lists(st.tuples(st.sampled_from(["CO", "PR", "OA"]), st.sampled_from([*CODES, "1", "3", "23"])), max_size=3)
    )
    paid = draw(st.sampled_from([0, 0, 0, charge, charge / 2]))
    rest = charge - paid
    cas = []
    for position, (group, code) in enumerate(codes):
        amount = rest if position == len(codes) - 1 or rest < 10 else 10
        cas.append(Cas(f"{group}-{code}", draw(st.sampled_from([amount, amount, amount, None, 0]))))
        rest -= amount
    remarks = draw(st.lists(st.sampled_from(REMARKS), max_size=2, unique=True))
    procedure = draw(st.sampled_from(PROCEDURES))
    return Line(procedure, charge, paid, cas, remarks, draw(st.sampled_from([date, date, None])), number)


@st.composite
def claims(draw: st.DrawFn, pcn: str, icn: str, date: Day, count: int, numbered: bool) -> Claim:
    """One decision on a claim, by line or as a whole."""
    whole = [Cas(f"CO-{draw(st.sampled_from(CODES))}", draw(st.sampled_from([40, 100])))]
    status = draw(st.sampled_from(["1", "1", "1", "1", "4", "5", "2", "19", "99"]))
    cas = whole if draw(st.integers(0, 4)) == 0 else []
    remarks = draw(st.sampled_from([[], [], ["N115"], ["M76"]]))
    place = draw(st.sampled_from(["11", "22", None]))
    values: dict[str, Any] = {
        "status": status,
        "icn": icn,
        "cas": cas,
        "remarks": remarks,
        "place": place,
        "date": date,
    }
    if draw(st.integers(0, 6)) == 0:
        return Claim(pcn, [], charge=100, paid=draw(st.sampled_from([0, 60])), **values)
    own = [draw(lines(date, f"{pcn}-{n}" if numbered else None)) for n in range(count)]
    return Claim(pcn, own, **values)


@st.composite
def families(draw: st.DrawFn, number: int) -> list[tuple[str, Day, Claim]]:
    """The payer, day and claim payment of one to four events of one claim."""
    payer, count = draw(st.sampled_from(PAYERS)), draw(st.integers(1, 3))
    date, numbered = START - datetime.timedelta(draw(st.integers(5, 40))), draw(st.booleans())
    events: list[tuple[str, Day, Claim]] = []
    for position in range(draw(st.integers(1, 4))):
        day = START + datetime.timedelta(30 * position + draw(st.integers(0, 20)))
        past = [one for _, _, one in events if one.status != "22"]
        if past and draw(st.integers(0, 2)) == 0:
            events.append((payer, day, reversal(draw(st.sampled_from(past)))))
        else:
            renamed = bool(past) and draw(st.integers(0, 3)) == 0
            one = draw(claims(f"P{number}{'R' if renamed else ''}", f"I{number}-{position}", date, count, numbered))
            one.f8 = past[0].icn if past and (renamed or draw(st.booleans())) else None
            events.append((payer, day, one))
    return events


@st.composite
def practices(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Files of remittances, some of them sent twice, and of submissions."""
    events = [event for number in range(draw(st.integers(1, 12))) for event in draw(families(number))]
    files: dict[str, list[Row]] = {}
    for payer, day in sorted({(payer, day) for payer, day, _ in events}):
        own = [one for other, when, one in events if (other, when) == (payer, day)]
        plb, payment = draw(st.sampled_from([0, 0, 5.5])), draw(st.sampled_from([None, None, 7]))
        files[f"era {payer} {day}"] = remit(day, *own, payer=payer, plb=plb, payment=payment)
        if draw(st.integers(0, 5)) == 0:
            files[f"era {payer} {day} again"] = remit(day, *own, payer=payer, plb=plb, payment=payment)
    return files | {"837": list(_submissions(draw, events))}


def _submissions(draw: st.DrawFn, events: list[tuple[str, Day, Claim]]) -> Iterable[Row]:
    number = 0
    for payer, day, one in events:
        if one.status != "22" and draw(st.booleans()):
            number += 1
            when = day + datetime.timedelta(draw(st.sampled_from([-30, -1, 0, 3, 9])))
            again = draw(st.booleans())
            more = {"frequency_code": "7", "original_reference_number": one.icn} if again else {}
            sequence = "S" if one.status == "2" else "P"
            authorization = draw(st.sampled_from([None, "A1"]))
            yield from sent(
                when,
                one.pcn,
                number,
                payer=payer,
                sequence=sequence,
                authorization_number=authorization,
                service_from_date=one.date,
                service_to_date=one.date,
                **more,
            )


def _asked(name: str, scope: Scope) -> Callable[[Verdict], bool]:
    """Whether a verdict is in the scope of this KPI."""
    is_dated = is_by_submission(KPIS[name].fact, scope.clock)

    def asked(verdict: Verdict) -> bool:
        turn = verdict.dimensions.get("payer_sequence")
        return turn in (None, scope.payer_sequence) and bool(not is_dated or verdict.dimensions.get("submission_date"))

    return asked


def _expected(of: Oracle, name: str, by: tuple[str, ...], scope: Scope) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Cell -> numerator and denominator, in whole dollars or counts."""
    known = KPIS[name]

    asked = _asked(name, scope)
    by = tuple(column_of(name, known.fact, scope.clock) for name in by)

    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    verdicts = [*of.lines, *of.claims, *of.remits, *of.payments, *of.cohorts]
    for key in {tuple(v.dimensions.get(d, "(not given)") for d in by) for v in verdicts if asked(v)} | (
        {()} if not by else set()
    ):
        plain = [(d, k) for d, k in zip(by, key, strict=True) if known.splits_both or not is_reason(d)]
        every = list(zip(by, key, strict=True))
        args = (known.numerator, known.denominator, scope.denial_scope)
        above, _, value = kpi(of, name, *args, lambda v, every=every: asked(v) and _in(v, every))
        _, below, _ = kpi(of, name, *args, lambda v, plain=plain: asked(v) and _in(v, plain))
        is_money = "amount" in known.numerator
        if is_money:
            above, below = Decimal(above) / 100, None if below is None else Decimal(below) / 100
        if known.unit != "days":
            value = above if known.denominator is None else divide(above, below)
        found[key] = (above, below, value)
    return found


def is_reason(column: str) -> bool:
    """Whether the column parts what was denied, not what was adjudicated."""
    return column in DIMENSIONS and DIMENSIONS[column].is_reason


def _in(verdict: Verdict, cell: list[tuple[str, Any]]) -> bool:
    return all(verdict.dimensions.get(dimension, "(not given)") == value for dimension, value in cell)


def _measured(connection: Any, by: tuple[str, ...], scope: Scope) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
    """Every KPI, asked for at once -> its cells, each with numerator, denominator and value."""
    cells: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {name: {} for name in KPIS}
    for found in measure(connection, list(KPIS), by, scope):
        cells[found.kpi][tuple(found.dimensions.values())] = found.numerator, found.denominator, found.value
    return cells


def _kept(cells: dict[tuple[Any, ...], tuple[Any, ...]], by: tuple[str, ...]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Cells in which something was counted; by a reason only those in which something was denied."""
    by_reason = any(DIMENSIONS[name].is_reason for name in by)
    return {key: cell for key, cell in cells.items() if not by or cell[0] or (cell[1] and not by_reason)}


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(practices(), st.data())
def test_every_kpi(files: dict[str, list[Row]], data: st.DataObject) -> None:
    """Each KPI, whole and by each dimension, has the numerator, denominator and median that plain loops find."""
    connection, of = warehouse(files), Oracle(files)
    assert {} == failures(connection)
    choices = (["core", "broad"], ["primary", "primary", "secondary"], CLOCKS)
    denial_scope, turn, clock = (data.draw(st.sampled_from(choice)) for choice in choices)
    scope = Scope(denial_scope=denial_scope, payer_sequence=turn, clock=clock)
    for by in [(), *data.draw(st.lists(st.sampled_from(WAYS), min_size=2, max_size=2, unique=True))]:
        measured = _measured(connection, by, scope)
        for name in KPIS:
            expected, actual = _kept(_expected(of, name, by, scope), by), _kept(measured[name], by)
            assert expected == actual, f"{name} by {by}"
    for name in (name for name, one in KPIS.items() if one.lag_kind):
        where = _asked(name, scope)
        expected_days = (Counter(days_of(of, f"{kind}{name}", denial_scope, where)) for kind in ("", "open_"))
        assert tuple(expected_days) == spans(connection, name, [], scope)[()], name
