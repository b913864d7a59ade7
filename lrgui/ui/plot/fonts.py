"""Fonts that are as large on paper as on the screen."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontInfo


def device_font(font: QFont) -> QFont:
    """Return a font measured in pixels, so that it is as large on a figure's paper as on the screen."""
    fixed = QFont(font)
    fixed.setPixelSize(max(1, QFontInfo(font).pixelSize()))
    return fixed
