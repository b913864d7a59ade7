"""Which libraries are installed, found out without importing them."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import RLock

from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES

_path_changes = RLock()


def is_installed(library: str) -> bool:
    """Say whether a library can be imported from anywhere but the current folder."""
    with without_current_folder():
        return _is_found(library)


def lies_in_current_folder(library: str) -> bool:
    """Say whether a library that is not installed would be found in the current folder."""
    return _is_found(library)


def installed_version(library: str) -> str | None:
    """Return the version of a library, empty where it does not tell, None where it is not installed."""
    # Here, because it would add 40 ms to every start.
    from importlib.metadata import PackageNotFoundError, packages_distributions, version

    if not is_installed(library):
        return None
    with suppress(PackageNotFoundError):
        return version(TRUSTED_LIBRARIES.get(library, library))
    # It goes by another name where it comes from, which only a look at all of them tells.
    names = packages_distributions().get(library, [])
    return version(names[0]) if names else ""


@contextmanager
def without_current_folder() -> Iterator[None]:
    """Keep Python from finding modules in the current folder, where anybody's download may lie.

    `python -m` and the interactive interpreter look there first.
    """
    with _path_changes:
        before = list(sys.path)
        sys.path[:] = [entry for entry in before if not _is_current_folder(entry)]
        kept = len(sys.path)
        try:
            yield
        finally:
            # What a library has added for itself meanwhile stays.
            sys.path[:] = [*before, *sys.path[kept:]]


def _is_current_folder(entry: str) -> bool:
    if not entry:
        return True
    try:
        return Path(entry).samefile(os.curdir)
    except OSError:
        return False


def _is_found(library: str) -> bool:
    # Something may have been installed since the last look.
    importlib.invalidate_caches()
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False
