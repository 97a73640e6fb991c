"""The commands that record what people know and the files do not: bank, close. The next build has it."""

import contextlib
from typing import Annotated

import typer

from pipelines.cli_given import TakeBack, Who, dollars, ledger
from pipelines.errors import UsageError
from pipelines.store import Store

STATES = ("written_off", "denied_final", "open")


def bank(
    deposit: Annotated[str, typer.Argument(metavar="TRACE", help="Trace number of the payment, or its deposit key.")],
    amount: Annotated[str | None, typer.Argument(metavar="AMOUNT", help="Dollars that reached the bank.")] = None,
    who: Who = None,
    take_back: TakeBack = False,
) -> None:
    """Enter what a payment brought at the bank, to be compared with what the remittance says.

    The decision is kept at once; `denials build` brings it into the tables. `deposit` shows both amounts.

    Examples:

        \b
        denials bank 881234567 1204.50
        denials bank '881234567|2026-03-02|AETNA' 1204.50
        denials bank 881234567 --take-back
    """
    if (amount is None) != take_back:
        raise UsageError("bank: wanted an AMOUNT, or --take-back")
    body = {} if amount is None else {"amount": f"{dollars(amount):.2f}"}
    key, told = _deposit(deposit)
    ledger().append("bank_amount", key, body, who)
    said = f"{body['amount']} at the bank, the remittance says {told}" if body else "taken back"
    typer.echo(f"recorded       {key}: {said}; `denials build` shows it")


def close(
    denial: Annotated[str, typer.Argument(metavar="DENIAL_ID", help="Number of the denial, as in the table denial.")],
    state: Annotated[str | None, typer.Argument(metavar="STATE", help="written_off, denied_final or open.")] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    who: Who = None,
    take_back: TakeBack = False,
) -> None:
    """Say that nothing more will be done about a denial, or that it is open after all.

    A later payment wins over what you say. The decision is kept at once; `denials build` brings it into the tables.

    Examples:

        \b
        denials close 'AETNA~P1001~2026-01-05|1' written_off --note 'below our limit'
        denials close 'AETNA~P1001~2026-01-05|1' --take-back
    """
    if (state is None) != take_back:
        raise UsageError("close: wanted a STATE, or --take-back")
    if state is not None and state not in STATES:
        raise UsageError(f"{state}: not a state that a person sets; there are {', '.join(STATES)}")
    if not _found("select denial_id from denial where denial_id = ?", [denial]):
        raise UsageError(f'{denial}: there is no such denial; `denials sql "select denial_id from denial"` lists them')
    ledger().append("line_closed", denial, {"state": state, "note": note} if state else {}, who)
    typer.echo(f"recorded       {denial}: {state or 'taken back'}; `denials build` shows it")


def _deposit(named: str) -> tuple[str, str]:
    """Key and payment of the one deposit that is meant."""
    rows = _found(
        "select deposit_key, cast(payment_amount as varchar) from deposit where deposit_key = $1"
        " or (trace_number = $1 and not exists (select 1 from deposit where deposit_key = $1)) order by deposit_key",
        [named],
    )
    if not rows:
        raise UsageError(f'{named}: no payment has this trace number; `denials sql "select * from deposit"` lists them')
    if len(rows) > 1:
        raise UsageError(f"{named}: {len(rows)} payments have this trace number: {', '.join(key for key, *_ in rows)}")
    return rows[0][0], rows[0][1]


def _found(query: str, values: list[str]) -> list[tuple[str, ...]]:
    with contextlib.closing(Store().connect()) as connection:
        return connection.execute(query, values).fetchall()
