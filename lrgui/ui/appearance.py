"""Which theme is on: the user's choice or the desktop's, applied to the whole application at once."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication

from lrgui.ui.actions import Actions
from lrgui.ui.settings import Settings
from lrgui.ui.theme import Theme, ThemeChoice, apply_theme, theme_for

_CHOICES: dict[str, ThemeChoice] = {"theme_system": "system", "theme_light": "light", "theme_dark": "dark"}


class Appearance(QObject):
    """The theme and the three actions that choose it.

    Signals:
        theme_changed: carries the new Theme.
    """

    theme_changed = Signal(object)

    def __init__(self, settings: Settings, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._group = QActionGroup(self)
        for key, choice in _CHOICES.items():
            self._group.addAction(actions[key])
            actions[key].setChecked(choice == settings.theme)
        self._group.triggered.connect(self._on_chosen)
        # Qt tells of the new scheme before the palette follows, so look at it a moment later.
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(self.follow, Qt.ConnectionType.QueuedConnection)

    @property
    def theme(self) -> Theme:
        """The theme that is on."""
        return theme_for(self._settings.theme)

    @Slot()
    def follow(self) -> None:
        """Apply the theme that the settings (and, for `system`, the desktop) ask for."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, self.theme)
        self.theme_changed.emit(self.theme)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._settings.theme = _CHOICES[action.objectName()]
        self.follow()
