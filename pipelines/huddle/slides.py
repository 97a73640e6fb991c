"""The bricks of a slide: a title that says something, text, a table, a native chart that can be edited, notes."""

import datetime
from collections.abc import Sequence
from typing import Any

from pipelines.harmless import one_line, printed
from pipelines.huddle.tables import Table
from pipelines.words import counted, shortened

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6  # inches
ACCENT, MUTED, INK, QUIET = "1F5FAE", "A9B1BB", "1B2027", "5B6470"
FONT = "Calibri"
RIGHT = ("count", "share", "points", "money", "days", "number", "month", "date")
MOST_ROWS = 16
LONG, LONGEST = 75, 110  # letters of a title, from which on it is set smaller
MOST_TITLE, MOST_TEXT = 200, 1_000  # letters that are shown of one text: the printed pack has all


class Deck:
    """A presentation of wide slides with the same title place and foot on each."""

    def __init__(self, title: str, foot: str, day: datetime.date) -> None:
        import pptx
        from pptx.util import Inches

        self.file = pptx.Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self.foot = foot
        told = self.file.core_properties
        told.title, told.author, told.last_modified_by = _heading(title), "denialboard", "denialboard"
        told.created = told.modified = datetime.datetime.combine(day, datetime.time(12))

    def slide(self, title: str, notes: str = "", size: int = 28) -> Any:
        """A new slide with its title, foot, number and notes."""
        title = _heading(title)
        slide = self.file.slides.add_slide(self.file.slide_layouts[5])  # title only
        self._title(slide, title, size - (10 if len(title) > LONGEST else 4 if len(title) > LONG else 0))
        self._stroke(slide)
        text(slide, (MARGIN, HEIGHT - 0.5, WIDTH - 2, 0.3), [self.foot], 11, QUIET)
        text(slide, (WIDTH - 1.6, HEIGHT - 0.5, 1, 0.3), [str(len(self.file.slides))], 11, QUIET, is_right=True)
        if notes:
            slide.notes_slide.notes_text_frame.text = printed(notes)
        return slide

    def _stroke(self, slide: Any) -> None:
        """A short line of colour above the title."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Inches

        line = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(part) for part in (MARGIN, 0.3, 0.9, 0.06)))
        _tone(line.fill, ACCENT)
        line.line.fill.background()
        described(line, "")

    def _title(self, slide: Any, title: str, size: int) -> None:
        from pptx.enum.text import MSO_ANCHOR
        from pptx.util import Inches

        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (Inches(x) for x in (MARGIN, 0.35, WIDTH - 2 * MARGIN, 1.1))
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        frame.text = title
        _style(frame.paragraphs[0], size, INK, is_bold=True)


def _heading(text: str) -> str:
    """The text as a title or a chart's label shows it."""
    return shortened(one_line(text), MOST_TITLE)


def _shown(text: str) -> str:
    """The text as a box or a cell shows it."""
    return shortened(printed(text), MOST_TEXT)


def described(shape: Any, words: str) -> None:
    """What a screen reader says of a shape; '' for one that only adorns."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", one_line(words))


def text(
    slide: Any,
    box: tuple[float, float, float, float],
    lines: Sequence[str],
    size: int = 18,
    tone: str = INK,
    is_right: bool = False,
    bullet: str = "",
) -> None:
    """Lines of text in a box (left, top, width, height in inches)."""
    from pptx.util import Inches, Pt

    frame = slide.shapes.add_textbox(*(Inches(part) for part in box)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = _shown(f"{bullet}{line}")
        paragraph.space_after = Pt(size * 0.35)
        _style(paragraph, size, tone, is_right=is_right)


def table(slide: Any, shown: Table, box: tuple[float, float, float, float], size: int = 12) -> None:
    """A native table of what people read; more rows than fit are counted below."""
    from pptx.util import Inches

    rows = shown.said()
    cut = rows[:MOST_ROWS]
    left, top, width, _ = (Inches(part) for part in box)
    tall = Inches(min(0.36, box[3] / (len(cut) + 1)) * (len(cut) + 1))
    frame = slide.shapes.add_table(len(cut) + 1, len(shown.columns), left, top, width, tall)
    described(frame, shown.title)
    grid = frame.table
    whole = sum(column.width for column in shown.columns)
    for place, column in enumerate(shown.columns):
        grid.columns[place].width = Inches(box[2] * column.width / whole)
        for number, value in enumerate([column.label, *(row[place] for row in cut)]):
            _cell(grid.cell(number, place), value, size, column.kind in RIGHT, number == 0)
    if len(rows) > len(cut):
        text(
            slide,
            (box[0], HEIGHT - 0.85, box[2], 0.3),
            [f"{counted(len(rows) - len(cut), 'more row')} in the printed pack"],
            11,
            QUIET,
        )


def _cell(cell: Any, value: str, size: int, is_right: bool, is_head: bool) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    cell.text = _shown(value)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string("E9ECF0" if is_head else "FFFFFF")
    for paragraph in cell.text_frame.paragraphs:
        _style(paragraph, size, QUIET if is_head else INK, is_bold=is_head, is_right=is_right)


def _style(paragraph: Any, size: int, tone: str, is_bold: bool = False, is_right: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    paragraph.font.name, paragraph.font.size, paragraph.font.bold = FONT, Pt(size), is_bold
    paragraph.font.color.rgb = RGBColor.from_string(tone)


def bars(
    slide: Any,
    box: tuple[float, float, float, float],
    names: Sequence[str],
    values: Sequence[float | None],
    words: str = "",
) -> None:
    """A native bar chart, the greatest on top; a hidden value is an empty place."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches, Pt

    data = CategoryChartData(number_format="$#,##0")
    data.categories = [_heading(name) for name in names][::-1]
    data.add_series("Dollars denied", list(values)[::-1])
    place = (Inches(part) for part in box)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *place, data)
    described(frame, words)
    chart = frame.chart
    chart.has_legend, chart.has_title = False, False
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 45, True
    plot.data_labels.font.size, plot.data_labels.number_format = Pt(12), "$#,##0"
    plot.data_labels.number_format_is_linked = False
    _tone(plot.series[0].format.fill, ACCENT)
    chart.category_axis.tick_labels.font.size = Pt(12)
    chart.category_axis.format.line.fill.background()
    chart.value_axis.visible, chart.value_axis.has_major_gridlines = False, False


def lines(
    slide: Any,
    box: tuple[float, float, float, float],
    months: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    words: str = "",
) -> None:
    """A native line chart of shares by month: the first series is the subject, the others are grey."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Inches, Pt

    data = CategoryChartData(number_format="0.0 %")
    data.categories = list(months)
    for name, values in series:
        data.add_series(name, list(values))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *(Inches(part) for part in box), data)
    described(frame, words)
    chart = frame.chart
    chart.has_legend, chart.has_title = True, False
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.legend.font.size = Pt(12)
    chart.value_axis.minimum_scale = 0
    chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = "0 %", False
    for axis in (chart.value_axis, chart.category_axis):
        axis.tick_labels.font.size = Pt(11)
    _quiet_lines(chart.value_axis.major_gridlines.format.line, "E9ECF0")
    for number, one in enumerate(chart.plots[0].series):
        one.smooth = False
        _quiet_lines(one.format.line, ACCENT if number == 0 else MUTED)
        one.format.line.width = Pt(2.5 if number == 0 else 1.25)
        if number:
            one.marker.style = None
            one.format.line.dash_style = MSO_LINE.DASH if "limit" not in one.name else MSO_LINE.ROUND_DOT
            _no_marker(one)
        else:
            _tone(one.marker.format.fill, ACCENT)


def _no_marker(series: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = XL_MARKER_STYLE.NONE


def _quiet_lines(line: Any, tone: str) -> None:
    from pptx.dml.color import RGBColor

    line.color.rgb = RGBColor.from_string(tone)


def _tone(fill: Any, tone: str) -> None:
    from pptx.dml.color import RGBColor

    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(tone)
