"""Payments against what they are made of: which, how many dollars, month by month, and against the bank.

A payment is BPR02 of a trace number: its claims less its provider adjustments, plus what it is off by. Sums of columns
keep their sign, so that a month's row adds up like a payment's; what is not explained is summed without sign, so that
two mistakes never hide each other.
"""

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboards import cache, words
from dashboards.parts import Format

MOST_ROWS = 500
BALANCED = "explanation in ('balanced', 'told in several transactions')"
EXPLAINED = "explanation = 'nothing to pay: balance carried forward'"
UNEXPLAINED = f"not ({BALANCED} or {EXPLAINED})"
SHOW = {  # which payments: what it is called, its condition
    "all": ("All payments", "true"),
    "unexplained": ("Not explained", UNEXPLAINED),
    "explained": ("Off, but explained", EXPLAINED),
    "bank_differs": ("The bank differs", "bank_off_amount <> 0"),
    "bank_agrees": ("The bank agrees", "bank_off_amount = 0"),
    "bank_missing": ("No bank amount yet", "bank_amount is null and payment_amount <> 0"),
}
SUMS = f"""
    count(*) as payment_count,
    count(*) filter (where {BALANCED}) as balanced_count,
    count(*) filter (where {EXPLAINED}) as explained_count,
    count(*) filter (where {UNEXPLAINED}) as unexplained_count,
    coalesce(sum(payment_amount), 0) as payment_amount,
    coalesce(sum(claim_paid_amount), 0) as claim_paid_amount,
    coalesce(sum(provider_adjustment_amount), 0) as provider_adjustment_amount,
    coalesce(sum(off_amount), 0) as off_amount,
    coalesce(sum(explained_amount), 0) as explained_amount,
    coalesce(sum(abs(unexplained_amount)), 0) as unexplained_amount,
    count(*) filter (where payment_amount <> 0) as bank_wanted_count,
    count(bank_amount) as bank_count,
    count(*) filter (where bank_off_amount <> 0) as bank_differs_count,
    sum(bank_amount) as bank_amount,
    sum(bank_off_amount) as bank_off_amount
"""
ORDER = f"""
    case when {UNEXPLAINED} then 0 when bank_off_amount <> 0 then 1 else 2 end,
    payment_date desc nulls last, deposit_key
"""  # what needs somebody first
METHODS = {
    "ACH": "electronic",
    "BOP": "payer's choice",
    "CHK": "check",
    "FWT": "wire",
    "NON": "no payment",
}
COLUMNS = {  # of a payment
    "trace_number": "Trace",
    "payer": "Payer",
    "payment_date": "Paid on",
    "payment_amount": "Paid (BPR02)",
    "claim_paid_amount": "Claims",
    "provider_adjustment_amount": "Less adjustments",
    "off_amount": "Off by",
    "said": "Explanation",
    "bank_amount": "At the bank",
    "bank_off_amount": "Bank off by",
    "method": "By",
    "bank_who": "Entered by",
}
MONTH_COLUMNS = {
    "month": "Month",
    "payment_count": "Payments",
    "payment_amount": "Paid (BPR02)",
    "claim_paid_amount": "Claims",
    "provider_adjustment_amount": "Less adjustments",
    "off_amount": "Off by",
    "explained_amount": "Explained",
    "unexplained_amount": "Not explained",
    "bank_count": "Bank amounts",
    "bank_off_amount": "Bank off by",
}
_MONEY = ("Paid (BPR02)", "Claims", "Less adjustments", "Off by", "Bank off by", "Explained", "Not explained")
FORMATS: dict[str, Format] = {**dict.fromkeys(_MONEY, "money"), "Paid on": "date", "At the bank": "money"}
MONTH_FORMATS: dict[str, Format] = {
    **dict.fromkeys(_MONEY, "money"),
    **dict.fromkeys(("Payments", "Bank amounts"), "count"),
}


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which payments: of these payers and dates, of one month, and of one kind of `SHOW`."""

    payers: tuple[str, ...] = ()
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    month: datetime.date | None = None
    show: str = "all"

    @property
    def whole(self) -> "Wanted":
        """The same without what this page narrows by itself."""
        return dataclasses.replace(self, month=None, show="all")


def _select(wanted: Wanted) -> tuple[str, list[Any]]:
    parts = [SHOW[wanted.show][1]]
    values: list[Any] = []
    if wanted.payers:
        parts.append(f"payer in ({', '.join('?' * len(wanted.payers))})")
        values += wanted.payers
    for sign, column, value in (
        (">=", "payment_date", wanted.date_from),
        ("<=", "payment_date", wanted.date_to),
        ("=", "month", wanted.month),
    ):
        if value is not None:
            parts.append(f"{column} {sign} ?")
            values.append(value)
    return f"select * from deposit where {' and '.join(parts)}", values


def sums(build: str, wanted: Wanted) -> pd.Series:
    """What the payments add up to: counts and amounts, as in `SUMS`."""
    sql, values = _select(wanted)
    return cache.query(build, f"select {SUMS} from ({sql}) as payments", values).iloc[0]


def by_month(build: str, wanted: Wanted) -> pd.DataFrame:
    """The same sums, a row per month, the newest first."""
    sql, values = _select(wanted)
    order = "group by month order by month desc nulls last"
    return cache.query(build, f"select month, {SUMS} from ({sql}) as payments {order}", values)


def rows(build: str, wanted: Wanted, limit: int | None = MOST_ROWS) -> pd.DataFrame:
    """The payments, columns as in the table `deposit`, those that need somebody first; without a limit all of them."""
    sql, values = _select(wanted)
    cut = "" if limit is None else f" limit {int(limit)}"
    ask = cache.read if limit is None else cache.query
    return ask(build, f"{sql} order by {ORDER}{cut}", values)


def one(build: str, key: str) -> pd.Series | None:
    """The payment of this key; None where the build has none."""
    frame = cache.query(build, "select * from deposit where deposit_key = ?", (key,))
    return None if frame.empty else frame.iloc[0]


def entered(build: str, also: Collection[str]) -> dict[str, Decimal | None]:
    """What the build knows of the bank, by payment; `also` of these payments if there are such."""
    condition = f"bank_amount is not null or deposit_key in ({', '.join('?' * len(also)) or 'null'})"
    frame = cache.query(build, f"select deposit_key, bank_amount from deposit where {condition}", sorted(also))
    return dict(zip(frame["deposit_key"], frame["bank_amount"], strict=True))


def headline(found: pd.Series) -> str:
    """`212 of 214 payments balance to the cent; $12.40 in 2 payments is not explained`."""
    count = int(found["payment_count"])
    if not count:
        return "No payment in this view"
    if found["balanced_count"] == count:
        return f"{_all(count)} to the cent"
    said = [f"{words.count(found['balanced_count'])} of {words.counted(count, 'payment')} balance to the cent"]
    if explained := int(found["explained_count"]):
        said.append(f"{words.count(explained)} {'is' if explained == 1 else 'are'} off and explained")
    if unexplained := int(found["unexplained_count"]):
        dollars = words.cents(found["unexplained_amount"])
        said.append(f"{dollars} in {words.counted(unexplained, 'payment')} is not explained")
    return "; ".join(said)


def _all(count: int) -> str:
    return "The only payment balances" if count == 1 else f"All {words.count(count)} payments balance"


def explanation(row: Any) -> str:
    """Why a payment is as it is, in words."""
    if row.explanation == "balanced":
        return "balances"
    if row.explanation == "told in several transactions":
        return f"balances over {words.counted(row.transaction_count, 'transaction')}"
    return str(row.explanation)


def for_people(frame: pd.DataFrame) -> pd.DataFrame:
    """Payments under names for people."""
    methods = [METHODS.get(str(code), code) for code in frame["payment_method_code"]]
    named = frame.assign(method=methods, said=[explanation(row) for row in frame.itertuples()])
    return _named(named, COLUMNS)


def months_for_people(frame: pd.DataFrame, found: pd.Series) -> pd.DataFrame:
    """The months under names for people, and above them the sums of all."""
    months = [words.month(month) if month is not None else "no date" for month in frame["month"]]
    total = pd.DataFrame([{**found.to_dict(), "month": "All"}], dtype="object")
    return _named(pd.concat([total, frame.assign(month=months)], ignore_index=True), MONTH_COLUMNS)


def _named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    return frame[list(names)].rename(columns=dict(names))
