"""The catalog against torch itself: names, order, defaults and bounds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from lrgui.core.catalog import METRICS, MODELS, OPTIMIZERS, SCHEDULERS, WORKLOADS, Entry
from lrgui.core.fields import Field, Kind

OPTIMIZER_CLASSES = {
    name: value
    for name, value in vars(torch.optim).items()
    if inspect.isclass(value) and issubclass(value, torch.optim.Optimizer) and value is not torch.optim.Optimizer
}
SCHEDULER_CLASSES = {
    **{name: getattr(lr_scheduler, name) for name in lr_scheduler.__all__ if name != "LRScheduler"},
    "SWALR": SWALR,
}
ENTRIES = {**OPTIMIZERS, **SCHEDULERS, **MODELS, **WORKLOADS, **METRICS}
TORCH_CLASSES = {**OPTIMIZER_CLASSES, **SCHEDULER_CLASSES}
FIELDS = [
    (entry, field) for entry in (*OPTIMIZERS.values(), *SCHEDULERS.values()) for field in entry.fields if field.of_torch
]


def test_no_class_of_torch_is_missing() -> None:
    assert set(OPTIMIZERS) == set(OPTIMIZER_CLASSES)
    assert set(SCHEDULERS) == set(SCHEDULER_CLASSES)
    assert len(OPTIMIZERS) == 15
    assert len(SCHEDULERS) == 16


@pytest.mark.parametrize("entry", [*OPTIMIZERS.values(), *SCHEDULERS.values()], ids=lambda entry: entry.class_name)
def test_arguments_are_torchs_own_in_name_order_and_default(entry: Entry) -> None:
    signature = inspect.signature(TORCH_CLASSES[entry.class_name])
    arguments = [
        argument
        for argument in signature.parameters.values()
        if argument.name not in ("params", "optimizer", "schedulers")
    ]
    of_torch = [field for field in entry.fields if field.of_torch]
    assert [field.name for field in of_torch] == [argument.name for argument in arguments]
    for field, argument in zip(of_torch, arguments, strict=True):
        assert field.required == (argument.default is inspect.Parameter.empty)
        if not field.required:
            assert field.default == argument.default
            assert type(field.default) is type(argument.default)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.class_name)
def test_defaults_and_starts_are_right_by_the_fields_own_check(entry: Entry) -> None:
    starting = entry.starting_options()
    for field in entry.fields:
        assert field.help.endswith(".")
        assert len(field.help) < 110
        if not field.required:
            assert field.check(field.default) is None
        if field.name in starting:
            assert field.check(starting[field.name]) is None
        for condition in field.relevant_when:
            assert entry.field(condition.field) is not None
    assert {field.name for field in entry.fields if field.required} <= set(starting)


def test_only_the_composites_carry_schedulers() -> None:
    composites = {name for name, entry in SCHEDULERS.items() if entry.composite}
    assert composites == {
        name for name, cls in SCHEDULER_CLASSES.items() if "schedulers" in inspect.signature(cls).parameters
    }


@pytest.mark.parametrize(
    ("class_name", "name", "options", "relevant"),
    [
        ("SGD", "nesterov", {}, False),
        ("SGD", "nesterov", {"momentum": 0.9}, True),
        ("SGD", "dampening", {"momentum": 0.0}, False),
        ("OneCycleLR", "epochs", {}, True),
        ("OneCycleLR", "epochs", {"total_steps": 10}, False),
        ("OneCycleLR", "base_momentum", {"cycle_momentum": False}, False),
        ("CyclicLR", "gamma", {}, False),
        ("CyclicLR", "gamma", {"mode": "exp_range"}, True),
        ("CyclicLR", "mode", {"scale_fn": "1/x"}, False),
        ("CyclicLR", "scale_mode", {}, False),
    ],
)
def test_options_that_do_not_apply_are_known(class_name: str, name: str, options: Any, relevant: bool) -> None:
    entry = ENTRIES[class_name]
    field = entry.field(name)
    assert field is not None
    assert field.is_relevant(entry.with_defaults(options)) is relevant


def numbers_inside(field: Field) -> list[Any]:
    """The ends of the bounds (or just inside) and something beyond a missing end."""
    if field.kind is Kind.INTEGER or field.kind is Kind.INTEGERS:
        low = int(field.minimum) if field.minimum > -1e9 else -5
        high = int(field.maximum) if field.maximum < 1e6 else 5
        return [low, high]
    low = field.minimum if field.minimum > -1e9 else -2.5
    high = field.maximum if field.maximum < 1e9 else 2.5
    return [low + 1e-6 if field.open_minimum else float(low), high - 1e-6 if field.open_maximum else float(high)]


def values_inside(field: Field) -> list[Any]:
    match field.kind:
        case Kind.BOOLEAN:
            return [True, False, *([None] if field.optional else [])]
        case Kind.CHOICE:
            return [*field.choices, *([None] if field.optional else [])]
        case Kind.EXPRESSION:
            return [lambda _: 0.5, *([[lambda _: 0.5, lambda _: 0.6]] if field.per_group else [])]
        case Kind.FLOATS | Kind.INTEGERS:
            return [[number] * (field.length or 1) for number in numbers_inside(field)]
        case _:
            numbers = numbers_inside(field)
            return [*numbers, *([numbers] if field.per_group else [])]


def build(entry: Entry, options: dict[str, Any]) -> Any:
    """Build the class with `options` over two groups; whatever torch raises comes out."""
    groups = [
        {"params": [torch.nn.Parameter(torch.ones(2, 2))]} for _ in range(1 if entry.class_name == "LBFGS" else 2)
    ]
    if entry.class_name in OPTIMIZERS:
        return OPTIMIZER_CLASSES[entry.class_name](groups, **options)
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    scheduler_class: Callable[..., Any] = SCHEDULER_CLASSES[entry.class_name]
    if entry.composite:
        options = {**options, "schedulers": [lr_scheduler.StepLR(optimizer, 3), lr_scheduler.StepLR(optimizer, 3)]}
    return scheduler_class(optimizer=optimizer, **options)


def construct(entry: Entry, options: dict[str, Any]) -> None:
    """Build the class with `options` and make a few steps; whatever torch raises comes out."""
    built = build(entry, options)
    if entry.class_name in OPTIMIZERS:
        for _ in range(2):
            step_with_gradients(built)
        return
    for _ in range(9):
        built.optimizer.step()
        built.step(*([1.0] if entry.class_name == "ReduceLROnPlateau" else []))


def step_with_gradients(optimizer: torch.optim.Optimizer) -> None:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    sparse = isinstance(optimizer, torch.optim.SparseAdam)

    def closure() -> float:
        for parameter in parameters:
            gradient = 0.5 * parameter.detach()
            parameter.grad = gradient.to_sparse() if sparse else gradient
        return 1.0

    closure()
    optimizer.step(closure)


REQUIRED_OPTIONS: dict[str, dict[str, Any]] = {
    "LambdaLR": {"lr_lambda": lambda _: 0.5},
    "MultiplicativeLR": {"lr_lambda": lambda _: 0.5},
    "StepLR": {"step_size": 3},
    "MultiStepLR": {"milestones": [3]},
    "ExponentialLR": {"gamma": 0.9},
    "CosineAnnealingLR": {"T_max": 8},
    "CosineAnnealingWarmRestarts": {"T_0": 3},
    "CyclicLR": {"base_lr": 0.1, "max_lr": 0.2},
    "OneCycleLR": {"max_lr": 0.1, "total_steps": 10},
    "SequentialLR": {"milestones": [5]},
    "SWALR": {"swa_lr": 0.1},
}

# Options whose end of the bounds is right only together with others; `lrgui.core.checks` looks at them together.
TOGETHER = {
    *(("SGD", name) for name in ("nesterov", "differentiable")),
    ("Rprop", "etas"),
    ("OneCycleLR", "total_steps"),
    ("SequentialLR", "milestones"),
    ("ConstantLR", "factor"),
    ("CyclicLR", "step_size_up"),
    *((name, "capturable") for name in OPTIMIZERS),
    *((name, "differentiable") for name in OPTIMIZERS),
}


@pytest.mark.parametrize(("entry", "field"), FIELDS, ids=lambda value: getattr(value, "class_name", None) or value.name)
def test_torch_takes_the_values_inside_the_bounds(entry: Entry, field: Field) -> None:
    if (entry.class_name, field.name) in TOGETHER:
        return
    for value in values_inside(field):
        if field.name == "last_epoch" and value != -1:
            continue  # needs an earlier run
        construct(entry, {**REQUIRED_OPTIONS.get(entry.class_name, {}), field.name: value})


def numbers_beyond(field: Field) -> list[Any]:
    """Just beyond each bound."""
    move = 1 if field.is_whole else 0.25
    numbers: list[float] = []
    if field.minimum > -1e9:
        numbers.append(field.minimum if field.open_minimum else field.minimum - move)
    if field.maximum < 1e9:
        numbers.append(field.maximum if field.open_maximum else field.maximum + move)
    return [int(number) if field.is_whole else float(number) for number in numbers]


def as_value(field: Field, number: float) -> Any:
    return (number,) * (field.length or 1) if field.kind in (Kind.FLOATS, Kind.INTEGERS) else number


def values_beyond(field: Field) -> list[Any]:
    if field.kind is Kind.CHOICE:
        return ["something else"]
    return [as_value(field, number) for number in numbers_beyond(field)]


def takes(entry: Entry, field: Field, value: Any) -> bool:
    """Say whether torch's constructor takes the value."""
    options = {**REQUIRED_OPTIONS.get(entry.class_name, {}), field.name: value}
    try:
        build(entry, options)
    except Exception:
        return False
    return True


# Refused by the form although torch's constructor takes it: no schedule and no update is out of reach by that.
WITHOUT_MEANING = {
    ("LBFGS", "line_search_fn"): "the first step with gradients raises a RuntimeError",
    ("CyclicLR", "scale_mode"): "anything but cycle is taken for iterations",
    ("OneCycleLR", "epochs"): "not looked at beside total_steps",
    ("OneCycleLR", "steps_per_epoch"): "not looked at beside total_steps",
}

# Zero is divided by while it is built, which `lrgui.core.checks` knows; beyond it torch takes what it is given.
ZERO_ALONE = {("OneCycleLR", "div_factor"), ("OneCycleLR", "final_div_factor"), ("CyclicLR", "step_size_up")}

BOUNDED = [(entry, field) for entry, field in FIELDS if field.name != "last_epoch"]  # that needs an earlier run


@pytest.mark.parametrize(("entry", "field"), BOUNDED, ids=lambda one: getattr(one, "class_name", None) or one.name)
def test_a_bound_is_torchs_own_or_says_what_comes_beyond_it(entry: Entry, field: Field) -> None:
    for value in values_beyond(field):
        refused = field.check(value) is not None
        assert refused is (field.doubt(value) is None)
        if (entry.class_name, field.name) in ZERO_ALONE:
            assert not takes(entry, field, value)
            assert takes(entry, field, -1)
        else:
            expected = not refused or (entry.class_name, field.name) in WITHOUT_MEANING
            assert takes(entry, field, value) is expected, f"{field.name}={value}"


# Refused by the form although torch's constructor takes it: none of them shapes a schedule.
WHOLE_BY_MEANING = {
    *(("LBFGS", name) for name in ("max_iter", "max_eval", "history_size")),
    ("Muon", "ns_steps"),
    ("OneCycleLR", "epochs"),
    ("OneCycleLR", "steps_per_epoch"),
}


@pytest.mark.parametrize(("entry", "field"), BOUNDED, ids=lambda one: getattr(one, "class_name", None) or one.name)
def test_a_fraction_is_refused_by_torch_too_or_says_what_comes_of_it(entry: Entry, field: Field) -> None:
    if not field.is_whole:
        assert not field.fraction
        return
    value = as_value(field, 2.5)
    refused = field.check(value) is not None
    assert refused is not bool(field.fraction)
    assert takes(entry, field, value) is (not refused or (entry.class_name, field.name) in WHOLE_BY_MEANING)
    assert field.check(as_value(field, 2)) is None
    assert field.doubt(as_value(field, 2.0)) is None
