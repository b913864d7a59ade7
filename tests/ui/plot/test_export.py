"""Figures: the files open elsewhere, look as on the screen, and stay small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from lrgui.core.errors import FileError
from lrgui.ui.plot.export import ExportOptions, write_figure
from lrgui.ui.plot.figure import write_image
from lrgui.ui.plot.plot_view import PlotView
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
    write_figure(path, plot.canvas.state, ExportOptions(width=600, height=400, scale=3.0, title="Cosine & <steps>"))
    image = QImage(str(path))
    assert image.size() == QSize(1800, 1200)
    assert image.dotsPerMeterX() == pytest.approx(3 * 96 / 0.0254, abs=1)
    assert where(image, LIGHT.base, 0).mean() > 0.4
    for colour in LIGHT.curves[:3]:
        assert where(image, colour).sum() > 300
    assert plot.theme is DARK


def test_line_widths_grow_with_the_scale(plot: PlotView, tmp_path: Path) -> None:
    thickness = {}
    for scale in (1.0, 4.0):
        path = tmp_path / f"{scale}.png"
        write_figure(path, plot.canvas.state, ExportOptions(scale=scale))
        found = where(QImage(str(path)), LIGHT.curves[1], 30)
        thickness[scale] = np.median(found.sum(axis=0)[found.any(axis=0)])
    assert thickness[4.0] == pytest.approx(8, abs=1)
    assert thickness[1.0] <= 3


def test_an_svg_keeps_text_as_text_and_matches_the_png(plot: PlotView, tmp_path: Path) -> None:
    options = ExportOptions(scale=1.0, title="Cosine & <steps>")
    for name in ("figure.svg", "figure.png"):
        write_figure(tmp_path / name, plot.canvas.state, options)
    path = tmp_path / "figure.svg"
    texts = ["".join(node.itertext()).strip() for node in ElementTree.parse(path).iter() if node.tag.endswith("}text")]
    for text in ("learning rate", "optimizer step", "Cosine & <steps>", "group 0", "group 2", "0.001"):
        assert text in texts
    drawn, painted = svg_image(path, QSize(720, 420)), QImage(str(tmp_path / "figure.png"))
    for colour in LIGHT.curves[:3]:
        one, other = where(drawn, colour, 60), where(painted, colour, 60)
        assert one.sum() == pytest.approx(other.sum(), rel=0.25)


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_vector_files_of_a_million_rows_stay_small(plot: PlotView, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"figure.{suffix}"
    write_figure(path, plot.canvas.state, ExportOptions())
    assert 2_000 < path.stat().st_size < 500_000


def test_a_pdf_is_one_page_of_the_figures_size_with_a_font_inside(plot: PlotView, tmp_path: Path) -> None:
    path = tmp_path / "figure.pdf"
    write_figure(path, plot.canvas.state, ExportOptions(width=720, height=420))
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 540" in content  # 720 / 96 inch of 72 points
    assert b"/FontFile2" in content
    assert b"/Subtype /Image" not in content


def test_a_figure_shows_the_range_in_view(plot: PlotView, tmp_path: Path) -> None:
    plot.zoom_to_x(100_000, 100_010)
    plot.set_x_axis("epoch")
    path = tmp_path / "figure.svg"
    write_figure(path, plot.canvas.state, ExportOptions())
    content = path.read_text(encoding="utf-8")
    assert "100.002" in content
    assert "epoch (1\u202f000 steps each)" in content


def test_an_image_for_the_clipboard_is_as_large_as_the_plot(plot: PlotView) -> None:
    image = plot.image(2.0)
    assert image.size() == plot.surface.size() * 2
    assert where(image, LIGHT.base, 0).mean() > 0.4


@pytest.mark.parametrize("name", ["figure.jpg", "figure", "missing/figure.png"])
def test_a_file_that_cannot_be_written_is_told_in_a_sentence(plot: PlotView, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match=name.split("/", maxsplit=1)[0]):
        write_figure(tmp_path / name, plot.canvas.state, ExportOptions())
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
        write_figure(path, plot.canvas.state, ExportOptions())
    assert path.read_bytes() == b"old"


def test_write_image_draws_every_group_with_a_title(qapp: object, tmp_path: Path) -> None:
    trace = make_trace(np.linspace(1e-3, 1e-4, 500), np.linspace(1e-2, 1e-3, 500))
    path = tmp_path / "figure.svg"
    write_image(path, trace, "Two groups")
    content = path.read_text(encoding="utf-8")
    for text in ("Two groups", "group 0", "group 1", "optimizer step", "learning rate"):
        assert text in content


def test_write_image_needs_no_display_and_no_application(tmp_path: Path) -> None:
    script = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from lrgui.core.trace import Trace; from lrgui.ui.plot.figure import write_image\n"
        "trace = Trace.from_columns([np.linspace(0, 1, 50)], ['lr'], ['weights'], 10)\n"
        "for name in sys.argv[1:]: write_image(Path(name), trace, 'x')\n"
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
