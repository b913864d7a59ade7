"""The middle of the window: the plot under a row of choices about how to look at it.

The plot itself is imported after the window's first paint, since pyqtgraph takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QPalette, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from lrgui.session.values import View, XAxis
from lrgui.ui.actions import Actions
from lrgui.ui.plot.curve import Curve
from lrgui.ui.theme import Theme
from lrgui.ui.words import series_name

if TYPE_CHECKING:
    from lrgui.ui.plot.plot_view import PlotView

_MENU = ("view_all", "log_y", "axis_step", "axis_epoch", "copy_figure", "export_figure")


class PlotPanel(QWidget):
    """The plot and its choices: series, x axis, logarithmic y.

    Signals:
        view_changed: the user looks at the plot in another way (a View).
        cursor_moved: the step under the mouse, or None.
    """

    view_changed = Signal(object)
    cursor_moved = Signal(object)

    def __init__(self, actions: Actions, theme: Theme) -> None:
        super().__init__()
        self.plot: PlotView | None = None
        self._message = ""
        self.view = View()
        self._theme = theme
        self._actions = actions
        self._series = QComboBox()
        self._series.setAccessibleName("Series")
        self._series.setToolTip("Which recorded series the plot shows")
        self._series.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._series.activated.connect(self._on_series_chosen)
        self._note = HeaderNote()
        self._axes = QActionGroup(self)
        for key in ("axis_step", "axis_epoch"):
            self._axes.addAction(actions[key])
        self._axes.triggered.connect(self._on_axis_chosen)
        actions["log_y"].toggled.connect(self._on_log_toggled)
        actions["view_all"].triggered.connect(self.view_all)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addLayout(self._make_header())
        self._layout.addStretch()
        self.set_series_choices(("lr",))
        self._show_view()

    def load(self) -> PlotView:
        """Import and build the plot; called once, after the window's first paint."""
        from lrgui.ui.plot.plot_view import PlotView

        plot = PlotView()
        plot.set_theme(self._theme)
        plot.set_message(self._message)
        plot.cursor_moved.connect(self.cursor_moved)
        plot.menu_requested.connect(self._show_menu)
        self._layout.takeAt(self._layout.count() - 1)
        self._layout.addWidget(plot, 1)
        self.plot = plot
        self._show_view()
        return plot

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        if self.plot is not None:
            self.plot.set_theme(theme)

    def set_view(self, view: View) -> None:
        """Look at the plot as `view` says."""
        self.view = view
        self._show_view()

    @Slot(str)
    def choose_series(self, series: str) -> None:
        """Look at another series, recorded or not."""
        self._change_view(replace(self.view, series=series))

    def set_series_choices(self, names: Sequence[str]) -> None:
        """Offer the series that were recorded, and the one that is looked at even where nothing recorded it."""
        names = list(dict.fromkeys((*names, self.view.series)))
        if [self._series.itemData(index) for index in range(self._series.count())] == names:
            return
        self._series.clear()
        for name in names:
            self._series.addItem(series_name(name), name)
        self._series.setCurrentIndex(max(0, self._series.findData(self.view.series)))

    def show_curves(self, curves: Sequence[Curve], steps: int, steps_per_epoch: int) -> None:
        """Draw these curves over the planned steps."""
        if self.plot is not None:
            self.plot.set_planned(steps, steps_per_epoch)
            self.plot.set_curves(curves)
            self.plot.refresh()

    def set_note(self, text: str, tip: str = "") -> None:
        """Say in a few words what is drawn, and more in the tool tip."""
        self._note.set_text(text, tip)

    def set_message(self, text: str) -> None:
        """Say in the middle of the plot why there is nothing to see."""
        self._message = text
        if self.plot is not None:
            self.plot.set_message(text)

    @Slot()
    def view_all(self) -> None:
        """Show every curve from the first to the last step."""
        if self.plot is not None:
            self.plot.view_all()

    def _make_header(self) -> QHBoxLayout:
        gap = self.fontMetrics().height() // 3
        header = QHBoxLayout()
        header.setContentsMargins(gap, gap, gap, gap)
        header.setSpacing(gap)
        header.addWidget(self._series)
        for key in ("axis_step", "axis_epoch", "log_y", "view_all"):
            header.addWidget(_tool_button(self._actions[key], icon_only=key == "view_all"))
        header.addSpacing(gap)
        header.addWidget(self._note, 1)
        return header

    @Slot(int)
    def _on_series_chosen(self, index: int) -> None:
        self.choose_series(self._series.itemData(index))

    @Slot(QAction)
    def _on_axis_chosen(self, action: QAction) -> None:
        x_axis: XAxis = "epoch" if action.objectName() == "axis_epoch" else "step"
        self._change_view(replace(self.view, x_axis=x_axis))

    @Slot(bool)
    def _on_log_toggled(self, log_y: bool) -> None:
        series = {self.view.series}
        self._change_view(replace(self.view, log=self.view.log | series if log_y else self.view.log - series))

    @Slot(QPoint)
    def _show_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._actions[key] for key in _MENU])
        menu.popup(position)

    def _change_view(self, view: View) -> None:
        if view != self.view:
            self.view = view
            self._show_view()
            self.view_changed.emit(view)

    def _show_view(self) -> None:
        view = self.view
        self._series.setCurrentIndex(max(0, self._series.findData(view.series)))
        self._actions[f"axis_{view.x_axis}"].setChecked(True)
        self._actions["log_y"].setChecked(view.series in view.log)
        if self.plot is not None:
            self.plot.set_series(view.series)
            self.plot.set_x_axis(view.x_axis)
            self.plot.set_log_y(view.series in view.log)


class HeaderNote(QLabel):
    """A few words on one line, cut short where they do not fit; then the tool tip has them in full."""

    def __init__(self) -> None:
        super().__init__()
        self._full, self._tip = "", ""
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, tip: str) -> None:
        """Say something else, with more in the tool tip."""
        self._full, self._tip = text, tip
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setAccessibleName(self._full)
        self.setToolTip(self._tip if shown == self._full else f"{self._full}\n{self._tip}".strip())


def _tool_button(action: QAction, *, icon_only: bool) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    style = Qt.ToolButtonStyle.ToolButtonIconOnly if icon_only else Qt.ToolButtonStyle.ToolButtonTextOnly
    button.setToolButtonStyle(style)
    button.setAutoRaise(True)
    return button
