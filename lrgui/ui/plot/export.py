"""Figures as files: PNG at any resolution, SVG and PDF with real text and curves no finer than can be seen.

A figure is laid out in pixels of its own, twelve to the height of its font, and scaled as a whole to its size on paper.
So lines and distances keep their proportion to the text, and the text has the asked size to a fraction of a point.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import ceil
from pathlib import Path

from pyqtgraph import GraphicsScene
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from lrgui.core.errors import FileError
from lrgui.core.figure_options import MM_PER_INCH, POINTS_PER_INCH, FigureOptions
from lrgui.session.atomic import replacing
from lrgui.ui.plot.canvas import PlotCanvas
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.view_state import ShownMarkers, ViewState
from lrgui.ui.theme import DARK, LIGHT, Theme

Rendered = Callable[[], bytes]
"""Gives the content of a file of a figure that is drawn already, in any thread; what takes long is packing a PNG."""

_FONT_PIXELS = 12
_FINE, _COARSE = 4.0, 1.5  # bins of a curve to a pixel of the layout: paper is printed finer than a screen
_SVG_DPI = 25_400  # sizes are whole numbers there: micrometres
_PDF_DPI = 1200


def write_figure(path: Path, state: ViewState, options: FigureOptions) -> None:
    """Write a figure of what `state` shows; the file appears whole or not at all.

    Raises:
        FileError: when the suffix is none of `.png`, `.svg` and `.pdf`, or the file cannot be written.
    """
    if path.suffix.lower() not in _RENDERERS:
        raise FileError(f"{path}: a figure is written as .png, .svg or .pdf, not {path.suffix or 'without a suffix'}")
    content = render_figure(path.suffix, state, options)()
    with replacing(path) as file:
        file.write(content)


def render_figure(suffix: str, state: ViewState, options: FigureOptions) -> Rendered:
    """Draw a figure and return what gives the content of its file; `suffix` is `.png`, `.svg` or `.pdf`.

    Raises:
        FileError: when there is not the memory for an image of that size.
        KeyError: when the suffix is another one.
    """
    return _RENDERERS[suffix.lower()](state, options)


def render_image(state: ViewState, options: FigureOptions) -> QImage:
    """Return the figure as an image that knows its resolution.

    Raises:
        FileError: when there is not the memory for it.
    """
    image = _paint_image(state, options, QSize(*options.pixels), _FINE)
    dots_per_metre = round(options.dpi / MM_PER_INCH * 1000)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    return image


def render_thumbnail(state: ViewState, options: FigureOptions, room: QSize) -> QImage:
    """Return a quick picture of the figure, as large as fits into `room` (pixels)."""
    size = QSizeF(options.width, options.height).scaled(QSizeF(room), Qt.AspectRatioMode.KeepAspectRatio).toSize()
    return _paint_image(state, options, size.expandedTo(QSize(1, 1)), _COARSE)


def _render_png(state: ViewState, options: FigureOptions) -> Rendered:
    return partial(_png, render_image(state, options))


def _png(image: QImage) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    saved = image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, which it refuses
    if not saved:
        raise FileError(f"there is not the memory for a PNG of {image.width()} by {image.height()} pixels")
    return bytes(content.data())


def _render_svg(state: ViewState, options: FigureOptions) -> Rendered:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_SVG_DPI)
    generator.setSize(QSize(round(options.width * 1000), round(options.height * 1000)))
    generator.setViewBox(QRectF(0.0, 0.0, *_layout_size(options)))
    generator.setTitle(options.title or "Learning rates")
    painter = QPainter(generator)
    _paint(painter, state, options, _FINE)
    painter.end()
    return partial(bytes, content.data())


def _render_pdf(state: ViewState, options: FigureOptions) -> Rendered:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    width, height = _points(options.width), _points(options.height)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    writer.setCreator("lrgui")
    writer.setTitle(options.title or "Learning rates")
    whole = QSizeF(ceil(width), ceil(height))
    page = QPageSize(whole, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    painter.scale(_PDF_DPI / POINTS_PER_INCH, _PDF_DPI / POINTS_PER_INCH)
    painter.translate(0.0, whole.height() - height)  # a page is measured from its lower edge
    painter.scale(_unit(options), _unit(options))
    _paint(painter, state, options, _FINE)
    painter.end()
    return partial(_with_page, bytes(content.data()), width, height)


def _with_page(content: bytes, width: float, height: float) -> bytes:
    """Return a PDF with a page of this size in points, which Qt rounds; every byte keeps its place."""

    def box(match: re.Match[bytes]) -> bytes:
        sizes = zip((width, height), match.groups(), strict=True)
        return b"/MediaBox [0 0 %b %b]" % tuple(f"{size:.9f}"[: len(old)].encode() for size, old in sizes)

    return re.sub(rb"/MediaBox \[0 0 (\d+\.\d+) (\d+\.\d+)\]", box, content, count=1)


def _paint_image(state: ViewState, options: FigureOptions, size: QSize, bins_per_pixel: float) -> QImage:
    opaque, clear = QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(size, clear if options.transparent else opaque)
    if image.isNull():
        raise FileError(f"there is not the memory for an image of {size.width()} by {size.height()} pixels")
    image.fill(Qt.GlobalColor.transparent if options.transparent else QColor(_theme(options).base))
    # As on a screen with such pixels: thin lines are smoothed where they do not fill whole ones.
    image.setDevicePixelRatio(size.width() / _layout_size(options)[0])
    painter = QPainter(image)
    _paint(painter, state, options, bins_per_pixel)
    painter.end()
    image.setDevicePixelRatio(1.0)
    return image


def _paint(painter: QPainter, state: ViewState, options: FigureOptions, bins_per_pixel: float) -> None:
    """Paint the figure on a scene of its own: what the window shows is left alone."""
    scene = GraphicsScene()
    canvas = PlotCanvas(_theme(options), _figure_font())
    canvas.title = options.title
    canvas.transparent = options.transparent
    scene.addItem(canvas)
    page = QRectF(0.0, 0.0, *_layout_size(options))
    canvas.resize(page.size())
    canvas.set_state(_drawn_anew(state, options, bins_per_pixel))
    canvas.set_legend_mode(options.legend)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    scene.setSceneRect(page)
    scene.render(painter, page, page, Qt.AspectRatioMode.IgnoreAspectRatio)
    scene.clear()


def _drawn_anew(state: ViewState, options: FigureOptions, bins_per_pixel: float) -> ViewState:
    """Return the state with curves in bins of their own, and all of the run in view where it is wanted."""
    panes = tuple(
        replace(
            pane,
            curves=tuple(DrawnCurve(drawn.curve, drawn.pyramid, bins_per_pixel) for drawn in pane.curves),
            y=pane.y if options.what == "shown" else None,
            kept=None,
        )
        for pane in state.panes
    )
    drawn = replace(state, panes=panes, x=state.x if options.what == "shown" else None)
    return drawn if options.annotated else replace(drawn, bands=(), markers=ShownMarkers())


def _points(millimetres: float) -> float:
    return millimetres / MM_PER_INCH * POINTS_PER_INCH


def _unit(options: FigureOptions) -> float:
    """Return the size of a pixel of the layout in points."""
    return options.font_size / _FONT_PIXELS


def _layout_size(options: FigureOptions) -> tuple[float, float]:
    """Return width and height in pixels of the layout."""
    return _points(options.width) / _unit(options), _points(options.height) / _unit(options)


def _theme(options: FigureOptions) -> Theme:
    return DARK if options.theme == "dark" else LIGHT


def _figure_font() -> QFont:
    """Return the application's font, spaced alike at every scale, in shades of its own colour alone."""
    font = QFont(QApplication.font())
    font.setPixelSize(_FONT_PIXELS)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    return font


_RENDERERS: dict[str, Callable[[ViewState, FigureOptions], Rendered]] = {
    ".png": _render_png,
    ".svg": _render_svg,
    ".pdf": _render_pdf,
}
