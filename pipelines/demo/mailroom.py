"""What goes out to the clearinghouse and comes back at once: 837 files, their 277CA answers, and the odd 999."""

from collections import defaultdict
from collections.abc import Callable

from pipelines.demo.calendar import compact
from pipelines.demo.claim_writer import acknowledgement_body, claims_body, functional_body, turned_back_body
from pipelines.demo.events import Sent
from pipelines.demo.practice import Practice

CLAIMS_PER_TRANSACTION = 5000
Write = Callable[[str, str, int, list[list[str]]], int]


class Mailroom:
    """Holds the claims until their week's file goes out; `write` makes a file and returns its control number."""

    def __init__(self, practice: Practice, write: Write, piece: int = 0) -> None:
        self.practice, self.write, self.piece = practice, write, piece
        self.outbox: dict[int, list[Sent]] = defaultdict(list)

    def post(self, sent: Sent) -> None:
        """The claim waits for its day."""
        self.outbox[sent.day].append(sent)

    def send(self, day: int) -> None:
        """The week's claims go out in one file, a transaction for each day, and the clearinghouse answers."""
        batches = [batch for sent_day in sorted(self.outbox) if sent_day <= day for batch in self._batches(sent_day)]
        if not batches:
            return
        claims = [claims_body(self.practice, each[0].day, self._reference(each), each) for each in batches]
        answers = [self._answer(each) for each in batches if each[0].refusal != "set"]
        control = self.write("837", f"demo_837p_{compact(day)}.837", day, claims)
        if answers:
            self.write("277", f"demo_277ca_{compact(day)}.277", day, answers)
        if len(answers) < len(batches):
            refused = [each[0].refusal == "set" for each in batches]
            self.write("999", f"demo_999_{compact(day)}.999", day, [functional_body(control, refused)])

    def _batches(self, day: int) -> list[list[Sent]]:
        """The day's claims in transactions; those that are to bounce together in one of their own."""
        sent = self.outbox.pop(day)
        groups = [[each for each in sent if each.refusal == refusal] for refusal in ("", "batch", "set")]
        return [
            group[start : start + CLAIMS_PER_TRANSACTION]
            for group in groups
            for start in range(0, len(group), CLAIMS_PER_TRANSACTION)
        ]

    def _answer(self, batch: list[Sent]) -> list[str]:
        body = turned_back_body if batch[0].refusal == "batch" else acknowledgement_body
        return body(self.practice, batch[0].day, self._reference(batch), batch)

    def _reference(self, batch: list[Sent]) -> str:
        """The batch's own number (BHT03)."""
        piece = str(self.piece or "")
        return f"DB{compact(batch[0].day)}{batch[0].refusal[:1].upper()}{piece}"
