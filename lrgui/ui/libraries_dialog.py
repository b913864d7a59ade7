"""The dialog with the list of trusted libraries."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lrgui.core.catalog.libraries import library_complaint
from lrgui.ui.forms.notes import Note
from lrgui.ui.forms.text_inputs import TextInput
from lrgui.ui.icons import icon, set_beside_text
from lrgui.ui.libraries import Libraries, Listing

_EXPLANATION = (
    "A recipe may name optimizers and schedulers of these libraries by their paths, such as "
    "schedulefree.AdamWScheduleFree. A class is looked up by importing its library, which then runs its own code with "
    "all that you may do. Trust only what you would import in a script of your own."
)
_ROWS = 11


class LibrariesDialog(QDialog):
    """Shows which libraries are trusted and installed; what the user adds or removes counts at once."""

    def __init__(self, libraries: Libraries, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Libraries")
        self._libraries = libraries
        self._listing = Listing(())
        self.tree = _make_tree()
        self.line = TextInput()
        self.line.setPlaceholderText("name of a library")
        self.line.setAccessibleName("library to trust")
        self.line.setToolTip("The name by which Python imports the library; Return adds it")
        self.add_button = QPushButton(icon("plus"), "Trust")
        self.add_button.setToolTip("Let recipes name classes of this library")
        self.add_button.setAutoDefault(False)
        self.remove_button = QPushButton(icon("trash-2"), "Remove")
        self.remove_button.setToolTip("Trust the selected library no longer; only those that you have added")
        self.remove_button.setAutoDefault(False)
        self.note = Note()
        for button in (self.add_button, self.remove_button):
            set_beside_text(button)
        self._lay_out()
        self.line.returnPressed.connect(self._add)
        self.line.textChanged.connect(self._on_typed)
        self.add_button.clicked.connect(self._add)
        self.remove_button.clicked.connect(self._remove)
        self.tree.itemSelectionChanged.connect(self._refresh_buttons)
        libraries.listed.connect(self._show_listing)
        libraries.failed.connect(self._tell_problem)
        self._refresh_buttons()
        libraries.list_trusted()

    def _lay_out(self) -> None:
        explanation = QLabel(_EXPLANATION)
        explanation.setWordWrap(True)
        adding = QHBoxLayout()
        adding.addWidget(self.line, 1)
        adding.addWidget(self.add_button)
        adding.addWidget(self.remove_button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        # Return in the line adds a library and closes nothing.
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.addWidget(explanation)
        layout.addWidget(self.tree, 1)
        layout.addLayout(adding)
        layout.addWidget(self.note)
        layout.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(metrics.averageCharWidth() * 80, metrics.height() * (_ROWS + 15))

    @Slot(object)
    def _show_listing(self, listing: Listing) -> None:
        self._listing = listing
        self.tree.clear()
        for library in listing.libraries:
            installed = "not installed" if library.version is None else library.version or "installed"
            item = QTreeWidgetItem([library.name, installed, "added by you" if library.own else ""])
            if library.version is None:
                item.setForeground(1, self.palette().placeholderText())
            item.setToolTip(1, f"{library.name}: {installed}")
            self.tree.addTopLevelItem(item)
        self._tell_problem(listing.complaint)
        self._refresh_buttons()

    @Slot()
    def _refresh_buttons(self) -> None:
        self.add_button.setEnabled(bool(self.line.text().strip()))
        self.remove_button.setEnabled(self._selected() in self._listing.own)

    @Slot()
    def _on_typed(self) -> None:
        self._tell_problem("")
        self._refresh_buttons()

    @Slot()
    def _add(self) -> None:
        name = self.line.text().strip()
        if not name:
            return
        complaint = library_complaint(name)
        if complaint:
            self._tell_problem(f"{name:.60} {complaint}.")
            self.line.set_wrong(True)
            return
        self.line.clear()
        if name not in (library.name for library in self._listing.libraries):
            self._libraries.trust((*self._listing.own, name))

    @Slot()
    def _remove(self) -> None:
        self._libraries.trust(name for name in self._listing.own if name != self._selected())

    @Slot(str)
    def _tell_problem(self, sentence: str) -> None:
        self.note.set_problem(sentence)
        self.line.set_wrong(False)

    def _selected(self) -> str:
        items = self.tree.selectedItems()
        return items[0].text(0) if items else ""


def choose_libraries(libraries: Libraries, parent: QWidget) -> None:
    """Let the user change the list; then look again for what the recipe lacks."""
    dialog = LibrariesDialog(libraries, parent)
    dialog.exec()
    dialog.deleteLater()
    libraries.look_again()


def _make_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(["library", "version", ""])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setAccessibleName("trusted libraries")
    tree.setMinimumHeight(tree.fontMetrics().height() * _ROWS)
    header = tree.header()
    header.setStretchLastSection(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, mode in enumerate(
        (
            QHeaderView.ResizeMode.Stretch,
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.ResizeToContents,
        )
    ):
        header.setSectionResizeMode(column, mode)
    return tree
