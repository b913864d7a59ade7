"""Two runs held against each other: what the second panel shows of it, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lrgui.core.alignment import ComparisonKind
from lrgui.core.derived import compared, with_series
from lrgui.core.pace import recorded_steps
from lrgui.core.recipe import Run
from lrgui.session.values import Comparison, RecordedRun, View
from lrgui.ui.curves import stretch_of
from lrgui.ui.plot.curve import Curve
from lrgui.ui.runs import Runs

_SIGNS: Mapping[ComparisonKind, str] = {"difference": "−", "ratio": "/"}


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """The runs of a comparison."""

    kind: ComparisonKind
    run: RecordedRun
    reference: RecordedRun

    @property
    def name(self) -> str:
        """The comparison as it is written: `Run 3 − Run 1`."""
        return f"{self.run.name} {_SIGNS[self.kind]} {self.reference.name}"

    def curves(self, view: View, counted: Run, colours: Mapping[str, int]) -> tuple[Curve, ...]:
        """Return a curve for every group that both runs have, aligned as the view says.

        `counted` is the run whose steps the x axis counts. There are none where one of the two lacks the series.
        """
        sides = [with_series(side.trace, view.series, side.recipe) for side in (self.run, self.reference)]
        if sides[0] is None or sides[1] is None:
            return ()
        planned = recorded_steps(self.run.recipe.run), recorded_steps(self.reference.recipe.run)
        trace = compared(sides[0], sides[1], view.series, self.kind, view.x_axis, planned)
        stretch = stretch_of(self.run.recipe.run, counted, view.x_axis)
        key = f"{self.kind}/{self.run.id}/{self.reference.id}/{view.series}"
        return tuple(
            Curve(f"{key}/{group}", group, trace, column, colours[group], stretch=stretch)
            for column, group in enumerate(trace.groups)
        )


def compared_runs(comparison: Comparison | None, runs: Runs) -> ComparedRuns | None:
    """Return the runs that a comparison names, None where there is none or one of them is gone."""
    if comparison is None:
        return None
    run, reference = runs.by_id(comparison.run), runs.by_id(comparison.reference)
    return None if run is None or reference is None else ComparedRuns(comparison.kind, run, reference)
