from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette

from lrgui.ui.theme import DARK, LIGHT, Theme


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
class TestReadable:
    def test_text_on_every_surface(self, theme: Theme) -> None:
        for surface in (theme.window, theme.base, theme.raised):
            assert contrast(theme.text, surface) >= 7
            for secondary in (theme.muted, theme.error, theme.warning):
                assert contrast(secondary, surface) >= 4.5, (secondary, surface)
        assert contrast(theme.accent_text, theme.accent) >= 4.5

    def test_curves_on_the_plot(self, theme: Theme) -> None:
        for index in range(16):
            assert contrast(theme.curve_colour(index), theme.base) >= 3, index

    def test_no_two_curves_share_a_colour(self, theme: Theme) -> None:
        assert len({theme.curve_colour(index) for index in range(16)}) == 16

    def test_the_two_shades_of_a_colour_differ_in_brightness(self, theme: Theme) -> None:
        for index, colour in enumerate(theme.curves):
            assert contrast(colour, theme.curve_colour(index + 8)) >= 1.5, colour

    def test_palette_has_the_theme_s_colours(self, theme: Theme) -> None:
        palette = theme.palette()
        assert palette.color(QPalette.ColorRole.Window) == QColor(theme.window)
        assert palette.color(QPalette.ColorRole.Text) == QColor(theme.text)


def test_curve_colours_repeat_after_the_last() -> None:
    assert LIGHT.curve_colour(0) == LIGHT.curve_colour(2 * len(LIGHT.curves))
