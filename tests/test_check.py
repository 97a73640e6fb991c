"""`denials check`: the documented object, its sums, and what people read."""

import io
import json

from pipelines.check import ALIKE_SHOWN, check, dollars, render
from pipelines.sources import Source
from tests.x12.writer import a_payment, interchange


def report_of(data: bytes, name: str = "march.835") -> dict[str, object]:
    """Return what `check --json` says."""
    return check(Source(name, lambda: io.BytesIO(data))).as_json()


def test_the_object_of_a_good_file() -> None:
    """A remittance that adds up: kind, counts, total as text, every level checked, nothing odd, no error."""
    level = {"checked": 1, "off": 0, "amount_off": "0.00"}
    expected = {
        "file": "march.835",
        "kind": "835",
        "transactions": 1,
        "claims": 1,
        "lines": 1,
        "total_amount": "60.00",
        "balanced": {"transaction": level, "claim": level, "line": level},
        "oddities": [],
        "error": None,
        "used_as": None,
    }
    got = report_of(interchange([a_payment()]))
    assert expected == got
    assert list(expected) == list(got)
    assert expected == json.loads(json.dumps(got))


def test_imbalance_is_summed_without_signs() -> None:
    """Imbalances of opposite signs do not cancel out."""
    data = b"CLP*A*1*100*60*0*12*I~CAS*CO*45*30~CLP*B*1*100*60*0*12*I~CAS*CO*45*50~CLP*C*1*x*60~"
    balanced = report_of(data)["balanced"]
    assert {"checked": 2, "off": 2, "amount_off": "20.00"} == balanced["claim"]  # type: ignore[index]


def test_oddities_have_code_segment_and_message() -> None:
    """An oddity says what, where and in words."""
    found = report_of(b"CLP*A*1*ten*10~")["oddities"]
    assert {"code": "amount_unreadable", "segment": 1, "message": "CLP03 is 'ten', not an amount"} in found  # type: ignore[operator]


def test_many_alike_oddities_are_counted_not_listed() -> None:
    """The first fifty alike are listed; one more entry says how many more there are."""
    found = report_of(b"CLP*A*1*ten*10~" * 60)["oddities"]
    alike = [oddity for oddity in found if oddity["code"] == "amount_unreadable"]  # type: ignore[attr-defined]
    assert ALIKE_SHOWN + 1 == len(alike)
    more = {"code": "amount_unreadable", "segment": None, "message": "10 more like this: CLP03 is 'ten', not an amount"}
    assert more == alike[-1]


def test_a_refused_file() -> None:
    """A file that cannot be read has an error with segment, got, wanted and message, and no figures."""
    got = report_of(b"Dear sir,", "letter.txt")
    assert ("unknown", 0, "0.00") == (got["kind"], got["claims"], got["total_amount"])
    message = "letter.txt, segment 1: a file that begins 'Dear sir,', wanted an 835, 837, 277CA or 999, or a denial log"
    assert ["segment", "got", "wanted", "message"] == list(got["error"])  # type: ignore[call-overload]
    assert got["error"]["message"].startswith(message)  # type: ignore[index]


def test_a_file_refused_at_its_end_has_no_figures() -> None:
    """A file whose only transactions are of another kind is refused, with the segment that says so."""
    got = report_of(b"GS*HP*A*B*20260301*0900*1*X*005010X221A1~ST*834*1~SE*2*1~")
    assert "835" == got["kind"]
    assert 2 == got["error"]["segment"]  # type: ignore[index]


def test_a_log() -> None:
    """A denial log: distinct claims, usable rows, billed amounts; nothing to balance."""
    data = b"Claim ID,Payer,Billed,CARC\nC1,Acme,100.00,50\nC1,Acme,50.00,16\nC2,Acme,25.50,45\n"
    got = report_of(data, "denials.csv")
    assert ("denial_log", 2, 3, "175.50") == (got["kind"], got["claims"], got["lines"], got["total_amount"])


def test_render() -> None:
    """People read kind, counts, balance and oddities in plain lines; a refusal in one."""
    text = render(check(Source("m.835", lambda: io.BytesIO(interchange([a_payment(paid_amount=5000)])))))
    assert "m.835: 835" in text
    assert "claims off balance: 1 of 1, by 10.00 in all" in text
    assert "lines balance: 1 checked" in text
    assert render(check(Source("x", lambda: io.BytesIO(b"")))).startswith("x, segment 1: an empty file, wanted an 835")


def test_dollars() -> None:
    """Cents become text with two places, never a float."""
    assert ["0.00", "-0.05", "1234567890123456.78"] == [dollars(cents) for cents in (0, -5, 123456789012345678)]
