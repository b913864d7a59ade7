"""What a figure in a file is like: its size on paper, its resolution, its lettering and its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0

Legend = Literal["inside", "outside", "none"]
ThemeName = Literal["light", "dark"]
Extent = Literal["shown", "whole"]

DEFAULT_DPI = 300
DEFAULT_FONT_SIZE = 8.0

_SIZES_MM = (20.0, 2000.0)
_DPIS = (30, 1200)
_FONT_SIZES = (4.0, 72.0)
_MOST_PIXELS = 100_000_000
_LEAST_LINES = (12.0, 10.0)  # of text, across and down: below, axes and labels leave no room for curves
_LEAST_LINES_BESIDE = 24.0  # across, where the legend is beside the plot
_LINE = 1.2  # heights of the font
_RATIO = 0.62  # height of a figure to its width where nobody says

_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """How a figure is drawn: `width` and `height` in millimetres, `font_size` in points.

    `dpi` are the pixels per inch of a PNG; vector formats have none. One that is `annotated` shows phases and event
    markers where there are any. `what` is the range in view or the whole run.
    """

    width: float = 183.0
    height: float = 107.0
    dpi: int = DEFAULT_DPI
    font_size: float = DEFAULT_FONT_SIZE
    theme: ThemeName = "light"
    title: str = ""
    legend: Legend = "inside"
    transparent: bool = False
    annotated: bool = True
    what: Extent = "shown"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a PNG in pixels."""
        return round(self.width / MM_PER_INCH * self.dpi), round(self.height / MM_PER_INCH * self.dpi)


@dataclass(frozen=True, slots=True)
class FigurePreset:
    """A size that journals and slides ask for, in millimetres, with lettering in points that reads well at it."""

    key: str
    name: str
    width: float
    height: float
    font_size: float


PRESETS = (
    FigurePreset("single", "Single column, 89 mm", 89.0, 62.0, 7.0),
    FigurePreset("one-and-half", "1.5 columns, 120 mm", 120.0, 78.0, 7.0),
    FigurePreset("double", "Double column, 183 mm", 183.0, 107.0, 8.0),
    FigurePreset("ieee", "IEEE column, 3.5 in", 3.5 * MM_PER_INCH, 2.45 * MM_PER_INCH, 8.0),
    FigurePreset("ieee-double", "IEEE two columns, 7.16 in", 7.16 * MM_PER_INCH, 4.2 * MM_PER_INCH, 8.0),
    FigurePreset("slide", "Slide, 13.33 × 7.5 in", 40 / 3 * MM_PER_INCH, 7.5 * MM_PER_INCH, 18.0),
)


def parse_length(text: str, dpi: int) -> float:
    """Return a length such as `89mm`, `8.9 cm`, `3.5in` or `1200px` in millimetres.

    Raises:
        ValueError: with a sentence, when the text is none.
    """
    match = _LENGTH.fullmatch(text.strip())
    units = {"mm": 1.0, "cm": 10.0, "in": MM_PER_INCH, "px": MM_PER_INCH / dpi}
    if match is None or match[2].lower() not in units:
        raise ValueError(f"must be a length with its unit, such as 89mm, 3.5in or 1200px, not {text[:60]!r}")
    return float(match[1]) * units[match[2].lower()]


def usual_height(width: float) -> float:
    """Return a height in millimetres that suits a width in millimetres."""
    return max(_SIZES_MM[0], round(width * _RATIO, 1))


def figure_complaints(options: FigureOptions, *, pixels: bool) -> dict[str, str]:
    """Return what is wrong with a figure's options, one sentence by the name of the option; nothing where all is well.

    Args:
        options: the options.
        pixels: the figure becomes an image of pixels, whose memory has a limit.
    """
    complaints: dict[str, str] = {}
    low, high = _SIZES_MM
    for name, size in (("width", options.width), ("height", options.height)):
        if not low <= size <= high:
            complaints[name] = f"must be from 20 mm to 2 m, not {size:.4g} mm"
    if not _FONT_SIZES[0] <= options.font_size <= _FONT_SIZES[1]:
        complaints["font_size"] = f"must be from 4 to 72 points, not {options.font_size:g}"
    if not _DPIS[0] <= options.dpi <= _DPIS[1]:
        complaints["dpi"] = f"must be from 30 to 1200 pixels per inch, not {options.dpi}"
    if complaints:
        return complaints
    most = largest_font_size(options)
    if options.font_size > most:
        complaints["font_size"] = f"must be at most {most:.3g} points here, since larger text leaves no room for curves"
    across, down = options.pixels
    if pixels and across * down > _MOST_PIXELS:
        complaints["dpi"] = (
            f"makes an image of {across} × {down} pixels, more than 100 million: "
            "ask for fewer pixels per inch, a smaller size, or SVG or PDF"
        )
    return complaints


def largest_font_size(options: FigureOptions) -> float:
    """Return the font size in points at which text still leaves room for curves."""
    across, down = _LEAST_LINES
    if options.legend == "outside":
        across = _LEAST_LINES_BESIDE
    millimetres = min(options.width / across, options.height / down)
    return millimetres / MM_PER_INCH * POINTS_PER_INCH / _LINE
