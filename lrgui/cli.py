"""The command line. Without a subcommand it opens the window; `lrgui trace` needs no display.

Exit status: 0 done; 2 a file or argument that cannot be used, with one line on standard error; 130 interrupted.
Whatever is slow to import (torch, Qt, numpy) is imported by the command that needs it.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lrgui import __version__
from lrgui.core.errors import LrguiError

if TYPE_CHECKING:
    from lrgui.core.recipe import Recipe
    from lrgui.session.progress import Progress
    from lrgui.tracing import Outcome

UNUSABLE = 2
INTERRUPTED = 130

_IMAGE_SUFFIXES = (".png", ".svg", ".pdf")

_COMMANDS = """\
commands:
  lrgui [FILE]       open the window, with a session or recipe
  lrgui trace FILE   run a recipe and write what each group gets: see lrgui trace --help

A file called like a command is opened as ./trace.
"""


class _UsageError(LrguiError):
    """Arguments that cannot be used."""


class _Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        raise _UsageError(message)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; `argv` is what follows the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _stand_in_for_closed_streams()
    try:
        if arguments[:1] == ["trace"]:
            return _trace(_trace_parser().parse_args(arguments[1:]))
        return _window(_window_parser().parse_args(arguments))
    except LrguiError as error:
        return _complain(str(error))
    except MemoryError:
        return _complain("there is not enough memory for this")
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except SystemExit as done:
        # argparse leaves this way once it has printed the help.
        return int(done.code or 0)


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lrgui",
        description="Which learning rate does each parameter group really get, at every optimizer step?",
        epilog=_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a session (.lrgui) or a recipe (.json)")
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    return parser


def _trace_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lrgui trace",
        description="Run a recipe and write what each parameter group gets at every optimizer step. "
        "Without an output option the table is printed as CSV.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a recipe (.json) or a session (.lrgui)")
    parser.add_argument("--csv", metavar="OUT.csv", type=Path, help="write the table as comma-separated values")
    parser.add_argument("--image", metavar="OUT", type=Path, help="write the figure, as .png, .svg or .pdf")
    parser.add_argument("--session", metavar="OUT.lrgui", type=Path, help="write a session with the recorded run")
    parser.add_argument("--steps", metavar="N", type=_count, help="how many optimizer steps, in place of the recipe's")
    parser.add_argument("--preview", action="store_true", help="step the scheduler alone: the same rates, faster")
    return parser


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, not {text[:60]!r}")
    return value


def _window(arguments: argparse.Namespace) -> int:
    if arguments.version:
        _print_bytes([f"lrgui {__version__}\n".encode()])
        return 0
    if arguments.file is not None:
        from lrgui.session.store import read_recipe

        # A file that is no recipe at all is told here, where it was named; the window reads what runs recorded.
        read_recipe(arguments.file)
    from lrgui import app

    return app.main(arguments.file)


def _trace(arguments: argparse.Namespace) -> int:
    _check_outputs(arguments)
    from lrgui.tracing import find_recipe, run_recipe

    recipe = find_recipe(arguments.file, arguments.steps)
    try:
        # What a library prints while it trains is no part of the table.
        with _warnings_in_one_line(), redirect_stdout(sys.stderr), _progress_bar(recipe.run.steps) as progress:
            outcome = run_recipe(recipe, preview=arguments.preview, progress=progress)
    except LrguiError as error:
        raise _UsageError(f"{arguments.file}: {error}") from error
    if outcome.error is None:
        _write_outputs(arguments, recipe, outcome)
        return 0
    rows = outcome.trace.rows
    kept = "nothing was recorded"
    if rows:
        _write_outputs(arguments, recipe, outcome)
        kept = f"the {rows} {'row' if rows == 1 else 'rows'} recorded until then {'is' if rows == 1 else 'are'} written"
    return _complain(f"{arguments.file}: the run could not go on: {outcome.error}; {kept}")


def _outputs(arguments: argparse.Namespace) -> list[Path]:
    return [path for path in (arguments.csv, arguments.image, arguments.session) if path is not None]


def _check_outputs(arguments: argparse.Namespace) -> None:
    """Refuse what could not be written anyway before a long run, and what would write over the input."""
    from lrgui.session.atomic import check_writable

    if arguments.image is not None and arguments.image.suffix.lower() not in _IMAGE_SUFFIXES:
        raise _UsageError(f"{arguments.image}: an image must end in {', '.join(_IMAGE_SUFFIXES)}")
    taken = {os.path.realpath(arguments.file)}
    for path in _outputs(arguments):
        check_writable(path)
        place = os.path.realpath(path)
        is_stream = path.exists() and not path.is_file()
        if place in taken and not is_stream:
            raise _UsageError(f"{path}: cannot be written: it is named twice, or is FILE itself")
        taken.add(place)


def _write_outputs(arguments: argparse.Namespace, recipe: Recipe, outcome: Outcome) -> None:
    """Write the files asked for, or print the table when none was."""
    from lrgui.session.table import csv_blocks, write_csv

    trace = outcome.trace
    if not _outputs(arguments):
        _print_bytes(csv_blocks(trace))
    if arguments.csv is not None:
        with _progress_bar(trace.rows) as progress:
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
    with _progress_bar(outcome.trace.rows) as progress:
        write_session(path, Session(recipe, (run,)), progress)


def _write_image(path: Path, outcome: Outcome, title: str) -> None:
    try:
        from lrgui.ui.plot.figure import write_image
    except ImportError as error:
        raise _UsageError(f"{path}: cannot be drawn: {error}") from error
    write_image(path, outcome.trace, title)


def _print_bytes(blocks: Iterable[bytes]) -> None:
    """Write to standard output in UTF-8 with plain line ends, wherever it leads."""
    from lrgui.session.atomic import reason

    if sys.stdout is None:
        raise _UsageError("standard output: cannot be written: it is closed")
    try:
        for block in blocks:
            sys.stdout.buffer.write(block)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted. Python flushes once more at exit: let it have somewhere to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise _UsageError(f"standard output: cannot be written: {reason(error)}") from error


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    """Tell what torch warns about as one line each, without the place in torch's source."""

    def show(message: Warning | str, category: type[Warning], *place: object, **more: object) -> None:
        _say(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


@contextmanager
def _progress_bar(steps: int) -> Iterator[Progress]:
    """Show progress on standard error when that is a terminal, and nothing otherwise."""
    from tqdm import tqdm

    # No thread beside the run: the bar is updated often enough.
    tqdm.monitor_interval = 0
    with tqdm(total=steps, unit=" steps", unit_scale=True, leave=False, disable=None) as bar:
        yield _bar_updater(bar.update, steps)


def _bar_updater(update: Callable[[int], object], steps: int) -> Progress:
    done = 0

    def show(part: float) -> None:
        nonlocal done
        now = round(part * steps)
        update(now - done)
        done = now

    return show


def _complain(message: str) -> int:
    """Say what is wrong in one line on standard error, and return the exit status for it."""
    _say(message)
    return UNUSABLE


def _say(message: str) -> None:
    # Where standard error leads nowhere (a full disk), the exit status still tells.
    with suppress(OSError):
        print(f"lrgui: {_one_line(message)}", file=sys.stderr, flush=True)


def _one_line(text: str) -> str:
    """Return `text` on one line; what would move a terminal's cursor or change its colours is written out."""
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def _stand_in_for_closed_streams() -> None:
    """Where a standard stream is closed, let messages go nowhere, and no file opened later take its number."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open for as long as the process
