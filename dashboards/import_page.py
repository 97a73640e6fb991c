"""Import: drop files, see what each would be read as, correct the columns of a log, load, and see what came of it."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import access, cache, import_words, log_mapping, parts, prose, words
from dashboards.loading import Loaded, catch_up, load
from dashboards.looking import ASK, NEW, REFUSED, Key, Seen, Upload, at_hand, look
from dashboards.uploads import expect
from pipelines.access import Right
from pipelines.errors import DenialboardError
from pipelines.ingest import Ingested
from pipelines.settings import read_settings
from pipelines.store import Store

SEEN, SAID, VERSION, TURN, DONE = "import-seen", "import-said", "import-version", "import-turn", "import-done"
LOADING = "import-loading"
MOST_LISTED = 100
OVERVIEW, QUALITY = "dashboards/overview.py", "dashboards/data_quality.py"


def page() -> None:
    """What came of the last load, the place to drop files, and what lies there."""
    parts.headline(
        "Bring in remittances, claims and denial logs",
        "Nothing is stored before you say so, and nothing leaves this computer.",
    )
    _behind()
    if done := st.session_state.get(DONE):
        _done(done)
    expect(Right.WORK)
    uploads = st.file_uploader(
        "Files: 835, 837, 277CA, 999; denial logs and claim exports as CSV, TSV, XLSX, XLS or ODS; zip and gz of these",
        accept_multiple_files=True,
        key=f"drop-{st.session_state.get(TURN, 0)}",
        max_upload_size=read_settings(Store().home).limits.upload_mb,
    )
    if not uploads:
        _advice()
        return
    st.session_state.pop(DONE, None)
    try:
        seen = _look(uploads, st.empty())
    except DenialboardError as problem:
        st.error(words.refusal(problem))
        return
    _preview(seen)
    _left_out(seen)
    if st.session_state.pop(LOADING, False):
        _load(uploads, seen)
    _offer(seen)


def _look(uploads: Sequence[Upload], place: DeltaGenerator) -> list[Seen]:
    """What every file would be read as; a file is read again only after someone spoke about its columns."""
    known: dict[str, list[Seen]] = st.session_state.setdefault(SEEN, {})
    said: dict[Key, dict[str, str]] = st.session_state.setdefault(SAID, {})
    new = [upload for upload in uploads if upload.file_id not in known]
    if new:
        store = Store()
        bar = place.progress(0.0, text="Looking into the files")
        with at_hand(store, new) as found:
            for number, (key, source) in enumerate(found, 1):
                bar.progress(number / len(found), text=words.plain(source.name))
                known.setdefault(key[0], []).append(look(store, key, source, said.get(key, {})))
    place.empty()
    return [one for upload in uploads for one in known.get(upload.file_id, [])]


def _preview(seen: Sequence[Seen]) -> None:
    """The answer in a sentence, one row per file, and more about those that need a person."""
    with st.container(border=True):
        parts.heading(import_words.answer(seen), "As each file would be read.")
        prose.text_table(import_words.HEAD, import_words.rows(seen), "Files", import_words.NUMBERS)
    for one in (one for one in seen if one.status == REFUSED):
        parts.empty(f"{one.name} cannot be read", words.plain(import_words.refusal(one)))
    for one in (one for one in seen if one.columns):
        log_mapping.editor(one, st.session_state.get(VERSION, 0), _said)
    _oddities([one for one in seen if one.odd])


def _oddities(seen: Sequence[Seen]) -> None:
    if not seen:
        return
    with st.expander(f"What is odd in {words.listed([words.plain(one.name) for one in seen])}; all of it is read"):
        rows = [import_words.odd_row(one.name, odd) for one in seen[:MOST_LISTED] for odd in one.odd]
        prose.text_table(("File", "What", "First found", "Times"), rows, "Oddities", numbers=1)


def _said(key: Key, said: dict[str, str]) -> None:
    """What a person said about a log's columns is kept, and the file is looked at again."""
    known = st.session_state.setdefault(SAID, {})
    known[key] = known.get(key, {}) | said
    st.session_state.get(SEEN, {}).pop(key[0], None)
    st.session_state[VERSION] = st.session_state.get(VERSION, 0) + 1
    st.rerun()


def _left_out(seen: Sequence[Seen]) -> None:
    waiting = [one.name for one in seen if one.status == ASK]
    if waiting:
        st.markdown(f"Left out until their columns are settled: {words.plain(words.listed(waiting))}.")


def _offer(seen: Sequence[Seen]) -> None:
    takes = [one for one in seen if one.status in (NEW, REFUSED)]
    is_any_new = any(one.status == NEW for one in takes)
    label = f"Load {words.count(len(takes))} file{'' if len(takes) == 1 else 's'}" if is_any_new else "Nothing to load"
    st.button(label, type="primary", disabled=not is_any_new, key="load", on_click=_start)


def _start() -> None:
    """The next run loads; its progress stands where the button was."""
    st.session_state[LOADING] = True


def _load(uploads: Sequence[Upload], seen: Sequence[Seen]) -> None:
    """The files are in and the pages follow; the next run says what became of each."""
    access.require(Right.WORK)
    total = sum(one.status != ASK for one in seen)
    with st.status("Loading", expanded=True) as status:
        bar = st.progress(0.0)
        told: list[Ingested] = []

        def tell(result: Ingested) -> None:
            told.append(result)
            text = f"{words.plain(result.file)}: {import_words.RESULTS[result.status]}"
            bar.progress(min(len(told) / max(total, 1), 1.0), text=text)

        def building() -> None:
            status.update(label="Bringing the pages up to date")

        done = load(Store(), uploads, seen, st.session_state.get(SAID, {}), tell, building)
        _noted(done)
        status.update(label="Done", state="error" if done.problem else "complete")
    st.session_state[DONE] = done
    for key in (SEEN, SAID):
        st.session_state.pop(key, None)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1  # a new uploader: the bytes of this one are let go
    st.rerun()


def _noted(done: Loaded) -> None:
    """The ledger says who loaded how many files."""
    counts = Counter(result.status for result in done.results)
    loaded, known, refused = counts["loaded"], counts["already_loaded"], counts["quarantined"]
    body = {"loaded": loaded, "known": known, "refused": refused}
    access.ledger(Right.WORK).append("imported", "Import page", body)


def _done(done: Loaded) -> None:
    """What became of each file, and where to go from here."""
    with st.container(border=True, key="import-results"):
        parts.heading(import_words.outcome(done))
        if done.problem:
            st.error(words.plain(done.problem))
        if done.results:
            prose.text_table(import_words.RESULT_HEAD, import_words.result_rows(done.results), "Results", numbers=3)
        for alert in done.alerts.new:
            st.warning(words.plain(f"New alert: {alert}"))
        if done.alerts.problem:
            st.warning(words.plain(f"An alert could not be mailed: {done.alerts.problem}"))
        with st.container(horizontal=True):
            st.page_link(OVERVIEW, label="See the Overview")
            st.page_link(QUALITY, label="See whether the data is whole")


def _behind() -> None:
    """Files that were loaded without a build, such as by a load that was left half-way, are offered to be shown."""
    store, build = Store(), cache.build()
    stored = len(list(store.sources.glob("*.json")))
    shown = cache.freshness(build).file_count if build else 0
    if stored <= shown:
        return
    with st.container(border=True):
        parts.heading(f"Files that are loaded and not on the pages yet: {words.count(stored - shown)}")
        if st.button("Bring the pages up to date", key="catch-up"):
            access.require(Right.WORK)
            with st.spinner("Building"):
                problem = catch_up(store)
            if problem:
                st.error(words.refusal(problem))
            else:
                st.rerun()


def _advice() -> None:
    st.markdown(
        "Drop a remittance (835) or your denial log here. Claims (837) add diagnoses and days to resubmission; "
        "acknowledgements (277CA, 999) tell rejected from denied. A file that is here already changes nothing.\n\n"
        "To look around first, take the made-up practice: `denials demo DIR`, then drop its files, or run "
        "`denials ingest DIR`."
    )


page()
