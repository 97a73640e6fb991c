"""Who is treated by a change and who it is compared with, as conditions on the lines of a build."""

import dataclasses
from typing import TYPE_CHECKING, Any

from pipelines import words

if TYPE_CHECKING:
    from pipelines.register import Change

NOT_GIVEN = "(not given)"
COLUMNS = {"payers": "payer", "procedures": "procedure", "providers": "provider", "places": "place_of_service"}
Condition = tuple[str, list[Any]]


@dataclasses.dataclass(frozen=True)
class Region:
    """Lines by payer, procedure, provider and place; an empty tuple is all of them."""

    payers: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def condition(self) -> Condition:
        """What a line must fulfil, and the values of its parameters in order."""
        parts, values = [], []
        for field, column in COLUMNS.items():
            chosen = getattr(self, field)
            if chosen:
                parts.append(f"{column} in ({', '.join('?' * len(chosen))})")
                values.extend(chosen)
        return (" and ".join(parts) or "true", values)


def treated(change: "Change") -> Region:
    """What the change is made for."""
    return Region(change.payers, change.procedures, change.providers, change.places)


def comparison(change: "Change") -> Region | None:
    """Where the comparison is looked for (what is treated is taken out of it); None where there is none."""
    if change.comparison == "other_providers" and change.providers:
        return Region(change.payers, change.procedures, (), change.places)
    if change.comparison == "other_procedures" and change.procedures:
        return Region(change.payers, change.comparison_procedures, change.providers, change.places)
    if change.comparison == "chosen":
        return Region(
            change.comparison_payers,
            change.comparison_procedures,
            change.comparison_providers,
            change.comparison_places,
        )
    return None


def comparison_condition(change: "Change") -> Condition:
    """What a line of the comparison must fulfil: in its region, not treated, and known to be neither."""
    region = comparison(change)
    if region is None:
        return "false", []
    inside, values = region.condition()
    scope, scope_values = treated(change).condition()
    known = [f"{COLUMNS[field]} <> '{NOT_GIVEN}'" for field in COLUMNS if getattr(change, field)]
    return " and ".join([f"({inside})", f"not ({scope})", *known]), [*values, *scope_values]


def comparison_text(change: "Change") -> str:
    """The comparison in words, as the end of "compared with ..."."""
    if comparison(change) is None:
        return "nothing: there is no comparison"
    if change.comparison == "other_providers":
        return "the same procedures of the same payers by providers without the change"
    if change.comparison == "other_procedures":
        which = words.listed(change.comparison_procedures) if change.comparison_procedures else "other procedures"
        return f"{which} by the same providers for the same payers"
    chosen = [getattr(change, f"comparison_{field}") for field in COLUMNS]
    named = [words.listed(names) for names in chosen if names]
    return f"lines chosen for it ({'; '.join(named)})" if named else "all other lines"
