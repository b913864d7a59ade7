"""Checks of the parameters that an optimizer is given: how many groups, of which shape, with which gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from lrgui.core.catalog import MODELS
from lrgui.core.checks.options import error, find_entry, warning
from lrgui.core.groups import Parameter, ResolvedGroup
from lrgui.core.problems import Problem
from lrgui.core.recipe import Recipe

_NAMES_SHOWN = 5
_USUAL_SPLIT = (
    "Trainings usually give biases, norms, embeddings and heads to AdamW, and only the hidden matrices to Muon."
)
_TAKE_SPARSE_GRADIENTS = ("Adagrad", "LBFGS", "SGD", "SparseAdam")


def parameter_problems(class_name: str, recipe: Recipe, resolved: tuple[ResolvedGroup, ...]) -> Iterator[Problem]:
    """Yield what an optimizer makes of the parameters that it is given."""
    trained = [(index, group) for index, group in enumerate(resolved) if not group.frozen]
    if class_name == "LBFGS" and len(trained) > 1:
        names = ", ".join(group.name for _, group in trained)
        yield error("groups", f"LBFGS takes a single group, and there are {len(trained)}: {names}.")
    if class_name == "Muon":
        for index, group in trained:
            place = f"groups[{index}].match" if index < len(recipe.groups) else "groups"
            yield from _shape_problem(group, place, [parameter for _, one in trained for parameter in one.parameters])
    yield from _gradient_problem(class_name, recipe)


def is_matrix(parameter: Parameter) -> bool:
    """Say whether Muon takes the parameter."""
    return len(parameter.shape) == 2


def _shape_problem(group: ResolvedGroup, place: str, given: Sequence[Parameter]) -> Iterator[Problem]:
    refused = [parameter for parameter in group.parameters if not is_matrix(parameter)]
    if not refused:
        return
    verb = "is not" if len(refused) == 1 else "are not"
    message = f"Muon takes two-dimensional parameters only, and {listing(refused, _NAMES_SHOWN)} {verb}."
    if len(refused) == len(group.parameters):
        yield error(place, message, f"Freeze this group. {_USUAL_SPLIT}")
        return
    patterns = ", ".join(_patterns_for(refused, [parameter for parameter in given if is_matrix(parameter)]))
    yield error(place, message, f"Put a frozen group with the patterns {patterns} before the others. {_USUAL_SPLIT}")


def _patterns_for(wanted: Sequence[Parameter], spared: Sequence[Parameter]) -> tuple[str, ...]:
    """Return short shell patterns that fit all of `wanted` and none of `spared`: `*bias`, `*norm1.weight`."""
    patterns: list[str] = []
    for parameter in wanted:
        if not any(fnmatchcase(parameter.name, pattern) for pattern in patterns):
            patterns.append(_pattern_for(parameter.name, spared))
    return tuple(patterns)


def _pattern_for(name: str, spared: Sequence[Parameter]) -> str:
    parts = name.split(".")
    endings = [".".join(parts[start:]) for start in range(len(parts) - 1, 0, -1)]
    candidates = ["*bias"] * name.endswith("bias") + [f"*{ending}" for ending in endings]
    safe = (one for one in candidates if not any(fnmatchcase(parameter.name, one) for parameter in spared))
    return next(safe, name)


def listing(parameters: Sequence[Parameter], shown: int) -> str:
    """Return the names of the first few parameters, `shown` of them, and how many more there are."""
    names = ", ".join(parameter.name for parameter in parameters[:shown])
    more = len(parameters) - shown
    return f"{names} and {more} more" if more > 0 else names


def _gradient_problem(class_name: str, recipe: Recipe) -> Iterator[Problem]:
    """Yield a warning where the gradients of a training would be sparse and should not be, or the other way round."""
    model = find_entry(MODELS, recipe.model.class_name)
    if model is None:
        return
    sparse = model.with_defaults(recipe.model.options).get("sparse") is True
    if class_name == "SparseAdam" and not sparse:
        message = "SparseAdam refuses the dense gradients of this model: the first step with gradients raises a "
        way_out = "Choose the model embedding with sparse gradients, or another optimizer."
        yield warning("optimizer.class", f"{message}RuntimeError.", way_out)
    if sparse and class_name not in _TAKE_SPARSE_GRADIENTS and "." not in class_name:
        message = f"{class_name} refuses the sparse gradients of this model: the first step with gradients raises a "
        way_out = f"Choose one of {', '.join(_TAKE_SPARSE_GRADIENTS)}, or set sparse to false."
        yield warning("optimizer.class", f"{message}RuntimeError.", way_out)
