"""Clinicians' answers: how many were satisfied, by question, and the form in which a sheet of answers is typed in."""

import datetime
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboards import access, deciding, huddle_decisions, parts, prose, words
from pipelines import register
from pipelines.huddle.pack import Pack
from pipelines.months import shift
from pipelines.register import Answer
from pipelines.survey import SATISFIED_FROM, satisfaction_in

OURS = (
    "I know what a note must say for the payer",
    "The forms and checklists help more than they cost",
    "I hear in time when a payer denies what I ordered",
)
HEAD = ("Question", "Satisfied", "Answers", "Share")
SCORES = (1, 2, 3, 4, 5)
SCALE = "1 not at all, 5 entirely; 4 and 5 count as satisfied. No names: the role is enough, and may be left out."


def block(found: Pack) -> None:
    """The quarter's answers by question, and the form."""
    everyone = register.survey(access.ledger())
    period = found.period
    answers = [one for one in everyone if register.quarter_of(one.month) == period.name]
    with st.container(border=True, key="huddle-survey"):
        parts.heading(_title(period.name), "Clinician satisfaction: the share of answers of 4 or 5, in the scorecard")
        if answers:
            prose.text_table(HEAD, _rows(answers), "Answers by question", numbers=3)
            _undo(answers)
        with st.expander("Type in a sheet of answers", key="huddle-survey-add"):
            asked = list(dict.fromkeys(one.question for one in everyone)) or list(OURS)
            _form(period.first, asked)


def _title(quarter: str) -> str:
    told = satisfaction_in(access.ledger(), quarter)
    if not told.answer_count:
        return f"No clinician was asked in {quarter} yet"
    answers = words.counted(told.answer_count, "answer")
    return f"Clinicians were satisfied in {words.count(told.satisfied_count)} of {answers} of {quarter}"


def _rows(answers: Sequence[Answer]) -> list[tuple[str, ...]]:
    of = Counter(one.question for one in answers)
    good = Counter(one.question for one in answers if one.score >= SATISFIED_FROM)
    return [
        (question, words.count(good[question]), words.count(n), words.rate(good[question] / n, n))
        for question, n in of.items()
    ]


def _form(first: datetime.date, asked: Sequence[str]) -> None:
    """One sheet: month, role, a score per question; questions without a score are left out."""
    name = f"{first:%Y-%m}-{st.session_state.get('huddle-turn-survey', 0)}"
    with st.form(f"huddle-survey-form-{name}", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            months = [shift(first, number) for number in range(3)]
            month = st.selectbox("Month", months, 2, key=f"survey-month-{name}", format_func=words.month, width=150)
            role = st.text_input("Role", key=f"survey-role-{name}", max_chars=120, width=180, placeholder="physician")
            who = deciding.who_asks("Entered by", key=f"survey-who-{name}", width=160)
        scores = {
            question: st.segmented_control(words.plain(question), SCORES, key=f"survey-{place}-{name}")
            for place, question in enumerate(asked)
        }
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            new = st.text_input("Another question", key=f"survey-new-{name}", max_chars=300, width=420)
            score = st.segmented_control("Its answer", SCORES, key=f"survey-new-score-{name}")
        st.caption(SCALE)
        if st.form_submit_button("Record the sheet"):
            given = {**scores, **({new.strip(): score} if (new or "").strip() else {})}
            _record(month or first, (role or "").strip(), {key: int(one) for key, one in given.items() if one}, who)


def _record(month: datetime.date, role: str, scores: dict[str, int], who: str) -> None:
    """Every answer is an event; the first that cannot be written is said."""
    if not scores:
        st.error("Choose a score for one question at least.")
        return
    for question, score in scores.items():
        one = Answer(register.new_id(question), month, question, score, role)
        if problem := deciding.record(one.kind, one.subject, one.body(), who):
            st.error(words.refusal(problem))
            return
    huddle_decisions.say("", f"{words.counted(len(scores), 'answer')} recorded for {words.month(month)}", "survey")


def _undo(answers: Sequence[Answer]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        newest = {one.survey_id: one for one in sorted(answers, key=lambda one: one.said_at, reverse=True)}
        turn = st.session_state.get("huddle-turn-survey", 0)
        wrong = st.selectbox(
            "An answer that was typed wrong",
            list(newest),
            index=None,
            key=f"survey-undo-{turn}",
            format_func=lambda one: _named(newest[one]) if one in newest else one,
            placeholder="Choose an answer",
            width=520,
        )
        if st.button("Take it back", key="survey-back", disabled=wrong is None) and wrong:
            huddle_decisions.say(deciding.record(Answer.kind, wrong, {}), "The answer is taken back", "survey")


def _named(one: Answer) -> str:
    return ", ".join(filter(None, (words.month(one.month), one.role, f"{one.score} to: {one.question}")))
