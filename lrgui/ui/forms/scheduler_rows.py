"""The rows of the scheduler tree: what each says, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from lrgui.core.catalog import KNOWN_SCHEDULERS
from lrgui.core.catalog.entry import Entry
from lrgui.core.fields import Field, Kind
from lrgui.core.numbers import group_digits
from lrgui.core.pace import scheduler_steps
from lrgui.core.phases import SEQUENTIAL, Phase, phase_at
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Recipe, Scheduler
from lrgui.core.scheduler_tree import Path, at, is_composite, nearest, path_of, walk
from lrgui.ui.forms.notes import sentence_of
from lrgui.ui.forms.value_text import write_value
from lrgui.ui.icons import SEVERITY_ICONS, icon

_SMALL_PRINT = 0.9

RowRole = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says: the class, its options as in a call, its phase, and what is wrong with it."""

    class_name: str
    options: str
    phase: str = ""
    severity: Severity | None = None
    tip: str = ""

    @property
    def spoken(self) -> str:
        """The row in words."""
        parts = (self.class_name, self.phase and f"steps {self.phase}", self.options, self.severity or "")
        return ", ".join(part for part in parts if part)


def rows_of(recipe: Recipe, problems: Sequence[Problem]) -> dict[Path, Row]:
    """Return the row of every scheduler of the recipe."""
    tree, steps = recipe.scheduler, scheduler_steps(recipe.run)
    if tree is None:
        return {}
    told: dict[Path, list[Problem]] = {}
    for problem in problems:
        path = path_of(problem.place)
        if path is not None:
            told.setdefault(nearest(tree, path), []).append(problem)
    return {path: _row(tree, path, scheduler, steps, told.get(path, ())) for path, scheduler in walk(tree)}


def _row(tree: Scheduler, path: Path, scheduler: Scheduler, steps: int | None, problems: Sequence[Problem]) -> Row:
    options = options_text(scheduler)
    told = options or ("several at once" if is_composite(scheduler) else "torch's defaults")
    has_phase = bool(path) and at(tree, path[:-1]).class_name == SEQUENTIAL
    phase = phase_text(phase_at(tree, path, steps), steps) if has_phase else ""
    order = list(Severity)
    severity = min((problem.severity for problem in problems), key=order.index, default=None)
    call = f"{scheduler.class_name}({options})"
    in_charge = (f"Scheduler steps {phase}",) if phase else ()
    return Row(scheduler.class_name, told, phase, severity, "\n".join((call, *in_charge, *map(sentence_of, problems))))


def phase_text(phase: Phase, steps: int | None) -> str:
    """Return the steps of a phase: `100–999`; what lies beyond the run is said so."""
    if steps is not None and phase.start >= steps:
        return "after the run"
    if phase.end is None:
        return f"from {group_digits(phase.start)}"
    if phase.end <= phase.start:
        return "no step"
    last = phase.end - 1
    return group_digits(last) if last == phase.start else f"{group_digits(phase.start)}–{group_digits(last)}"


def options_text(scheduler: Scheduler) -> str:
    """Return the options as they would stand in a call: `start_factor=0.01, total_iters=100`."""
    entry = KNOWN_SCHEDULERS.get(scheduler.class_name, Entry(scheduler.class_name, ""))
    parts = []
    for name, value in scheduler.options.items():
        text = write_value(entry.field(name) or Field(name, Kind.CHOICE), value)
        parts.append(f"{name}=[{text}]" if isinstance(value, tuple) else f"{name}={text or 'none'}")
    return ", ".join(parts)


class RowDelegate(QStyledItemDelegate):
    """Draws a row on two lines: the class and its phase, and below them the options in small print."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        metrics = QFontMetrics(option.font)
        lines = metrics.lineSpacing() + QFontMetrics(_small(option.font)).lineSpacing()
        return QSize(metrics.averageCharWidth() * 20, lines + 2 * _margin(metrics))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(RowRole)
        styled = QStyleOptionViewItem(option)
        self.initStyleOption(styled, index)
        styled.text = ""
        styled.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, styled, painter, styled.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        faint = role if selected else QPalette.ColorRole.PlaceholderText
        margin = _margin(option.fontMetrics)
        area = option.rect.adjusted(margin, margin, -2 * margin, -margin)
        painter.save()
        if row.severity is not None:
            area = _draw_mark(painter, area, row.severity, option.fontMetrics.height(), selected=selected)
        top = QRect(area.left(), area.top(), area.width(), option.fontMetrics.lineSpacing())
        painter.setFont(option.font)
        painter.setPen(option.palette.color(faint))
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.phase)
        room = top.width() - (option.fontMetrics.horizontalAdvance(row.phase + "  ") if row.phase else 0)
        painter.setPen(option.palette.color(role))
        # Of another library's class both the library and the end of the name matter.
        middle = Qt.TextElideMode.ElideMiddle
        _draw_elided(painter, QRect(top.left(), top.top(), room, top.height()), row.class_name, middle)
        painter.setFont(_small(option.font))
        painter.setPen(option.palette.color(faint))
        _draw_elided(
            painter, QRect(area.left(), top.bottom() + 1, area.width(), area.bottom() - top.bottom()), row.options
        )
        painter.restore()


def _draw_mark(painter: QPainter, area: QRect, severity: Severity, size: int, *, selected: bool) -> QRect:
    """Draw the icon for how bad a problem is, and return the room that is left beside it."""
    mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
    icon(SEVERITY_ICONS[severity]).paint(
        painter, QRect(area.left(), area.top(), size, size), Qt.AlignmentFlag.AlignCenter, mode
    )
    return area.adjusted(size + size // 3, 0, 0, 0)


def _draw_elided(
    painter: QPainter, area: QRect, text: str, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> None:
    elided = painter.fontMetrics().elidedText(text, mode, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALL_PRINT)
    return small


def _margin(metrics: QFontMetrics) -> int:
    return max(2, metrics.height() // 6)
