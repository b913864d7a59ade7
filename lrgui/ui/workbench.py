"""What fills the window: document, runs, controller and panels, connected to each other and to the window's actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from lrgui.ui.actions import Actions, Situation
from lrgui.ui.appearance import Appearance
from lrgui.ui.autosave import Autosave
from lrgui.ui.background import Background
from lrgui.ui.docks.arrangement import DockArrangement
from lrgui.ui.docks.problems import ProblemsPanel
from lrgui.ui.docks.readout import ReadoutPanel
from lrgui.ui.document import Document
from lrgui.ui.exports import Exports
from lrgui.ui.files import Files
from lrgui.ui.forms.layout import lay_out_now
from lrgui.ui.libraries import Libraries
from lrgui.ui.middle import Middle
from lrgui.ui.plot_markers import PlotMarkers
from lrgui.ui.plot_panel import PlotPanel
from lrgui.ui.plot_presenter import PlotPresenter
from lrgui.ui.recovery import Recovery
from lrgui.ui.run_controller import RunController
from lrgui.ui.run_state import RunState
from lrgui.ui.runs import Runs
from lrgui.ui.settings import Settings
from lrgui.ui.starting_recipe import STARTING_RECIPE
from lrgui.ui.status import ProgressPanel, StatusBar
from lrgui.ui.theme import Theme

if TYPE_CHECKING:
    from lrgui.session.work import SavedFile
    from lrgui.ui.docks.runs import RunsPanel
    from lrgui.ui.forms.recipe_panel import RecipePanel
    from lrgui.ui.handles_controller import HandlesController


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of the window that are there from its first paint."""

    window: QMainWindow
    settings: Settings
    actions: Actions
    appearance: Appearance
    background: Background
    middle: Middle
    docks: DockArrangement
    run_menu: QMenu
    progress: ProgressPanel
    status: StatusBar


class Workbench(QObject):
    """One session, and all that shows and changes it.

    What the plot can be painted without is added once it is painted, and threads begin their work after that.
    """

    handles: HandlesController
    runs_panel: RunsPanel
    recipe_panel: RecipePanel

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._frame = frame
        self._previews = False
        window, settings, background = frame.window, frame.settings, frame.background
        self.document = Document(STARTING_RECIPE, self)
        self.runs = Runs(self)
        self.controller = RunController(self.runs, self)
        self.libraries = Libraries(self.document, self)
        self.panel = PlotPanel(self.document, frame.actions, frame.appearance.theme)
        self.autosave = Autosave(self.document, self.runs, self._saved_file, self)
        self.files = Files(
            self.document, self.runs, self.controller, settings, background, window, claims=self.autosave
        )
        self.recovery = Recovery(self.files, self.autosave, background, window)
        self.exports = Exports(self.document, self.runs, settings, background, self.panel, window)
        self.readout = ReadoutPanel(frame.actions, settings)
        self.problems = ProblemsPanel()
        markers = PlotMarkers(self.panel, frame.actions, settings)
        self.presenter = PlotPresenter(self.document, self.runs, self.controller, self.panel, self.readout, markers)
        self._connect()
        self._connect_actions()
        self._fill()

    def add_forms(self) -> None:
        """Fill the docks of the recipe and of the runs, and let the recipe be changed in the plot."""
        self._add_handles()
        self._add_runs_panel()
        self._add_recipe_panel()
        self._paint_now(self.runs_panel, self.recipe_panel)

    def begin_work(self) -> None:
        """Begin what threads do, all of which import much: previews by torch, autosave, the look for what it left."""
        self._previews = True
        self._preview()
        self.autosave.begin()
        self.recovery.look()

    def shut_down(self) -> None:
        """Stop whatever goes on and wait for its threads."""
        self.files.shut_down()
        self.controller.shut_down()
        self.libraries.shut_down()
        self.recovery.shut_down()

    def _fill(self) -> None:
        self._frame.middle.fill(self.panel)
        self._frame.docks.fill("readout", self.readout)
        self._frame.docks.fill("problems", self.problems)
        self.panel.load()
        self._on_theme_changed(self._frame.appearance.theme)
        self._refresh_title()
        self._on_recipe_changed()
        self.presenter.refresh()
        self._paint_now(self.panel, self.readout, self.problems)

    def _add_handles(self) -> None:
        # Here and below, because the plot is painted before they, half of all modules, are imported.
        from lrgui.ui.handles_controller import HandlesController

        frame = self._frame
        self.handles = HandlesController(self.document, self.panel, self.presenter, frame.actions, frame.settings)
        # Handles have the colours of the curves that there are.
        self.controller.preview_changed.connect(self.handles.refresh)
        self.runs.changed.connect(self.handles.refresh)
        assert self.panel.plot is not None
        self.handles.attach(self.panel.plot)

    def _add_runs_panel(self) -> None:
        from lrgui.ui.docks.runs import RunsPanel

        frame = self._frame
        self.runs_panel = RunsPanel(self.document, self.runs, self.controller, frame.actions)
        self.runs_panel.set_theme(frame.appearance.theme)
        frame.appearance.theme_changed.connect(self.runs_panel.set_theme)
        frame.run_menu.addMenu(self.runs_panel.commands.menu)
        frame.docks.fill("runs", self.runs_panel)

    def _add_recipe_panel(self) -> None:
        from lrgui.ui.column_files import ColumnFiles
        from lrgui.ui.forms.another_class import AnotherClass
        from lrgui.ui.forms.recipe_panel import RecipePanel

        frame = self._frame
        self.recipe_panel = recipe_panel = RecipePanel(self.document)
        self.libraries.serve(recipe_panel.findChildren(AnotherClass))
        self.problems.place_wanted.connect(recipe_panel.reveal)
        recipe_panel.optimizer.series_wanted.connect(self.panel.choose_series)
        recipe_panel.run.conditions.intended_wanted.connect(self.controller.show_intended)
        metric_panel = recipe_panel.run.metric_panel
        column_files = ColumnFiles(frame.settings, frame.background, frame.window)
        metric_panel.file_wanted.connect(column_files.choose)
        column_files.read.connect(metric_panel.offer_columns)
        column_files.failed.connect(metric_panel.tell_failure)
        frame.docks.fill("recipe", recipe_panel)

    def _paint_now(self, *added: QWidget) -> None:
        """Show, lay out and paint what was added to the window; Qt itself would not before the next stage."""
        for widget in added:
            widget.show()
        lay_out_now()
        self._frame.window.repaint()
        if self.panel.plot is not None:
            # A scene is left for the next turn of the event loop where its window is painted as a whole.
            self.panel.plot.surface.viewport().repaint()

    def _connect(self) -> None:
        self.document.recipe_changed.connect(self._on_recipe_changed)
        self.document.state_changed.connect(self._refresh_title)
        self.runs.changed.connect(self._refresh_state)
        self.runs.edited.connect(self._on_runs_edited)
        self.controller.state_changed.connect(self._refresh_state)
        self.controller.preview_changed.connect(self._refresh_state)
        self.controller.progressed.connect(self._show_progress)
        # Rows are recorded without an edit.
        self.controller.progressed.connect(self._on_runs_edited)
        self.panel.moved_by_user.connect(self.controller.note_interaction)
        self.controller.run_failed.connect(self._on_run_failed)
        self.controller.preview_failed.connect(self._on_preview_failed)
        self.controller.warned.connect(self._frame.status.warn_of_recipe)
        self.controller.waits.connect(self._frame.status.tell_wait)
        self.controller.told.connect(self._frame.status.tell)
        self._frame.background.busy_changed.connect(self._refresh_state)
        self.files.leaving.connect(self.controller.end_now)
        self.files.replacing.connect(self.controller.abandon)
        self.autosave.failed.connect(self._frame.status.warn)
        self.recovery.crashed.connect(self._frame.status.warn)
        for source in (self.files, self.exports, self.libraries, self.recovery):
            source.told.connect(self._frame.status.tell)
            source.failed.connect(self._frame.status.warn)
        self._frame.appearance.theme_changed.connect(self._on_theme_changed)

    def _connect_actions(self) -> None:
        stack = self.document.undo_stack
        slots = {
            "new": self.files.new,
            "open": self.files.open,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "recover": self.recovery.ask,
            "export_figure": self.exports.export_figure,
            "export_numbers": self.exports.export_numbers,
            "copy_figure": self.exports.copy_figure,
            "undo": stack.undo,
            "redo": stack.redo,
            "run": self._run,
            "pause": self.controller.pause,
            "step": self._step,
            "stop": self.controller.stop,
            "libraries": self._choose_libraries,
        }
        for key, slot in slots.items():
            self._frame.actions[key].triggered.connect(slot)
        stack.indexChanged.connect(self._refresh_undo)
        self._refresh_undo()

    def _saved_file(self) -> SavedFile | None:
        return self.files.saved

    @Slot()
    def _run(self) -> None:
        self._frame.status.withdraw()
        self.controller.run(self.document.recipe)

    @Slot()
    def _step(self) -> None:
        self.controller.step(self.document.recipe)

    @Slot()
    def _choose_libraries(self) -> None:
        from lrgui.ui.libraries_dialog import choose_libraries

        choose_libraries(self.libraries, self._frame.window)

    @Slot()
    def _on_recipe_changed(self) -> None:
        self._frame.status.withdraw()
        self.problems.show_problems(self.document.problems, self.document.recipe)
        self._preview()
        self._refresh_state()

    def _preview(self) -> None:
        if self._previews and self.document.buildable:
            self.controller.preview(self.document.recipe)

    @Slot()
    def _on_runs_edited(self) -> None:
        self.document.set_runs_changed(self.runs.unsaved)

    @Slot(str, str)
    def _on_run_failed(self, message: str, details: str) -> None:
        self._frame.status.warn_of_recipe(f"The run failed: {message}", details)

    @Slot(str, str)
    def _on_preview_failed(self, message: str, details: str) -> None:
        self._frame.status.warn_of_recipe(f"The preview failed: {message}", details)

    @Slot()
    def _show_progress(self) -> None:
        self._frame.progress.show_progress(self.controller.state, self.controller.progress)
        self._frame.status.show_progress(self.controller.state, self.controller.progress)

    @Slot()
    def _refresh_state(self) -> None:
        self._frame.actions.update(
            Situation(
                run_state=self.controller.state,
                buildable=self.document.buildable,
                file_busy=self._frame.background.busy,
                has_curves=bool(self.runs.visible) or self.presenter.preview is not None,
                has_runs=self.runs.selected is not None,
            )
        )
        resuming = self.controller.state is RunState.PAUSED
        self._frame.actions["run"].setIconText("Resume" if resuming else "Run")
        self._show_progress()

    @Slot()
    def _refresh_undo(self) -> None:
        stack = self.document.undo_stack
        for key, possible, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            self._frame.actions[key].setEnabled(possible)
            self._frame.actions[key].setText(f"&{key.capitalize()} {text.replace('&', '&&')}".rstrip())

    @Slot()
    def _refresh_title(self) -> None:
        window = self._frame.window
        window.setWindowTitle(f"{self.document.title}[*] – lrgui")
        window.setWindowModified(self.document.dirty)
        window.setWindowFilePath(str(self.document.path or ""))

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        for themed in (self.panel, self.readout):
            themed.set_theme(theme)
