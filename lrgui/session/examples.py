"""The example sessions that come with lrgui."""

from __future__ import annotations

from pathlib import Path

from lrgui.resources import resource_folder


def example_files() -> tuple[Path, ...]:
    """Return the example sessions, each with its recorded run, in the order in which a menu shows them."""
    return tuple(sorted(resource_folder("examples").glob("*.lrgui"), key=lambda path: path.stem.casefold()))
