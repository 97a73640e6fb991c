"""The floors of the house: a module imports only from floors below it, and none grows too large to read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*(ROOT / "pipelines").rglob("*.py"), *(ROOT / "dashboards").rglob("*.py"), *ROOT.glob("app.py")])
PIPELINES = [path for path in FILES if "pipelines" in path.relative_to(ROOT).parts]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
FOR_SHOWING = {"streamlit", "pandas", "plotly", "dashboards", "app", "tests"}

COMMANDS = sorted(path.stem for path in PIPELINES if path.name.startswith("cli_"))

FLOORS = (  # from the ground up; a package stands for everything in it
    ("errors", "words", "harmless", "months", "rows", "reference"),  # for every floor
    (  # of this computer
        "disk",
        "limits",
        "faults",
        "settings_parts",
        "access_settings",
        "log_settings",
        "store_settings",
        "settings",
        "logs",
    ),
    ("volume", "usable", "sealed", "keys", "deidentify"),  # keeping what is on its disk to its owner
    ("intervals", "control_chart", "survival", "chain_ladder"),  # reckoning alone
    ("policy_codes", "policy"),  # codes as policies list them
    ("x12", "denial_log", "kinds", "archives", "sources", "together", "check"),  # reading
    (
        "ledger_fields",
        "ledger_kinds",
        "ledger_chain",
        "ledger_versions",
        "ledger",
        "ledger_lines",
        "access",
    ),  # what people decided
    (
        "tally",
        "lake",
        "reading",
        "store",
        "source_text",
        "distant_files",
        "distant",
        "cluster_lake",
        "cluster_sources",
        "cluster_parts",
        "cluster_tasks",
        "cluster_known",
        "cluster_read",
        "cluster",
        "backup",
        "restore",
        "crew",
        "ingest",
    ),  # storing
    ("register_change", "register_types", "register", "survey"),  # what the ledger holds, with names
    (  # what payers want
        "policy_matrix",
        "policy_rows",
        "policy_payers",
        "policy_table",
        "policy_groups",
        "policy_mcd",
        "policy_import",
        "policy_words",
        "playbook",
    ),
    (  # classifying
        "tables",
        "functions",
        "gathered",
        "build_inputs",
        "engine",
        "rollup",
        "units",
        "daily_tables",
        "daily",
        "build_about",
        "build",
        "engine_spark",
        "cluster_ingest",
        "build_cluster",
    ),
    ("kpi_texts", "kpis", "kpi_document", "scope", "asking", "measure", "maturity"),  # measuring
    ("playbook_history",),  # measuring, of one procedure
    (
        "trend",
        "trend_baseline",
        "mix_cells",
        "mix",
        "standardised",
        "mover_odds",
        "movers",
        "streaks",
        "effect",
    ),  # judging
    ("mail", "alerts", "alert_links", "alert_words", "alert_telling"),  # telling
    (
        "outside_summary",
        "export",
        "audit",
        "verify",
        "health",
        "status",
        "demo",
        "table_document",
        "docs",
        "licences",
        "huddle",
        "playbook_print",
    ),  # showing, without a screen
    (*COMMANDS, "__main__"),  # the command line
)
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, at its top or in a function, but not those for the type checker alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in typing_only:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node not in typing_only and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "pipelines")


def own_name(path: Path) -> str:
    """The module or package directly under pipelines/ that the file belongs to."""
    return path.relative_to(ROOT / "pipelines").parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """The file as a test's name."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PIPELINES, ids=name_of)
def test_pipelines_never_import_what_only_showing_needs(path: Path) -> None:
    """No Streamlit, pandas, Plotly or page in pipelines/: they cost seconds, and the CLI must answer at once."""
    assert set() == {name.split(".")[0] for name in imports(path)} & FOR_SHOWING


@pytest.mark.parametrize("path", [path for path in PIPELINES if own_name(path) != "__init__"], ids=name_of)
def test_imports_point_downwards(path: Path) -> None:
    """A module of pipelines/ has a floor, and imports from that floor or from below only."""
    own = own_name(path)
    assert own in FLOOR_OF, f"{own}: give it a floor in this test"
    used = {name.split(".")[1] for name in imports(path) if name.startswith("pipelines.")}
    upward = {name for name in used if FLOOR_OF.get(name, 99) > FLOOR_OF[own]}
    assert set() == upward


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_stay_short(path: Path) -> None:
    """No file over 300 lines, no function over 40: what is longer is two things."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {} == {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    assert text.count("\n") <= LONGEST_FILE


@pytest.mark.parametrize("path", PIPELINES, ids=name_of)
def test_no_error_is_swallowed(path: Path) -> None:
    """Every except names what it catches and does something about it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: a bare except"
            assert not all(isinstance(inner, ast.Pass) for inner in node.body), f"line {node.lineno}: nothing is done"
