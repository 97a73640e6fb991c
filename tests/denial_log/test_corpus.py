"""Files that others wrote, where they lie beside the repository; nothing of them is part of it."""

from collections import Counter
from pathlib import Path

import pytest

from pipelines.denial_log import propose_mapping, read_log
from pipelines.errors import NotReadable
from pipelines.rows import LogCode, LogReject, LogRow

LOGS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "logs"
pytestmark = pytest.mark.skipif(not LOGS.is_dir(), reason="the folder of other people's logs is not here")

# file | rows, rejected rows, codes, denied, not denied
EXPECTED = {
    "DrewThomas09__MC_tests_fixtures_messy_fixture_03_excel_merged_cells_claims.xlsx": (5, 1, 0, 0, 5),
    "DrewThomas09__RCM_MC_data_demo_target_pkg_denials.csv": (98, 0, 0, 98, 0),
    "GS20-pixel__Data_denials.csv": (5998, 0, 5998, 5998, 0),
    "Luciano-Casillas__data_clarity_denials.csv": (7862, 0, 6765, 7862, 0),
    "Simrithichoudhary__data_healthcare_claims.csv": (10000, 0, 1254, 1254, 8746),
    "lp07__data_sample_output_sample_denial_analysis.csv": (259, 0, 360, 259, 0),
    "lp07__data_sample_output_sample_reconciliation_report.csv": (1200, 0, 1327, 259, 882),
    "robsua68__tests_output_emedny_sample.csv": (10, 0, 6, 4, 6),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_other_peoples_logs_are_read_whole(name: str) -> None:
    """Each is clear without asking; its rows, rejects, codes and denials are these."""
    path = LOGS / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    with path.open("rb") as stream:
        assert propose_mapping(stream, name).is_clear
    with path.open("rb") as stream:
        found = list(read_log(stream, name))
    kinds = Counter(type(row) for row in found)
    denied = Counter(row.is_denied for row in found if isinstance(row, LogRow))
    assert EXPECTED[name] == (kinds[LogRow], kinds[LogReject], kinds[LogCode], denied[True], denied[False])


def test_what_is_no_log_is_refused_with_its_columns() -> None:
    """The list of the files is itself a table, and no log."""
    path = LOGS / "MANIFEST.tsv"
    with path.open("rb") as stream, pytest.raises(NotReadable, match="a table with the columns file, repo, path"):
        list(read_log(stream, path.name))
