"""Figures as files: PNG at any resolution, SVG and PDF with real text and curves no finer than can be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pyqtgraph import GraphicsScene
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from lrgui.core.errors import FileError
from lrgui.session.atomic import replacing
from lrgui.ui.plot.canvas import PlotCanvas, device_font
from lrgui.ui.plot.drawn_curve import DrawnCurve
from lrgui.ui.plot.view_state import ViewState
from lrgui.ui.theme import LIGHT, Theme

_DPI = 96  # one logical pixel is 1/96 inch on paper

_BINS_PER_PIXEL = 4.0  # paper is printed finer than a screen


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The size of a figure in logical pixels (1/96 inch), its title, and how many pixels a PNG gets for each."""

    width: int = 720
    height: int = 420
    scale: float = 2.0
    theme: Theme = LIGHT
    title: str = ""


def write_figure(path: Path, state: ViewState, options: ExportOptions) -> None:
    """Write a figure of what `state` shows; the file appears whole or not at all.

    Raises:
        FileError: when the suffix is none of `.png`, `.svg` and `.pdf`, or the file cannot be written.
    """
    if path.suffix.lower() not in _RENDERERS:
        raise FileError(f"{path}: a figure is written as .png, .svg or .pdf, not {path.suffix or 'without a suffix'}")
    content = render_figure(path.suffix, state, options)
    with replacing(path) as file:
        file.write(content)


def render_figure(suffix: str, state: ViewState, options: ExportOptions) -> bytes:
    """Return the content of a figure's file; `suffix` is `.png`, `.svg` or `.pdf`.

    Raises:
        FileError: when there is not the memory for an image of that size.
        KeyError: when the suffix is another one.
    """
    return _RENDERERS[suffix.lower()](state, options)


def render_image(state: ViewState, options: ExportOptions) -> QImage:
    """Return the figure as an image of `width * scale` by `height * scale` pixels that knows its resolution."""
    size = QSize(round(options.width * options.scale), round(options.height * options.scale))
    image = QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():
        raise FileError(f"there is not the memory for an image of {size.width()} by {size.height()} pixels")
    image.fill(QColor(options.theme.base))
    image.setDevicePixelRatio(options.scale)
    _paint(image, state, options)
    image.setDevicePixelRatio(1.0)
    dots_per_metre = round(_DPI * options.scale / 0.0254)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    return image


def _render_png(state: ViewState, options: ExportOptions) -> bytes:
    image = render_image(state, options)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    saved = image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, which it refuses
    if not saved:
        raise FileError(f"there is not the memory for a PNG of {image.width()} by {image.height()} pixels")
    return bytes(content.data())


def _render_svg(state: ViewState, options: ExportOptions) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_DPI)
    generator.setSize(QSize(options.width, options.height))
    generator.setViewBox(QRectF(0.0, 0.0, options.width, options.height))
    generator.setTitle(options.title or "Learning rates")
    _paint(generator, state, options)
    return bytes(content.data())


def _render_pdf(state: ViewState, options: ExportOptions) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setCreator("lrgui")
    writer.setTitle(options.title or "Learning rates")
    points = QSizeF(options.width, options.height) * 72 / _DPI
    page = QPageSize(points, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    _paint(writer, state, options)
    return bytes(content.data())


def _paint(device: QPaintDevice, state: ViewState, options: ExportOptions) -> None:
    """Paint the figure on a scene of its own: what the window shows is left alone."""
    scene = GraphicsScene()
    canvas = PlotCanvas(options.theme, device_font(QApplication.font()))
    canvas.title = options.title
    scene.addItem(canvas)
    canvas.resize(options.width, options.height)
    panes = tuple(
        replace(pane, curves=tuple(DrawnCurve(drawn.curve, drawn.pyramid, _BINS_PER_PIXEL) for drawn in pane.curves))
        for pane in state.panes
    )
    canvas.set_state(replace(state, panes=panes))
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    page = QRectF(0.0, 0.0, options.width, options.height)
    scene.setSceneRect(page)
    scene.render(painter, page, page, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    scene.clear()


_RENDERERS: dict[str, Callable[[ViewState, ExportOptions], bytes]] = {
    ".png": _render_png,
    ".svg": _render_svg,
    ".pdf": _render_pdf,
}
