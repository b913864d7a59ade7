"""PhasesEditor: the phases of a SequentialLR as a small table, edited as lengths or as step numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from lrgui.core.fields import Field, Kind
from lrgui.core.numbers import group_digits
from lrgui.core.phases import Phase
from lrgui.core.recipe import MAX_STEPS, Value
from lrgui.ui.forms.editors_text import NumberEditor
from lrgui.ui.forms.layout import lay_out_now, line_spacing, row_spacing
from lrgui.ui.forms.notes import Note, make_small
from lrgui.ui.words import counted

_LENGTH = Field(
    "Length", Kind.INTEGER, help="Scheduler steps that this phase lasts.", unit="steps", minimum=1, maximum=MAX_STEPS
)
_START = Field(
    "Step number",
    Kind.INTEGER,
    help="Scheduler step at which this phase begins, a milestone.",
    unit="steps",
    minimum=1,
    maximum=MAX_STEPS,
)


class PhasesEditor(QWidget):
    """Shows the phases; the panel around it writes the edits. Lengths or step numbers is a matter of the view alone.

    Signals:
        length_edited: a phase is to last that long (its index, steps).
        start_edited: a phase is to begin there (its index, scheduler step).
        typed: the user is typing something that is no new value yet (the phase's index).
    """

    length_edited = Signal(int, int)
    start_edited = Signal(int, int)
    typed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PhaseRow] = []
        self.by_length = QRadioButton("lengths")
        self.by_start = QRadioButton("step numbers")
        self.by_length.setToolTip("Edit how long each phase lasts; later phases shift")
        self.by_start.setToolTip("Edit at which step each phase begins; the others stay where they are")
        self.by_length.setChecked(True)
        self.by_length.toggled.connect(self._on_switched)
        self.note = Note()
        switch = QHBoxLayout()
        switch.addWidget(QLabel("Phases as"))
        for button in (self.by_length, self.by_start):
            button.setAccessibleName(f"Phases as {button.text()}")
            switch.addWidget(button)
        switch.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self._grid.setHorizontalSpacing(self.fontMetrics().height() // 2)
        self._grid.setVerticalSpacing(line_spacing(self) * 2)
        for column, text in enumerate(("Scheduler", "Begins at", "Lasts")):
            heading = QLabel(text)
            heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            make_small(heading)
            self._grid.addWidget(heading, 0, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(row_spacing(self))
        layout.addLayout(switch)
        layout.addLayout(self._grid)
        layout.addWidget(self.note)

    def show_phases(self, names: Sequence[str], phases: Sequence[Phase], steps: int | None) -> None:
        """Show the phase of each child; `steps` is how often the scheduler is stepped in the whole run."""
        if len(self.rows) != len(phases):
            self._set_count(len(phases))
        starts = (*(phase.start for phase in phases[1:]), None)
        for index, (row, name, phase, following) in enumerate(zip(self.rows, names, phases, starts, strict=True)):
            earliest = phases[index - 1].start + 1 if index else 0
            row.show_phase(name, phase, earliest, following, steps)
        self.note.set_help(f"The run has {counted(steps, 'scheduler step')}." if steps is not None else "")

    def restore(self) -> None:
        """Drop whatever was typed and could not be used."""
        for row in self.rows:
            row.length.restore()
            row.start.restore()

    def first_editor(self) -> QWidget:
        """Return what takes the focus for the milestones."""
        editors = (row.length if self.by_length.isChecked() else row.start for row in self.rows)
        return next((editor for editor in editors if editor.isVisibleTo(self)), self.by_length)

    def _set_count(self, count: int) -> None:
        for row in self.rows:
            row.discard(self._grid)
        self.rows = [PhaseRow(self, index, last=index == count - 1) for index in range(count)]
        for row in self.rows:
            row.lay_out(self._grid)
            row.show_as(by_length=self.by_length.isChecked())
            QWidget.setTabOrder(self.by_start if row is self.rows[0] else self.rows[row.index - 1].start, row.length)
            QWidget.setTabOrder(row.length, row.start)

    @Slot(bool)
    def _on_switched(self, by_length: bool) -> None:
        self.restore()
        for row in self.rows:
            row.show_as(by_length=by_length)
        lay_out_now()


class PhaseRow:
    """The widgets of one phase. The first begins with the run, and the last lasts to its end: these are only told."""

    def __init__(self, owner: PhasesEditor, index: int, *, last: bool) -> None:
        self.index = index
        self._owner = owner
        self._last = last
        self.name = ElidedLabel()
        self.start, self.length = NumberEditor(_START), NumberEditor(_LENGTH)
        self.start_text, self.length_text = QLabel(), QLabel()
        self.note = Note()
        self.start.value_changed.connect(self._on_start)
        self.length.value_changed.connect(self._on_length)
        for editor in (self.start, self.length):
            editor.setToolTip(editor.field.help)
            editor.problem_changed.connect(self._on_problem)
            editor.typed.connect(self._on_typed)

    @property
    def _widgets(self) -> tuple[QWidget, ...]:
        return (self.name, self.start, self.start_text, self.length, self.length_text, self.note)

    def lay_out(self, grid: QGridLayout) -> None:
        """Put the row below those before it."""
        line = _line(self.index)
        grid.addWidget(self.name, line, 0)
        for column, widgets in enumerate(((self.start, self.start_text), (self.length, self.length_text)), 1):
            for widget in widgets:
                grid.addWidget(widget, line, column)
        grid.addWidget(self.note, line + 1, 0, 1, 3)
        grid.setRowMinimumHeight(line, self.length.sizeHint().height())

    def discard(self, grid: QGridLayout) -> None:
        """Take the row away, and the room that it had."""
        grid.setRowMinimumHeight(_line(self.index), 0)
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()

    def show_as(self, *, by_length: bool) -> None:
        """Let the lengths be edited, or the steps at which phases begin."""
        edits_length, edits_start = by_length and not self._last, not by_length and self.index > 0
        self.length.setVisible(edits_length)
        self.length_text.setVisible(not edits_length)
        self.start.setVisible(edits_start)
        self.start_text.setVisible(not edits_start)

    def show_phase(self, name: str, phase: Phase, earliest: int, following: int | None, steps: int | None) -> None:
        """Show the phase, which has to begin at `earliest` and before the `following` one does."""
        # The table is narrow: of another library's class, the last part of its path.
        self.name.setText(name.rpartition(".")[2])
        self.name.setToolTip(name)
        self.start.field = replace(
            _START, minimum=earliest, maximum=MAX_STEPS if following is None else max(earliest, following - 1)
        )
        self.start.set_value(phase.start)
        self.start_text.setText(group_digits(phase.start))
        self.length.set_value(phase.length)
        self.length_text.setText(_length_text(phase, steps, last=self._last))
        for editor, what in ((self.start, "begins at"), (self.length, "lasts")):
            editor.set_name(f"{name} {what}", editor.field.help)

    def _on_start(self, value: Value) -> None:
        assert isinstance(value, int)
        self._owner.start_edited.emit(self.index, value)

    def _on_length(self, value: Value) -> None:
        assert isinstance(value, int)
        self._owner.length_edited.emit(self.index, value)

    def _on_problem(self) -> None:
        self.note.set_problem(self.length.problem or self.start.problem)

    def _on_typed(self) -> None:
        self._owner.typed.emit(self.index)


def _line(index: int) -> int:
    """Return where a phase is in the grid, below the headings; its note is on the line below."""
    return 1 + 2 * index


class ElidedLabel(QWidget):
    """A line of text that takes the room that there is; the tool tip has it in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        """Return the text in full."""
        return self._text

    def setText(self, text: str) -> None:
        """Change the text."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text), self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def _length_text(phase: Phase, steps: int | None, *, last: bool) -> str:
    if steps is not None and phase.start >= steps:
        return "begins after the run"
    if phase.length is None:
        return "to the end"
    return f"{group_digits(phase.length)}, to the end" if last else group_digits(phase.length)
