"""What is asked when sessions are opened, saved and left, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

from lrgui.core.numbers import group_digits
from lrgui.ui.questions import Act, Button, Option, Question, Role
from lrgui.ui.words import counted

if TYPE_CHECKING:
    from lrgui.session.claims import Elsewhere

_MOST_OF_NAME = 60
_WITHOUT_SUBJECT = ("is ", "holds ", "has ", "does ", "cannot ")
_WARNING = QMessageBox.Icon.Warning


def unsaved_changes(title: str, losses: Sequence[str], save: Act, discard: Act, cancel: Act) -> Question:
    """Ask before a session with unsaved changes is left; `losses` are what would be lost (see `unsaved_work`)."""
    options = (Option(Button.Save, save), Option(Button.Discard, discard), Option(Button.Cancel, cancel))
    return Question("Unsaved Changes", f"Save the changes to “{short(title)}”?", _lost_otherwise(losses), options)


def unsaved_work(
    *, recipe: bool, view: bool, runs: int, other_runs: bool, going_on: tuple[int, int] | None
) -> tuple[str, ...]:
    """Return what nobody has saved, each in a few words.

    Args:
        recipe: whether the recipe was changed.
        view: whether the plot is looked at in another way.
        runs: how many runs were recorded and not saved, but for the one that goes on.
        other_runs: whether anything of the runs was changed, such as a name, or that there are fewer of them.
        going_on: the step that a run has come to and the number of its steps; None where none goes on.
    """
    losses = []
    if recipe:
        losses.append("the changed recipe")
    if runs:
        losses.append(counted(runs, "unsaved run"))
    if going_on is not None:
        step, steps = going_on
        losses.append(f"the run that is at step {group_digits(step)} of {group_digits(steps)}")
    if other_runs and not runs and going_on is None:
        losses.append("what was changed of the runs")
    if view and not losses:
        losses.append("the changed view of the plot")
    return tuple(losses)


def open_elsewhere(path: Path, elsewhere: Elsewhere, read_only: Act, copy: Act, cancel: Act) -> Question:
    """Ask how to open a file that another window has open."""
    options = (
        Option("Open &Read-Only", read_only),
        Option("Open a &Copy", copy),
        Option(Button.Cancel, cancel),
    )
    more = "Two windows would overwrite each other's work. What you change here is saved under another name."
    return Question("File in Use", f"{_is_open(path, elsewhere)}.", more, options)


def taken_elsewhere(path: Path, elsewhere: Elsewhere, save_as: Act, cancel: Act) -> Question:
    """Tell that a file cannot be replaced while another window has it open."""
    options = (Option("Save &As…", save_as), Option(Button.Cancel, cancel))
    more = "Choose another name, or close the file there first."
    return Question("File in Use", f"{_is_open(path, elsewhere)}, so it is not replaced.", more, options, _WARNING)


def changed_outside(path: Path, overwrite: Act, save_as: Act, cancel: Act) -> Question:
    """Ask before a file is overwritten that another program has written since."""
    options = _before_replacing("&Overwrite", overwrite, save_as, cancel)
    text = f"“{short(path.name)}” was changed by another program since it was opened or saved here."
    return Question("File Changed", text, "Overwriting it loses those changes.", options, _WARNING)


def exists_already(path: Path, replace: Act, save_as: Act, cancel: Act) -> Question:
    """Ask before a file is replaced that the file dialog has not asked about."""
    options = _before_replacing("&Replace", replace, save_as, cancel)
    text = f"“{short(path.name)}” exists already."
    return Question("Replace File", text, "Replacing it loses what it holds.", options, _WARNING)


def not_saved(path: Path, message: str, save_as: Act, again: Act, cancel: Act) -> Question:
    """Tell that a file could not be written, and ask what to do instead."""
    options = (
        Option("Save &As…", save_as),
        Option("&Try Again", again),
        Option(Button.Cancel, cancel),
    )
    text = f"“{short(path.name)}” could not be saved: {cause(path, message)}."
    more = "Nothing in the window is lost, and a file that was there before is as it was."
    return Question("Not Saved", text, more, options, _WARNING)


def not_opened(path: Path, message: str, done: Act) -> Question:
    """Tell that a file could not be read."""
    text = f"“{short(path.name)}” could not be opened: {cause(path, message)}."
    return Question("Not Opened", text, "", (Option(Button.Ok, done),), _WARNING)


def recent_file_gone(path: Path, forget: Act, keep: Act) -> Question:
    """Tell that a recent file is no longer there, and offer to forget it."""
    options = (Option("&Remove from List", forget), Option("&Keep", keep, Role.RejectRole))
    text = f"“{short(path.name)}” is no longer in {_folder(path)}."
    return Question("Not Opened", text, "Remove it from the list of recent files?", options)


def losses_in_words(path: Path, title: str) -> str:
    """Return what is said above the list of what was lost of a damaged file, which is in the window as `title`."""
    return (
        f"“{short(path.name)}” is damaged. What could be read of it is in the window as “{short(title)}”, to be saved "
        "under another name. This was lost:"
    )


def short(name: str) -> str:
    """Return a name without its middle where it is too long for a sentence."""
    if len(name) <= _MOST_OF_NAME:
        return name
    half = _MOST_OF_NAME // 2
    return f"{name[:half]}…{name[-half:]}"


def cause(path: Path, message: str) -> str:
    """Return why a file could not be read or written, without what was said of it already."""
    text = message
    for known in (f"{path}: ", "cannot be written: ", "cannot be read: "):
        text = text.removeprefix(known)
    subject = "it " if text.startswith(_WITHOUT_SUBJECT) else ""
    return f"{subject}{text}".rstrip(".")


def _before_replacing(verb: str, replace: Act, save_as: Act, cancel: Act) -> tuple[Option, ...]:
    """Return the answers where a file would be lost, the safe one first."""
    return (
        Option("Save &As…", save_as),
        Option(verb, replace, Role.DestructiveRole),
        Option(Button.Cancel, cancel),
    )


def _lost_otherwise(losses: Sequence[str]) -> str:
    if not losses:
        return "They are lost otherwise."
    *others, last = losses
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"Otherwise {listed} will be lost."


def _is_open(path: Path, elsewhere: Elsewhere) -> str:
    since = _moment(elsewhere.since, datetime.now().astimezone())
    return f"“{short(path.name)}” is open in another window (process {elsewhere.pid}, since {since})"


def _moment(moment: datetime, now: datetime) -> str:
    local = moment.astimezone()
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local:%d %B, %H:%M}"


def _folder(path: Path) -> str:
    folder = str(path.parent)
    return folder if len(folder) <= 2 * _MOST_OF_NAME else f"…{folder[-2 * _MOST_OF_NAME :]}"
