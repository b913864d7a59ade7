"""Classes of other libraries in the window: looked up off the interface thread, from libraries that are trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from lrgui.core.catalog.known import Finding, Refusal, Wanted, forget_all, learn, not_found, not_looked_up
from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES
from lrgui.core.recipe import Recipe
from lrgui.engine.installed import installed_version
from lrgui.engine.libraries import look_up
from lrgui.session.libraries import read_libraries, write_libraries
from lrgui.session.progress import Progress
from lrgui.ui.background import Background
from lrgui.ui.document import Document
from lrgui.ui.forms.another_class import AnotherClass


@dataclass(frozen=True, slots=True)
class Library:
    """A trusted library: whether the user has added it, and its version, None where it is not installed."""

    name: str
    own: bool
    version: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The trusted libraries, and what is wrong with the user's list: one sentence, empty where nothing is.

    `aside` is where a damaged list is kept that a new one has replaced.
    """

    libraries: tuple[Library, ...]
    complaint: str = ""
    aside: Path | None = None

    @property
    def own(self) -> tuple[str, ...]:
        """The names that the user has added."""
        return tuple(library.name for library in self.libraries if library.own)


@dataclass(frozen=True, slots=True)
class _Looked:
    findings: tuple[Finding, ...]
    complaint: str


class Libraries(QObject):
    """Looks up what the recipe names and nobody has looked up yet, and what the user asks for.

    Signals:
        looked_up: there is something to know of a class now (a Finding).
        listed: the trusted libraries are known (a Listing).
        told: something to say in the status bar for a while.
        failed: something went wrong: one sentence that stays.
    """

    looked_up = Signal(object)
    listed = Signal(object)
    told = Signal(str)
    failed = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        # Its own thread: importing a library must not keep a file from being saved.
        self._background = Background(self)
        self._pending: set[Wanted] = set()
        document.recipe_changed.connect(self._on_recipe_changed)

    def serve(self, fields: Iterable[AnotherClass]) -> None:
        """Look up what is asked for in these fields."""
        for field in fields:
            field.wanted.connect(self.look_up)
            self.looked_up.connect(field.tell)

    @Slot(object)
    def look_up(self, wanted: Wanted) -> None:
        """Look a class up, again if it was before."""
        self._look_up((wanted,))

    def look_again(self) -> None:
        """Look up anew what the recipe names and could not be had: something may have been installed meanwhile."""
        self._look_up(not_found(self._document.recipe))

    def list_trusted(self) -> None:
        """Find out which libraries are trusted and installed; `listed` tells."""
        self._background.start("Looking at the libraries", _list, self.listed.emit, self.failed.emit)

    def trust(self, own: Iterable[str]) -> None:
        """Make these the libraries that the user has added, and look the recipe's classes up by the new list."""
        job = partial(_write, tuple(own))
        self._background.start("Saving the list of libraries", job, self._on_written, self.failed.emit)

    def shut_down(self) -> None:
        """Wait for the look-up under way and end its thread."""
        self._background.shut_down()

    @Slot(object)
    def _on_recipe_changed(self, recipe: Recipe) -> None:
        self._look_up(not_looked_up(recipe))

    def _look_up(self, wanted: tuple[Wanted, ...]) -> None:
        new = tuple(one for one in wanted if one not in self._pending)
        if not new:
            return
        self._pending.update(new)
        self.told.emit(f"Looking up {_names(new)}…")
        job = partial(_look_up, new)
        self._background.start("Looking up classes", job, self._on_looked_up, self._on_failed)

    def _on_looked_up(self, looked: _Looked) -> None:
        for finding in looked.findings:
            self._pending.discard(finding.wanted)
            learn(finding)
        if looked.complaint:
            self.failed.emit(looked.complaint)
        else:
            refused = tuple(finding.wanted for finding in looked.findings if isinstance(finding.found, Refusal))
            found = tuple(finding.wanted for finding in looked.findings if finding.wanted not in refused)
            texts = (f"Found {_names(found)}" if found else "", f"Cannot use {_names(refused)}" if refused else "")
            self.told.emit("; ".join(filter(None, texts)))
        self._document.revalidate()
        for finding in looked.findings:
            self.looked_up.emit(finding)

    def _on_failed(self, message: str) -> None:
        self._pending.clear()
        self.failed.emit(message)

    def _on_written(self, listing: Listing) -> None:
        forget_all()
        self._document.revalidate()
        self.listed.emit(listing)
        if listing.aside is not None:
            self.told.emit(f"Saved a new list of libraries; the damaged one is kept as {listing.aside}")


def _names(wanted: Iterable[Wanted]) -> str:
    return ", ".join(one.class_name[:60] for one in wanted)


def _look_up(wanted: tuple[Wanted, ...], _: Progress) -> _Looked:
    libraries = read_libraries()
    return _Looked(tuple(look_up(one, libraries.trusted) for one in wanted), libraries.complaint)


def _list(_: Progress) -> Listing:
    libraries = read_libraries()
    own = [name for name in libraries.own if name not in TRUSTED_LIBRARIES]
    names = [*sorted(TRUSTED_LIBRARIES), *own]
    listed = tuple(Library(name, name in own, installed_version(name)) for name in names)
    return Listing(listed, libraries.complaint)


def _write(own: tuple[str, ...], progress: Progress) -> Listing:
    aside = write_libraries(own)
    return replace(_list(progress), aside=aside)
