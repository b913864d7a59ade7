"""The dialog that offers unsaved work of windows that were never closed: what each holds, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lrgui.session.recovery import Leftover
from lrgui.ui.details_dialog import show_details
from lrgui.ui.file_questions import short
from lrgui.ui.forms.notes import IconMark, make_bold
from lrgui.ui.icons import icon, set_beside_text
from lrgui.ui.recovery_details import RecoveryDetails
from lrgui.ui.recovery_words import ending_in_words, moment_in_words, name_of
from lrgui.ui.telling_dialog import resize_on_screen
from lrgui.ui.words import counted

_EXPLANATION = (
    "Recover puts it into the window as it was then, recorded runs included; no file on the disk is changed until you "
    "save. Later keeps it for the next start, or for File › Recover Unsaved Work…"
)
_COLUMNS, _MOST_ROWS = 96, 7
_LEFTOVER = Qt.ItemDataRole.UserRole
_ENDING = 3
"""The column that says how it ended."""


class RecoveryDialog(QDialog):
    """Shows what can be recovered. Accepted, the user wants what is `chosen`; rejected, nothing now.

    Signals:
        delete_wanted: the user wants one of them (a Leftover) deleted for good; it is listed no longer.
    """

    delete_wanted = Signal(object)

    def __init__(self, leftovers: Sequence[Leftover], now: datetime, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recovery")
        self.setWindowTitle("Recover Unsaved Work")
        self._now = now
        self.heading = QLabel()
        make_bold(self.heading)
        self.tree = _make_tree()
        self.details = RecoveryDetails(now)
        self.buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.recover_button = self.buttons.addButton("&Recover", role.AcceptRole)
        self.recover_button.setToolTip("Put this work into the window; unsaved changes there are asked about first")
        self.later_button = self.buttons.addButton("&Later", role.RejectRole)
        self.later_button.setToolTip("Keep all of it for the next start (Esc)")
        self.delete_button = _make_button("trash-2", "&Delete…", "Delete this work for good, after asking once more")
        self.crash_button = _make_button("info", "&Crash Details…", "Show what the crash left behind, to copy it")
        self._lay_out()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.delete_button.clicked.connect(self._ask_to_delete)
        self.crash_button.clicked.connect(self._show_crash)
        self.tree.currentItemChanged.connect(self._refresh)
        self.tree.itemDoubleClicked.connect(self._on_double_clicked)
        self._fill(leftovers)

    @property
    def chosen(self) -> Leftover | None:
        """What is selected in the list."""
        item = self.tree.currentItem()
        return None if item is None else item.data(0, _LEFTOVER)

    @property
    def leftovers(self) -> tuple[Leftover, ...]:
        """What is listed, from the top."""
        items = map(self.tree.topLevelItem, range(self.tree.topLevelItemCount()))
        return tuple(item.data(0, _LEFTOVER) for item in items if item is not None)

    def _lay_out(self) -> None:
        gap = self.fontMetrics().height() // 2
        explanation = QLabel(_EXPLANATION)
        explanation.setWordWrap(True)
        telling = QVBoxLayout()
        telling.setSpacing(gap // 2)
        telling.addWidget(self.heading)
        telling.addWidget(explanation)
        top = QHBoxLayout()
        top.setSpacing(gap)
        top.addWidget(IconMark("info", self), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(telling, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.delete_button)
        bottom.addWidget(self.crash_button)
        bottom.addWidget(self.buttons, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * gap, 2 * gap, 2 * gap, 2 * gap)
        layout.setSpacing(2 * gap)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.details, 1)
        layout.addLayout(bottom)

    def _fill(self, leftovers: Sequence[Leftover]) -> None:
        in_order = sorted(leftovers, key=lambda leftover: bool(leftover.complaint))
        row_height = round(self.fontMetrics().height() * 1.5)
        self.tree.addTopLevelItems([_make_item(leftover, self._now, row_height) for leftover in in_order])
        self.tree.setCurrentIndex(self.tree.model().index(0, 0))
        self._refresh_list()
        self.recover_button.setDefault(True)
        several = self.tree.topLevelItemCount() > 1
        (self.tree if several else self.recover_button).setFocus()
        resize_on_screen(self, QSize(self.fontMetrics().averageCharWidth() * _COLUMNS, self.sizeHint().height()))

    def _refresh_list(self) -> None:
        """A list of one is no list: its details say it all."""
        count = self.tree.topLevelItemCount()
        self.tree.setVisible(count > 1)
        if count == 1:
            self.heading.setText("Work that was not saved is still there.")
        else:
            self.heading.setText(f"Work that was not saved is still there, from {count} windows.")
        row = self.tree.sizeHintForRow(0)
        around = self.tree.header().sizeHint().height() + row // 2
        self.tree.setMinimumHeight(around + row * min(count, _MOST_ROWS))
        self.tree.setMaximumHeight(around + row * count)

    @Slot()
    def _refresh(self) -> None:
        leftover = self.chosen
        self.details.show_leftover(leftover)
        self.recover_button.setEnabled(leftover is not None and not leftover.complaint)
        self.crash_button.setVisible(leftover is not None and bool(leftover.crash))

    @Slot(QTreeWidgetItem, int)
    def _on_double_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if self.recover_button.isEnabled():
            self.accept()

    @Slot()
    def _show_crash(self) -> None:
        assert self.chosen is not None
        show_details(self, "Crash Details", f"lrgui {ending_in_words(self.chosen.crash)}.", self.chosen.crash)

    @Slot()
    def _ask_to_delete(self) -> None:
        assert self.chosen is not None
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Delete Unsaved Work")
        box.setTextFormat(Qt.TextFormat.PlainText)
        name = short(name_of(self.chosen.path, self.chosen.complaint))
        moment = moment_in_words(self.chosen.written_at, self._now)
        box.setText(f"Delete the unsaved work of “{name}”, written {moment}?")
        box.setInformativeText("It cannot be brought back. A file that was saved stays as it is.")
        box.setStandardButtons(buttons.Yes | buttons.Cancel)
        box.button(buttons.Yes).setText("&Delete")
        box.setDefaultButton(buttons.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(self._delete)
        box.open()

    @Slot()
    def _delete(self) -> None:
        leftover = self.chosen
        self.tree.takeTopLevelItem(self.tree.currentIndex().row())
        self.delete_wanted.emit(leftover)
        if self.tree.topLevelItemCount():
            self._refresh_list()
        else:
            self.reject()


def _make_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(["session", "holds", "last written", "how it ended"])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    tree.setAccessibleName("unsaved work")
    header = tree.header()
    header.setStretchLastSection(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return tree


def _make_item(leftover: Leftover, now: datetime, row_height: int) -> QTreeWidgetItem:
    ending = "crashed" if leftover.crash else "not closed"
    name = name_of(leftover.path, leftover.complaint)
    texts = (
        name,
        counted(len(leftover.runs), "run") if leftover.runs else "" if leftover.complaint else "recipe",
        moment_in_words(leftover.written_at, now),
        "cannot be read" if leftover.complaint else ending,
    )
    item = QTreeWidgetItem(texts)
    item.setToolTip(0, str(leftover.path or name))
    item.setToolTip(_ENDING, ending_in_words(leftover.crash))
    item.setSizeHint(0, QSize(0, row_height))
    item.setData(0, _LEFTOVER, leftover)
    return item


def _make_button(icon_name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(icon(icon_name), text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    set_beside_text(button)
    return button
