"""The main window: there at once with menus, tool bar and the frames of its docks; what fills it follows in stages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from lrgui.session.examples import example_files
from lrgui.ui.actions import Actions, Situation
from lrgui.ui.appearance import Appearance
from lrgui.ui.background import Background
from lrgui.ui.docks.arrangement import DockArrangement
from lrgui.ui.file_progress import FileProgress
from lrgui.ui.menus import fill_menu_bar, make_tool_bar
from lrgui.ui.middle import Middle
from lrgui.ui.settings import Settings
from lrgui.ui.status import ProgressPanel, StatusBar

if TYPE_CHECKING:
    from lrgui.ui.document import Document
    from lrgui.ui.run_controller import RunController
    from lrgui.ui.runs import Runs
    from lrgui.ui.workbench import Workbench


class MainWindow(QMainWindow):
    """One session in one window.

    It is to be shown as it is made, and to go through its `stages` once it has been painted: each imports what the
    ones before it have no need of. Nothing that is imported above may need numpy, let alone pyqtgraph or torch.

    Signals:
        painted: the window was painted for the first time.
        ready: all its stages are over.
        ending: the window ends, and its recovery copy is about to be closed or deleted.
    """

    painted = Signal()
    ready = Signal()
    ending = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._first_paint_seen = False
        self._workbench: Workbench | None = None
        self._waiting: list[Callable[[], None]] = []
        self.ended = False
        self._background = Background(self)
        self._actions = Actions(self)
        self._appearance = Appearance(settings, self._actions, self)
        self._progress = ProgressPanel()
        self._status = StatusBar(FileProgress(self._background))
        self._middle = Middle()
        self._docks = DockArrangement(self)
        self._assemble()
        self._restore()
        self._appearance.follow()
        settings.failed.connect(self._status.warn)
        self._status.warn(settings.complaint)

    @property
    def workbench(self) -> Workbench:
        """What fills the window: there from the first stage on."""
        assert self._workbench is not None, "the window has not been started"
        return self._workbench

    @property
    def document(self) -> Document:
        """The recipe being edited."""
        return self.workbench.document

    @property
    def runs(self) -> Runs:
        """What was recorded."""
        return self.workbench.runs

    @property
    def controller(self) -> RunController:
        """What goes on."""
        return self.workbench.controller

    @property
    def stages(self) -> tuple[Callable[[], None], ...]:
        """What follows the first paint, each at its best once what was before it is painted."""
        return self._show_plot, self._show_forms, self._show_preview

    def start(self) -> None:
        """Go through all stages at once."""
        for stage in self.stages:
            stage()

    def open_path(self, path: Path) -> None:
        """Open a session or a recipe in this window, as soon as there is something to show it."""
        if self._workbench is not None:
            self._workbench.files.open_path(path)
        else:
            self._waiting.append(partial(self.open_path, path))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example in this window."""
        if self._workbench is not None:
            self._workbench.files.open_example(path)
        else:
            self._waiting.append(partial(self.open_example, path))

    def rescue(self) -> str:
        """Bring the recovery copy up to date; return why that was not possible, or an empty text."""
        return self._workbench.autosave.flush() if self._workbench is not None else ""

    @Slot()
    def leave(self) -> None:
        """End now, without a question, and leave what is unsaved to be offered at the next start."""
        if not self.ended:
            if self._workbench is not None:
                self._workbench.files.shut_down()
                self._workbench.recovery.shut_down()
            # A file that is being saved is whole soon, and nothing is unsaved then.
            for background in self.findChildren(Background):
                background.finish()
        if not self.ended:
            if self._workbench is not None:
                self._workbench.controller.end_now()
            self._part(keep=True)

    def save_state(self) -> None:
        """Remember where the window and its docks are."""
        self._settings.save_window(self.saveGeometry(), self.saveState())

    def _assemble(self) -> None:
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setWindowTitle("untitled[*] – lrgui")
        self.setCentralWidget(self._middle)
        self.setStatusBar(self._status)
        self._tool_bar = make_tool_bar(self, self._actions, self._progress)
        self.addToolBar(self._tool_bar)
        self._docks.add_left("recipe", "Recipe")
        for name, title in (("runs", "Runs"), ("readout", "At the cursor"), ("problems", "Problems")):
            self._docks.add_right(name, title)
        self._run_menu = fill_menu_bar(
            self, self._actions, self._settings, example_files, self.open_path, self.open_example
        )
        self._actions.update(Situation())
        for key in ("undo", "redo"):
            self._actions[key].setEnabled(False)
        self._actions["quit"].triggered.connect(self.close)
        self._actions["reset_layout"].triggered.connect(self._reset_layout)
        self._actions["about"].triggered.connect(self._about)

    def _show_plot(self) -> None:
        """Fill the window but for the forms."""
        # Here, because numpy and the core, on which all of it stands, take longer than the empty window.
        from lrgui.ui.workbench import Frame, Workbench

        self._workbench = Workbench(
            Frame(
                window=self,
                settings=self._settings,
                actions=self._actions,
                appearance=self._appearance,
                background=self._background,
                middle=self._middle,
                docks=self._docks,
                run_menu=self._run_menu,
                progress=self._progress,
                status=self._status,
            )
        )
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    def _show_forms(self) -> None:
        self.workbench.add_forms()

    def _show_preview(self) -> None:
        # Before the first preview, which imports torch in its thread and slows all else down meanwhile.
        self._status.show_versions()
        self.workbench.begin_work()
        self.ready.emit()

    @Slot()
    def _reset_layout(self) -> None:
        self.addToolBar(self._tool_bar)
        self._tool_bar.show()
        self._docks.reset()

    @Slot()
    def _about(self) -> None:
        from lrgui.ui.about import show_about

        show_about(self)

    def _restore(self) -> None:
        # On a screen of just that height, the frame around the window would push the status bar out of sight.
        self.resize(1280, min(800, round(self.screen().availableSize().height() * 0.95)))
        self._docks.resize()
        remembered = self._settings.window()
        if remembered is not None:
            geometry, state = remembered
            self.restoreGeometry(geometry)
            self.restoreState(state)

    def _end(self) -> None:
        if self._workbench is not None:
            self._workbench.shut_down()
        self._background.shut_down()
        self._part(keep=False)

    def _part(self, *, keep: bool) -> None:
        self.ending.emit()
        if self._workbench is not None:
            autosave = self._workbench.autosave
            if not keep:
                autosave.discard()
            elif complaint := autosave.keep():
                # To standard error: no window will tell it any more.
                logging.getLogger(__name__).warning("what is not saved could not be kept for recovery: %s", complaint)
        self.ended = True
        self.save_state()
        # Where a question or a save came between; inside closeEvent this does nothing.
        self.close()

    # overrides of Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._first_paint_seen:
            self._first_paint_seen = True
            # From the event loop, so that the painted window is on the screen by then.
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.ended:
            if self._workbench is None:
                self._end()
            else:
                self._workbench.files.ask_then(self._end)
        event.setAccepted(self.ended)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = _dropped_files(event)
        event.acceptProposedAction()
        if len(paths) == 1:
            self.open_path(paths[0])
        elif paths:
            self._status.warn(f"{len(paths)} files were dropped, and a window shows one session: drop one file")


def _dropped_files(event: QDropEvent) -> tuple[Path, ...]:
    """Return the local files that are dragged."""
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
