"""The few colours, chosen to reach 3:1 on the light and on the dark page and to differ for colour-blind readers.

Grey is context, ACCENT is the subject, BREACH only a missed target or an expired deadline. Texts take the theme's own
colour. The same ten tones stand in `.streamlit/config.toml`, so that nothing else appears on a page.
"""

GREY = "#8a93a0"
ACCENT = "#3b7ddd"
BREACH = "#d64550"
PAYER_TONES = (
    "#3b7ddd",
    "#c2803a",
    "#2f9c8f",
    "#9a6fc4",
    "#b8608f",
    "#7f8c3f",
    "#5f8fa8",
    "#a0705a",
    "#6f7fd0",
)


def faded(tone: str, alpha: float) -> str:
    """The tone as an rgba() text with the given opacity."""
    red, green, blue = (int(tone[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def payer_tone(rank: int | None) -> str:
    """A payer's colour on every page: by its rank in the build (1 = most lines); grey after the ninth."""
    return PAYER_TONES[rank - 1] if rank and rank <= len(PAYER_TONES) else GREY
