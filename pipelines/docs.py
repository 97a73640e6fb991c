"""`make docs`: the pages of docs/ that are made from the code, written again."""

from collections.abc import Callable
from pathlib import Path

from pipelines import kpi_document, table_document

FOLDER = Path(__file__).parent.parent / "docs"
PAGES: dict[str, Callable[[], str]] = {"kpis.md": kpi_document.document, "tables.md": table_document.document}


def write_pages(folder: Path) -> list[Path]:
    """Every generated page is in the folder as the code now has it."""
    written = []
    for name, document in PAGES.items():
        path = folder / name
        path.write_text(document(), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for path in write_pages(FOLDER):
        print(path)
