"""First values for a start, fitted to the length of the run and to the optimizer's learning rates."""

from __future__ import annotations

import math

from lrgui.core.catalog import KNOWN_OPTIMIZERS
from lrgui.core.checks.groups import check_model, has_patterns
from lrgui.core.checks.options import find_entry
from lrgui.core.fields import Field, Kind
from lrgui.core.groups import resolve_groups, trained_groups
from lrgui.core.pace import scheduler_interval, scheduler_steps
from lrgui.core.recipe import Options, Recipe, Run, Value
from lrgui.core.starts.start import Start

_RATE_WITHOUT_OPTIMIZER = 1e-3
"""In place of a learning rate that cannot be used."""

_SHORTEST_CYCLE = 4
"""With the usual pct_start of 0.3 a cycle of fewer steps has no way up."""


def starting_values(start: Start, recipe: Recipe) -> Options:
    """Return good first values for every field of `start`.

    The schedule lasts as long as the run: its total is the number of the scheduler's steps, a twentieth of them is
    warm-up. Peaks are the learning rates that optimizer and groups have. A run too short for the schedule gets the
    shortest that there is.
    """
    fitted = {**_lengths(start, recipe.run), **_rates(recipe), "cycle_momentum": _has_momentum(recipe)}
    return Options({field.name: _first_value(field, fitted) for field in start.fields})


def _first_value(field: Field, fitted: dict[str, Value]) -> Value:
    value = fitted.get(field.name)
    if field.kind is Kind.INTEGER and isinstance(value, int):
        value = max(value, int(field.minimum))
    if value is not None and field.check(value) is None:
        return value
    return field.initial if field.start is None else field.start


def _lengths(start: Start, run: Run) -> dict[str, Value]:
    """Return counts of the scheduler's steps by the names of fields."""
    made = scheduler_steps(run)
    if made is None:
        run = Run()
        made = run.steps
    used = made if run.order == "optimizer_first" and run.steps % scheduler_interval(run) == 0 else made + 1
    warmup = min(made - 1, max(1, made // 20))
    return {
        # One cycle is at its end one step earlier than the others, and goes wrong where the run goes on.
        "total_steps": max(used, _SHORTEST_CYCLE) if start.key == "one_cycle" else made,
        "num_training_steps": made,
        "warmup_steps": warmup,
        "num_warmup_steps": warmup,
        "decay_steps": made // 5,
        "num_decay_steps": max(1, made // 5),
        "step_size": -(-used // 3),
        "T_0": -(-used // 4),
    }


def _rates(recipe: Recipe) -> dict[str, Value]:
    """Return learning rates by the names of fields."""
    rate = _optimizer_option(recipe, "lr")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 < rate < math.inf:
        rate = _RATE_WITHOUT_OPTIMIZER
    return {"lr_init": rate, "min_lr": rate / 10, "lr_end": min(1e-7, rate / 10), "max_lr": _peak(recipe, rate)}


def _peak(recipe: Recipe, rate: float) -> Value:
    """Return the groups' learning rates, as a single one where they agree; `rate` is the optimizer's."""
    _, parameters = check_model(recipe.model)
    if parameters is None or not all(map(has_patterns, recipe.groups)):
        return rate
    groups = trained_groups(resolve_groups(recipe, parameters))
    rates = tuple(group.options.get("lr", rate) for group in groups)
    return rates[0] if len(set(rates)) == 1 else rates or rate


def _has_momentum(recipe: Recipe) -> bool:
    """Say whether there is a momentum that can move; one of 0 would be switched on by it."""
    return bool(_optimizer_option(recipe, "momentum") or _optimizer_option(recipe, "betas"))


def _optimizer_option(recipe: Recipe, name: str) -> Value:
    entry = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
    return None if entry is None else entry.with_defaults(recipe.optimizer.options).get(name)
