"""Checks of how the recipe is executed, and of the memory that it takes."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.catalog import KNOWN_OPTIMIZERS, METRICS, WORKLOADS
from lrgui.core.catalog.applied import APPLIED_RATE
from lrgui.core.catalog.libraries import is_dotted
from lrgui.core.catalog.run import CONDITIONS, RUN
from lrgui.core.catalog.workloads import PLATEAU, uses_metric
from lrgui.core.checks.conditions import are_skips_right, condition_problems, joining_count
from lrgui.core.checks.expressions import evaluation_problem
from lrgui.core.checks.options import choice_problems, error, find_entry, note, value_problems
from lrgui.core.checks.turns import Turns
from lrgui.core.groups import Parameter, ResolvedGroup
from lrgui.core.pace import is_count, recorded_steps, scheduler_steps
from lrgui.core.problems import Problem
from lrgui.core.recipe import MAX_STEPS, Choice, Recipe

BYTES_PER_TWO_CELLS = 17
"""Two doubles, and their share of the pyramid that the plot draws from."""

BYTES_PER_ELEMENT = 4 * 4
"""Single precision: the weights, their gradients and two buffers of the optimizer."""


def run_problems(recipe: Recipe, resolved: tuple[ResolvedGroup, ...] | None, turns: Turns | None) -> Iterator[Problem]:
    """Yield what is wrong with the run.

    `resolved` are the groups and `turns` those of the schedulers, None where they are unknown.
    """
    run = recipe.run
    for field in (*RUN.fields, *CONDITIONS.fields):
        yield from value_problems(field, getattr(run, field.name), f"run.{field.name}")
    yield from condition_problems(recipe, resolved, turns)
    yield from choice_problems(WORKLOADS, run.workload, "run.workload", "workload")
    yield from _metric_problems(recipe, run.metric)


def _can_be_run(steps: int) -> bool:
    return is_count(steps) and steps <= MAX_STEPS


def trace_size(recipe: Recipe, group_count: int) -> int:
    """Return the bytes that the trace takes: recorded steps times columns, 0 when no run makes that many steps.

    The columns of groups that join later are there from the beginning.
    """
    if not _can_be_run(recipe.run.steps) or not are_skips_right(recipe.run):
        return 0
    optimizer = find_entry(KNOWN_OPTIMIZERS, recipe.optimizer.class_name)
    names = {field.name for field in optimizer.fields} if optimizer else set()
    series = 1 + bool(names & {"momentum", "betas"}) + ("weight_decay" in names)
    # Which of another library's optimizers have such a rate too is known only once they are built.
    series += optimizer is not None and (optimizer.class_name in APPLIED_RATE or is_dotted(optimizer.class_name))
    columns = series * (group_count + joining_count(recipe))
    return recorded_steps(recipe.run) * columns * BYTES_PER_TWO_CELLS // 2


def model_size(parameters: tuple[Parameter, ...]) -> int:
    """Return the bytes that the weights, their gradients and the optimizer's state take together."""
    return sum(parameter.count for parameter in parameters) * BYTES_PER_ELEMENT


def memory_problems(
    recipe: Recipe, parameters: tuple[Parameter, ...] | None, group_count: int, limit: int
) -> Iterator[Problem]:
    """Yield what does not fit into `limit` bytes."""
    model = model_size(parameters or ())
    trace = trace_size(recipe, group_count)
    if model > limit:
        message = f"The model needs {_in_words(model)} of memory with gradients and optimizer state, {_free(limit)}."
        yield error("model.options", message, "Make it smaller.")
    elif model + trace > limit:
        message = f"Recording every step needs {_in_words(trace)} of memory, {_free(limit - model)}."
        yield error("run.steps", message, "Take fewer steps or fewer groups.")


def _metric_problems(recipe: Recipe, metric: Choice | None) -> Iterator[Problem]:
    wanted = uses_metric(recipe.scheduler)
    if metric is None:
        if wanted:
            yield error("run.metric", f"{PLATEAU} needs a metric.", "Give values or an expression.")
        return
    own = tuple(choice_problems(METRICS, metric, "run.metric", "metric"))
    yield from own
    if not wanted:
        yield note("run.metric", f"The metric is not used: only {PLATEAU} asks for one.")
    elif not own and metric.class_name == "expression" and scheduler_steps(recipe.run):
        yield from evaluation_problem(metric.options["expression"], ("step",), 0, "run.metric.options.expression")


def _in_words(size: int) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.3g} {unit}" if unit != "bytes" else f"{size} bytes"
        size = size / 1024  # type: ignore[assignment]
    return f"{size:.3g} TiB"


def _free(limit: int) -> str:
    return f"and {_in_words(max(limit, 0))} may be used"
