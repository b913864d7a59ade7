"""`session.json`: the part of a session file that is not a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import lrgui
from lrgui.core.bands import counted_steps
from lrgui.core.errors import RecipeError
from lrgui.core.trace import Trace
from lrgui.session.choice_json import plain_text, whole_number
from lrgui.session.migrations import CURRENT_VERSION
from lrgui.session.recipe_json import recipe_from_json, recipe_to_json
from lrgui.session.schema import check_session
from lrgui.session.values import Comparison, RecordedRun, Session, View


def session_to_json(session: Session, rows: list[int]) -> dict[str, Any]:
    """Return the JSON form of a session whose runs have the given numbers of rows."""
    return {
        "format": "lrgui-session",
        "version": CURRENT_VERSION,
        "app_version": lrgui.__version__,
        "recipe": recipe_to_json(session.recipe),
        "runs": [_run_to_json(run, count) for run, count in zip(session.runs, rows, strict=True)],
        "view": _view_to_json(session.view),
    }


def check_document(document: Any) -> None:
    """Check a `session.json` of the current version, recipes excepted, before any memory is taken for its runs.

    Raises:
        RecipeError: with the place of what is wrong.
    """
    check_session(document)
    ids = set()
    for index, run in enumerate(document["runs"]):
        place = f"runs[{index}]"
        for name in ("id", "colour", "rows", "steps_per_epoch"):
            whole_number(run[name], f"{place}.{name}")
        if run["id"] in ids:
            raise RecipeError(f"{place}.id", f"is {run['id']}, which an earlier run has already")
        ids.add(run["id"])
        for name in ("name", "message", "details", "notes"):
            plain_text(run[name], f"{place}.{name}")
        for position, group in enumerate(run["groups"]):
            plain_text(group, f"{place}.groups[{position}]")
    view = document["view"]
    for name in ("series", "second"):
        plain_text(view[name], f"view.{name}")
    for name in ("log", "hidden"):
        for index, text in enumerate(view[name]):
            plain_text(text, f"view.{name}[{index}]")
    for name in ("run", "reference"):
        if view["comparison"] is not None:
            whole_number(view["comparison"][name], f"view.comparison.{name}")


def session_from_json(document: Mapping[str, Any]) -> Session:
    """Return the session that a checked document describes; each trace has its capacity but no rows yet.

    Raises:
        RecipeError: when one of its recipes is none.
        MemoryError: when its runs do not fit in memory.
    """
    return Session(
        recipe=recipe_from_json(document["recipe"], "recipe"),
        runs=tuple(_run(data, f"runs[{index}]") for index, data in enumerate(document["runs"])),
        view=_view(document["view"]),
    )


def _run(data: Mapping[str, Any], place: str) -> RecordedRun:
    recipe = recipe_from_json(data["recipe"], f"{place}.recipe")
    if counted_steps(recipe.run) is None:
        raise RecipeError(f"{place}.recipe.run", "has counts of steps with which nothing can have been recorded")
    return RecordedRun(
        id=data["id"],
        name=data["name"],
        colour=data["colour"],
        recipe=recipe,
        trace=Trace(data["series"], data["groups"], data["rows"], data["steps_per_epoch"]),
        status=data["status"],
        message=data["message"],
        details=data["details"],
        visible=data["visible"],
        pinned=data["pinned"],
        notes=data["notes"],
    )


def _view(data: Mapping[str, Any]) -> View:
    comparison = data["comparison"]
    return View(
        x_axis=data["x_axis"],
        series=data["series"],
        second=data["second"],
        log=frozenset(data["log"]),
        comparison=None if comparison is None else Comparison(**comparison),
        hidden=frozenset(data["hidden"]),
    )


def _view_to_json(view: View) -> dict[str, Any]:
    return {
        "x_axis": view.x_axis,
        "series": view.series,
        "second": view.second,
        "log": sorted(view.log),
        "comparison": None if view.comparison is None else asdict(view.comparison),
        "hidden": sorted(view.hidden),
    }


def _run_to_json(run: RecordedRun, rows: int) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "colour": run.colour,
        "recipe": recipe_to_json(run.recipe),
        "status": run.status,
        "message": run.message,
        "details": run.details,
        "visible": run.visible,
        "pinned": run.pinned,
        "notes": run.notes,
        "steps_per_epoch": run.trace.steps_per_epoch,
        "rows": rows,
        "series": list(run.trace.series),
        "groups": list(run.trace.groups),
    }
