"""Icons beside a text: not stretched, and at a distance."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from lrgui.ui.icons import icon, set_beside_text


def picture(name: str, size: QSize) -> QImage:
    return icon(name).pixmap(size, 1.0).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def test_an_icon_is_drawn_at_the_left_of_a_wide_place(qtbot: QtBot) -> None:
    wide, square = picture("plus", QSize(25, 20)), picture("plus", QSize(20, 20))
    assert wide.copy(QRect(0, 0, 20, 20)) == square
    assert all(wide.pixelColor(x, y).alpha() == 0 for x in range(20, 25) for y in range(20))


def test_the_distance_to_the_text_is_a_quarter_of_the_icon(qtbot: QtBot) -> None:
    button = QPushButton(icon("plus"), "Add a scheduler before this one")
    qtbot.addWidget(button)
    button.setIconSize(QSize(20, 20))
    before = button.sizeHint().width()
    set_beside_text(button)
    assert button.sizeHint().width() == before + 5
