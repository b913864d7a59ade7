"""`lrgui trace`: a recipe, run without a window."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from lrgui.cli.terminal import UsageError, complain, print_bytes, progress_bar, warnings_in_one_line
from lrgui.core.errors import LrguiError

if TYPE_CHECKING:
    from lrgui.core.recipe import Recipe
    from lrgui.tracing import Outcome

_IMAGE_SUFFIXES = (".png", ".svg", ".pdf")


def run_trace(arguments: argparse.Namespace) -> int:
    """Run the recipe and write what was asked for; return the exit status."""
    _check_outputs(arguments)
    from lrgui.tracing import find_recipe, run_recipe

    recipe = find_recipe(arguments.file, arguments.steps)
    try:
        # What a library prints while it trains is no part of the table.
        with warnings_in_one_line(), redirect_stdout(sys.stderr), progress_bar(recipe.run.steps) as progress:
            outcome = run_recipe(recipe, preview=arguments.preview, progress=progress)
    except LrguiError as error:
        raise UsageError(f"{arguments.file}: {error}") from error
    if outcome.error is None:
        _write_outputs(arguments, recipe, outcome)
        return 0
    rows = outcome.trace.rows
    kept = "nothing was recorded"
    if rows:
        _write_outputs(arguments, recipe, outcome)
        kept = f"the {rows} {'row' if rows == 1 else 'rows'} recorded until then {'is' if rows == 1 else 'are'} written"
    return complain(f"{arguments.file}: the run could not go on: {outcome.error}; {kept}")


def _outputs(arguments: argparse.Namespace) -> list[Path]:
    return [path for path in (arguments.csv, arguments.image, arguments.session) if path is not None]


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Refuse what could not be written anyway before a long run, and what would write over the input."""
    from lrgui.session.atomic import check_writable

    if arguments.image is not None and arguments.image.suffix.lower() not in _IMAGE_SUFFIXES:
        raise UsageError(f"{arguments.image}: an image must end in {', '.join(_IMAGE_SUFFIXES)}")
    taken = {os.path.realpath(arguments.file)}
    for path in _outputs(arguments):
        check_writable(path)
        place = os.path.realpath(path)
        is_stream = path.exists() and not path.is_file()
        if place in taken and not is_stream:
            raise UsageError(f"{path}: cannot be written: it is named twice, or is FILE itself")
        taken.add(place)


def _write_outputs(arguments: argparse.Namespace, recipe: Recipe, outcome: Outcome) -> None:
    """Write the files asked for, or print the table when none was."""
    from lrgui.session.table import csv_blocks, write_csv

    trace = outcome.trace
    if not _outputs(arguments):
        print_bytes(csv_blocks(trace))
    if arguments.csv is not None:
        with progress_bar(trace.rows) as progress:
            write_csv(arguments.csv, trace, progress=progress)
    if arguments.session is not None:
        _write_session(arguments.session, recipe, outcome, preview=arguments.preview)
    if arguments.image is not None:
        _write_image(arguments.image, outcome, arguments.file.stem)


def _write_session(path: Path, recipe: Recipe, outcome: Outcome, *, preview: bool) -> None:
    from lrgui.session.store import write_session
    from lrgui.session.values import RecordedRun, Session

    run = RecordedRun(
        id=1,
        name="Run 1 (preview)" if preview else "Run 1",
        colour=0,
        recipe=recipe,
        trace=outcome.trace,
        status="finished" if outcome.error is None else "failed",
        message="" if outcome.error is None else str(outcome.error),
    )
    with progress_bar(outcome.trace.rows) as progress:
        write_session(path, Session(recipe, (run,)), progress)


def _write_image(path: Path, outcome: Outcome, title: str) -> None:
    try:
        from lrgui.ui.plot.figure import write_image
    except ImportError as error:
        raise UsageError(f"{path}: cannot be drawn: {error}") from error
    write_image(path, outcome.trace, title)
