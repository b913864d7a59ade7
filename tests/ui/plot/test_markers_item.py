"""Markers on the plot: where they are, which are shown together, what they say, and that many cost no more than few."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene
from pytestqt.qtbot import QtBot

from lrgui.core.markers import MARKER_KINDS, Marker
from lrgui.ui.plot.markers_item import MarkersItem, spaced_starts
from lrgui.ui.plot.view_state import ShownMarkers
from lrgui.ui.plot.window import Window
from lrgui.ui.theme import DARK, LIGHT, Theme

from .drawing import pixels

WIDTH, HEIGHT = 1000.0, 300.0
ALL = Window((0.0, 1000.0), (0.0, 1.0), WIDTH, HEIGHT)


def set_markers(
    item: MarkersItem, markers: Iterable[Marker], steps_per_epoch: int = 1, *, stretch: float = 1.0
) -> None:
    item.set_markers(ShownMarkers(tuple(markers), steps_per_epoch, stretch))


class Canvas:
    """A scene with nothing but markers, one step a pixel."""

    def __init__(self, *markers: Marker, theme: Theme = LIGHT) -> None:
        self.theme = theme
        font = QFont()
        font.setPixelSize(14)
        self.scene = QGraphicsScene()
        self.area = QGraphicsRectItem()
        self.scene.addItem(self.area)
        self.item = MarkersItem(self.area, theme, font)
        self.item.set_window(ALL)
        set_markers(self.item, markers, 100)

    def image(self) -> np.ndarray:
        """Return what is painted, shape `(height, width, 3)`."""
        image = QImage(int(WIDTH), int(HEIGHT), QImage.Format.Format_RGB888)
        image.fill(self.theme.base)
        painter = QPainter(image)
        self.scene.render(painter, QRectF(0, 0, WIDTH, HEIGHT), QRectF(0, 0, WIDTH, HEIGHT))
        painter.end()
        return pixels(image)

    def ink(self) -> np.ndarray:
        """Return where something is painted, shape `(height, width)`."""
        base = QColor(self.theme.base)
        return np.abs(self.image() - (base.red(), base.green(), base.blue())).max(axis=2) > 20

    def columns(self) -> list[int]:
        """Return the pixel columns in which something is painted."""
        return np.flatnonzero(self.ink().any(axis=0)).tolist()

    def xs(self) -> list[float]:
        return [place.x() for place in self.item.places]


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return Canvas(Marker("milestone", 100, "Milestone: B begins"), Marker("drop", 500, "drops"))


def test_a_shape_stands_at_the_place_of_its_row(canvas: Canvas) -> None:
    assert canvas.xs() == [100.0, 500.0]
    columns = canvas.columns()
    assert min(columns) in range(92, 100)
    assert max(columns) in range(501, 509)
    assert (min(columns) + max(column for column in columns if column < 300)) / 2 == pytest.approx(99.5, abs=1)
    rows = np.flatnonzero(canvas.ink().any(axis=1))
    assert rows.min() > HEIGHT - 20


def test_it_follows_zoom_and_pan(canvas: Canvas) -> None:
    canvas.item.set_window(Window((400.0, 600.0), (0.0, 1.0), WIDTH, HEIGHT))
    assert canvas.xs() == [500.0]
    canvas.item.set_window(Window((450.0, 650.0), (0.0, 1.0), WIDTH, HEIGHT))
    assert canvas.xs() == [250.0]
    canvas.item.set_window(Window((600.0, 800.0), (0.0, 1.0), WIDTH, HEIGHT))
    assert canvas.xs() == []
    assert canvas.columns() == []


def test_a_row_takes_as_many_steps_as_the_alignment_says(canvas: Canvas) -> None:
    set_markers(canvas.item, [Marker("drop", 300, "drops")], 100, stretch=2.5)
    assert canvas.xs() == [750.0]
    assert canvas.item.text_at(canvas.item.places[0]) == "Step 300 · epoch 3\ndrops"


def test_it_says_what_happened_where_a_shape_is_and_nothing_beside_it(canvas: Canvas) -> None:
    first, second = canvas.item.places
    assert canvas.item.text_at(first) == "Step 100 · epoch 1\nMilestone: B begins"
    assert canvas.item.text_at(second + QPointF(5, -4)) == "Step 500 · epoch 5\ndrops"
    for beside in (QPointF(30, 0), QPointF(-30, 0), QPointF(0, -30)):
        assert canvas.item.text_at(first + beside) is None


def test_the_line_up_through_the_plot_is_there_while_the_mouse_is(canvas: Canvas) -> None:
    def painted_above() -> list[int]:
        return np.flatnonzero(canvas.ink()[:200].any(axis=0)).tolist()

    assert painted_above() == []
    assert canvas.item.hover(canvas.item.places[1]) == "Step 500 · epoch 5\ndrops"
    assert painted_above() in ([499], [500])
    assert canvas.item.hover(QPointF(300, 100)) is None
    assert painted_above() == []
    canvas.item.hover(canvas.item.places[0])
    canvas.item.hover(None)
    assert painted_above() == []


def test_markers_that_fall_together_are_one_shape_with_a_count(canvas: Canvas) -> None:
    set_markers(canvas.item, [Marker("skipped", row, f"Step {row} is skipped") for row in (200, 203, 206)], 100)
    assert canvas.xs() == [200.0]
    told = canvas.item.text_at(canvas.item.places[0])
    assert told is not None
    assert told.split("\n") == [
        "Step 200 · epoch 2",
        "Step 200 is skipped",
        "Step 203 · epoch 2",
        "Step 203 is skipped",
        "Step 206 · epoch 2",
        "Step 206 is skipped",
    ]
    with_count = np.count_nonzero(canvas.ink())
    set_markers(canvas.item, [Marker("skipped", 200, "")], 100)
    assert np.count_nonzero(canvas.ink()) < with_count
    set_markers(canvas.item, [Marker("skipped", row, "") for row in (200, 203, 206)], 100)
    canvas.item.set_window(Window((195.0, 215.0), (0.0, 1.0), WIDTH, HEIGHT))
    assert canvas.xs() == [250.0, 400.0, 550.0]  # told apart once there is room


def test_of_a_crowd_the_first_are_told_and_the_rest_are_counted(canvas: Canvas) -> None:
    set_markers(canvas.item, [Marker("skipped", 1000 + row, "skipped") for row in range(2000)], 100)
    canvas.item.set_window(Window((0.0, 1e6), (0.0, 1.0), WIDTH, HEIGHT))
    told = canvas.item.text_at(canvas.item.places[0])
    assert told is not None
    assert told.split("\n")[-1] == "and 1\u202f996 more up to step 2\u202f999: zoom in to see them"
    assert len(told.split("\n")) == 9


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_kind_has_a_shape_of_its_own(qtbot: QtBot, theme: Theme) -> None:
    canvas = Canvas(theme=theme)
    shapes = set()
    for kind in MARKER_KINDS:
        set_markers(canvas.item, [Marker(kind, 500, "")])
        assert np.count_nonzero(canvas.ink()) > 20
        shapes.add(canvas.ink().tobytes())
    assert len(shapes) == len(MARKER_KINDS)


def test_a_milestone_is_not_lost_among_skipped_steps(canvas: Canvas) -> None:
    skipped = [Marker("skipped", row, f"skipped {row}") for row in range(500, 520, 2)]
    milestone = Marker("milestone", 515, "Milestone: B begins")
    set_markers(canvas.item, [Marker("milestone", 500, "")])
    shape = canvas.ink()[288:, 485:515]
    set_markers(canvas.item, [*skipped[:8], milestone, *skipped[8:]])
    assert canvas.xs() == [500.0]
    np.testing.assert_array_equal(canvas.ink()[288:, 485:515], shape)
    told = canvas.item.text_at(canvas.item.places[0])
    assert told is not None
    assert [line for line in told.split("\n") if not line.startswith("Step")] == [
        *("skipped 500", "skipped 502", "skipped 504", "Milestone: B begins"),
        "and 7 more up to step 518: zoom in to see them",
    ]


@given(st.lists(st.integers(0, 400), max_size=60), st.floats(0.01, 50.0))
def test_no_two_shapes_are_nearer_than_the_spacing(rows: list[int], spacing: float) -> None:
    places = np.array(sorted(rows), dtype=np.float64)
    starts = spaced_starts(places, spacing)
    assert bool(len(starts)) == bool(rows)
    if not rows:
        return
    assert starts[0] == 0
    assert np.all(np.diff(places[starts]) >= spacing * (1 - 1e-9))
    owners = starts[np.searchsorted(starts, np.arange(len(places)), side="right") - 1]
    assert np.all(places - places[owners] < 2 * spacing * (1 + 1e-9))  # nothing is told far from where it happened
    gaps = np.diff(places, prepend=-np.inf, append=np.inf)
    alone = (gaps[:-1] >= spacing) & (gaps[1:] >= spacing)
    assert set(np.flatnonzero(alone)) <= set(starts.tolist())


def test_panning_regroups_nothing(canvas: Canvas) -> None:
    rows = np.sort(np.random.default_rng(3).integers(0, 5000, 800)).tolist()
    set_markers(canvas.item, [Marker("skipped", row, "") for row in rows])
    canvas.item.set_window(Window((3000.0, 4000.0), (0.0, 1.0), WIDTH, HEIGHT))
    before = {x + 3000 for x in canvas.xs()}
    assert len(before) > 20
    for start in range(3001, 3200):
        canvas.item.set_window(Window((float(start), start + 1000.0), (0.0, 1.0), WIDTH, HEIGHT))
        now = {x + start for x in canvas.xs()}
        assert {x for x in before if x >= start} == {x for x in now if x <= 4000}


def test_a_frame_paints_no_more_shapes_for_a_hundred_thousand_markers_than_fit_side_by_side(canvas: Canvas) -> None:
    canvas.item.set_window(Window((40_000.0, 50_000.0), (0.0, 1.0), WIDTH, HEIGHT))
    for count in (10_000, 100_000):
        set_markers(canvas.item, [Marker("skipped", round(row), "") for row in np.linspace(0, 100_000, count)])
        # None overlaps another, each being some nine pixels wide.
        assert 20 < len(canvas.item.places) < WIDTH / 9
