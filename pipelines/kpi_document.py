"""kpis.py for people: the text of docs/kpis.md."""

from pipelines import reference
from pipelines.kpis import DIMENSIONS, KPIS, Kpi

UNITS = {"share": "share", "amount": "dollars", "count": "count", "days": "days, median"}
DIRECTIONS = {
    "below": "below {target}",
    "at_most": "at most {target}",
    "at_least": "at least {target}",
    "change_from_baseline": "{target} from the baseline",
}

START = """# What the numbers mean

Written by `python -m pipelines.kpis > docs/kpis.md` from `pipelines/kpis.py`; a test keeps it current. Every KPI is a
column of a fact table over another (docs/tables.md), so its parts sum to the whole and a ratio is never averaged.

## Words

* **Line denied**: charge above 0.01, the payer paid 0, no part is deductible, coinsurance or copay (PR-1, PR-2,
  PR-3), and an adjustment in scope takes something away, in whatever group. An adjustment of the claim counts for the
  lines whose own adjustments do not explain their charge; its amount counts once.
* **Core and broad**: core are real denials, broad also duplicates, bundling and the like. Contract terms, the
  patient's share, sequestration and capitation are never denials. Each CARC's scope stands in
  `data/reference/carc.csv`.
* **A code in no list** makes no denial, neither core nor broad: what it means is not known, so it is not guessed.
  Unpaid lines with such codes only are listed with their dollars on the data quality page (`zero_pay_unknown_code`),
  to be settled by adding the code to `carc.csv`. In a denial log the practice itself says that the line was denied;
  there a row with an unknown code, or none, counts as core.
* **CO-45 alone on a whole charge** is not a denial: 45 may not equal the charge; such lines are on the data quality
  page.
* **First adjudication**: the first decision on a line by that payer, by payment date, then by the interchange's and
  the transaction's own order; never by when a file came. Later denials of the same line are not counted again.
* **Claim family**: remits of one claim, told by the payer's numbers (REF*F8, CLP07) and by payer, patient control
  number and first service date. A secondary payer's remits are a family of their own. Two claims of one patient
  control number, payer and day are one family; numbers that changed more than three times are not followed.
* **Same line in a later remit**: by the practice's line number (REF*6R) where every line of the family has one and it
  stays the same, else by procedure, service date and occurrence. A claim first decided without lines is one line.
* **Claim denied**: every line with a charge that was decided on the claim's first payment date was denied.
* **Reversal**: takes back the remit of the family with the same amounts before it; history stays. First paid, later
  reversed and denied is a takeback; first denied, later paid or allowed is overturned, by the payer where no
  resubmission lies between.
* **Principal reason**: core before broad, tier A before B before C, larger amount, order in the file. Its CARC, group
  and category stand for the line; its tier is the best of all its denial reasons and remarks that are no alerts.
* **Primary**: CLP02 1 and 19, and 4 unless an adjustment 23 or the 837 says that another payer came first. KPIs are
  of primary remits unless asked otherwise.
* **Denial logs**: a row about a line that a remittance decided is evidence, not a second denial. Others are lines of
  their own; those of a log that holds only denials enter counts, dollars, causes and the M-code ratio, but no rate. A
  row without a code that we know has the category and tier that go with the root cause its words give.
* **Two clocks**: by remittance, months and dates are those of the first adjudication; by submission (`--clock
  submission`), those on which the claim was first sent, and claims without a known submission are left out. KPIs of
  `cohort_fact` are always by submission; those of `remit_fact` and `payment_fact` always by remittance.
* **Cohorts**: claims by the month in which they were first sent. Mature at 95 % decided or after 90 days from the
  month's last day; a younger one has a completed estimate (chain ladder) with a range in which the final rate will lie.
* **Days**: the KPI is the median of what is done, counted by `lag_fact`. What is still open stands beside it with its
  age (`open_line_count`), and the Time page's typical time counts it as "at least so long" (Kaplan-Meier).
* **What nobody tells has no rate**: without acknowledgements there is no clean-claim rate, without a log of appeals no
  appeal rate; the denominator is 0 and the value empty, never 0 %.
* **By reason** (category, root cause, CARC, RARC, group): only what was denied is parted, the denominator stays
  whole; the KPIs marked *both* have both parts parted.
* **Payments** have no procedure, provider or reason: such filters leave the share that balances alone.

## KPIs
"""


def document() -> str:
    """docs/kpis.md, whole."""
    targets = {row["kpi"]: row for row in reference.rows("target")}
    parts = [START]
    parts += [_section(kpi, targets.get(kpi.name)) for kpi in KPIS.values()]
    parts += ["\n## Dimensions\n\n| name | label | by reason | meaning |\n|---|---|---|---|\n"]
    parts += [
        f"| `{one.name}` | {one.label} | {'yes' if one.is_reason else ''} | {one.definition} |\n"
        for one in DIMENSIONS.values()
    ]
    return "".join(parts)


def _section(kpi: Kpi, target: dict[str, str] | None) -> str:
    formula = f"`{kpi.numerator}`" + (f" / `{kpi.denominator}`" if kpi.denominator else "")
    if kpi.lag_kind:
        formula = f"median of `lag_days`, each counted `{kpi.denominator}` times; the parts are {formula}"
    lines = [
        f"\n### {kpi.label} (`{kpi.name}`)\n\n{kpi.definition}\n",
        f"* unit: {UNITS[kpi.unit]}{'; better ' + kpi.better if kpi.better else ''}",
        f"* formula: {formula} of `{kpi.fact}`{'; parted by reason in both' if kpi.splits_both else ''}",
        f"* left out: {kpi.exclusions}",
        f"* source: {kpi.source}",
    ]
    if target:
        words = DIRECTIONS[target["direction"]].format(target=_target(target["target"], kpi.unit))
        lines.append(f"* target: {words} ({target['note']})")
    return "\n".join(lines) + "\n"


def _target(text: str, unit: str) -> str:
    return f"{float(text) * 100:.0f} %" if unit == "share" else text
