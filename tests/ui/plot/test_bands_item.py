"""Phases behind the curves: where they are shaded, and where their names find room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication

from lrgui.core.bands import Band
from lrgui.ui.plot.plot_view import PlotView
from lrgui.ui.theme import DARK, LIGHT, Theme

from .drawing import make_curves, make_trace, shot, show

WARM_UP, COSINE, DECAY = Band("LinearLR", 0, 300), Band("CosineAnnealingLR", 300, 600), Band("LinearLR", 600, 1000)


@pytest.fixture
def plot(view: PlotView) -> PlotView:
    """A line from 1 to 0 over 1000 steps, in three phases; the legend is at the upper right."""
    view.set_planned(1000, 100)
    show(view, make_curves(make_trace(np.linspace(1, 0, 1000))))
    view.set_bands((WARM_UP, COSINE, DECAY))
    QApplication.processEvents()
    return view


def colour_at(plot: PlotView, step: float, image: QImage | None = None) -> QColor:
    """Return the colour of the plot's background at a step, where neither curve nor grid is."""
    pane = plot.canvas.main
    x = pane.area.left() + (step - pane.window.x[0]) * pane.window.pixels_per_step
    return (image or shot(plot)).pixelColor(round(x), round(pane.area.bottom()) - 4)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_other_phase_is_shaded(plot: PlotView, theme: Theme) -> None:
    plot.set_theme(theme)
    shades = [colour_at(plot, step).name() for step in (5, 290, 310, 590, 610, 990)]
    assert shades[0] == shades[1] == shades[4] == shades[5] != theme.base
    assert shades[2] == shades[3] == theme.base
    plot.zoom_to_x(250, 350)
    assert [colour_at(plot, step).name() for step in (255, 298, 302)] == [shades[0], shades[0], theme.base]
    plot.set_bands(())
    assert colour_at(plot, 255).name() == theme.base


def test_the_shade_is_faint(plot: PlotView) -> None:
    shade = colour_at(plot, 5)
    base, grid = QColor(LIGHT.base), QColor(LIGHT.grid)
    assert abs(shade.lightness() - base.lightness()) < abs(grid.lightness() - base.lightness())


def test_the_grid_lies_over_the_bands(plot: PlotView) -> None:
    image, pane = shot(plot), plot.canvas.main
    row = round(pane.area.bottom()) - 4
    left, right = (
        round(pane.area.left() + (step - pane.window.x[0]) * pane.window.pixels_per_step) for step in (5, 290)
    )
    colours = {image.pixelColor(column, row).name() for column in range(left, right)}
    assert LIGHT.grid in colours


def test_each_phase_has_its_name_at_its_top(plot: PlotView) -> None:
    item, window = plot.canvas.band_labels, plot.canvas.window
    assert item.texts == ("LinearLR", "CosineAnnealingLR", "LinearLR")
    for band, rect in zip((WARM_UP, COSINE), item.rects, strict=False):
        left, right = window.to_x(np.array([float(band.start), float(band.end)]))
        assert left < rect.left() < left + 2 * rect.height()
        assert rect.right() < right
        assert 0 < rect.top() < rect.height()


def test_a_narrow_phase_has_a_shortened_name_and_a_very_narrow_one_none(plot: PlotView) -> None:
    plot.set_bands((Band("LinearLR", 0, 20), Band("CosineAnnealingLR", 20, 180), Band("StepLR", 180, 1000)))
    assert len(plot.canvas.band_labels.texts) == 2
    shortened, whole = plot.canvas.band_labels.texts
    assert shortened.startswith("Cos")
    assert shortened.endswith("…")
    assert whole == "StepLR"


def test_names_keep_to_the_part_of_their_phase_that_is_in_view(plot: PlotView) -> None:
    plot.zoom_to_x(400, 900)
    item = plot.canvas.band_labels
    assert item.texts == ("CosineAnnealingLR", "LinearLR")
    assert 0 < item.rects[0].left() < item.rects[0].height()
    plot.zoom_to_x(700, 900)
    assert item.texts == ("LinearLR",)


def test_names_do_not_hide_behind_the_legend(plot: PlotView) -> None:
    legend = plot.canvas.legend_rect.translated(-plot.canvas.plot_area.topLeft())
    assert legend.isValid()
    for rect in plot.canvas.band_labels.rects:
        assert not rect.intersects(legend)


@pytest.mark.parametrize("edge", ["left", "right", "whole"])
def test_a_name_goes_beside_the_legend_or_below_it(plot: PlotView, edge: str) -> None:
    plot.set_bands((Band("LinearLR", 0, 1000),))
    item, line = plot.canvas.band_labels, QFontMetricsF(plot.font()).height()
    (free,) = item.rects
    width = plot.canvas.window.width
    places = {
        "left": QRectF(0, 0, width / 2, 5 * line),
        "right": QRectF(width / 2, 0, width / 2, 5 * line),
        "whole": QRectF(5, 0, width - 10, 5 * line),
    }
    item.set_obstacle(places[edge])
    (rect,) = item.rects
    assert item.texts == ("LinearLR",)
    assert not rect.intersects(places[edge])
    assert rect.top() == free.top() if edge != "whole" else rect.top() > 5 * line
    assert (rect.left() > width / 2) == (edge == "left")


def test_a_figure_has_the_phases_too(plot: PlotView) -> None:
    with_bands = plot.image(plot.screen_options())
    plot.set_bands(())
    without = plot.image(plot.screen_options())
    assert with_bands != without
    at = QPointF(plot.canvas.plot_area.left() + 20, plot.canvas.plot_area.bottom() - 4)
    ratio = with_bands.width() / plot.canvas.size().width()
    place = (at * ratio).toPoint()
    assert with_bands.pixelColor(place) != without.pixelColor(place)
    assert without.pixelColor(place).name() == LIGHT.base
