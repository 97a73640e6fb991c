"""What several commands are given: options they share, typed amounts, and the ledger of the store."""

import decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.errors import UsageError
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.ledger import Ledger

Who = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; you, when not given.")]
TakeBack = Annotated[bool, typer.Option("--take-back", help="What was said before does not stand any more.")]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json or csv.")]
CENT = decimal.Decimal("0.01")


def typed(option: str, metavar: str, help_text: str = "") -> Any:
    """An option with a value."""
    return typer.Option(option, metavar=metavar, help=help_text)


def ledger() -> "Ledger":
    """What people decided in this store."""
    return Store().ledger


def dollars(text: str, option: str = "") -> decimal.Decimal:
    """The amount as typed: `1,204.50` and `$1204.5` are read too; UsageError for what is none, or finer than a cent."""
    try:
        amount = decimal.Decimal(text.replace("$", "").replace(",", "").strip())
        is_exact = amount.is_finite() and amount == amount.quantize(CENT)
    except decimal.InvalidOperation:
        is_exact = False
    if not is_exact:
        raise UsageError(f"{option} {text}: not an amount in dollars and cents, such as 1204.50".strip())
    return amount.quantize(CENT)
