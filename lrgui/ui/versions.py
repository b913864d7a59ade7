"""Which versions of what run here, as the report of an error has to say."""

from __future__ import annotations

import platform

from lrgui import __version__


def versions_text() -> str:
    """Return one line: lrgui, torch, PySide6, Python and the system, each with its version."""
    # Here, because it would add 40 ms to every start.
    from importlib.metadata import version

    libraries = f"lrgui {__version__}, torch {version('torch')}, PySide6 {version('PySide6-Essentials')}"
    return f"{libraries}, Python {platform.python_version()}, {platform.platform()}"
