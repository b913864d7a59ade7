"""What one piece of unsaved work holds, as a table of a few lines that wraps and scrolls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette, QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit

from lrgui.core.recipe import Recipe
from lrgui.session.recovery import Leftover
from lrgui.ui.docks.difference_words import part_in_words
from lrgui.ui.forms.edits import resolved_groups
from lrgui.ui.recovery_words import ending_in_words, moment_in_words, name_of, rows_in_words
from lrgui.ui.words import counted

_MOST_RUNS = 100
_ROWS = 9


class RecoveryDetails(QTextEdit):
    """Read only; the words can be selected and copied."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now
        self._lines: tuple[tuple[str, str], ...] = ()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.document().setDocumentMargin(0)
        self.setAccessibleName("what can be recovered")
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * _ROWS)

    def show_leftover(self, leftover: Leftover | None) -> None:
        """Tell of one piece of work, or of none."""
        self._lines = () if leftover is None else tuple(_lines_of(leftover, self._now))
        self._write()

    def _write(self) -> None:
        faint = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        gap = self.fontMetrics().height() // 4
        label_style = f"color: {faint}; white-space: nowrap; padding-right: {4 * gap}px"
        # Else Qt would turn the thin spaces in numbers into others, at which lines may break.
        text_style = f"white-space: pre-wrap; padding-bottom: {gap}px"
        rows = (
            f'<tr><td style="{label_style}">{escape(label)}</td><td style="{text_style}">{escape(text)}</td></tr>'
            for label, text in self._lines
        )
        self.setHtml(f'<table cellspacing="0" cellpadding="0">{"".join(rows)}</table>')

    # overrides of Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._lines:
            self._write()


def recipe_in_words(recipe: Recipe) -> str:
    """Return a recipe in a line: `Adam, CosineAnnealingLR, 1 000 steps, 2 groups`."""
    parts = (
        part_in_words(recipe.optimizer),
        "no scheduler" if recipe.scheduler is None else part_in_words(recipe.scheduler),
        counted(recipe.run.steps, "step"),
        counted(len(resolved_groups(recipe)), "group"),
    )
    return ", ".join(parts)


def _lines_of(leftover: Leftover, now: datetime) -> Iterator[tuple[str, str]]:
    yield "Session", name_of(leftover.path, leftover.complaint)
    if not leftover.complaint:
        yield "Folder", "not saved in a file yet" if leftover.path is None else str(leftover.path.parent)
    yield "Last written", moment_in_words(leftover.written_at, now)
    yield "How it ended", ending_in_words(leftover.crash)
    if leftover.complaint:
        yield "Not readable", f"{leftover.complaint.rstrip('.')}. It is kept as it is."
    if leftover.recipe is not None:
        yield "Recipe", recipe_in_words(leftover.recipe)
    if leftover.runs:
        told = [f"{run.name}: {rows_in_words(run.rows, run.planned)}" for run in leftover.runs[:_MOST_RUNS]]
        more = len(leftover.runs) - len(told)
        yield "Runs", "\n".join([*told, *([f"and {counted(more, 'run')} more"] if more else [])])
