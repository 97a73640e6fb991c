import csv
import filecmp
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.demo import write_demo
from pipelines.demo.parameters import REFERENCE, load_denial_kinds
from pipelines.demo.people import npi
from pipelines.errors import UsageError
from tests.demo.conftest import Demo
from tests.demo.x12_by_hand import HandClaim, payments_of, totals

SAMPLES = REFERENCE.parent / "samples"
SAMPLE = {"claims": 100, "seed": 103, "practice": "ortho", "months": 6}
TIERS = ["A", "B", "C", ""]


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """Same seed, size and practice write the same files byte for byte; another seed does not."""
    folders = [tmp_path / name for name in ("one", "same", "other")]
    for folder, seed in zip(folders, (5, 5, 6), strict=True):
        write_demo(folder, claims=60, seed=seed, months=6)
    names = sorted(path.name for path in folders[0].iterdir())
    assert (names, [], []) == filecmp.cmpfiles(folders[0], folders[1], names, shallow=False)
    assert sorted(path.name for path in folders[1].iterdir()) == names
    assert (folders[0] / "truth.json").read_bytes() != (folders[2] / "truth.json").read_bytes()


def test_pieces_of_one_practice_share_no_number(tmp_path: Path) -> None:
    """Two pieces made with one seed have no account, member, payer's number, trace, batch or file in common."""
    pieces = []
    for piece in (0, 1):
        write_demo(tmp_path / str(piece), claims=60, seed=5, months=2, piece=piece)
        pieces.append({number for path in (tmp_path / str(piece)).glob("demo_*.83?") for number in numbers(path)})
    kinds = {kind: len({number for number in pieces[0] if number[0] == kind}) for kind, _ in pieces[0]}
    assert {"CLP", "CLM", "CLP07", "TRN", "BHT", "ISA", "NM1"} == set(kinds)
    assert set() == pieces[0] & pieces[1]


def numbers(path: Path) -> Iterator[tuple[str, str]]:
    """What has to be one's own in a file: the place of a number and the number."""
    places = {
        "CLM": {1: "CLM"},
        "CLP": {1: "CLP", 7: "CLP07"},
        "BHT": {3: "BHT"},
        "ISA": {13: "ISA"},
        "TRN": {2: "TRN"},
    }
    for segment in path.read_text("ascii").split("~\n"):
        elements = segment.split("*")
        for place, kind in places.get(elements[0], {}).items():
            yield kind, elements[place]
        if elements[0] == "NM1" and "MI" in elements:
            yield "NM1", elements[9]


def test_samples_are_what_the_generator_writes(tmp_path: Path) -> None:
    """The committed samples are the generator's own output, byte for byte."""
    write_demo(tmp_path, **SAMPLE)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert sorted([*names, "README.md"]) == sorted(path.name for path in SAMPLES.iterdir())
    assert (names, [], []) == filecmp.cmpfiles(tmp_path, SAMPLES, names, shallow=False)


def test_samples_stay_small() -> None:
    """The committed samples take less than 300 KB."""
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 300_000


def test_an_unknown_practice_is_refused(tmp_path: Path) -> None:
    """A practice that does not exist is a usage error that names the ones that do."""
    with pytest.raises(UsageError, match="ortho or behavioral"):
        write_demo(tmp_path, claims=1, practice="dental")


def test_a_demo_of_one_claim(tmp_path: Path) -> None:
    """One claim in one month makes a demo like any other."""
    assert write_demo(tmp_path, claims=1, months=1).exists()
    assert list(tmp_path.glob("demo_837p_*"))


def test_every_file_is_marked(demo: Demo) -> None:
    """Demo data is recognised by every file's name, every interchange's sender and usage, every log's title."""
    names = [path.name for path in demo.folder.iterdir() if path.name != "truth.json"]
    assert [name for name in names if not name.startswith("demo_")] == []
    for path in demo.folder.glob("demo_[289]*"):
        head = path.read_text("ascii")[:106]
        assert (head[35:50].strip(), head[102]) == ("DBDEMO", "T"), path.name
    for path in demo.folder.glob("*.csv"):
        assert path.read_text("utf-8").startswith('"DEMO DATA')


def test_every_claim_and_line_balances(demo: Demo) -> None:
    """CLP03 - CLP04 is the claim's CAS, SVC02 - SVC03 the line's; a claim-level CAS stands for lines without any."""
    claims = [claim for path in demo.files("835") for payment in payments_of(path) for claim in payment.claims]
    assert [claim for claim in claims if not balances(claim)] == []


def balances(claim: HandClaim) -> bool:
    """The claim and its lines add up to the cent."""
    adjusted = claim.claim_adjusted + sum((line.adjusted for line in claim.lines), Decimal(0))
    rests = [line.charge - line.paid - line.adjusted for line in claim.lines]
    lines_whole = not claim.lines or (
        sum((line.charge for line in claim.lines), Decimal(0)) == claim.charge
        and sum((line.paid for line in claim.lines), Decimal(0)) == claim.paid
        and (sum(rests, Decimal(0)) == claim.claim_adjusted)
        and (not any(rests) or bool(claim.claim_adjusted))
    )
    return claim.charge - claim.paid == adjusted and lines_whole


def test_every_payment_balances_but_one(demo: Demo) -> None:
    """BPR02 = sum CLP04 - sum PLB in every transaction but the one whose misstatement is planted."""
    off = {payment.trace: payment.off for path in demo.files("835") for payment in payments_of(path) if payment.off}
    planted = demo.truth["planted"]["unbalanced_payment"]
    assert {planted["trace"]: Decimal(planted["off_cents"]) / 100} == off


def test_no_payment_is_negative(demo: Demo) -> None:
    """What a payer is owed is carried forward, so no BPR02 is below zero."""
    assert min(payment.amount for path in demo.files("835") for payment in payments_of(path)) >= 0


def test_truth_counts_the_files(demo: Demo) -> None:
    """truth.json says how many files of each kind there are."""
    files = demo.truth["files"]
    logs = [*demo.folder.glob("*.csv"), *demo.folder.glob("*.xlsx")]
    found = [len(demo.files(kind)) for kind in ("835", "837p", "277ca", "999")]
    kinds = ("835", "837", "277", "999")
    told = [*(files[kind] for kind in kinds), files["denial_log"] + files["claim_export"]]
    assert told == [*found, len(logs)]


def test_truth_totals_are_those_of_the_835_files(demo: Demo) -> None:
    """Transactions, claims, lines, payments and reversals in truth.json are those that stand in the files."""
    found = totals(demo.files("835"))
    assert {name: demo.truth["remits_as_sent"][name] for name in found} == found


def test_the_copy_is_a_copy(demo: Demo) -> None:
    """The file that is sent twice has the same bytes under another name."""
    planted = demo.truth["planted"]["resent_file"]
    assert (demo.folder / planted["file"]).read_bytes() == (demo.folder / planted["copy"]).read_bytes()


def test_planted_codes_stand_in_the_remits(demo: Demo) -> None:
    """The unknown and the retired CARC are in the remit of the claim that truth.json names."""
    reasons: dict[str, set[str]] = {}
    for path in demo.files("835"):
        for payment in payments_of(path):
            for claim in payment.claims:
                reasons.setdefault(claim.account, set()).update(claim.reasons)
    for name in ("unknown_carc", "retired_carc"):
        planted = demo.truth["planted"][name]
        assert [planted["account"]] == [account for account, carcs in reasons.items() if planted["carc"] in carcs]


def test_repeats_stand_twice(demo: Demo) -> None:
    """The repeated payment and the repeated claim come in two transactions of the same trace number."""
    traces = Counter(payment.trace for path in demo.files("835") for payment in payments_of(path))
    planted = demo.truth["planted"]
    repeated = {planted[name]["trace"] for name in ("repeated_payment", "repeated_claim")}
    assert repeated == {trace for trace, count in traces.items() if count > 1}


def test_parts_sum_to_the_whole(demo: Demo) -> None:
    """Primary totals by payer, month, provider and place each sum to the primary totals; lines by procedure too."""
    whole = demo.truth["primary"]
    for name in ("payer", "month", "rendering_npi", "place_of_service"):
        parts: Counter[str] = Counter()
        for tally in demo.truth[f"primary_by_{name}"].values():
            parts.update(tally)
        assert +Counter(whole) == +parts
    lines = sum(tally["lines"] for tally in demo.truth["primary_by_procedure"].values())
    assert whole["lines"] == lines


def test_every_denied_line_has_an_end(demo: Demo) -> None:
    """Each initially denied core line is open or overturned on the last day, and nothing else."""
    states = demo.truth["line_states"]
    ends = {name: count for name, count in states.items() if name.startswith("denied_core_") and "cents" not in name}
    assert demo.truth["primary"]["lines_denied_core"] == sum(ends.values())


def test_denied_lines_are_resubmitted_or_not(demo: Demo) -> None:
    """Each initially denied core line has a number of days to its resubmission, or counts as never sent again."""
    histogram = demo.truth["histograms"].get("denial_to_resubmission_core_lines", {})
    never = demo.truth["never_resubmitted"]["core_lines"]
    assert demo.truth["primary"]["lines_denied_core"] == sum(histogram.values()) + never
    assert min(map(int, histogram)) > 0


def test_rates_are_plausible(demo: Demo) -> None:
    """The initial denial rates lie where published ones do, and broad is above core."""
    primary = demo.truth["primary"]
    core, broad = primary["claims_denied_core"] / primary["claims"], primary["claims_denied_broad"] / primary["claims"]
    assert 0.03 < core < broad < 0.2


def test_kinds_agree_with_the_code_tables() -> None:
    """Scope and tier of every demo denial are those of carc.csv and rarc.csv, and its remarks are no alerts."""
    carcs, rarcs = by_code("carc.csv"), by_code("rarc.csv")
    for kind in (*load_denial_kinds("ortho"), *load_denial_kinds("behavioral")):
        tiers = [carcs[kind.carc]["mn_tier"], *(rarcs[rarc]["mn_tier"] for rarc in kind.rarcs)]
        assert kind.denial_scope == carcs[kind.carc]["denial_scope"], kind.codes
        assert kind.mn_tier == min(tiers, key=TIERS.index), kind.codes
        assert [rarc for rarc in kind.rarcs if rarcs[rarc]["is_alert"] == "true"] == []


def by_code(name: str) -> dict[str, dict[str, str]]:
    """A reference table by its code."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_npis_are_well_formed_and_nobodys() -> None:
    """A demo NPI has ten digits, passes the check digit and begins with 9, which no real one does."""
    for number in range(50):
        digits = [int(digit) for digit in "80840" + npi(number)]
        doubled = sum(sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
        assert (doubled + sum(digits[::-2])) % 10 == 0
        assert (len(npi(number)), npi(number)[0]) == (10, "9")
