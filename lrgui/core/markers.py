"""Markers: what happens on the way of a run, at the row that shows it first.

Milestones, skipped steps, groups that join and a resume follow from the recipe. Restarts and drops are found in what
was recorded, by `lrgui.core.jumps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from typing import Literal, get_args

from lrgui.core.checks.turns import Turns, turns_of
from lrgui.core.pace import row_at, rows_before
from lrgui.core.recipe import EveryNth, Recipe, ResumeOrder, Run, Scheduler

MarkerKind = Literal["milestone", "skipped", "unfreeze", "resume", "restart", "drop"]

MARKER_KINDS: tuple[MarkerKind, ...] = get_args(MarkerKind)

MOST_OF_A_KIND = 10_000
"""How many markers of a kind there are at most; the last one says that there is more."""

_EXPLAINS_A_JUMP: tuple[MarkerKind, ...] = ("milestone", "unfreeze", "resume")

_LOADED: dict[ResumeOrder, str] = {
    "build_then_load": "optimizer and scheduler are rebuilt, then both are loaded",
    "load_then_build": "the optimizer is loaded before the scheduler is rebuilt on it",
    "scheduler_only": "optimizer and scheduler are rebuilt, the scheduler alone is loaded",
    "optimizer_only": "optimizer and scheduler are rebuilt, the optimizer alone is loaded",
}


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that happens right before the optimizer step whose row this is; `text` says what, in a line or more.

    What comes after the last step has the row that would have followed.
    """

    kind: MarkerKind
    row: int
    text: str


@lru_cache(maxsize=4)
def planned_markers(recipe: Recipe) -> tuple[Marker, ...]:
    """Return what a recipe that can be built says beforehand, in the order of the rows.

    A milestone of SequentialLR is where a scheduler of it begins; one of MultiStepLR is one too. What comes before the
    first step, or after the last, has no marker: it shows in no row. A skipped step is the exception, since nothing
    else tells of it.
    """
    run = recipe.run
    milestones = () if recipe.scheduler is None else _milestones(recipe.scheduler, run)
    markers = [*milestones, *_joins(run), *_resumes(run)]
    shown = [marker for marker in markers if 0 < marker.row < rows_before(run, run.steps)]
    return _in_order((*_merged(shown), *_skipped(run)))


def with_jumps(planned: Sequence[Marker], jumps: Sequence[Marker]) -> tuple[Marker, ...]:
    """Return all of them by row, both being in that order; a jump that something planned explains is told by that."""
    texts = {jump.row: jump.text for jump in jumps}
    explained = {marker.row for marker in planned if marker.kind in _EXPLAINS_A_JUMP}
    told = (_with_text(marker, texts.get(marker.row, "")) for marker in planned)
    unexplained = (jump for jump in jumps if jump.row not in explained)
    return tuple(sorted((*told, *unexplained), key=attrgetter("row")))


def _with_text(marker: Marker, text: str) -> Marker:
    if not text or marker.kind not in _EXPLAINS_A_JUMP:
        return marker
    return replace(marker, text=f"{marker.text}\n{text}")


def _in_order(markers: Iterable[Marker]) -> tuple[Marker, ...]:
    """Return the markers by row, and those of one row by kind."""
    return tuple(sorted(markers, key=lambda marker: (marker.row, MARKER_KINDS.index(marker.kind))))


def _merged(markers: Iterable[Marker]) -> Iterator[Marker]:
    """Yield one marker for those of a kind at a row."""
    for _, same in groupby(_in_order(markers), key=attrgetter("row", "kind")):
        first, *others = same
        texts = dict.fromkeys([first.text, *(other.text for other in others)])
        yield replace(first, text="\n".join(texts))


def _milestones(root: Scheduler, run: Run) -> Iterator[Marker]:
    turns: Turns = turns_of(root, run) or {}
    schedulers = dict(root.walk())
    for place, own in turns.items():
        scheduler = schedulers[place]
        for turn in own:
            if turn.started:
                yield Marker("milestone", row_at(run, turn.first), f"Milestone: {scheduler.class_name} begins")
            elif scheduler.class_name == "MultiStepLR" and turn.first > 0:
                counts = _counts(scheduler.options.get("milestones"), turn.count, turn.last_count)
                steps = (turn.first + count - turn.count for count in counts)
                yield from (Marker("milestone", row_at(run, step), "Milestone of MultiStepLR") for step in steps)


def _counts(milestones: object, first: int, last: int) -> Iterator[int]:
    """Yield the milestones of a MultiStepLR that it counts to, from `first` to `last`, no more than can be shown."""
    given = milestones if isinstance(milestones, tuple) else ()
    counts = sorted({one for one in given if type(one) is int and first <= one <= last})
    return islice(counts, MOST_OF_A_KIND)


def _joins(run: Run) -> Iterator[Marker]:
    for one in run.unfreeze:
        yield Marker("unfreeze", rows_before(run, one.step), f"Group {one.group!r} joins the optimizer")


def _resumes(run: Run) -> Iterator[Marker]:
    if run.resume is not None:
        row = rows_before(run, run.resume.step)
        yield Marker("resume", row, f"Resume: {_LOADED[run.resume.order]}")


def _skipped(run: Run) -> Iterator[Marker]:
    """Yield one marker for the skipped steps between two rows."""
    if isinstance(run.skipped_steps, EveryNth):
        every, count = run.skipped_steps.every, run.steps // run.skipped_steps.every
        spans = ((step - step // every, step, step) for step in range(every - 1, run.steps, every))
    else:
        listed = sorted({step for step in run.skipped_steps if 0 <= step < run.steps})
        # The number of recorded steps before each; those that follow one another have one row.
        rows = [step - place for place, step in enumerate(listed)]
        by_row = (tuple(same) for _, same in groupby(zip(rows, listed, strict=True), key=itemgetter(0)))
        spans, count = ((same[0][0], same[0][1], same[-1][1]) for same in by_row), len(set(rows))
    for number, (row, first, last) in enumerate(islice(spans, MOST_OF_A_KIND), 1):
        what = f"step {first}" if first == last else f"steps {first} to {last}"
        more = "\nMore steps are skipped later, too many to mark" if number == MOST_OF_A_KIND < count else ""
        yield Marker("skipped", row, f"Skipped: {what} of the training loop{more}")
