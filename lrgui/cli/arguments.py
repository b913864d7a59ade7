"""The arguments of each command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from lrgui.cli.figure import add_figure_arguments
from lrgui.cli.terminal import UsageError
from lrgui.cli.values import count, steps

_COMMANDS = """\
commands:
  lrgui [FILE]       open the window, with a session or recipe
  lrgui trace FILE   run a recipe and write what each group gets: see lrgui trace --help
  lrgui check FILE   print what is wrong with a recipe or hardly meant

A file called like a command is opened as ./trace.
"""


class _Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def window_parser() -> argparse.ArgumentParser:
    """Return the parser of the command that opens the window."""
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


def trace_parser() -> argparse.ArgumentParser:
    """Return the parser of `lrgui trace`."""
    parser = _Parser(
        prog="lrgui trace",
        description="Run a recipe and write what each parameter group gets at every optimizer step. "
        "Without an output option the table is printed as CSV.",
        allow_abbrev=False,
    )
    _add_recipe(parser)
    parser.add_argument("--steps", metavar="N", type=count, help="how many optimizer steps, in place of the recipe's")
    parser.add_argument("--preview", action="store_true", help="step the scheduler alone: the same rates, faster")
    parser.add_argument("--csv", metavar="OUT.csv", type=Path, help="write the table as comma-separated values")
    parser.add_argument("--npz", metavar="OUT.npz", type=Path, help="write the table as arrays for numpy.load")
    parser.add_argument("--image", metavar="OUT", type=Path, help="write the figure, as .png, .svg or .pdf")
    parser.add_argument("--session", metavar="OUT.lrgui", type=Path, help="write a session with the recorded run")
    parser.add_argument(
        "--range", metavar="A:B", type=steps, help="only the steps A to B, both included, in table and figure"
    )
    parser.add_argument("--every", metavar="N", type=count, help="only every N-th row of the table")
    add_figure_arguments(parser)
    return parser


def check_parser() -> argparse.ArgumentParser:
    """Return the parser of `lrgui check`."""
    parser = _Parser(
        prog="lrgui check",
        description="Print what is wrong with a recipe or hardly meant, one problem a line. "
        "The exit status is 1 when one of them is an error, which keeps the recipe from being run.",
        allow_abbrev=False,
    )
    _add_recipe(parser)
    return parser


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="a recipe (.json) or a session (.lrgui)")
