"""The options of `lrgui trace --image`: how the figure is drawn, checked before the run begins."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lrgui.cli.terminal import UsageError
from lrgui.cli.values import count, number

if TYPE_CHECKING:
    from lrgui.core.figure_options import FigureOptions
    from lrgui.session.values import View

_LENGTH = "such as 89mm, 3.5in or 1200px"
_PRESETS = "single, one-and-half or double (columns), ieee, ieee-double or slide"
_OPTIONS = (
    *("width", "height", "dpi", "font_size", "title", "legend", "theme", "transparent", "annotated"),
    *("series", "second", "log", "log_second", "x_axis"),
)


def add_figure_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that go with `--image`."""
    group = parser.add_argument_group("figure (with --image)")
    group.add_argument("--width", metavar="W", help=f"{_LENGTH}, or the name of a size: {_PRESETS}")
    group.add_argument("--height", metavar="H", help=f"{_LENGTH}; by default what suits the width")
    group.add_argument("--dpi", metavar="N", type=count, help="pixels per inch of a PNG and of px (default: 300)")
    group.add_argument("--font-size", metavar="PT", type=number, help="in points (default: 8, or the named size's)")
    group.add_argument("--title", metavar="TEXT", help="the line above the plot (default: the name of FILE)")
    group.add_argument("--legend", choices=("inside", "outside", "none"), help="default: inside")
    group.add_argument("--theme", choices=("light", "dark"), help="default: light")
    group.add_argument("--transparent", action="store_true", default=None, help="leave the background out")
    group.add_argument("--annotated", action="store_true", default=None, help="shade phases and mark events")
    group.add_argument("--series", metavar="NAME", help="what the figure shows, such as momentum (default: lr)")
    group.add_argument("--second", metavar="NAME", help="a series in a second panel below")
    group.add_argument("--log", action="store_true", default=None, help="make the y axis logarithmic")
    group.add_argument("--log-second", action="store_true", default=None, help="the same for the second panel")
    group.add_argument("--x-axis", choices=("step", "epoch", "fraction"), help="what x counts (default: step)")


@dataclass(frozen=True, slots=True)
class RequestedFigure:
    """The figure that is asked for: where it goes, how it is drawn, and what it shows."""

    path: Path
    options: FigureOptions
    view: View

    @property
    def series(self) -> tuple[str, ...]:
        """The series that it takes."""
        return tuple(name for name in (self.view.series, self.view.second) if name)


def requested_figure(arguments: argparse.Namespace) -> RequestedFigure | None:
    """Return the figure that is asked for, None where none is.

    Raises:
        UsageError: when it cannot be drawn as asked, naming the option.
    """
    if arguments.image is not None:
        return RequestedFigure(arguments.image, _options(arguments), _view(arguments))
    for name in _OPTIONS:
        if getattr(arguments, name) is not None:
            raise UsageError(f"argument --{name.replace('_', '-')}: is about a figure; ask for one with --image")
    return None


def _options(arguments: argparse.Namespace) -> FigureOptions:
    from lrgui.core.figure_options import DEFAULT_DPI, PRESETS, FigureOptions, figure_complaints, usual_height

    preset = next((one for one in PRESETS if one.key == arguments.width), None)
    usual = preset or next(one for one in PRESETS if one.key == "double")
    dpi = arguments.dpi or DEFAULT_DPI
    width, height = usual.width, usual.height
    if arguments.width is not None and preset is None:
        width = _length("width", arguments.width, dpi)
        height = usual_height(width)
    if arguments.height is not None:
        height = _length("height", arguments.height, dpi)
    options = FigureOptions(
        width=width,
        height=height,
        dpi=dpi,
        font_size=usual.font_size if arguments.font_size is None else arguments.font_size,
        theme=arguments.theme or "light",
        title=arguments.file.stem if arguments.title is None else arguments.title,
        legend=arguments.legend or "inside",
        transparent=bool(arguments.transparent),
        annotated=bool(arguments.annotated),
    )
    pixels = arguments.image.suffix.lower() == ".png"
    for name, sentence in figure_complaints(options, pixels=pixels).items():
        raise UsageError(f"argument --{name.replace('_', '-')}: {sentence}")
    return options


def _length(name: str, text: str, dpi: int) -> float:
    from lrgui.core.figure_options import parse_length

    try:
        return parse_length(text, dpi)
    except ValueError as error:
        raise UsageError(f"argument --{name}: {error}") from error


def _view(arguments: argparse.Namespace) -> View:
    from lrgui.session.values import View

    series, second = arguments.series or "lr", arguments.second or ""
    if arguments.log_second and not second:
        raise UsageError("argument --log-second: there is no second panel; name its series with --second")
    chosen = ((series, arguments.log), (second, arguments.log_second))
    return View(arguments.x_axis or "step", series, second, frozenset(name for name, log in chosen if log))
