"""What the command line says: lines on standard error, bytes on standard output, progress where there is a terminal."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lrgui.core.errors import LrguiError

if TYPE_CHECKING:
    from lrgui.session.progress import Progress


UNUSABLE = 2
"""The exit status for a file or an argument that cannot be used, and for a run that could not go on."""


class UsageError(LrguiError):
    """A file or an argument that cannot be used."""


def complain(message: str) -> int:
    """Say what is wrong in one line on standard error, and return the exit status for it."""
    say(message)
    return UNUSABLE


def say(message: str) -> None:
    """Say one line on standard error."""
    # Where standard error leads nowhere (a full disk), the exit status still tells.
    with suppress(OSError):
        print(f"lrgui: {one_line(message)}", file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """Return `text` on one line; what would move a terminal's cursor or change its colours is written out."""
    line = " ".join(text.split())
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)


def stand_in_for_closed_streams() -> None:
    """Where a standard stream is closed, let messages go nowhere, and no file opened later take its number."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open for as long as the process


def print_bytes(blocks: Iterable[bytes]) -> None:
    """Write to standard output in UTF-8 with plain line ends, wherever it leads."""
    from lrgui.session.atomic import reason

    if sys.stdout is None:
        raise UsageError("standard output: cannot be written: it is closed")
    try:
        for block in blocks:
            sys.stdout.buffer.write(block)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted. Python flushes once more at exit: let it have somewhere to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise UsageError(f"standard output: cannot be written: {reason(error)}") from error


@contextmanager
def warnings_in_one_line() -> Iterator[None]:
    """Tell what torch warns about as one line each, without the place in torch's source."""

    def show(message: Warning | str, category: type[Warning], *place: object, **more: object) -> None:
        say(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


@contextmanager
def progress_bar(steps: int) -> Iterator[Progress]:
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
