"""RunCommands: what can be done with the runs that are chosen in the list, when, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from lrgui.core.alignment import ComparisonKind
from lrgui.session.values import Comparison, RecordedRun
from lrgui.ui.actions import Actions
from lrgui.ui.comparison import compared_runs
from lrgui.ui.docks.colour_menu import ColourMenu
from lrgui.ui.docks.run_list import RunList
from lrgui.ui.document import Document
from lrgui.ui.icons import icon
from lrgui.ui.run_controller import RunController
from lrgui.ui.run_edits import RunEdits
from lrgui.ui.runs import Runs

_KINDS: tuple[tuple[str, ComparisonKind, str], ...] = (
    ("run_difference", "difference", "&Difference"),
    ("run_ratio", "ratio", "Ra&tio"),
)
_SEPARATOR, _COLOURS = "", "colours"
_MENU = (
    *("run_rename", "run_pin", _COLOURS, "run_recipe", _SEPARATOR),
    *("run_visible", "run_show_only", "run_show_all", _SEPARATOR),
    *("run_difference", "run_ratio", "run_stop_comparing", _SEPARATOR),
    *("run_error", _SEPARATOR),
    *("run_delete", "run_delete_others"),
)


class RunCommands(QObject):
    """Gives the actions on runs their meaning; `menu` has them all."""

    def __init__(
        self,
        document: Document,
        runs: Runs,
        edits: RunEdits,
        controller: RunController,
        actions: Actions,
        run_list: RunList,
    ) -> None:
        super().__init__(run_list)
        self._document, self._runs, self._edits, self._controller = document, runs, edits, controller
        self._actions, self._list = actions, run_list
        self.colours = ColourMenu(run_list)
        self.menu = self._make_menu()
        self._connect()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Enable and name the actions as the chosen runs are."""
        chosen, everything = self._list.chosen, self._runs.all
        first = chosen[0] if chosen else None
        enabled = {
            "run_rename": first is not None,
            "run_pin": first is not None,
            "run_recipe": len(chosen) == 1,
            "run_visible": first is not None,
            "run_show_only": first is not None,
            "run_show_all": not all(run.visible for run in everything),
            "run_difference": len(chosen) == 2,
            "run_ratio": len(chosen) == 2,
            "run_stop_comparing": compared_runs(self._document.view.comparison, self._runs) is not None,
            "run_error": len(chosen) == 1 and chosen[0].status == "failed",
            "run_delete": bool(self._deletable(chosen)),
            "run_delete_others": any(run.pinned for run in everything) and bool(self._unpinned()),
        }
        for key, possible in enabled.items():
            self._actions[key].setEnabled(possible)
        self.colours.menuAction().setEnabled(first is not None)
        if first is not None:
            self.colours.set_current(first.colour)
        self._name_actions(chosen)

    def _make_menu(self) -> QMenu:
        menu = QMenu("&Selected Runs", self._list)
        menu.setToolTipsVisible(True)
        for key in _MENU:
            if key == _SEPARATOR:
                menu.addSeparator()
            elif key == _COLOURS:
                menu.addMenu(self.colours)
            else:
                menu.addAction(self._actions[key])
        return menu

    def _connect(self) -> None:
        slots: dict[str, Callable[[], None]] = {
            "run_rename": self._list.rename_current,
            "run_pin": self._pin,
            "run_recipe": self._use_recipe,
            "run_visible": self._toggle_visible,
            "run_show_only": self._show_only,
            "run_show_all": self._show_all,
            "run_difference": self._show_difference,
            "run_ratio": self._show_ratio,
            "run_stop_comparing": self._stop_comparing,
            "run_error": self._show_error,
            "run_delete": self._delete,
            "run_delete_others": self._delete_unpinned,
        }
        for key, slot in slots.items():
            self._actions[key].triggered.connect(slot)
            self._list.addAction(self._actions[key])
        self.colours.chosen.connect(self._recolour)
        self._list.chosen_changed.connect(self.refresh)
        self._controller.state_changed.connect(self.refresh)
        self._document.view_changed.connect(self.refresh)

    def _name_actions(self, chosen: tuple[RecordedRun, ...]) -> None:
        unpins, hides = _all_pinned(chosen), bool(chosen) and chosen[0].visible
        for key, text, name in (
            ("run_pin", "Un&pin" if unpins else "&Pin", "pin-off" if unpins else "pin"),
            ("run_visible", "&Hide" if hides else "S&how", "eye-off" if hides else "eye"),
        ):
            self._actions[key].setText(text)
            self._actions[key].setIcon(icon(name))
        for key, kind, text in _KINDS:
            compared = compared_runs(_comparison_of(kind, chosen), self._runs)
            self._actions[key].setText(f"{text}: {compared.name.replace('&', '&&')}" if compared is not None else text)

    @Slot()
    def _pin(self) -> None:
        chosen = self._list.chosen
        self._edits.pin(chosen, not _all_pinned(chosen))

    @Slot(int)
    def _recolour(self, colour: int) -> None:
        self._edits.recolour(self._list.chosen, colour)

    @Slot()
    def _use_recipe(self) -> None:
        for run in self._list.chosen[:1]:
            self._document.replace(run.recipe, f"return to the recipe of {run.name}")

    @Slot()
    def _toggle_visible(self) -> None:
        chosen = self._list.chosen
        self._edits.show(chosen, not chosen[0].visible)

    @Slot()
    def _show_only(self) -> None:
        self._edits.show_only(self._list.chosen)

    @Slot()
    def _show_all(self) -> None:
        self._edits.show(self._runs.all, True)

    @Slot()
    def _show_difference(self) -> None:
        self._compare(_comparison_of("difference", self._list.chosen))

    @Slot()
    def _show_ratio(self) -> None:
        self._compare(_comparison_of("ratio", self._list.chosen))

    @Slot()
    def _stop_comparing(self) -> None:
        self._document.look(replace(self._document.view, comparison=None), "end of the comparison")

    def _compare(self, comparison: Comparison | None) -> None:
        compared = compared_runs(comparison, self._runs)
        if compared is not None:
            self._document.look(replace(self._document.view, comparison=comparison), f"comparison {compared.name}")

    @Slot()
    def _show_error(self) -> None:
        from lrgui.ui.details_dialog import show_details

        for run in self._list.chosen[:1]:
            sentence = f"The run failed: {run.message}"
            show_details(self._list.window(), f"Error Details: {run.name}", sentence, run.details)

    @Slot()
    def _delete(self) -> None:
        following = self._list.following
        self._edits.remove(self._deletable(self._list.chosen))
        if following is not None:
            self._runs.select(following.id)

    @Slot()
    def _delete_unpinned(self) -> None:
        self._edits.remove(self._unpinned())

    def _unpinned(self) -> tuple[RecordedRun, ...]:
        return self._deletable(tuple(run for run in self._runs.all if not run.pinned))

    def _deletable(self, runs: tuple[RecordedRun, ...]) -> tuple[RecordedRun, ...]:
        """Return the runs that can be deleted: not the one that goes on."""
        return tuple(run for run in runs if run.id != self._controller.active_run_id)


def _all_pinned(chosen: tuple[RecordedRun, ...]) -> bool:
    return bool(chosen) and all(run.pinned for run in chosen)


def _comparison_of(kind: ComparisonKind, chosen: tuple[RecordedRun, ...]) -> Comparison | None:
    """Return what two chosen runs make: the current one, chosen last, against the other."""
    return Comparison(kind, chosen[0].id, chosen[1].id) if len(chosen) == 2 else None
