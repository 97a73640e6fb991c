from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import words
from pipelines.measure import Measure, Scope, measure
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

EVERYTHING = {"period": "All dates"}


def payers(home: Path, kpi: str = "denial_rate") -> dict[str, Measure]:
    """Payer to its measure over all dates."""
    with Store(home).connect() as connection:
        return {str(row.dimensions["payer"]): row for row in measure(connection, [kpi], ["payer"], Scope())}


def listed(app: AppTest) -> list[dict[str, object]]:
    """The rows of the list of payers."""
    rows: list[dict[str, object]] = app.dataframe[0].value.to_dict("records")
    return rows


def test_each_payer_has_its_rate_interval_n_dollars_and_ratio(home: Path, open_page: Open) -> None:
    """A rate never stands alone, and it is that of the command line."""
    rows = {str(row["Payer"]): row for row in listed(open_page("payers", **EVERYTHING))}
    known = {name: row for name, row in payers(home).items() if (row.denominator or 0) >= words.TOO_FEW}
    assert known and {"Interval from", "Interval to", "Adjudicated", "Denied dollars", "M-code ratio"} <= set(
        next(iter(rows.values()))
    )
    for name, row in known.items():
        assert (row.denominator, round(float(row.value or 0) * 100, 6)) == (
            rows[name]["Adjudicated"],
            round(float(str(rows[name]["Rate"])), 6),
        )


def test_dollars_of_the_payers_add_up_to_the_total(home: Path, open_page: Open) -> None:
    """The list leaves no dollar out."""
    shown = sum(float(str(row["Denied dollars"])) for row in listed(open_page("payers", **EVERYTHING)))
    with Store(home).connect() as connection:
        (total,) = measure(connection, ["denied_amount"], (), Scope())
    assert round(float(total.numerator or 0), 2) == round(shown, 2)


def test_a_payer_that_only_a_log_knows_has_dollars_and_no_rate(home: Path, open_page: Open) -> None:
    """Its denials are in the sum; how many it decided nobody knows."""
    unrated = {name for name, row in payers(home).items() if row.value is None}
    owed = {name: row.numerator for name, row in payers(home, "denied_amount").items()}
    rows = {str(row["Payer"]): row for row in listed(open_page("payers", **EVERYTHING))}
    for name in unrated:
        assert float(owed[name] or 0) == rows[name]["Denied dollars"]
        assert rows[name]["Rate"] != rows[name]["Rate"]  # not a number: the grid shows a dash


def test_a_rate_of_too_few_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open) -> None:
    """Below twenty adjudicated claims there is a dash, and the n that explains it."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", remittance(*[PAID, DENIED] * 20, paid=1600), remittance(DENIED, payer="SMALL PLAN"))
    rows = {str(row["Payer"]): row for row in listed(open_page("payers"))}
    assert rows["SMALL PLAN"]["Rate"] != rows["SMALL PLAN"]["Rate"]  # not a number: the grid shows a dash
    assert 1 == rows["SMALL PLAN"]["Adjudicated"]


def test_one_payer_has_a_page_of_its_own(home: Path, open_page: Open) -> None:
    """The address ?payer=... shows the payer beside all others, its causes, procedures and largest lines."""
    name, row = max(payers(home).items(), key=lambda item: item[1].denominator or 0)
    text = said(open_page("payers", payer=name, **EVERYTHING))
    assert f"{words.markup(name)} denied {words.rate(row.value)} of claims; all others" in text
    assert "largest denied lines" in text


def test_the_largest_lines_are_those_of_the_payer_largest_first(home: Path, open_page: Open) -> None:
    """The lines carry their claim, reason and root cause in words."""
    name = max(payers(home), key=lambda payer: payers(home)[payer].denominator or 0)
    app = open_page("payers", payer=name, **EVERYTHING)
    lines = next(frame.value for frame in app.dataframe if "Claim" in frame.value.columns)
    amounts = [float(amount) for amount in lines["Denied"]]
    assert sorted(amounts, reverse=True) == amounts
    assert all(str(reason)[:2] in ("CO", "PR", "OA", "PI", "CR") for reason in lines["Reason"])


def test_several_payers_are_compared(home: Path, open_page: Open) -> None:
    """Two payers chosen are two rows, not a page."""
    names = list(payers(home))[:2]
    rows = listed(open_page("payers", payer=names, **EVERYTHING))
    assert set(names) >= {str(row["Payer"]) for row in rows}


@pytest.mark.parametrize("unit", ["claims", "lines", "dollars"])
@pytest.mark.parametrize("claims", [(), (PAID,), (DENIED,), (PAID,) * 30])
def test_the_page_stands_on_almost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open, claims: tuple[str, ...], unit: str
) -> None:
    """Zero rows, one row, one payer and no denial are answers, not errors, on the list and on the payer's page."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    text = remittance(*claims, paid=80 * sum(claim is PAID for claim in claims)) if claims else "no remittance"
    make_store(tmp_path / "store", text)
    for page in (open_page("payers", unit=unit), open_page("payers", unit=unit, payer="Aetna")):
        assert ("data through" if claims else "no payment yet") in said(page)


def test_an_empty_store_says_what_to_do(empty_home: Path, open_page: Open) -> None:
    """No error, no empty chart: drop a file, or look at the demo."""
    assert "Nothing has been loaded yet" in said(open_page("payers"))
