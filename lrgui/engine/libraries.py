"""Classes of other libraries, looked up by their dotted paths. A library runs its own code once it is imported.

Importing this module does not import torch; looking a class up does.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.known import Finding, Refusal, Wanted
from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES, library_complaint, library_of, path_complaint
from lrgui.core.errors import LrguiError
from lrgui.engine.installed import is_installed, lies_in_current_folder, without_current_folder
from lrgui.engine.runner import warm_up
from lrgui.engine.thread_warnings import heard_by

_classes: dict[Wanted, Any] = {}


class _RefusedError(LrguiError):
    """A class that cannot be had."""

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.refusal = Refusal(message, way_out)


def look_up(wanted: Wanted, trusted: Collection[str]) -> Finding:
    """Return what there is to know of a class, or why it cannot be had; its library is imported if it is `trusted`.

    Whatever the library raises becomes a sentence, and what it prints is dropped.
    """
    try:
        made_by, entry = _find(wanted, trusted)
    except _RefusedError as error:
        _classes.pop(wanted, None)
        return Finding(wanted, error.refusal)
    _classes[wanted] = made_by
    return Finding(wanted, entry)


def found_class(wanted: Wanted) -> Any:
    """Return the class or function that was looked up.

    Raises:
        LookupError: when it was not, or could not be had.
    """
    try:
        return _classes[wanted]
    except KeyError:
        raise LookupError(f"{wanted.class_name} was not looked up in its library") from None


def _find(wanted: Wanted, trusted: Collection[str]) -> tuple[Any, Entry]:
    path = wanted.class_name
    complaint = path_complaint(path)
    if complaint:
        raise _RefusedError(f"{path!r:.100} {complaint}.")
    library, *names = path.split(".")
    if library == "torch":
        raise _RefusedError("torch's own classes go by their name alone.", f"Write {names[-1]}.")
    _check_library(library, trusted)
    with _importing(library):
        thing: Any = import_module(library)
        for index, name in enumerate(names, start=1):
            thing = _member(thing, name, library, ".".join(path.split(".")[:index]))
        _check_origin(thing, path)
        _check_use(thing, wanted)
        return thing, _entry(wanted, thing)


def _check_library(library: str, trusted: Collection[str]) -> None:
    complaint = library_complaint(library)
    if complaint:
        raise _RefusedError(f"{library} {complaint}.")
    if library not in trusted:
        message = f"{library} is not on the list of trusted libraries, so nothing of it is imported."
        raise _RefusedError(message, "If you trust it, add it under Edit > Libraries.")
    if is_installed(library):
        return
    if lies_in_current_folder(library):
        message = f"{library} lies in the current folder only, from which nothing is imported."
        raise _RefusedError(message, "Install it, or start lrgui in another folder.")
    install = f"pip install {TRUSTED_LIBRARIES[library]}" if library in TRUSTED_LIBRARIES else "install it"
    raise _RefusedError(f"{library} is not installed.", f"In lrgui's own Python environment: {install}.")


def _member(holder: Any, name: str, library: str, path: str) -> Any:
    """Return what a module of the library calls `name`; a submodule is imported if need be."""
    if not isinstance(holder, ModuleType) or library_of(holder.__name__) != library:
        raise _RefusedError(f"{path} is no module of {library}.")
    missing = object()
    found = getattr(holder, name, missing)
    if found is not missing:
        return found
    submodule = f"{holder.__name__}.{name}"
    try:
        return import_module(submodule)
    except ModuleNotFoundError as error:
        if error.name not in (submodule, holder.__name__):
            raise
    raise _RefusedError(f"{path} has no {name}.")


def _check_origin(thing: Any, path: str) -> None:
    """Refuse what a library has from elsewhere, so that trust in one is no trust in all that it imports."""
    if not isinstance(thing, type | FunctionType):
        raise _RefusedError(f"{path} is neither a class nor a function.")
    origin = str(thing.__module__)
    if library_of(origin) == "torch":
        raise _RefusedError(f"{path} is torch's own {thing.__name__}.", f"Write {thing.__name__}.")
    if library_of(origin) != library_of(path):
        raise _RefusedError(f"{path} is not {library_of(path)}'s own: it comes from {origin}.")


def _check_use(thing: Any, wanted: Wanted) -> None:
    from torch.optim import Optimizer

    from lrgui.engine.signatures import parameters_of

    path, is_class = wanted.class_name, isinstance(thing, type)
    is_optimizer = is_class and issubclass(thing, Optimizer)
    try:
        first = parameters_of(thing)[0].name
    except (IndexError, TypeError, ValueError):
        raise _RefusedError(f"{path} does not tell what arguments it takes.") from None
    if wanted.noun == "optimizer":
        if not is_optimizer:
            raise _RefusedError(f"{path} is no optimizer: it is not derived from torch.optim.Optimizer.")
        if first != "params":
            raise _RefusedError(f"{path} takes {first} where an optimizer takes the parameters of a model.")
    elif is_optimizer or first != "optimizer" or (is_class and not callable(getattr(thing, "step", None))):
        what = "a class with a method step, or a function, whose first argument is the optimizer"
        raise _RefusedError(f"{path} is no scheduler: that would be {what}.")


def _entry(wanted: Wanted, made_by: Any) -> Entry:
    from lrgui.engine.signatures import UneditableError, entry_of

    try:
        return entry_of(wanted.class_name, made_by)
    except UneditableError as error:
        message = f"{wanted.class_name} needs {error}, which is no plain value and cannot be written in a recipe."
        raise _RefusedError(message) from None


@contextmanager
def _importing(library: str) -> Iterator[None]:
    """Import with as little effect as can be: in silence, and with one sentence for whatever goes wrong."""
    # torch first and as a whole: beside a preview that imports it, importing a part of it would find it half-made.
    warm_up()
    from lrgui.engine.failures import sentence

    silence = _Silence()
    try:
        with without_current_folder(), redirect_stdout(silence), redirect_stderr(silence), heard_by(_ignore):
            yield
    except (LrguiError, KeyboardInterrupt):
        raise
    except BaseException as error:
        # A library may even end the process.
        message = f"{library} cannot be imported: {sentence(error):.300} ({type(error).__name__})."
        raise _RefusedError(message) from error


class _Silence(io.TextIOBase):
    """Takes what is printed and keeps nothing of it. It is never closed, for a library may hold on to it."""

    def write(self, text: str, /) -> int:
        return len(text)


def _ignore(_: str) -> None:
    """Hear a warning that is meant for the library's own developers."""
