"""The commands about alerts: list what is watched, check it now, add and withdraw rules, try the mail server."""

import contextlib
import decimal
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_given import Format, Who, ledger
from pipelines.cli_show import show
from pipelines.errors import UsageError
from pipelines.store import Store
from pipelines.words import counted

if TYPE_CHECKING:
    from pipelines.register import AlertRule

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Numbers that are watched: who is told when one is beyond its limits or its target.",
    epilog="Examples: denials alerts list; denials alerts add denial_rate --where payer=AETNA --owner 'A. Manager'",
)
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="DIM=VALUE", help="Only there, such as payer=AETNA or procedure=20610; repeatable."),
]
Target = Annotated[
    str | None,
    typer.Option(metavar="SHARE", help="Against this target, such as 5%; `own` for the KPI's. Else its limits."),
]
Emails = Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="Who gets a mail; repeatable.")]
DenialScope = Annotated[str, typer.Option(metavar="SCOPE", help="core, or broad (duplicates, bundling too).")]
Clock = Annotated[str, typer.Option(metavar="CLOCK", help="What months are those of: remittance or submission.")]
COLUMNS = ("rule", "watches", "in", "against", "owner", "mail to", "stands")


@app.command("list")
def list_rules(
    form: Format = "table",
) -> None:
    """Show every rule and how it stands in the newest build; nobody is told.

    Where nobody set a rule, the denial rate and the necessity denial rate of everything are watched.

    Example:

        \b
        denials alerts list
    """
    from pipelines.alert_telling import labels
    from pipelines.alert_words import aim, cell, standing
    from pipelines.alerts import watch

    with contextlib.closing(Store().connect()) as connection:
        found = watch(connection, ledger())
        known = labels(connection, [watched.rule for watched in found])
    rows = [
        (rule.rule_id, rule.kpi, cell(rule, known), aim(rule), rule.owner, ", ".join(rule.emails), standing(watched))
        for watched in found
        for rule in (watched.rule,)
    ]
    show(COLUMNS, rows, form)


@app.command("check")
def check_now() -> None:
    """Check every rule against the newest build, as each build does; what is new is kept and mailed.

    No run of months is told twice. A mail that could not be sent is tried again. Ends with 1 where one could not.

    Example:

        \b
        denials alerts check
    """
    from pipelines import register

    Store().current_build()  # without one there is nothing to check, and that is said
    if tell_of_alerts() is False:
        raise typer.Exit(1)
    rules = counted(len(register.alert_rules(ledger())), "rule")
    typer.echo(f"checked        {rules}; `denials alerts list` shows {'it' if rules == '1 rule' else 'them'}")


@app.command("add")
def add_rule(
    kpi: Annotated[str, typer.Argument(metavar="KPI", help="A share, such as denial_rate or necessity_denial_rate.")],
    owner: Annotated[str, typer.Option(metavar="NAME", help="Whose business it is.")],
    where: Where = None,
    target: Target = None,
    email: Emails = None,
    scope: DenialScope = "core",
    clock: Clock = "remittance",
    who: Who = None,
) -> None:
    """Watch a number from now on: against its control limits, or against a target.

    Dimensions: payer, provider, place_of_service, procedure, category, root_cause. It is checked after every build.

    Examples:

        \b
        denials alerts add denial_rate --owner 'A. Manager' --email manager@practice.example
        denials alerts add denial_rate_lines --where payer=AETNA --where root_cause=missing_auth --owner 'A. Manager'
        denials alerts add denial_rate --target 5% --clock submission --owner 'A. Manager'
    """
    from pipelines import register
    from pipelines.alerts import check_rule
    from pipelines.mail import check_address

    cell, emails = _cell(where or []), tuple(map(check_address, email or []))
    by, aim = ("limit", None) if target is None else ("target", None if target == "own" else _share(target))
    name = register.new_id("-".join([kpi, *(value for _, value in cell)]))
    rule = register.AlertRule(name, kpi, cell, by, owner, aim, emails, scope, clock)
    with contextlib.closing(Store().connect()) as connection:
        check_rule(connection, ledger(), rule)
    register.record(ledger(), rule, who)
    typer.echo(f"recorded       {name}; `denials alerts list` shows how it stands")


@app.command("withdraw")
def withdraw_rule(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="As in `denials alerts list`.")], who: Who = None
) -> None:
    """Watch this no more; the rule stays in the ledger's history.

    Example:

        \b
        denials alerts withdraw denial-rate-aetna-1f3a
    """
    from pipelines import register

    register.withdraw(ledger(), _rule(rule_id), who)
    typer.echo(f"withdrawn      {rule_id}")


@app.command("test-mail")
def test_mail(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who gets it.")],
) -> None:
    """Send a mail that says nothing, to see that the settings work.

    The server stands in settings.toml in the store's folder, its password there in a file or in DENIALS_SMTP_PASSWORD.

    Example:

        \b
        denials alerts test-mail manager@practice.example
    """
    from pipelines.alert_words import trial
    from pipelines.mail import send
    from pipelines.settings import NAME, read_settings

    store = Store()
    settings = read_settings(store.home)
    if settings.smtp is None:
        raise UsageError(f"{store.home / NAME}: no section [smtp], so there is no server to send through")
    send(settings.smtp, trial(settings.address), [address])
    typer.echo(f"sent           to {address}, through {settings.smtp.host}")


def tell_of_alerts(quiet: bool = False) -> bool:
    """After a build: new alerts are kept, mailed and said; False where something went wrong, which is said too."""
    from pipelines.alert_telling import tell

    told = tell(Store())
    if not quiet:
        for said in told.new:
            typer.echo(f"alert          {said}")
        if told.sent_to:
            typer.echo(f"mailed         {', '.join(told.sent_to)}")
    if told.problem:
        typer.echo(f"denials: alerts: {told.problem}", err=True)
    return not told.problem


def _rule(rule_id: str) -> "AlertRule":
    from pipelines import register

    rules = {rule.rule_id: rule for rule in register.alert_rules(ledger())}
    if rule_id not in rules:
        raise UsageError(f"{rule_id}: no such rule; there are {', '.join(rules) or 'none'}")
    return rules[rule_id]


def _cell(given: list[str]) -> tuple[tuple[str, str], ...]:
    """`dimension=value` words as a cell."""
    pairs = [word.partition("=") for word in given]
    for word, (name, _, value) in zip(given, pairs, strict=True):
        if not name or not value:
            raise UsageError(f"--where {word}: wanted DIM=VALUE, such as payer=AETNA")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise UsageError("--where: a dimension is given twice; a rule watches one cell")
    return tuple(sorted((name, value) for name, _, value in pairs))


def _share(text: str) -> decimal.Decimal:
    """A share as typed: `5%`, `5 %` or `0.05`."""
    number, percent, _ = text.strip().partition("%")
    try:
        value = decimal.Decimal(number.strip()) / (100 if percent else 1)
    except decimal.InvalidOperation:
        value = decimal.Decimal(-1)
    if not 0 <= value <= 1:
        raise UsageError(f"--target {text}: not a share, wanted one such as 5% or 0.05")
    return value
