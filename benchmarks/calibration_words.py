"""What docs/calibration.md says around its tables."""

HEAD = """# Calibration: how often a judged change is wrong

Made by `python -m benchmarks.calibration` ({runs:,} histories of each world, seeded; the fit is the product's own,
`pipelines/effect/did.py`). Behind ± is the simulation's own 95 % error. A world has 6 treated and 8 compared provider x
procedure cells of 5 to 40 lines a month, four payers, 24 months with go-live in the middle, cells at different levels,
and payers with shocks of their own each month, unless it says otherwise. What becomes of the demo's planted changes is
in [calibration_demo.md](calibration_demo.md)."""

SECTIONS = {
    "null": """## Nothing was changed: how often is an effect seen?

A two-sided test at 5 % should see one in 5 % of histories. Beside ours: what errors that take every line for
independent would say, what a before/after of the treated lines alone would say, and the jump of the segmented
regression of months (our secondary estimate).""",
    "coverage": """## Something was changed: does the 95 % interval hold the truth?""",
    "choice": """## Why this error and no other

The same estimate with other ways to reckon how sure it is; nothing was changed, so that 5 % is right. Cells that drift
for good are the hard case, few or very unequal arms the harder one. The jackknife over cells with Welch's degrees of
freedom stays near 5 % wherever there are three cells in either arm; with two nothing is said, see below.""",
    "spike": """## A change in answer to a spike

Of ten groups of six cells the one with the most striking three months gets the change just after them; the change does
nothing. What was high by chance comes down by itself, and a baseline with those months takes that for an effect. A test
that is right says “fewer” in 2.5 % of histories.""",
    "few": """## Too few to say anything

Where an arm has fewer than three cells with a denial, or fewer than five denials stand in the baseline of either arm or
in the comparison after go-live, the answer is a sentence, not a number.""",
}
