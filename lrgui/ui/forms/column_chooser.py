"""ColumnChooser: the columns of a table that was read, with what is in them, to take one from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from lrgui.core.numbers import round_number
from lrgui.session.csv_column import Column
from lrgui.ui.forms.editors_choice import Combo
from lrgui.ui.forms.layout import lay_out_now, row_spacing
from lrgui.ui.forms.notes import Note
from lrgui.ui.forms.sparkline import Sparkline
from lrgui.ui.icons import icon
from lrgui.ui.words import counted

_FIRST_VALUES = 4


class ColumnChooser(QFrame):
    """A box in a form, there only while there is something to choose or a failure to tell.

    Signals:
        chosen: the user takes a column (the Column, where it comes from).
    """

    chosen = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._columns: tuple[Column, ...] = ()
        self._source = ""
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("x"))
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Leave the values as they are")
        self.close_button.setAccessibleName("Close the choice of a column")
        self.combo = Combo()
        self.combo.setAccessibleName("column")
        self.combo.setToolTip("The column that the values are taken from")
        self.sparkline = Sparkline()
        self.note = Note()
        self.use_button = QPushButton("Use This Column")
        self.use_button.setToolTip("Replace the values by those of the column")
        self._lay_out()
        self.combo.currentIndexChanged.connect(self._show_column)
        self.use_button.clicked.connect(self._on_use)
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    def offer(self, columns: Sequence[Column], source: str) -> None:
        """Show the columns of `source`, the likeliest chosen."""
        self._columns, self._source = tuple(columns), source
        self._title.setText(f"Columns of {source}")
        self.combo.clear()
        for index, column in enumerate(self._columns):
            self.combo.addItem(column.name, index)
        self.combo.setCurrentIndex(_likeliest(self._columns))
        self._show()
        self.combo.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_failure(self, sentence: str) -> None:
        """Say why there is nothing to choose."""
        self._columns = ()
        self._title.setText("Nothing was read")
        self._show()
        self.note.set_problem(sentence)

    @Slot()
    def dismiss(self) -> None:
        """Close, and leave all as it is."""
        self._columns = ()
        self.hide()
        lay_out_now()

    def _show(self) -> None:
        for widget in (self.combo, self.use_button):
            widget.setVisible(bool(self._columns))
        self.sparkline.setVisible(False)
        self.show()
        self._show_column()
        lay_out_now()
        self._scroll_into_view()

    def _scroll_into_view(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self)

    @Slot()
    def _show_column(self) -> None:
        column = self._column()
        if column is None:
            return
        self.use_button.setEnabled(not column.problem)
        self.sparkline.setVisible(len(column.values) > 1)
        self.sparkline.set_values(column.values)
        self.note.set_problem(column.problem)
        self.note.set_help(_preview_of(column))

    def _column(self) -> Column | None:
        index = self.combo.currentIndex()
        return self._columns[index] if 0 <= index < len(self._columns) else None

    @Slot()
    def _on_use(self) -> None:
        column, source = self._column(), self._source
        if column is not None and not column.problem:
            self.dismiss()
            self.chosen.emit(column, source)

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.sparkline, 1)
        foot.addStretch()
        foot.addWidget(self.use_button)
        layout = QVBoxLayout(self)
        margin = self.fontMetrics().height() // 2
        layout.setContentsMargins(margin, margin // 2, margin, margin)
        layout.setSpacing(row_spacing(self) // 2)
        layout.addLayout(head)
        layout.addWidget(self.combo)
        layout.addWidget(self.note)
        layout.addLayout(foot)


def _likeliest(columns: Sequence[Column]) -> int:
    """Return the index of the first column that does not only grow, as counts and clocks do; else of the last."""
    for index, column in enumerate(columns):
        pairs = zip(column.values, column.values[1:], strict=False)
        if column.problem or any(after <= before for before, after in pairs):
            return index
    return len(columns) - 1


def _preview_of(column: Column) -> str:
    """Return how many values a column has, its first ones, and what was left out."""
    if column.problem:
        return ""
    first = ", ".join(round_number(value, 4) for value in column.values[:_FIRST_VALUES])
    last = f", … {round_number(column.values[-1], 4)}" if len(column.values) > _FIRST_VALUES else ""
    left_out = f" {counted(column.empty, 'empty cell')} left out." if column.empty else ""
    return f"{counted(len(column.values), 'value')}: {first}{last}.{left_out}"
