"""Until when something can still be done about a denial: data/reference/payer_rules.csv in truth's own reading."""

from pipelines.demo.parameters import read_rows
from pipelines.demo.practice import Payer


class Deadlines:
    """The rules by payer name, else kind of plan, else for any payer."""

    def __init__(self) -> None:
        self.classes = {row["code"]: row["payer_class"] for row in read_rows("claim_filing.csv")}
        self.rules = {
            (row["payer_name"] or "*", row["payer_class"] or "*"): row for row in read_rows("payer_rules.csv")
        }

    def last_day(self, payer: Payer, service_day: int, denied_day: int) -> int:
        """The last day for a corrected claim or an appeal, whichever is later; counted from the last core denial."""
        kind = self.classes.get(payer.filing_code) or "*"
        keys = [(payer.name, kind), (payer.name, "*"), ("*", kind), ("*", "*")]
        rule = next(self.rules[key] for key in keys if key in self.rules)
        start = denied_day if rule["corrected_claim_from"] == "denial" else service_day
        return max(start + int(rule["corrected_claim_days"]), denied_day + int(rule["appeal_days"]))
