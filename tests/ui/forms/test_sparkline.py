"""The small picture of many numbers, by its pixels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget

from lrgui.ui.forms.sparkline import Sparkline

Show = Callable[[QWidget], None]


def inked_rows(sparkline: Sparkline, column: int) -> list[int]:
    """Return the rows of pixels that are painted in a column."""
    image = QImage(sparkline.size(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    sparkline.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return [row for row in range(image.height()) if image.pixelColor(column, row).alpha() > 60]


def test_the_sparkline_shows_a_single_peak_among_a_hundred_thousand(show: Show) -> None:
    sparkline = Sparkline()
    show(sparkline)
    sparkline.resize(201, 40)
    values = [0.0] * 100_000
    values[50_000] = 1.0
    sparkline.set_values(values)
    assert min(inked_rows(sparkline, 20)) > 30
    assert min(min(inked_rows(sparkline, column), default=99) for column in range(98, 104)) < 8


@pytest.mark.parametrize("values", [[1e308, -1e308, 1e308], [2.0, 2.0, 2.0], [5e-324, 0.0, 1e-300]])
def test_the_sparkline_draws_the_largest_the_smallest_and_the_constant(show: Show, values: list[float]) -> None:
    sparkline = Sparkline()
    show(sparkline)
    sparkline.resize(100, 40)
    sparkline.set_values(values)
    assert inked_rows(sparkline, 50)
