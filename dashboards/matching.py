"""How the parts of a claim were joined: the rules in words, and how sure each is."""

from typing import Any

import pandas as pd

from dashboards import words

RULES = {  # of family_member, best first
    "payer_number": "the payer's claim number",
    "clearinghouse_number": "the clearinghouse's number",
    "claim_number": "the claim number",
    "account_date": "account and service date",
    "account": "account",
    "account_charge": "account, service date and charge",
    "account_mangled": "account written otherwise, same service date and charge",
    "line_number": "the line's own number (REF*6R)",
    "service": "member, service date, payer, procedure and charge",
    "batch": "the batch that was answered",
    "transaction": "the transaction that was answered",
    "alone": "nothing else: it stands alone",
}
KINDS = {
    "submission": "submission",
    "acknowledgement": "acknowledgement",
    "remit": "remittance",
    "log": "log row",
}


def rule(name: Any) -> str:
    """A rule in words."""
    return RULES.get(str(name), words.named(str(name))) if name else "no rule"


def joined(members: pd.DataFrame) -> list[str]:
    """`2 submissions by account and service date: certain`: a sentence per kind of member, rule and sureness."""
    known = members[members["match_rule"].notna() & ~members["is_repeat"].astype(bool)]
    counts = known.groupby(["member_kind", "match_rule", "sureness"], sort=False, dropna=False).size()
    return [
        f"{words.counted(count, KINDS.get(str(kind), str(kind)))} by {rule(name)}: {sure or 'not said'}"
        for (kind, name, sure), count in counts.items()
        if name != "alone"
    ]
