"""The command that enters one policy by hand: `denials policy set`."""

from typing import Annotated, Any

import typer

from pipelines.cli_given import ledger, typed
from pipelines.cli_policy import app
from pipelines.errors import UsageError
from pipelines.store import Store

__all__ = ["app"]


Text = str | None
Number = int | None


@app.command("set")
def set_policy(
    context: typer.Context,
    policy_id: Annotated[Text, typed("--id", "ID", "Correct or follow this policy.")] = None,
    payer: Annotated[Text, typed("--payer", "NAME")] = None,
    procedures: Annotated[Text, typed("--cpt", "CODES", "Codes and ranges.")] = None,
    effective_from: Annotated[Text, typed("--from", "DATE", "First day.")] = None,
    effective_to: Annotated[Text, typed("--to", "DATE", "Last day; '' for none.")] = None,
    covered_diagnoses: Annotated[Text, typed("--covered", "CODES", "Diagnoses, prefixes and ranges.")] = None,
    noncovered_diagnoses: Annotated[Text, typed("--not-covered", "CODES")] = None,
    authorisation: Annotated[Text, typed("--authorisation", "WORD", "yes, no or unknown")] = None,
    prior_therapy: Annotated[Text, typed("--therapy", "TEXT", "What must have been tried before.")] = None,
    imaging: Annotated[Text, typed("--imaging", "TEXT")] = None,
    imaging_window_days: Annotated[Number, typed("--imaging-days", "DAYS", "Imaging not older than.")] = None,
    frequency_limit: Annotated[Text, typed("--frequency", "TEXT", "Such as: 3 per 12 months.")] = None,
    reference: Annotated[Text, typed("--reference", "TEXT")] = None,
    owner: Annotated[Text, typed("--owner", "NAME")] = None,
    audit_every_months: Annotated[Number, typed("--audit-months", "MONTHS")] = None,
    checklist: Annotated[list[str] | None, typed("--item", "TEXT", "A line of the checklist. Repeat.")] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="The policy of --id never stood.")] = False,
    who: Annotated[Text, typed("--who", "NAME", "Who says so; you, when not given.")] = None,
) -> None:
    """Enter what a payer wants, or with --id a correction (same first day) or a new version (another first day).

    Examples:

        \b
        denials policy set --payer Aetna --cpt 20610 --from 2026-01-01 --covered 'M17.x, M25.56' --authorisation no
        denials policy set --id 20610-aetna-1a2b3c --from 2026-07-01 --authorisation yes
    """
    from pipelines.policy import SAID

    told = {name: value for name, value in context.params.items() if name in SAID and value not in (None, (), [])}
    if take_back == bool(told) or (take_back and not policy_id):
        raise UsageError("policy set: wanted what it says, or --id with --take-back")
    _write(policy_id, told, who)


def _write(policy_id: str | None, told: dict[str, Any], who: str | None) -> None:
    """The version is in the ledger; of a known policy what is not told stays as it was, and nothing told takes it back.

    UsageError where there is no such policy or a value cannot be meant.
    """
    from pipelines import policy_words
    from pipelines.policy import KIND, body, from_body, id_for
    from pipelines.policy_matrix import versions

    store = Store()
    known = versions(ledger(), policy_id) if policy_id else []
    if policy_id and not known:
        raise UsageError(f"{policy_id}: there is no such policy; `denials policy list` names them")
    if policy_id and not told:
        ledger().append(KIND, policy_id, {}, who)
        typer.echo(f"recorded       {policy_id}: taken back; `denials build` shows it")
        return
    values = (body(known[0]) if known else {}) | _read(store, told)
    draft = from_body(policy_id or "policy set", values)
    policy = from_body(policy_id or id_for(draft.payer, draft.procedures), values)
    store.prepare()
    ledger().append(KIND, policy.policy_id, body(policy), who)
    said = f"{policy_words.title(policy)}, {policy_words.in_force(policy)}"
    typer.echo(f"recorded       {policy.policy_id}: {said}; `denials build` shows it")


def _read(store: Store, told: dict[str, Any]) -> dict[str, Any]:
    """What is told, with the payer as shown, yes and no as words, and a limit's numbers."""
    from pipelines import policy_payers, policy_table

    values = dict(told)
    if "payer" in told:
        values["payer"] = policy_payers.shown_as(policy_payers.known(store))(told["payer"])
    if "authorisation" in told:
        values["authorisation"] = policy_table.authorisation(told["authorisation"])
    if "frequency_limit" in told:
        count, days = policy_table.frequency(told["frequency_limit"])
        values |= {"frequency_count": count, "frequency_days": days}
    if "reference" in told:
        values["reference_kind"] = policy_table.reference_kind("", told["reference"])
    return values
