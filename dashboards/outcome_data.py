"""What became of denied lines: what was done about them, where they stand, what expires; what is short or taken back.

All is about the lines of the view, which are those of the KPIs Denied lines and Denied dollars.
"""

from typing import Any

import pandas as pd

from dashboards import cache, denial_list, words
from dashboards.controls import View
from dashboards.denial_list import SOON_DAYS, STATES, Wanted
from dashboards.parts import Format

MOST_ROWS = 500
DONE = {  # what was done about a line, the first that is so
    "payer": "Corrected by the payer",
    "resubmitted": "Sent again",
    "appealed": "Appealed",
    "nothing": "Nothing known to be done",
}
WON = "paid_after_denial"
FLOW = """
    select
        case
            when is_appealed then 'appealed'
            when resubmission_date is not null then 'resubmitted'
            when overturned_by = 'payer' then 'payer'
            else 'nothing'
        end as done,
        state,
        count(*) as line_count,
        coalesce(sum(denied_amount), 0) as denied_amount,
        coalesce(sum(recovered_amount), 0) as recovered_amount
    from ({}) as lines group by 1, 2 order by 1, 2
"""
EXPIRING = """
    select * from ({}) as lines where state = 'denied_open' and days_left >= 0
    order by days_left, denied_amount desc, denial_id limit {}
"""
OPEN = f"""
    select
        count(*) filter (where days_left >= 0 and days_left < {SOON_DAYS}) as soon_count,
        coalesce(sum(denied_amount) filter (where days_left >= 0 and days_left < {SOON_DAYS}), 0) as soon_amount,
        count(*) filter (where days_left >= 0) as ahead_count,
        count(*) filter (where days_left < 0) as past_count,
        coalesce(sum(denied_amount) filter (where days_left < 0), 0) as past_amount,
        count(*) filter (where days_left is null) as undated_count
    from ({{}}) as lines where state = 'denied_open'
"""
LIMIT_WORDS = {True: "assumed", False: "known"}


def lines(view: View) -> tuple[str, list[Any]]:
    """The denied lines of the view as a SELECT and its parameters."""
    return denial_list.select(view.build, Wanted(view.scope))


def flow(view: View) -> pd.DataFrame:
    """What was done and where it stands: `done`, `state`, `line_count`, `denied_amount`, `recovered_amount`."""
    sql, values = lines(view)
    return cache.query(view.build, FLOW.format(sql), values)


def ribbons(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The flow under names for people, in lines or in dollars: `done`, `end`, `value`."""
    return pd.DataFrame(
        {
            "done": [DONE[str(done)] for done in frame["done"]],
            "end": [state_words(state) for state in frame["state"]],
            "value": frame["denied_amount" if unit == "dollars" else "line_count"],
        }
    )


def order() -> list[str]:
    """How the bars of the flow stand, from the top."""
    return [*DONE.values(), *(state_words(state) for state in (WON, "patient", "paid", "pending", *STATES))]


def state_words(state: Any) -> str:
    """Where a line stands, in words."""
    return STATES.get(str(state), words.named(str(state)).capitalize())


def open_sums(view: View) -> pd.Series:
    """Of the open lines: how many and how many dollars expire soon, have expired, or have no day known."""
    sql, values = lines(view)
    return cache.query(view.build, OPEN.format(sql), values).iloc[0]


def expiring(view: View) -> pd.DataFrame:
    """The open lines whose deadline is ahead, the next first; columns as in the table denial, and `is_assumed`."""
    sql, values = lines(view)
    frame = cache.query(view.build, EXPIRING.format(sql, MOST_ROWS), values)
    keys = list(frame["denial_id"])
    marks = ", ".join("?" * len(keys)) or "null"
    told = cache.query(view.build, f"select denial_id, is_assumed from deadline where denial_id in ({marks})", keys)
    assumed = dict(zip(told["denial_id"], told["is_assumed"], strict=True))
    return frame.assign(is_assumed=[assumed.get(key) for key in keys])


EXPIRING_FORMATS: dict[str, Format] = {"Denied": "money", "Deadline": "date", "Days left": "days", "Sent again": "date"}


def expiring_for_people(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """The same under names for people."""
    causes = cache.labels(view.build, "root_cause", "root_cause")
    shown = {
        "Claim": frame["patient_control_number"],
        "Days left": frame["days_left"],
        "Deadline": frame["deadline_date"],
        "To do by then": [denial_list.LIMITS.get(str(kind), kind) for kind in frame["deadline_kind"]],
        "Deadline is": [LIMIT_WORDS.get(value) for value in frame["is_assumed"]],
        "Denied": frame["denied_amount"],
        "Payer": frame["payer_key"],
        "CPT/HCPCS": frame["procedure_code"],
        "Root cause": [causes.get(str(key), words.named(str(key))) for key in frame["root_cause"]],
        "Sent again": frame["resubmission_date"],
    }
    return pd.DataFrame(shown, dtype="object")


APPEALS = """
    select
        coalesce(appeal.appeal_level, 'not said') as appeal_level,
        count(*) as appeal_count,
        count(*) filter (where appeal.outcome <> 'open') as decided_count,
        count(*) filter (where appeal.outcome in ('overturned', 'partly_overturned')) as won_count,
        count(*) filter (where appeal.outcome = 'upheld') as upheld_count,
        count(*) filter (where appeal.outcome = 'open') as open_count,
        sum(appeal.denied_amount) as denied_amount,
        sum(appeal.recovered_amount) as recovered_amount
    from appeal
    inner join ({}) as lines on lines.denial_id = appeal.denial_id
    group by 1 order by 2 desc, 1
"""  # an appeal stands where its costliest line does
APPEAL_COLUMNS = {
    "appeal_level": "Level",
    "appeal_count": "Requests",
    "open_count": "Open",
    "decided_count": "Decided",
    "won_count": "Won",
    "upheld_count": "Lost",
    "denied_amount": "Denied",
    "recovered_amount": "Recovered",
}
APPEAL_FORMATS: dict[str, Format] = {
    **dict.fromkeys(("Requests", "Open", "Decided", "Won", "Lost"), "count"),
    **dict.fromkeys(("Denied", "Recovered"), "money"),
}


def appeals(view: View) -> pd.DataFrame:
    """Appeals about the lines of the view, by level: requests, open, decided, won, lost, and dollars."""
    sql, values = lines(view)
    return cache.query(view.build, APPEALS.format(sql), values)


def appeals_for_people(frame: pd.DataFrame) -> pd.DataFrame:
    """The same under names for people, and the sums of all."""
    shown = frame[list(APPEAL_COLUMNS)].rename(columns=APPEAL_COLUMNS)
    sums = {name: shown[name].sum() for name in APPEAL_FORMATS}
    return pd.concat([shown, pd.DataFrame([{"Level": "All", **sums}], dtype="object")], ignore_index=True)
