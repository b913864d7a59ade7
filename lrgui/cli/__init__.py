"""The command line. Without a subcommand it opens the window; the subcommands need no display.

Exit status: 0 done; 1 problems found; 2 a file or argument that cannot be used, with one line on standard error; 130
interrupted. Whatever is slow to import (torch, Qt, numpy) is imported by the command that needs it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from lrgui import __version__
from lrgui.cli.arguments import check_parser, trace_parser, window_parser
from lrgui.cli.check import run_check
from lrgui.cli.terminal import complain, print_bytes, stand_in_for_closed_streams
from lrgui.cli.trace import run_trace
from lrgui.core.errors import LrguiError

INTERRUPTED = 130

_COMMANDS = {"trace": (trace_parser, run_trace), "check": (check_parser, run_check)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; `argv` is what follows the program's name."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    stand_in_for_closed_streams()
    try:
        if arguments and arguments[0] in _COMMANDS:
            make_parser, command = _COMMANDS[arguments[0]]
            return command(make_parser().parse_args(arguments[1:]))
        return _window(window_parser().parse_args(arguments))
    except LrguiError as error:
        return complain(str(error))
    except MemoryError:
        return complain("there is not enough memory for this")
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except SystemExit as done:
        # argparse leaves this way once it has printed the help.
        return int(done.code or 0)


def _window(arguments: argparse.Namespace) -> int:
    if arguments.version:
        print_bytes([f"lrgui {__version__}\n".encode()])
        return 0
    if arguments.file is not None:
        from lrgui.session.store import read_recipe

        # A file that is no recipe at all is told here, where it was named; the window reads what runs recorded.
        read_recipe(arguments.file)
    from lrgui import app

    return app.main(arguments.file)
