"""The middle of the window: the plot under a row of choices about how to look at it.

The plot itself is imported after the window's first paint, since pyqtgraph takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from lrgui.session.values import XAxis
from lrgui.ui.actions import Actions
from lrgui.ui.curves_menu import CurvesMenu
from lrgui.ui.document import Document
from lrgui.ui.elided_choice import ElidedChoice
from lrgui.ui.plot_note import PlotNote
from lrgui.ui.theme import Theme
from lrgui.ui.words import counted, series_name

if TYPE_CHECKING:
    from lrgui.ui.plot.pane_content import PaneContent
    from lrgui.ui.plot.plot_view import PlotView

AXES = ("axis_step", "axis_epoch", "axis_fraction")
"""The actions that choose what the x axis counts."""

_MENU = (
    ("view_all",),
    AXES,
    ("log_y", "log_second"),
    ("show_handles", "show_markers"),
    ("copy_figure", "export_figure"),
)
_CHARACTERS = 12
_NOTE_SHARES = (36, 64)  # of the width of the plot: for the note, and for what it must leave alone
_NO_SECOND = "no second panel"
_COMPARISON = "comparison"
_HIDING = "hidden curves"


class PlotPanel(QWidget):
    """The plot and its choices: the series of its one or two panels, x axis, logarithmic y.

    They follow the document's view, and change it.

    Signals:
        cursor_moved: the step under the mouse, or None.
        moved_by_user: the user has just zoomed or panned.
    """

    cursor_moved = Signal(object)
    moved_by_user = Signal()

    def __init__(self, document: Document, actions: Actions, theme: Theme) -> None:
        super().__init__()
        self.plot: PlotView | None = None
        self._document = document
        self._message = ""
        self._comparison = ""
        self._theme = theme
        self._actions = actions
        self._series = _make_choice("Series", "Which recorded series the plot shows")
        self._series.activated.connect(self._on_series_chosen)
        self._second = _make_choice("Second panel", "Which series a second panel below shows, over the same x axis")
        self._second.activated.connect(self._on_second_chosen)
        self._note = PlotNote()
        self._axes = QActionGroup(self)
        for key in AXES:
            self._axes.addAction(actions[key])
        self._axes.triggered.connect(self._on_axis_chosen)
        actions["log_y"].toggled.connect(self._on_log_toggled)
        actions["log_second"].toggled.connect(self._on_log_second_toggled)
        actions["view_all"].triggered.connect(self.view_all)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addLayout(self._make_header())
        self._layout.addStretch()
        self.set_series_choices(("lr",))
        self._show_view()
        document.view_changed.connect(self._show_view)

    def load(self) -> PlotView:
        """Import and build the plot; called once, after the window's first paint."""
        from lrgui.ui.plot.plot_view import PlotView

        plot = PlotView()
        plot.set_theme(self._theme)
        plot.set_message(self._message)
        plot.cursor_moved.connect(self.cursor_moved)
        plot.moved_by_user.connect(self.moved_by_user)
        plot.menu_requested.connect(self._show_menu)
        plot.hiding_wanted.connect(self._on_hiding_wanted)
        self._layout.takeAt(self._layout.count() - 1)
        self._layout.addLayout(self._with_note(plot), 1)
        self.plot = plot
        self._show_view()
        return plot

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        if self.plot is not None:
            self.plot.set_theme(theme)

    @Slot(str)
    def choose_series(self, series: str) -> None:
        """Look at another series, recorded or not."""
        self._document.look(replace(self._document.view, series=series), f"choice of {series_name(series)}")

    def set_series_choices(self, names: Sequence[str], comparison: str = "") -> None:
        """Offer the series that were recorded, and those that are looked at even where nothing recorded them.

        `comparison` is what the second panel shows in place of a series, in words.
        """
        view, self._comparison = self._document.view, comparison
        _offer(self._series, [(series_name(name), name) for name in dict.fromkeys((*names, view.series))])
        seconds = dict.fromkeys((*names, view.second) if view.second else names)
        compared = [(comparison, _COMPARISON)] if comparison else []
        _offer(self._second, [(_NO_SECOND, ""), *compared, *((series_name(name), name) for name in seconds)])
        self._show_choices()

    def show_panes(self, contents: Sequence[PaneContent], steps: int, steps_per_epoch: int) -> None:
        """Draw these panes over the planned steps."""
        if self.plot is not None:
            self.plot.set_planned(steps, steps_per_epoch)
            self.plot.set_panes(contents)
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
        header.addWidget(_tool_button(self._actions["log_y"]))
        header.addSpacing(gap)
        header.addWidget(self._second)
        self._log_second = _tool_button(self._actions["log_second"])
        header.addWidget(self._log_second)
        header.addSpacing(gap)
        for key in AXES:
            header.addWidget(_tool_button(self._actions[key]))
        header.addWidget(_tool_button(self._actions["view_all"], icon_only=True))
        header.addSpacing(gap)
        header.addStretch()
        return header

    def _with_note(self, plot: QWidget) -> QGridLayout:
        """Return the plot with the note in its lower left corner, beside the title of the x axis."""
        corner = QGridLayout()
        corner.addWidget(plot, 0, 0, 2, 2)
        corner.addWidget(self._note, 1, 0)
        corner.setRowStretch(0, 1)
        for column, share in enumerate(_NOTE_SHARES):
            corner.setColumnStretch(column, share)
        return corner

    @Slot(int)
    def _on_series_chosen(self, index: int) -> None:
        self.choose_series(self._series.itemData(index))

    @Slot(int)
    def _on_second_chosen(self, index: int) -> None:
        second = self._second.itemData(index)
        if second != _COMPARISON:
            text = f"choice of {series_name(second)} below" if second else "closing of the second panel"
            self._document.look(replace(self._document.view, second=second, comparison=None), text)

    @Slot(QAction)
    def _on_axis_chosen(self, action: QAction) -> None:
        x_axis = cast("XAxis", action.objectName().removeprefix("axis_"))
        self._document.look(replace(self._document.view, x_axis=x_axis), "change of the x axis")

    @Slot(bool)
    def _on_log_toggled(self, log_y: bool) -> None:
        self._set_log(self._document.view.series, log_y)

    @Slot(bool)
    def _on_log_second_toggled(self, log_y: bool) -> None:
        self._set_log(self._second_panel, log_y)

    def _set_log(self, series: str, log_y: bool) -> None:
        view = self._document.view
        log = view.log | {series} if log_y else view.log - {series}
        self._document.look(replace(view, log=log), f"{'logarithmic' if log_y else 'linear'} y axis")

    @Slot(object)
    def _on_hiding_wanted(self, hidden: frozenset[str]) -> None:
        assert self.plot is not None
        before = self._document.view.hidden
        changed = [one.label for one in self.plot.listed if one.keys & (hidden ^ before)]
        what = changed[0] if len(changed) == 1 else counted(len(changed), "curve")
        verb = "hiding" if hidden - before else "showing"
        # The second click of a double click is one step with the first.
        self._document.look(replace(self._document.view, hidden=hidden), f"{verb} of {what}", _HIDING)

    @Slot(QPoint)
    def _show_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for keys in _MENU:
            menu.addActions([self._actions[key] for key in keys])
            menu.addSeparator()
        if self.plot is not None and self.plot.listed:
            first_separator = menu.actions()[len(_MENU[0])]
            menu.insertMenu(first_separator, CurvesMenu(self.plot, menu))
        menu.popup(position)

    @property
    def _second_panel(self) -> str:
        """What the second panel shows, as it is listed among the logarithmic series; empty without one."""
        view = self._document.view
        return view.comparison.kind if view.comparison is not None and self._comparison else view.second

    @Slot()
    def _show_view(self) -> None:
        self._show_choices()
        if self.plot is not None:
            self.plot.set_x_axis(self._document.view.x_axis)
            self.plot.set_hidden(self._document.view.hidden)

    def _show_choices(self) -> None:
        view, second = self._document.view, self._second_panel
        self._series.setCurrentIndex(max(0, self._series.findData(view.series)))
        chosen = _COMPARISON if view.comparison is not None and self._comparison else view.second
        self._second.setCurrentIndex(max(0, self._second.findData(chosen)))
        self._log_second.setVisible(bool(second))
        self._actions[f"axis_{view.x_axis}"].setChecked(True)
        for key, series in (("log_y", view.series), ("log_second", second)):
            self._actions[key].setChecked(series in view.log)
        self._actions["log_second"].setEnabled(bool(second))


def _make_choice(name: str, tip: str) -> QComboBox:
    choice = ElidedChoice()
    choice.setAccessibleName(name)
    choice.setToolTip(tip)
    # As wide as most names are: the row has other choices too. The list itself is as wide as its longest name.
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    choice.setMinimumContentsLength(_CHARACTERS)
    choice.view().setTextElideMode(Qt.TextElideMode.ElideNone)
    return choice


def _offer(choice: QComboBox, items: Sequence[tuple[str, str]]) -> None:
    """Offer these texts with their data, unless that is what is offered."""
    if [(choice.itemText(index), choice.itemData(index)) for index in range(choice.count())] == list(items):
        return
    choice.clear()
    for text, data in items:
        choice.addItem(text, data)
    view = choice.view()
    view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * choice.fontMetrics().averageCharWidth())


def _tool_button(action: QAction, *, icon_only: bool = False) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    style = Qt.ToolButtonStyle.ToolButtonIconOnly if icon_only else Qt.ToolButtonStyle.ToolButtonTextOnly
    button.setToolButtonStyle(style)
    button.setAutoRaise(True)
    return button
