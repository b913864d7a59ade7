"""The main window: assembles docks, menus and status bar, and connects them to document, runs and controller."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from lrgui.session.examples import example_files
from lrgui.ui.about import show_about
from lrgui.ui.actions import Actions, Situation
from lrgui.ui.appearance import Appearance
from lrgui.ui.background import Background
from lrgui.ui.column_files import ColumnFiles
from lrgui.ui.docks.arrangement import DockArrangement
from lrgui.ui.docks.problems import ProblemsPanel
from lrgui.ui.docks.readout import ReadoutPanel
from lrgui.ui.docks.runs import RunsPanel
from lrgui.ui.document import Document
from lrgui.ui.exports import Exports
from lrgui.ui.file_progress import FileProgress
from lrgui.ui.files import Files
from lrgui.ui.forms.another_class import AnotherClass
from lrgui.ui.forms.recipe_panel import RecipePanel
from lrgui.ui.handles_controller import HandlesController
from lrgui.ui.libraries import Libraries
from lrgui.ui.libraries_dialog import choose_libraries
from lrgui.ui.menus import fill_menu_bar, make_tool_bar
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.plot_presenter import PlotPresenter
from lrgui.ui.run_controller import RunController, RunState
from lrgui.ui.runs import Runs
from lrgui.ui.settings import Settings
from lrgui.ui.starting_recipe import STARTING_RECIPE
from lrgui.ui.status import ProgressPanel, StatusBar
from lrgui.ui.theme import Theme


class MainWindow(QMainWindow):
    """One session in one window.

    Signals:
        painted: the window was painted for the first time.
    """

    painted = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._first_paint_seen = False
        self._started = False
        self._ended = False
        self.document = Document(STARTING_RECIPE, self)
        self.runs = Runs(self)
        self.controller = RunController(self.runs, self)
        self._background = Background(self)
        self._libraries = Libraries(self.document, self)
        self._actions = Actions(self)
        self._appearance = Appearance(settings, self._actions, self)
        self._panel = PlotPanel(self._actions, self._appearance.theme)
        self._files = Files(self.document, self.runs, settings, self._background, self._panel, self)
        self._exports = Exports(self.document, self.runs, settings, self._background, self._panel, self)
        self._column_files = ColumnFiles(settings, self._background, self)
        self._progress = ProgressPanel()
        self._status = StatusBar(FileProgress(self._background))
        self._assemble()
        self._connect()
        self._connect_actions()
        self._restore()
        self._appearance.follow()
        self._refresh_title()
        self._on_recipe_changed()

    def open_path(self, path: Path) -> None:
        """Open a session or a recipe in this window."""
        self._files.open_path(path)

    def start(self) -> None:
        """Load what is slow now that there is something to see: the plot here, torch in the preview's thread."""
        self._handles.attach(self._panel.load())
        self._status.show_versions()
        self._presenter.refresh()
        self._started = True
        self._preview()

    def _assemble(self) -> None:
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setCentralWidget(self._panel)
        self.setStatusBar(self._status)
        self.addToolBar(make_tool_bar(self, self._actions, self._progress))
        self._recipe_panel = RecipePanel(self.document)
        self._runs_panel = RunsPanel(self.document, self.runs, self.controller, self._actions)
        self._readout = ReadoutPanel(self._actions, self._settings)
        self._problems = ProblemsPanel()
        self._presenter = PlotPresenter(self.document, self.runs, self.controller, self._panel, self._readout)
        self._handles = HandlesController(self.document, self._panel, self._presenter, self._actions, self._settings)
        self._docks = DockArrangement(self)
        self._docks.add_left("recipe", "Recipe", self._recipe_panel)
        self._docks.add_right("runs", "Runs", self._runs_panel)
        self._docks.add_right("readout", "At the cursor", self._readout)
        self._docks.add_right("problems", "Problems", self._problems)
        selected_runs, files = self._runs_panel.commands.menu, self._files
        fill_menu_bar(
            self, self._actions, self._settings, selected_runs, example_files, files.open_path, files.open_example
        )

    def _connect(self) -> None:
        self.document.recipe_changed.connect(self._on_recipe_changed)
        self.document.state_changed.connect(self._refresh_title)
        self.runs.changed.connect(self._refresh_state)
        self.runs.edited.connect(self._on_runs_edited)
        self.controller.state_changed.connect(self._refresh_state)
        self.controller.preview_changed.connect(self._refresh_state)
        # Handles have the colours of the curves that there are.
        self.controller.preview_changed.connect(self._handles.refresh)
        self.runs.changed.connect(self._handles.refresh)
        self.controller.progressed.connect(self._show_progress)
        self.controller.run_failed.connect(self._on_run_failed)
        self.controller.preview_failed.connect(self._on_preview_failed)
        self.controller.warned.connect(self._status.warn_of_recipe)
        self._background.busy_changed.connect(self._refresh_state)
        self._files.leaving.connect(self.controller.end_now)
        self._files.replacing.connect(self.controller.abandon)
        self._files.opened.connect(self._presenter.show_view)
        self._libraries.serve(self._recipe_panel.findChildren(AnotherClass))
        for source in (self._files, self._exports, self._libraries):
            source.told.connect(self._status.tell)
            source.failed.connect(self._status.warn)
        self._runs_panel.commands.comparison_wanted.connect(self._panel.show_comparison)
        for shown in (self._panel.view_changed, self._files.opened):
            shown.connect(self._runs_panel.commands.follow_view)
        self._problems.place_wanted.connect(self._recipe_panel.reveal)
        self._recipe_panel.optimizer.series_wanted.connect(self._panel.choose_series)
        self._recipe_panel.run.conditions.intended_wanted.connect(self.controller.show_intended)
        metric_panel = self._recipe_panel.run.metric_panel
        metric_panel.file_wanted.connect(self._column_files.choose)
        self._column_files.read.connect(metric_panel.offer_columns)
        self._column_files.failed.connect(metric_panel.tell_failure)
        self._appearance.theme_changed.connect(self._on_theme_changed)

    def _connect_actions(self) -> None:
        stack = self.document.undo_stack
        slots = {
            "new": self._files.new,
            "open": self._files.open,
            "save": self._files.save,
            "save_as": self._files.save_as,
            "export_figure": self._exports.export_figure,
            "export_numbers": self._exports.export_numbers,
            "copy_figure": self._exports.copy_figure,
            "quit": self.close,
            "undo": stack.undo,
            "redo": stack.redo,
            "run": self._run,
            "pause": self.controller.pause,
            "step": self._step,
            "stop": self.controller.stop,
            "reset_layout": self._reset_layout,
            "libraries": self._choose_libraries,
            "about": self._about,
        }
        for key, slot in slots.items():
            self._actions[key].triggered.connect(slot)
        stack.indexChanged.connect(self._refresh_undo)
        self._refresh_undo()

    @Slot()
    def _run(self) -> None:
        self._status.withdraw()
        self.controller.run(self.document.recipe)

    @Slot()
    def _step(self) -> None:
        self.controller.step(self.document.recipe)

    @Slot()
    def _reset_layout(self) -> None:
        self._docks.reset()

    @Slot()
    def _about(self) -> None:
        show_about(self)

    @Slot()
    def _choose_libraries(self) -> None:
        choose_libraries(self._libraries, self)

    @Slot()
    def _on_recipe_changed(self) -> None:
        self._status.withdraw()
        self._problems.show_problems(self.document.problems, self.document.recipe)
        self._preview()
        self._refresh_state()

    def _preview(self) -> None:
        if self._started and self.document.buildable:
            self.controller.preview(self.document.recipe)

    @Slot()
    def _on_runs_edited(self) -> None:
        self.document.set_runs_changed(True)

    @Slot(str)
    def _on_run_failed(self, message: str) -> None:
        self._status.warn_of_recipe(f"The run failed: {message}")

    @Slot(str)
    def _on_preview_failed(self, message: str) -> None:
        self._status.warn_of_recipe(f"The preview failed: {message}")

    @Slot()
    def _show_progress(self) -> None:
        self._progress.show_progress(self.controller.state, self.controller.progress)
        self._status.show_progress(self.controller.state, self.controller.progress)

    @Slot()
    def _refresh_state(self) -> None:
        self._actions.update(
            Situation(
                run_state=self.controller.state,
                buildable=self.document.buildable,
                file_busy=self._background.busy,
                has_curves=bool(self.runs.visible) or self._presenter.preview is not None,
                has_runs=self.runs.selected is not None,
            )
        )
        resuming = self.controller.state is RunState.PAUSED
        self._actions["run"].setIconText("Resume" if resuming else "Run")
        self._show_progress()

    @Slot()
    def _refresh_undo(self) -> None:
        stack = self.document.undo_stack
        for key, possible, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            self._actions[key].setEnabled(possible)
            self._actions[key].setText(f"&{key.capitalize()} {text.replace('&', '&&')}".rstrip())

    @Slot()
    def _refresh_title(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] – lrgui")
        self.setWindowModified(self.document.dirty)
        self.setWindowFilePath(str(self.document.path or ""))

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        for themed in (self._panel, self._runs_panel, self._readout):
            themed.set_theme(theme)

    def _restore(self) -> None:
        remembered = self._settings.window()
        if remembered is None:
            self.resize(1280, 800)
            self._docks.resize()
            return
        geometry, state = remembered
        self.restoreGeometry(geometry)
        self.restoreState(state)

    def _end(self) -> None:
        self.controller.shut_down()
        self._background.shut_down()
        self._libraries.shut_down()
        self._settings.save_window(self.saveGeometry(), self.saveState())
        self._ended = True
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
        if not self._ended:
            self._files.ask_then(self._end)
        event.setAccepted(self._ended)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_path(path)


def _dropped_file(event: QDropEvent) -> Path | None:
    """Return the single local file that is dragged, or None."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
