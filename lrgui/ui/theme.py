"""The light and the dark theme: palettes for Fusion, and the colours of the plot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

_DARKER = 0.35

ThemeChoice = Literal["system", "light", "dark"]


@lru_cache(maxsize=256)
def blend(colour: str, background: str, share: float) -> QColor:
    """Return `colour` moved toward `background` by `share` (0 to 1): paler, yet opaque, which is fast to paint."""
    a, b = QColor(colour), QColor(background)
    pairs = ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    return QColor.fromRgbF(*(start + (stop - start) * share for start, stop in pairs))


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by role, as `#rrggbb`.

    `curves` are colour-blind-safe (after Okabe and Ito, Color Universal Design, 2008; darkened or lightened until
    each has a contrast of at least 3 against `base`), one per group. Those that follow have the same in a darker
    shade, so that sixteen differ.
    """

    name: Literal["light", "dark"]
    window: str
    base: str
    raised: str
    text: str
    muted: str
    border: str
    grid: str
    accent: str
    accent_text: str
    error: str
    warning: str
    curves: tuple[str, ...]

    def curve_colour(self, index: int) -> str:
        """Return the colour of the group (or run) with the given index."""
        cycle, place = divmod(index, len(self.curves))
        return self.curves[place] if cycle % 2 == 0 else blend(self.curves[place], "#000000", _DARKER).name()

    def palette(self) -> QPalette:
        """Return the palette that makes Fusion look like this theme."""
        role = QPalette.ColorRole
        colours = {
            role.Window: self.window,
            role.WindowText: self.text,
            role.Base: self.base,
            role.AlternateBase: self.window,
            role.Text: self.text,
            role.PlaceholderText: self.muted,
            role.Button: self.raised,
            role.ButtonText: self.text,
            role.BrightText: self.error,
            role.ToolTipBase: self.raised,
            role.ToolTipText: self.text,
            role.Highlight: self.accent,
            role.HighlightedText: self.accent_text,
            role.Accent: self.accent,
            role.Link: self.accent,
            role.LinkVisited: self.accent,
            role.Light: self.raised,
            role.Midlight: self.border,
            role.Mid: self.border,
            role.Dark: self.border,
            role.Shadow: self.border,
        }
        palette = QPalette()
        for colour_role, colour in colours.items():
            palette.setColor(colour_role, QColor(colour))
        for colour_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(self.muted))
        palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(self.border))
        return palette


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    raised="#fafafb",
    text="#1c2128",
    muted="#5f6875",
    border="#c9ced6",
    grid="#e6e8ec",
    accent="#0b63b5",
    accent_text="#ffffff",
    error="#b3261e",
    warning="#8a5300",
    curves=("#0072b2", "#d55e00", "#00855f", "#b0508f", "#8a6d00", "#2b8fc7", "#5b3fa0", "#4d5562"),
)

DARK = Theme(
    name="dark",
    window="#282c34",
    base="#15181d",
    raised="#343a45",
    text="#e6e9ee",
    muted="#a0a9b6",
    border="#596273",
    grid="#2b3038",
    accent="#4aa3ec",
    accent_text="#0d1117",
    error="#ff8a80",
    warning="#f0b849",
    curves=("#56b4e9", "#f0803c", "#2fc39a", "#e08cc0", "#e5c33b", "#9ad0f5", "#b39ddb", "#c3cad4"),
)


def theme_for(choice: ThemeChoice) -> Theme:
    """Return the theme that the user chose; `system` follows the desktop's colour scheme."""
    if choice != "system":
        return DARK if choice == "dark" else LIGHT
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give the whole application the theme's palette; tool tips keep a palette of their own in Qt."""
    application.setPalette(theme.palette())
