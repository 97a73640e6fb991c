"""Which field each column of a table holds, how sure that is, and why: header first, then what the values say."""

from dataclasses import dataclass

from pipelines.denial_log.fields import ELSEWISE, GENERAL, KINDS, PREFERRED, REPEATABLE
from pipelines.denial_log.header import column_letters
from pipelines.denial_log.outcome import is_claim_status
from pipelines.denial_log.profile import Profile
from pipelines.denial_log.synonyms import UNUSED, Guess, column_index, guesses, header_key, words
from pipelines.rows import LogColumn

MOSTLY, ENOUGH = 0.9, 0.6
CONFIDENCES = ("high", "medium", "low")
PARTS_OF_A_NAME = ("last", "first", "middle")
RUNNING_HEADERS = frozenset({"", "unnamed0", "index", "row", "rownumber", "rowno", "sno", "srno", "slno", "no"})
SEQUENCE_WORDS = frozenset({"primary", "secondary", "tertiary", "p", "s", "t"})
READ_AS = {
    "date": "dates",
    "money": "amounts",
    "number": "numbers",
    "flag": "yes or no",
    "code": "reason codes",
    "group": "group codes",
    "procedure": "procedure codes",
    "modifier": "modifiers",
    "diagnosis": "diagnosis codes",
    "place": "place-of-service codes",
    "npi": "ten-digit NPIs",
    "sequence": "primary, secondary or tertiary",
    "frequency": "claim frequencies",
    "local": "short local flags",
    "words": "words",
    "status": "words of a status",
    "id": "identifiers",
    "text": "texts",
}


@dataclass(slots=True)
class Column:
    """One column as proposed: what a `LogColumn` keeps, and for people how sure it is and a few of its values."""

    column_no: int
    sheet_name: str | None
    header: str
    field: str | None
    reason: str
    confidence: str = "high"  # high, medium or low
    samples: tuple[str, ...] = ()
    profile: Profile | None = None
    is_given: bool = False  # a person said so
    is_day_first: bool = False
    is_decimal_comma: bool = False
    is_claim_total: bool = False  # the charge of a whole claim, repeated on each of its lines

    def as_row(self) -> LogColumn:
        """The column as the lake keeps it: without any value of the log."""
        return LogColumn(self.column_no, self.sheet_name, self.header, self.field, self.reason)

    @property
    def name_part(self) -> str | None:
        """'last', 'first' or 'middle' where the column holds one part of a patient's name."""
        present = words(self.header)
        parts = [part for part in PARTS_OF_A_NAME if part in present]
        return parts[0] if len(parts) == 1 and self.field == "patient_name" else None


def propose_columns(sheet_name: str | None, names: tuple[str, ...], profiles: list[Profile]) -> list[Column]:
    """One `Column` for each column that has a name or a value, as if each stood alone: `settle_rivals` comes after."""
    columns = [
        propose_column(number, sheet_name, name, profile)
        for number, (name, profile) in enumerate(zip(names, profiles, strict=True), start=1)
        if name or profile.filled_count
    ]
    _pair_amounts_with_codes(columns)
    return columns


def propose_column(number: int, sheet_name: str | None, name: str, profile: Profile) -> Column:
    """The column on its own, before it is compared with the others."""
    header = name or f"(column {column_letters(number)})"
    guess = _running_number(name, profile) or _by_header(name, profile) or _by_values(profile)
    guess = guess or Guess(UNUSED, "low", "neither its header nor its values say what it is")
    field = None if guess.field == UNUSED else guess.field
    return Column(number, sheet_name, header, field, guess.reason, guess.confidence, profile.samples, profile)


def _running_number(name: str, profile: Profile) -> Guess | None:
    if header_key(name) in RUNNING_HEADERS and profile.is_running_number:
        return Guess(UNUSED, "high", "a running number, not data")
    return None


def _by_header(name: str, profile: Profile) -> Guess | None:
    found = guesses(name) if name else []
    for guess in found:
        if checked := _checked(guess, name, profile):
            return checked
    for guess in found:
        for field in ELSEWISE.get(guess.field, ()):
            kind = "standard_code" if field == "carc" else KINDS[field]
            if profile.filled_count and profile.share(kind) >= MOSTLY:
                read_as = READ_AS[KINDS[field]]
                return Guess(
                    field, "medium", f"‘{name}’ would be {_plain(guess.field)}, but its values read as {read_as}"
                )
    if found:
        return Guess(UNUSED, "medium", f"‘{name}’ would be {_plain(found[0].field)}, but its values cannot be that")
    return None


def _checked(guess: Guess, name: str, profile: Profile) -> Guess | None:
    """The guess with what the values say about it, or None where they contradict it."""
    if guess.field == UNUSED:
        return guess
    is_general = header_key(name) in GENERAL
    if not profile.filled_count:
        return Guess(guess.field, "low" if is_general else guess.confidence, f"{guess.reason}; no values to look at")
    kind = KINDS[guess.field]
    share = profile.share(kind)
    if share < ENOUGH or _contradicts(guess.field, profile):
        return None
    confidence = _weaker(guess.confidence, "high" if share >= MOSTLY else "medium")
    if is_general and not (kind in {"procedure", "code"} and share >= MOSTLY):
        confidence = _weaker(confidence, "medium")
    if guess.field == "claim_status" and not any(map(is_claim_status, profile.distinct)):
        confidence = "low"
    return Guess(guess.field, confidence, f"{guess.reason}; {_share_in_words(share, kind)}")


def _contradicts(field: str, profile: Profile) -> bool:
    """Values that would pass as anything, yet cannot be this."""
    if field == "payer_class":
        return {value.lower() for value in profile.distinct} <= SEQUENCE_WORDS
    if field in {"reason_text", "category_text"} and _is_mostly_codes(profile):
        return True
    if field in {"authorization_number", "local_flag", "category_text"}:
        return profile.share("flag") >= MOSTLY and profile.share("necessity_flag") < MOSTLY
    if field == "provider_name":
        return profile.share("npi") >= MOSTLY
    if field == "rarc":
        return profile.share("flag") >= MOSTLY
    if field == "denied_amount":  # 0 and 1 only: a flag, not a dollar
        return profile.nonzero_count > 0 and set(profile.distinct) <= {"0", "1", "0.0", "1.0"}
    return False


def _is_mostly_codes(profile: Profile) -> bool:
    """True where nearly each text is codes alone, or has one with its group: its words are kept beside the codes."""
    return profile.share("bare_code") >= MOSTLY or profile.share("grouped_code") >= MOSTLY


def _by_values(profile: Profile) -> Guess | None:
    """What only the values say, where the header says nothing."""
    if not profile.filled_count:
        return None
    if profile.share("necessity_flag") >= MOSTLY:
        return Guess("local_flag", "medium", "its values are NR, NMR or M")
    if profile.share("grouped_code") >= MOSTLY:
        return Guess("carc", "medium", "its values read as reason codes with their group (CO-97)")
    return None


def _pair_amounts_with_codes(columns: list[Column]) -> None:
    """An amount that carries a code column's number ('adj_1_amount', 'adj_1_code') is that code's own amount."""
    stems = {_stem(column.header) for column in columns if column.field == "carc"} - {None}
    for column in columns:
        if column.field == "adjustment_amount" and _stem(column.header) in stems:
            column.field, column.reason = "code_amount", f"{column.reason}; the amount of the code with the same number"


def _stem(header: str) -> tuple[str, int] | None:
    number = column_index(header)
    return None if number is None else (words(header)[0], number)


def settle_rivals(columns: list[Column]) -> None:
    """Where several columns claim a field that a row has once, the likeliest keeps it and the others say so."""
    claims: dict[str, list[Column]] = {}
    for column in columns:
        if column.field is not None and column.field not in REPEATABLE:
            claims.setdefault(column.field, []).append(column)
    for field, rivals in claims.items():
        if field == "patient_name":
            rivals = _rival_names(rivals)
        if len(rivals) > 1:
            winner = min(rivals, key=_standing)
            for column in rivals:
                if column is not winner:
                    column.field = None
                    column.reason = f"would be {_plain(field)}, which ‘{winner.header}’ already gives"


def _rival_names(columns: list[Column]) -> list[Column]:
    """Parts of a name stand together unless one column has the whole name: then all are rivals of that."""
    return columns if any(column.name_part is None for column in columns) else []


def _standing(column: Column) -> tuple[bool, bool, bool, int, int, int]:
    assert column.profile is not None
    order = PREFERRED.get(column.field or "", ())
    key = header_key(column.header)
    return (
        not column.is_given,
        column.name_part is not None,
        column.profile.filled_count == 0,
        CONFIDENCES.index(column.confidence),
        order.index(key) if key in order else len(order),
        column.column_no,
    )


def _weaker(first: str, second: str) -> str:
    return max(first, second, key=CONFIDENCES.index)


def _plain(field: str) -> str:
    return field.replace("_", " ")


def _share_in_words(share: float, kind: str) -> str:
    if kind == "text":
        return "any text will do"
    return (
        f"its values are {READ_AS[kind]}" if share == 1 else f"{int(share * 100)} % of its values are {READ_AS[kind]}"
    )
