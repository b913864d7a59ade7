"""Figures: the files open elsewhere, look as on the screen, and stay small."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from lrgui.core.bands import Band
from lrgui.core.errors import FileError
from lrgui.core.figure_options import FigureOptions, Legend
from lrgui.core.markers import Marker
from lrgui.core.recipe import Recipe
from lrgui.core.trace import Trace
from lrgui.session.values import View
from lrgui.ui.plot.export import render_image, render_thumbnail, write_figure
from lrgui.ui.plot.figure import write_image
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.plot.view_state import ShownMarkers, ViewState
from lrgui.ui.theme import DARK, LIGHT

from .drawing import make_curves, make_trace, show, where


@pytest.fixture
def plot(view: PlotView) -> PlotView:
    """Three schedules over a million steps, one of them cycling faster than can be seen; in the dark theme."""
    steps = np.arange(1_000_000)
    view.set_theme(DARK)
    view.set_planned(1_000_000, 1000)
    show(
        view,
        make_curves(
            make_trace(1e-3 * (1 + np.cos(np.pi * steps / 1e6)), 2e-3 * 0.5 ** (steps // 250_000), steps % 100 * 1e-5)
        ),
    )
    return view


def svg_image(path: Path, size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill("white")
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    return image


def test_a_png_has_the_wanted_size_and_resolution_on_light_ground(plot: PlotView, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    write_figure(path, plot.canvas.state, FigureOptions(89.0, 62.0, dpi=600, title="Cosine & <steps>"))
    image = QImage(str(path))
    assert image.size() == QSize(2102, 1465)  # 89 / 25.4 * 600, 62 / 25.4 * 600
    assert image.dotsPerMeterX() == image.dotsPerMeterY() == 23622  # 600 / 0.0254
    assert where(image, LIGHT.base, 0).mean() > 0.4
    for colour in LIGHT.curves[:3]:
        assert where(image, colour).sum() > 300
    assert plot.theme is DARK


def test_lines_grow_with_resolution_and_text(plot: PlotView, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"

    def thickness(dpi: int, font_size: float) -> float:
        write_figure(path, plot.canvas.state, FigureOptions(60.0, 40.0, dpi=dpi, font_size=font_size))
        found = where(QImage(str(path)), LIGHT.curves[1], 30)
        return float(np.median(found.sum(axis=0)[found.any(axis=0)]))

    # Two twelfths of the font's height.
    assert thickness(600, 6.0) == pytest.approx(6 / 72 * 600 / 6, abs=2)
    assert thickness(1200, 6.0) == pytest.approx(6 / 72 * 1200 / 6, abs=2)
    assert thickness(600, 12.0) == pytest.approx(12 / 72 * 600 / 6, abs=2)


def svg_texts(path: Path) -> dict[str, float]:
    """Return the texts of an SVG that has no transformation but its view box, with their sizes in points."""
    root = ElementTree.parse(path).getroot()
    width = float(root.attrib["width"].removesuffix("mm")) / 25.4 * 72
    scale = width / float(root.attrib["viewBox"].split()[2])
    nodes = [node for node in root.iter() if node.tag.endswith("}text")]
    return {"".join(node.itertext()).strip(): float(node.attrib["font-size"]) * scale for node in nodes}


@pytest.mark.parametrize("size", [6.0, 7.5, 8.0, 13.3])
def test_an_svg_has_its_exact_size_and_text_of_the_asked_size(plot: PlotView, tmp_path: Path, size: float) -> None:
    path = tmp_path / "figure.svg"
    write_figure(path, plot.canvas.state, FigureOptions(181.864, 62.5, font_size=size, title="Cosine & <steps>"))
    root = ElementTree.parse(path).getroot()
    assert (root.attrib["width"], root.attrib["height"]) == ("181.864mm", "62.5mm")
    texts = svg_texts(path)
    for text in ("learning rate", "optimizer step", "Cosine & <steps>", "group 0", "group 2", "0"):
        assert texts[text] == pytest.approx(size, rel=1e-4)
    for node in root.iter():
        transform = node.attrib.get("transform", "matrix(1,0,0,1,0,0)")
        numbers = [abs(float(number)) for number in transform[7:-1].split(",")[:4]]
        assert sorted(numbers) == [0, 0, 1, 1]  # turned at most, never scaled


def test_an_svg_matches_the_png(plot: PlotView, tmp_path: Path) -> None:
    options = FigureOptions(190.5, 111.1, dpi=96, font_size=9.0, title="Cosine & <steps>")
    for name in ("figure.svg", "figure.png"):
        write_figure(tmp_path / name, plot.canvas.state, options)
    painted = QImage(str(tmp_path / "figure.png"))
    drawn = svg_image(tmp_path / "figure.svg", painted.size())
    for colour in LIGHT.curves[:3]:
        one, other = where(drawn, colour, 60), where(painted, colour, 60)
        assert one.sum() == pytest.approx(other.sum(), rel=0.25)


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_vector_files_of_a_million_rows_stay_small(plot: PlotView, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figure.{suffix}"
    write_figure(path, plot.canvas.state, FigureOptions())
    assert 2_000 < path.stat().st_size < 500_000


@pytest.mark.parametrize(("width", "height"), [(89.0, 62.0), (190.5, 127.0), (35.2, 35.3)])
def test_a_pdf_is_one_page_of_the_figures_size_with_a_font_inside(
    plot: PlotView, tmp_path: Path, width: float, height: float
) -> None:
    path = tmp_path / "figure.pdf"
    write_figure(path, plot.canvas.state, FigureOptions(width, height, font_size=6.0))
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox \[0 0 (\S+) (\S+)\]", content)
    assert [(float(across), float(down)) for across, down in boxes] == [
        (pytest.approx(width / 25.4 * 72, abs=1e-4), pytest.approx(height / 25.4 * 72, abs=1e-4))
    ]
    assert b"/FontFile2" in content
    assert b"/Subtype /Image" not in content
    # The table of objects still tells where each begins.
    table = int(content.split(b"startxref")[1].split()[0])
    assert content[table : table + 4] == b"xref"


def test_a_figure_shows_the_range_in_view_or_the_whole_run(plot: PlotView, tmp_path: Path) -> None:
    plot.zoom_to_x(100_000, 100_010)
    plot.set_x_axis("epoch")
    path = tmp_path / "figure.svg"
    write_figure(path, plot.canvas.state, FigureOptions())
    content = path.read_text(encoding="utf-8")
    assert "100.002" in content
    assert "epoch (1\u202f000 steps each)" in content
    write_figure(path, plot.canvas.state, FigureOptions(what="whole"))
    texts = svg_texts(path)
    assert "100.002" not in texts
    assert {"0", "1\u202f000"} <= set(texts)
    assert plot.visible_range()[0] == (100_000, 100_010)


def test_a_transparent_figure_has_no_ground(plot: PlotView, tmp_path: Path) -> None:
    options = FigureOptions(transparent=True, legend="none", theme="dark")
    for suffix in ("png", "svg"):
        write_figure(tmp_path / f"figure.{suffix}", plot.canvas.state, options)
    image = QImage(str(tmp_path / "figure.png"))
    assert image.hasAlphaChannel()
    assert image.pixelColor(2, 2).alpha() == 0
    assert image.pixelColor(image.width() // 2, image.height() // 2).alpha() in (0, 255)
    assert where(image, DARK.curves[1]).sum() > 300
    assert DARK.base not in (tmp_path / "figure.svg").read_text(encoding="utf-8")


def plot_share(state: ViewState, legend: Legend, width: float) -> float:
    """Return which part of a figure's width the lines of its grid take, at one pixel to each of the screen's."""
    image = render_image(state, FigureOptions(width, 100.0, dpi=96, font_size=9.0, legend=legend))
    columns = np.flatnonzero((where(image, LIGHT.grid, 0) | where(image, LIGHT.border, 0)).sum(axis=0) > 200)
    return float(np.ptp(columns)) / image.width()


def test_the_legend_is_inside_beside_or_nowhere(plot: PlotView, tmp_path: Path) -> None:
    shares = {}
    for legend in ("inside", "outside", "none"):
        path = tmp_path / "figure.svg"
        write_figure(path, plot.canvas.state, FigureOptions(legend=legend))
        assert ("group 1" in svg_texts(path)) is (legend != "none")
        shares[legend] = plot_share(plot.canvas.state, legend, 190.5)
    assert shares["inside"] == shares["none"] > 0.8
    assert 0.6 < shares["outside"] < 0.8


@pytest.mark.parametrize("legend", ["inside", "outside"])
def test_ten_long_names_are_told_apart_in_a_single_column(view: PlotView, tmp_path: Path, legend: Legend) -> None:
    names = [f"backbone.encoder.layers.{index}.self_attention.out_projection.weight" for index in range(10)]
    trace = Trace.from_columns([np.linspace(index, 0, 500) for index in range(10)], ["lr"], names, 100)
    view.set_planned(500, 100)
    show(view, make_curves(trace))
    path = tmp_path / "figure.svg"
    write_figure(path, view.canvas.state, FigureOptions(89.0, 62.0, font_size=7.0, legend=legend))
    listed = [text for text in svg_texts(path) if "layers." in text]
    assert len(listed) == 10
    assert all(f"layers.{index}" in text for index, text in enumerate(listed))
    # As many lines of text wide as 89 mm are with 7 points: 89 * 9 / 7 mm with 9.
    assert plot_share(view.canvas.state, legend, 114.3) > 0.4


def test_two_panels_are_drawn_one_above_the_other(qapp: object, tmp_path: Path) -> None:
    trace = Trace.from_columns([np.linspace(1e-3, 1e-5, 500), np.full(500, 0.9)], ["lr", "momentum"], ["weights"], 100)
    path = tmp_path / "figure.svg"
    view = View("fraction", "lr", "momentum", frozenset({"lr"}))
    write_image(path, trace, Recipe(), FigureOptions(title="Two panels"), view)
    assert {"Two panels", "learning rate", "momentum", "1e-3", "1e-5", "weights", "100"} <= set(svg_texts(path))


def test_a_thumbnail_fits_and_shows_what_the_file_will(plot: PlotView) -> None:
    options = FigureOptions(100.0, 50.0, theme="dark")
    image = render_thumbnail(plot.canvas.state, options, QSize(400, 400))
    assert image.size() == QSize(400, 200)
    assert where(image, DARK.base, 0).mean() > 0.4
    assert where(image, DARK.curves[1], 60).sum() > 50


def test_a_figure_as_on_the_screen_is_twice_as_many_pixels(plot: PlotView) -> None:
    image = plot.image(plot.screen_options())
    assert image.size() == plot.surface.size() * 2
    assert where(image, LIGHT.base, 0).mean() > 0.4


@pytest.mark.parametrize("name", ["figure.jpg", "figure", "missing/figure.png"])
def test_a_file_that_cannot_be_written_is_told_in_a_sentence(plot: PlotView, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match=name.split("/", maxsplit=1)[0]):
        write_figure(tmp_path / name, plot.canvas.state, FigureOptions())
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_alone(
    plot: PlotView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    monkeypatch.setattr("os.rename", fail)
    with pytest.raises(FileError, match="no space left"):
        write_figure(path, plot.canvas.state, FigureOptions())
    assert path.read_bytes() == b"old"


def test_write_image_draws_every_group_of_the_chosen_steps(qapp: object, tmp_path: Path) -> None:
    trace = make_trace(np.linspace(1e-3, 1e-4, 500), np.linspace(1e-2, 1e-3, 500))
    path = tmp_path / "figure.svg"
    write_image(path, trace, Recipe(), FigureOptions(title="Two groups"), View(), (100, 150))
    texts = set(svg_texts(path))
    assert {"Two groups", "group 0", "group 1", "optimizer step", "learning rate", "100", "150"} <= texts
    assert "500" not in texts


def test_write_image_needs_no_display_and_no_application(tmp_path: Path) -> None:
    script = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from lrgui.core.figure_options import FigureOptions; from lrgui.core.recipe import Recipe\n"
        "from lrgui.core.trace import Trace; from lrgui.session.values import View\n"
        "from lrgui.ui.plot.figure import write_image\n"
        "trace = Trace.from_columns([np.linspace(0, 1, 50)], ['lr'], ['weights'], 10)\n"
        "for name in sys.argv[1:]: write_image(Path(name), trace, Recipe(), FigureOptions(), View())\n"
    )
    names = [str(tmp_path / f"figure.{suffix}") for suffix in ("png", "svg", "pdf")]
    environment = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, *names], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert all(Path(name).stat().st_size > 1000 for name in names)


def test_curve_is_importable_without_pyqtgraph() -> None:
    script = "import sys, lrgui.ui.plot.curve; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("annotated", [True, False])
def test_phases_and_events_are_in_the_figure_when_they_are_wanted(
    plot: PlotView, tmp_path: Path, annotated: bool
) -> None:
    plot.set_bands([Band("LinearLR", 0, 400_000), Band("CosineAnnealingLR", 400_000, 1_000_000)])
    plot.set_markers([Marker("resume", 300_000, "resumes here")])
    path = tmp_path / "figure.svg"
    write_figure(path, plot.canvas.state, FigureOptions(annotated=annotated))
    texts = svg_texts(path)
    assert ("CosineAnnealingLR" in texts) == annotated
    with_marker, without = (
        render_image(state, FigureOptions(annotated=annotated))
        for state in (plot.canvas.state, replace(plot.canvas.state, markers=ShownMarkers()))
    )
    assert (with_marker != without) == annotated


def test_the_legend_stands_where_the_user_has_put_it(plot: PlotView) -> None:
    options = FigureOptions()
    chosen = render_image(plot.canvas.state, options)
    plot.canvas.put_legend(QPointF(0.5, 0.5))
    moved = render_image(plot.canvas.state, options)
    assert moved != chosen
    plot.view_all()
    assert render_image(plot.canvas.state, options) == chosen
