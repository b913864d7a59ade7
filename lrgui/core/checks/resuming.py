"""Checks of a training that is saved, rebuilt and loaded: what each order of doing so does to a schedule."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.catalog.workloads import PLATEAU
from lrgui.core.checks.options import error, note, warning
from lrgui.core.checks.turns import Turns
from lrgui.core.pace import is_count, steps_before
from lrgui.core.problems import Problem
from lrgui.core.recipe import RESUME_ORDERS, Recipe, Resume, Scheduler

_ABSOLUTE = ("LambdaLR", "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR")
"""They compute each learning rate from the first one; the others change the present one."""

_WITHOUT_CLOSED_FORM = ("MultiplicativeLR", "SWALR")
"""They go on from the present learning rate even where SequentialLR begins them."""

_RIGHT_ORDER = "In a training, build optimizer and scheduler first, then load the state of both."


def resume_problems(recipe: Recipe, turns: Turns | None) -> Iterator[Problem]:
    """Yield what is wrong with resuming, and what the chosen order does to the schedule, if its `turns` are known."""
    run, resume = recipe.run, recipe.run.resume
    if resume is None:
        return
    if resume.order not in RESUME_ORDERS:
        yield error("run.resume.order", f"order must be one of {', '.join(RESUME_ORDERS)}.")
        return
    if type(resume.step) is not int or resume.step < 0:
        yield error("run.resume.step", "step must be a whole number, 0 or more.")
        return
    if not is_count(run.steps):
        return
    if resume.step >= run.steps:
        message = f"Step {resume.step} never comes: the last one of the run is {run.steps - 1}."
        yield warning("run.resume.step", message)
    elif resume.order != "build_then_load":
        yield from _order_problems(recipe, resume, turns)


def _order_problems(recipe: Recipe, resume: Resume, turns: Turns | None) -> Iterator[Problem]:
    scheduler = recipe.scheduler
    if scheduler is None:
        message = "Without a scheduler the order makes no difference to the learning rate."
        yield note("run.resume.order", message)
        return
    if turns is None:
        return
    made = steps_before(recipe.run, resume.step)
    describe = {
        "load_then_build": _load_then_build,
        "scheduler_only": _scheduler_only,
        "optimizer_only": _optimizer_only,
    }[resume.order]
    damage = describe(scheduler, turns, made)
    if damage:
        yield warning("run.resume.order", f"After the resume at optimizer step {resume.step} {damage}", _RIGHT_ORDER)
    else:
        message = f"This order does no harm to {scheduler.class_name} here, but it does to other schedulers."
        yield note("run.resume.order", message, _RIGHT_ORDER)


def _load_then_build(root: Scheduler, turns: Turns, made: int) -> str:
    changing = [one.class_name for _, one in root.walk() if _changes_when_built(one)]
    if not changing:
        return ""
    cause = f"building {' and '.join(dict.fromkeys(changing))} on the loaded optimizer changes it a second time"
    return f"the learning rate is wrong {_until(root, turns, made)}, because {cause}."


def _scheduler_only(root: Scheduler, turns: Turns, made: int) -> str:
    if made == 0:
        return ""
    cause = "the optimizer's state is not loaded and its learning rate is back at the start of the schedule"
    return f"the learning rate is wrong {_until(root, turns, made)}, because {cause}."


def _optimizer_only(root: Scheduler, _: Turns, made: int) -> str:
    leaves = {one.class_name for _, one in root.walk() if not one.schedulers}
    if made == 0 or leaves == {"ExponentialLR"}:
        return ""
    if root.class_name == PLATEAU:
        return f"{PLATEAU} has forgotten the best metric and how long it has waited, so that it reduces later."
    start = "its first learning rate" if leaves & {*_ABSOLUTE} else "the learning rate that was reached"
    return f"the schedule starts over at {start}, because the scheduler's state is not loaded."


def _changes_when_built(scheduler: Scheduler) -> bool:
    if scheduler.class_name == "MultiStepLR":
        milestones = scheduler.options.get("milestones")
        return isinstance(milestones, tuple) and 0 in milestones
    return scheduler.class_name in (*_ABSOLUTE, "ConstantLR", "LinearLR", "SequentialLR")


def _until(root: Scheduler, turns: Turns, made: int) -> str:
    """Say until when the learning rate is wrong after the scheduler has made that many steps."""
    if _is_set_anew(root, "scheduler", turns, made + 1):
        return "until the scheduler's next step"
    anew = [turn.first for place, one in root.walk() for turn in turns[place] if _begins_anew(one, turn.started)]
    later = min((step for step in anew if step > made + 1), default=None)
    return "to the end of the run" if later is None else f"until the milestone at the scheduler's step {later}"


def _begins_anew(scheduler: Scheduler, started: bool) -> bool:
    return started and not scheduler.schedulers and scheduler.class_name not in _WITHOUT_CLOSED_FORM


def _is_set_anew(scheduler: Scheduler, place: str, turns: Turns, step: int) -> bool:
    """Say whether a scheduler sets the learning rate from the first one at a step of the root."""
    children = [(child, f"{place}.schedulers[{index}]") for index, child in enumerate(scheduler.schedulers)]
    if children:
        return any(_is_set_anew(child, child_place, turns, step) for child, child_place in children)
    turn = next((turn for turn in turns[place] if turn.first <= step <= turn.last), None)
    if turn is None:
        return False
    return scheduler.class_name in _ABSOLUTE or _begins_anew(scheduler, turn.started)
