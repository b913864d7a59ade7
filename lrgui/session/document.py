"""`session.json`: the part of a session file that is not a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lrgui
from lrgui.core.errors import RecipeError
from lrgui.core.trace import Trace
from lrgui.session.choice_json import plain_text, whole_number
from lrgui.session.migrations import CURRENT_VERSION
from lrgui.session.recipe_json import recipe_from_json, recipe_to_json
from lrgui.session.schema import check_session
from lrgui.session.values import RecordedRun, Session, View


def session_to_json(session: Session, rows: list[int]) -> dict[str, Any]:
    """Return the JSON form of a session whose runs have the given numbers of rows."""
    return {
        "format": "lrgui-session",
        "version": CURRENT_VERSION,
        "app_version": lrgui.__version__,
        "recipe": recipe_to_json(session.recipe),
        "runs": [_run_to_json(run, count) for run, count in zip(session.runs, rows, strict=True)],
        "view": {"x_axis": session.view.x_axis, "log_y": session.view.log_y, "series": session.view.series},
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
        for name in ("name", "message"):
            plain_text(run[name], f"{place}.{name}")
        for position, group in enumerate(run["groups"]):
            plain_text(group, f"{place}.groups[{position}]")
    plain_text(document["view"]["series"], "view.series")


def session_from_json(document: Mapping[str, Any]) -> Session:
    """Return the session that a checked document describes; each trace has its capacity but no rows yet.

    Raises:
        RecipeError: when one of its recipes is none.
        MemoryError: when its runs do not fit in memory.
    """
    return Session(
        recipe=recipe_from_json(document["recipe"], "recipe"),
        runs=tuple(_run(data, f"runs[{index}]") for index, data in enumerate(document["runs"])),
        view=View(**document["view"]),
    )


def _run(data: Mapping[str, Any], place: str) -> RecordedRun:
    return RecordedRun(
        id=data["id"],
        name=data["name"],
        colour=data["colour"],
        recipe=recipe_from_json(data["recipe"], f"{place}.recipe"),
        trace=Trace(data["series"], data["groups"], data["rows"], data["steps_per_epoch"]),
        status=data["status"],
        message=data["message"],
        visible=data["visible"],
    )


def _run_to_json(run: RecordedRun, rows: int) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "colour": run.colour,
        "recipe": recipe_to_json(run.recipe),
        "status": run.status,
        "message": run.message,
        "visible": run.visible,
        "steps_per_epoch": run.trace.steps_per_epoch,
        "rows": rows,
        "series": list(run.trace.series),
        "groups": list(run.trace.groups),
    }
