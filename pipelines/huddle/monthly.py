"""What goes round every month: a letter with the numbers for leadership, and one page "Did you know?" for clinicians.

Both come as HTML that a mail programme shows (styles inside each tag, nothing loaded from anywhere) and as PDF, from
the same texts.
"""

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

from pipelines import words
from pipelines.harmless import printed
from pipelines.huddle import behaviour, causes, followup, policies, scorecard, summary
from pipelines.huddle.facts import Facts, Figure
from pipelines.huddle.goals import Goals
from pipelines.huddle.pack import SMALL, basis, edition
from pipelines.huddle.pdf import table_data
from pipelines.huddle.period import Period, month_period
from pipelines.huddle.samples import Sample, samples
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.tables import Table
from pipelines.huddle.typeset import TEMPLATES, typeset
from pipelines.huddle.verdicts import verdicts
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.register import changes, setting

if TYPE_CHECKING:
    import duckdb

MOST_LINES = 3
LOOKED_THROUGH = 50  # samples, until one names its procedure
WRITERS = ("clinical documentation", "coding")  # who can mend it by what the record says


@dataclasses.dataclass(frozen=True)
class Letter:
    """The month in numbers, for those who have two minutes."""

    period: Period
    title: str
    headline: str
    basis: tuple[str, ...]
    said: tuple[str, ...]
    scorecard: Table
    changes: Table
    edition: str
    is_internal: bool
    is_demo: bool


@dataclasses.dataclass(frozen=True)
class Note:
    """One avoidable denial: how common it is, what to write instead, and an example without a patient."""

    period: Period
    title: str
    headline: str
    basis: tuple[str, ...]
    said: tuple[str, ...]
    instead: tuple[str, ...]
    example: str
    edition: str
    is_internal: bool
    is_demo: bool


def letter(
    connection: "duckdb.DuckDBPyConnection",
    ledger: Ledger,
    month: str,
    lift_small_cells: bool = False,
    is_demo: bool = False,
) -> Letter:
    """The letter about a month such as 2026-10. Raises UsageError for no month, or one without data."""
    period, facts = month_period(connection, month), Facts(connection)
    scores = scorecard.scores(facts, period, Goals(connection, ledger, period), ledger)
    known = causes.known_causes(connection)
    found = causes.pareto(facts, period.scope, known)
    moves = behaviour.behaviour(facts, period, ledger)
    hidden = _hidden(facts, ledger, lift_small_cells)
    live = changes(ledger)
    return Letter(
        period=period,
        title=f"Denials in {period.words}",
        headline=summary.answer_first(scores, period, hidden),
        basis=tuple(basis(period)),
        said=tuple(summary.sentences(scores, found, moves, known, hidden)),
        scorecard=scorecard.table(scores, period, hidden),
        changes=followup.changed(live, verdicts(connection, ledger, live).shown(hidden).said),
        edition=edition(lift_small_cells, hidden.minimum),
        is_internal=lift_small_cells,
        is_demo=is_demo,
    )


def note(
    connection: "duckdb.DuckDBPyConnection",
    ledger: Ledger,
    month: str,
    lift_small_cells: bool = False,
    is_demo: bool = False,
) -> Note:
    """The note about the commonest avoidable denial of a month. Raises UsageError for no month, or one without data."""
    period, facts = month_period(connection, month), Facts(connection)
    known = causes.known_causes(connection)
    by_cause = facts.by("preventable_share", "root_cause", period.scope)
    by_cause_year = facts.by("preventable_share", "root_cause", period.year)
    hidden = _hidden(facts, ledger, lift_small_cells)
    common = _commonest(by_cause, known)
    told = edition(lift_small_cells, hidden.minimum)
    nothing = f"Nothing avoidable was denied in {period.words}"
    empty = Note(period, "Did you know?", nothing, tuple(basis(period)), (), (), "", told, lift_small_cells, is_demo)
    if not common:
        return empty
    year = by_cause_year[common]
    return dataclasses.replace(
        empty,
        headline=f"“{known[common].label}” was the commonest {_kind(common, by_cause, known)} in {period.words}",
        said=tuple(_how_common(by_cause[common], year, hidden, period)),
        instead=tuple(_instead(facts, period.year, common, known)),
        example=_example(connection, period.year, common, year, hidden, lift_small_cells),
    )


def _hidden(facts: Facts, ledger: Ledger, is_lifted: bool) -> Hidden:
    return facts.hidden(0 if is_lifted else int(setting(ledger, SMALL).value))


def _commonest(found: dict[Any, Figure], known: dict[str, causes.Cause]) -> str:
    """The root cause that says why and has the most avoidable lines; one that the record could mend goes before."""
    told = [(key, one.numerator.value) for key, one in found.items() if key in known and known[key].is_determined]
    ranked = sorted(told, key=lambda one: (known[one[0]].owner not in WRITERS, -one[1], one[0]))
    return next((str(key) for key, count in ranked if count), "")


def _kind(common: str, found: dict[Any, Figure], known: dict[str, causes.Cause]) -> str:
    """What it is the commonest of: of all that was avoidable, or of what the record could have avoided."""
    most = max(one.numerator.value for key, one in found.items() if key in known and known[key].is_determined)
    is_first = found[common].numerator.value == most
    return "avoidable denial" if is_first else "denial that the record could have avoided"


def _how_common(month: Figure, year: Figure, hidden: Hidden, period: Period) -> list[str]:
    """How many lines, as far as that may be said."""
    said = []
    if not hidden.has(month.numerator):
        said.append(f"{words.counted(month.numerator.value, 'line')} in {period.words}.")
    if not hidden.has(year.numerator):
        said.append(
            f"{words.counted(year.numerator.value, 'line')} in the twelve months to {words.month(period.last)}."
        )
    return said or ["Fewer lines than may be told, and yet more than of any other cause."]


def _instead(facts: Facts, year: Scope, cause: str, known: dict[str, causes.Cause]) -> list[str]:
    """What the record should say next time, for the procedures of which it was said most; else the cause's remedy."""
    own = facts.by("denied_lines", "procedure", dataclasses.replace(year, root_causes=(cause,)))
    codes = sorted(own, key=lambda code: (-own[code].numerator.value, str(code)))
    return policies.own_lines(cause, [str(code) for code in codes])[:MOST_LINES] or [known[cause].remedy]


def _example(
    connection: "duckdb.DuckDBPyConnection", year: Scope, cause: str, figure: Figure, hidden: Hidden, is_internal: bool
) -> str:
    """A denied line of that cause in the last twelve months: outside the practice without payer, month or dollars."""
    if not is_internal and (hidden.has(figure.numerator) or figure.numerator.value < hidden.minimum):
        return ""
    scope = dataclasses.replace(year, root_causes=(cause,))
    one = next((one for one in samples(connection, scope, False, is_internal, LOOKED_THROUGH) if _is_told(one)), None)
    if one is None:
        return ""
    diagnoses = f" for {one.diagnoses}" if one.diagnoses else ""
    if not is_internal:
        return f"{one.procedure}{diagnoses} was denied with {one.reason}."
    amount = f" ({words.money(one.amount)})" if one.amount is not None else ""
    when = f" in {words.month(one.month)}" if one.month else ""
    return f"{one.procedure}{diagnoses} at {one.payer}{when}{amount} was denied with {one.reason}; {one.state}."


def _is_told(one: Sample) -> bool:
    """The line says what was done; a denial log may not."""
    return not one.procedure.startswith("(not given)")


def as_html(document: Letter | Note) -> str:
    """The document as one HTML page for a mail: styles in each tag, every text escaped."""
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    place = jinja2.Environment(loader=loader, autoescape=True, finalize=_said, trim_blocks=True, lstrip_blocks=True)
    name = "letter" if isinstance(document, Letter) else "note"
    return place.get_template(f"{name}.html").render(**_data(document, datetime.date.today()))


def _said(value: Any) -> Any:
    """What a template writes, before it is escaped."""
    return printed(value) if isinstance(value, str) else value


def as_pdf(document: Letter | Note, made_on: datetime.date | None = None) -> bytes:
    """The document as a tagged PDF on US Letter."""
    day = made_on or datetime.date.today()
    return typeset("letter" if isinstance(document, Letter) else "note", _data(document, day), day)


def _data(document: Letter | Note, day: datetime.date) -> dict[str, Any]:
    """What both templates of a document read."""
    given = {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    own = {name: table_data(value) for name, value in given.items() if isinstance(value, Table)}
    internal = "internal" if document.is_internal else "small numbers withheld"
    foot = " · ".join([document.title, internal, *(["demo data"] if document.is_demo else [])])
    return {**given, **own, "period": document.period.words, "foot": foot, "made": [day.year, day.month, day.day]}
