"""The strategy of recipes, as JSON, over all that torch's optimizers and schedulers can do.

Most recipes run to their end; some hold a value that torch refuses, some one that it takes and later breaks on.

Not drawn, because lrgui refuses them where torch does not: true and false in place of numbers, fractions for counts of
an optimizer, choices that torch has no use for, options that a class does not have, ReduceLROnPlateau without a metric,
a group that joins twice, and a run of which every step is skipped.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.engine.drawn.optimizers import group_options, optimizer_options
from tests.engine.drawn.schedulers import PLATEAU, Setting, schedulers
from tests.engine.drawn.values import ODD_ONE_IN, Given, Strategy, one_in, switches
from tests.engine.plain_torch import FORMULAS, groups_of

MAX_STEPS = 60
MAX_GROUPS = 4

RESUME_ORDERS = ("build_then_load", "load_then_build", "scheduler_only", "optimizer_only")

_CONDITION_ONE_IN = 5

_PATTERNS = st.sampled_from(["*weight", "*bias", "*", "layers.0.*", "layers.[12].*", "weight", "none*"])


@st.composite
def recipes(draw: st.DrawFn, optimizer: str) -> dict[str, Any]:
    """Draw a recipe with an optimizer of the given class, as JSON."""
    recipe = {"model": draw(_models(optimizer))}
    recipe["optimizer"] = {"class": optimizer, "options": draw(optimizer_options(optimizer))}
    recipe["groups"] = draw(_groups(optimizer, recipe["model"]["class"] == "mlp"))
    trained = sum(not group.frozen for group in groups_of(recipe))
    if not trained and not one_in(draw, ODD_ONE_IN):
        del recipe["groups"][-1]["frozen"]
        trained = 1
    run = draw(_runs(recipe))
    recipe["scheduler"] = draw(schedulers(Setting(optimizer, trained, _scheduler_steps(run))))
    if draw(st.booleans()) or (recipe["scheduler"] or {}).get("class") == PLATEAU:
        run["metric"] = draw(_metrics)
    return {**recipe, "run": run}


def _models(optimizer: str) -> Strategy:
    sizes = {"in_features": st.just(3), "out_features": st.just(2)}
    # Muon takes no vectors; those of the mlp are frozen for it.
    linear = st.fixed_dictionaries({**sizes, "bias": st.just(optimizer != "Muon")})
    mlp = st.fixed_dictionaries({**sizes, "hidden": st.lists(st.integers(1, 2), min_size=1, max_size=2)})
    return _choices("linear", linear) | _choices("mlp", mlp)


def _choices(class_name: str, options: Strategy) -> Strategy:
    return options.map(lambda drawn: {"class": class_name, "options": drawn})


@st.composite
def _groups(draw: st.DrawFn, optimizer: str, layers: bool) -> list[dict[str, Any]]:
    """Draw groups, whose patterns overlap, fit nothing or leave a rest as it comes."""
    biases: Given = {"name": "biases", "match": "*bias", "frozen": True}
    if optimizer == "LBFGS":
        # A frozen group may join later; two are refused from the start.
        every: Given = {"name": "all", "match": "*"}
        two = [every, {"name": "b", "match": "none*"}]
        chosen = draw(st.sampled_from([[], [every], [biases], two if one_in(draw, ODD_ONE_IN) else []]))
        return [{**group, "options": draw(group_options(optimizer))} for group in chosen]
    groups: list[dict[str, Any]] = []
    if optimizer == "Muon" and layers and not one_in(draw, ODD_ONE_IN):
        groups.append({**biases, "options": draw(group_options(optimizer))})
    matches = _PATTERNS | st.lists(_PATTERNS, min_size=1, max_size=2)
    for name in "abcd"[: draw(st.integers(0, MAX_GROUPS - len(groups)))]:
        group = {"name": name, "match": draw(matches), "options": draw(group_options(optimizer))}
        groups.append({**group, "frozen": True} if one_in(draw, 4) else group)
    return groups


@st.composite
def _runs(draw: st.DrawFn, recipe: Given) -> dict[str, Any]:
    steps = draw(st.integers(1, MAX_STEPS))
    run: dict[str, Any] = {"steps": steps, "steps_per_epoch": draw(st.integers(1, 7))}
    run["interval"] = draw(st.sampled_from(["step", "step", "epoch"]))
    # Some moments lie beyond the run.
    at = st.integers(0, steps + 1)
    conditions: dict[str, Strategy] = {
        "frequency": st.integers(1, 3),
        "calls": st.integers(1, 3),
        "skipped_steps": _skipped_steps(steps) | st.builds(dict, every=st.integers(2, 9)),
        "order": st.just("scheduler_first"),
        "resume": st.builds(dict, step=at, order=st.sampled_from(RESUME_ORDERS)),
    }
    for name, values in conditions.items():
        if one_in(draw, _CONDITION_ONE_IN):
            run[name] = draw(values)
    frozen = [group["name"] for group in recipe["groups"] if group.get("frozen")]
    if frozen and draw(switches):
        names: Strategy = st.lists(st.sampled_from(frozen), min_size=1, unique=True)
        run["unfreeze"] = [{"group": name, "step": draw(at)} for name in draw(names)]
    return run


@st.composite
def _skipped_steps(draw: st.DrawFn, steps: int) -> list[int]:
    made = draw(st.integers(0, steps - 1))
    return draw(st.lists(st.sampled_from([step for step in range(steps + 2) if step != made]), max_size=5, unique=True))


def _scheduler_steps(run: Given) -> int:
    every = run.get("frequency", 1) * (run["steps_per_epoch"] if run["interval"] == "epoch" else 1)
    return int(run["steps"] // every * run.get("calls", 1))


_metrics = _choices(
    "values",
    st.fixed_dictionaries({"values": st.lists(st.floats(-2.0, 2.0) | st.integers(0, 3), min_size=1, max_size=8)}),
) | _choices(
    "expression", st.fixed_dictionaries({"expression": st.sampled_from([text.format(n="step") for text in FORMULAS])})
)
