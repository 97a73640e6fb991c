"""How claims were put together: by which rule, how surely, what could belong to several, and what stands alone."""

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, matching, parts, titles, words
from dashboards.matching import KINDS
from dashboards.parts import Format

MOST_ROWS = 1_000
RULES = """
    select member_kind, match_rule, sureness, member_count, amount, ambiguous_count from member_count
    where is_placed order by member_kind, member_count desc, match_rule
"""
COUNTS = """
    select member_kind, sum(member_count) as member_count, sum(ambiguous_count) as ambiguous_count,
        coalesce(sum(alone_count), 0) as alone_count
    from member_count group by member_kind order by member_kind
"""
AMBIGUOUS = f"""
    select members.member_kind, members.patient_control_number, members.payer, members.event_date, members.amount,
        candidates.rule, candidates.family_id, named.number, named.service_date, named.charge_amount,
        source_file.file_name, members.segment_no
    from match_candidate as candidates
    inner join family_member as members on members.member_kind = candidates.member_kind
        and members.file_id = candidates.file_id and members.transaction_no = candidates.transaction_no
        and members.member_no = candidates.member_no
    left join source_file on source_file.file_id = members.file_id
    left join (
        select family_id, min(patient_control_number) as number, min(first_service_date) as service_date,
            max(abs(charge_amount)) as charge_amount
        from claim_event group by family_id
    ) as named on named.family_id = candidates.family_id
    order by members.member_kind, members.event_date desc nulls last, members.file_id, members.member_no,
        candidates.family_id
    limit {MOST_ROWS}
"""
WITHOUT = """
    with families as (
        select family_id, bool_or(member_kind = 'remit') as has_remit, bool_or(member_kind = 'submission') as is_sent
        from family_member where family_id is not null and not is_repeat group by family_id
    )
    select members.*, source_file.file_name
    from family_member as members
    left join families on families.family_id = members.family_id
    left join source_file on source_file.file_id = members.file_id
    where members.member_kind = ? and not members.is_repeat and case members.member_kind
        when 'submission' then not families.has_remit
        when 'remit' then not families.is_sent
        else members.family_id is null end
    order by members.event_date nulls last, members.file_id, members.member_no
    limit {}
"""
ALONE = {  # what it means where a member of a kind has no counterpart
    "submission": "no remittance",
    "remit": "no claim file",
    "acknowledgement": "no claim that it answers",
    "log": "no claim in the files",
}
ALONE_COLUMNS = {
    "patient_control_number": "Claim",
    "event_date": "On",
    "amount": "Dollars",
    "payer": "Payer",
    "file_name": "File",
    "segment_no": "Segment",
}
ALONE_FORMATS: dict[str, Format] = {"On": "date", "Dollars": "money", "Segment": "count"}
AMBIGUOUS_FORMATS: dict[str, Format] = {
    **dict.fromkeys(("On", "Its service"), "date"),
    **dict.fromkeys(("Dollars", "Its charge"), "money"),
    "Segment": "count",
}


def matching_section(build: str) -> None:
    """Counts by rule and sureness, what could belong to several families, and what found nothing."""
    counts = cache.query(build, COUNTS)
    if counts.empty:
        return
    parts.heading("How claims were put together", "Every file's part of a claim, and by which rule it was joined.")
    _rules(build, counts)
    _ambiguous(build, counts)
    with st.container(gap="xxsmall"):
        for row in counts[counts["alone_count"] > 0].itertuples():
            _alone(build, str(row.member_kind), int(row.alone_count))


def title(counts: pd.DataFrame) -> str:
    """`9,801 parts were put together; 3 could belong to several claims; without a counterpart: 12 submissions`."""
    total, ambiguous = counts["member_count"].sum(), int(counts["ambiguous_count"].sum())
    alone = [
        f"{words.counted(row.alone_count, KINDS[str(row.member_kind)])} ({ALONE[str(row.member_kind)]})"
        for row in counts.itertuples()
        if row.alone_count
    ]
    said = [
        f"{words.counted(total, 'part')} of claims",
        f"{titles.number(ambiguous)} could belong to several" if ambiguous else "none could belong to several",
        f"alone: {words.listed(alone, 4)}" if alone else "each has its counterpart",
    ]
    return "; ".join(said)


def _rules(build: str, counts: pd.DataFrame) -> None:
    frame = cache.query(build, RULES)
    shown = pd.DataFrame(
        {
            "What": [KINDS.get(str(kind), str(kind)) for kind in frame["member_kind"]],
            "Joined by": [matching.rule(name) for name in frame["match_rule"]],
            "How sure": frame["sureness"],
            "Count": frame["member_count"],
            "Dollars": frame["amount"],
        },
        dtype="object",
    )
    with st.container(border=True):
        parts.heading(title(counts), "Certain: numbers that only one claim has. Copies of a file are left out.")
        parts.table(shown, {"Count": "count", "Dollars": "money"}, alt="Rules that joined the parts of claims")
        with st.container(horizontal=True):
            parts.downloads("matching", shown, {"What": title(counts)})


def _ambiguous(build: str, counts: pd.DataFrame) -> None:
    count = int(counts["ambiguous_count"].sum())
    if not count:
        return
    with st.expander(
        f"**{words.count(count)}** · Could belong to several claims", key="ambiguous", on_change="rerun"
    ) as box:
        if not box.open:
            return
        st.markdown(
            "The best rule finds more than one claim, so none was chosen: each stands alone. A number that tells them "
            "apart (REF\\*F8, REF\\*6R) in the next file settles it."
        )
        frame = cache.query(build, AMBIGUOUS)
        shown = ambiguous_for_people(frame)
        families = list(frame["family_id"])
        parts.table(
            shown,
            AMBIGUOUS_FORMATS,
            "Parts that could belong to several claims",
            "list-ambiguous",
            lambda row: claim_link.ask(f"{families[row]}|", "data_quality"),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            parts.downloads("ambiguous", shown, {"What": "Could belong to several claims"})
            st.caption("One row per claim that it could belong to. Pick a row to open that claim.")


def _alone(build: str, kind: str, count: int) -> None:
    """The members of a kind that have no counterpart, the oldest first."""
    name = f"{words.counted(count, KINDS[kind])}: {ALONE[kind]}"
    with st.expander(
        f"**{words.count(count)}** · {name.partition(' ')[2]}", key=f"alone-{kind}", on_change="rerun"
    ) as box:
        if not box.open:
            return
        frame = cache.query(build, WITHOUT.format(MOST_ROWS), (kind,))
        shown = frame[list(ALONE_COLUMNS)].rename(columns=ALONE_COLUMNS)
        families = list(frame["family_id"])

        def open_claim(row: int) -> None:
            claim_link.ask(f"{families[row]}|", "data_quality")

        is_linked = kind in ("submission", "remit")
        parts.table(shown, ALONE_FORMATS, name, f"list-alone-{kind}", open_claim if is_linked else None)
        with st.container(horizontal=True, vertical_alignment="center"):
            parts.downloads(f"alone-{kind}", shown, {"What": name})
            first = f"The first {words.count(MOST_ROWS)}. " if len(frame) == MOST_ROWS else ""
            st.caption(first + ("Pick a row to open its claim." if is_linked else ""))


def ambiguous_for_people(frame: pd.DataFrame) -> pd.DataFrame:
    """Each ambiguous part beside each claim that it could belong to."""
    shown = {
        "Part": frame["patient_control_number"],
        "What": [KINDS.get(str(kind), str(kind)) for kind in frame["member_kind"]],
        "On": frame["event_date"],
        "Dollars": frame["amount"],
        "Payer": frame["payer"],
        "By": [matching.rule(name) for name in frame["rule"]],
        "Could be claim": frame["number"],
        "Its service": frame["service_date"],
        "Its charge": frame["charge_amount"],
        "File": frame["file_name"],
        "Segment": frame["segment_no"],
    }
    return pd.DataFrame(shown, dtype="object")
