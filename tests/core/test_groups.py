from __future__ import annotations

from lrgui.core.catalog.models import parameters_of
from lrgui.core.groups import resolve_groups, trained_groups
from lrgui.core.recipe import Choice, Group, Options, Recipe

MLP = Choice("mlp", Options(hidden=[16, 8]))


def resolved(*groups: Group) -> list[tuple[str, list[str]]]:
    recipe = Recipe(model=MLP, groups=groups)
    return [(one.name, [p.name for p in one.parameters]) for one in resolve_groups(recipe, parameters_of(MLP))]


def test_a_parameter_joins_the_first_group_that_fits_and_the_others_form_rest() -> None:
    assert resolved(Group("first", ("layers.0.*",)), Group("weights", ("*weight", "zzz"))) == [
        ("first", ["layers.0.weight", "layers.0.bias"]),
        ("weights", ["layers.1.weight", "layers.2.weight"]),
        ("rest", ["layers.1.bias", "layers.2.bias"]),
    ]


def test_patterns_are_case_sensitive() -> None:
    assert resolved(Group("a", ("*Weight",)))[0] == ("a", [])


def test_no_rest_when_every_parameter_fits() -> None:
    assert [name for name, _ in resolved(Group("all", ("*",)))] == ["all"]


def test_no_groups_is_the_single_group_rest() -> None:
    assert [name for name, _ in resolved()] == ["rest"]


def test_taken_parameters_idle_patterns_and_counts() -> None:
    groups = (Group("first", ("layers.0.*",), frozen=True), Group("weights", ("*weight", "zzz")))
    first, weights, _ = resolve_groups(Recipe(model=MLP, groups=groups), parameters_of(MLP))
    assert [parameter.name for parameter in weights.taken] == ["layers.0.weight"]
    assert weights.idle_patterns == ("zzz",)
    assert first.taken == ()
    assert first.count == 10 * 16 + 16
    assert [one.name for one in trained_groups((first, weights))] == ["weights"]


def test_shapes_of_the_mlp() -> None:
    assert [(p.name, p.shape) for p in parameters_of(MLP)][:2] == [
        ("layers.0.weight", (16, 10)),
        ("layers.0.bias", (16,)),
    ]
