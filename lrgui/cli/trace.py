"""`lrgui trace`: a recipe, run without a window."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from lrgui.cli.figure import RequestedFigure, requested_figure
from lrgui.cli.terminal import UsageError, complain, print_bytes, progress_bar, warnings_in_one_line
from lrgui.cli.values import Steps
from lrgui.core.errors import LrguiError

if TYPE_CHECKING:
    from lrgui.core.recipe import Recipe
    from lrgui.core.trace import Trace
    from lrgui.session.table import Table
    from lrgui.tracing import Outcome

_IMAGE_SUFFIXES = (".png", ".svg", ".pdf")


def run_trace(arguments: argparse.Namespace) -> int:
    """Run the recipe and write what was asked for; return the exit status."""
    _check_outputs(arguments)
    figure = requested_figure(arguments)
    from lrgui.tracing import find_recipe, run_recipe

    recipe = find_recipe(arguments.file, arguments.steps)
    _check_range(arguments, recipe)
    try:
        # What a library prints while it trains is no part of the table.
        with warnings_in_one_line(), redirect_stdout(sys.stderr), progress_bar(recipe.run.steps) as progress:
            outcome = run_recipe(
                recipe, preview=arguments.preview, series=figure.series if figure else (), progress=progress
            )
    except LrguiError as error:
        raise UsageError(f"{arguments.file}: {error}") from error
    if outcome.error is None:
        _write_outputs(arguments, recipe, outcome, figure)
        return 0
    rows = outcome.trace.rows
    kept = "nothing was recorded"
    if rows:
        _write_outputs(arguments, recipe, outcome, figure)
        kept = f"the {rows} {'row' if rows == 1 else 'rows'} recorded until then {'is' if rows == 1 else 'are'} written"
    return complain(f"{arguments.file}: the run could not go on: {outcome.error}; {kept}")


def _outputs(arguments: argparse.Namespace) -> list[Path]:
    outputs = (arguments.csv, arguments.npz, arguments.image, arguments.session)
    return [path for path in outputs if path is not None]


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Refuse what could not be written anyway before a long run, and what would write over the input."""
    from lrgui.session.atomic import check_writable

    if arguments.image is not None and arguments.image.suffix.lower() not in _IMAGE_SUFFIXES:
        raise UsageError(f"{arguments.image}: an image must end in {', '.join(_IMAGE_SUFFIXES)}")
    has_table = not _outputs(arguments) or arguments.csv is not None or arguments.npz is not None
    if arguments.every is not None and not has_table:
        raise UsageError("argument --every: is about a table; ask for one with --csv or --npz")
    if arguments.range is not None and not has_table and arguments.image is None:
        raise UsageError("argument --range: a session keeps every step; ask for a table or a figure")
    taken = {os.path.realpath(arguments.file)}
    for path in _outputs(arguments):
        check_writable(path)
        place = os.path.realpath(path)
        is_stream = path.exists() and not path.is_file()
        if place in taken and not is_stream:
            raise UsageError(f"{path}: cannot be written: it is named twice, or is FILE itself")
        taken.add(place)


def _check_range(arguments: argparse.Namespace, recipe: Recipe) -> None:
    """Refuse a range in which the run has no row; a recipe with counts that are none is refused when it is built."""
    from lrgui.core.bands import counted_steps
    from lrgui.core.pace import recorded_steps

    if arguments.range is None or counted_steps(recipe.run) is None:
        return
    rows = recorded_steps(recipe.run)
    if arguments.range[0] >= rows:
        raise UsageError(
            f"argument --range: the steps of this run are 0 to {rows - 1}; there is none from {arguments.range[0]} on"
        )


def _write_outputs(
    arguments: argparse.Namespace, recipe: Recipe, outcome: Outcome, figure: RequestedFigure | None
) -> None:
    """Write the files asked for, or print the table when none was."""
    from lrgui.session.csv_table import csv_blocks, write_csv
    from lrgui.session.npz import write_npz

    trace = outcome.trace
    table = _table(arguments, trace)
    if not _outputs(arguments):
        print_bytes(csv_blocks(table))
    for path, write in ((arguments.csv, write_csv), (arguments.npz, write_npz)):
        if path is not None:
            with progress_bar(len(table.steps)) as progress:
                write(path, table, progress)
    if arguments.session is not None:
        _write_session(arguments.session, recipe, outcome, preview=arguments.preview)
    if figure is not None:
        _write_image(figure, recipe, trace, arguments.range)


def _table(arguments: argparse.Namespace, trace: Trace) -> Table:
    from lrgui.session.table import RowChoice, table_of

    first, last = arguments.range or (0, None)
    return table_of(trace, RowChoice(first, last, arguments.every or 1))


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


def _write_image(figure: RequestedFigure, recipe: Recipe, trace: Trace, steps: Steps | None) -> None:
    try:
        from lrgui.ui.plot.figure import write_image
    except ImportError as error:
        raise UsageError(f"{figure.path}: cannot be drawn: {error}") from error
    write_image(figure.path, trace, recipe, figure.options, figure.view, steps)
