"""Which problems a recipe has, and at which place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Choice, EveryNth, Group, Options, Recipe, Run, Scheduler, Unfreeze
from lrgui.core.validate import validate

WEIGHT_AND_BIAS = (Group("weights", ("*weight",)), Group("biases", ("*bias",)))
SGD = Choice("SGD")


def of(recipe: Recipe, severity: Severity) -> list[Problem]:
    return [problem for problem in validate(recipe) if problem.severity is severity]


def error_places(recipe: Recipe) -> list[str]:
    return [problem.place for problem in of(recipe, Severity.ERROR)]


def scheduled(class_name: str, *schedulers: Scheduler, optimizer: str = "SGD", **options: Any) -> Recipe:
    scheduler = Scheduler(class_name, Options(options), schedulers)
    return Recipe(optimizer=Choice(optimizer), scheduler=scheduler)


def child(class_name: str, *schedulers: Scheduler, **options: Any) -> Scheduler:
    return Scheduler(class_name, Options(options), schedulers)


STEP = child("StepLR", step_size=3)


def test_the_default_recipe_has_no_problem() -> None:
    assert validate(Recipe()) == ()
    assert validate(Recipe(groups=WEIGHT_AND_BIAS)) == ()


@pytest.mark.parametrize(
    ("recipe", "place"),
    [
        (Recipe(model=Choice("lineer")), "model.class"),
        (Recipe(model=Choice("linear", Options(bias=1))), "model.options.bias"),
        (Recipe(model=Choice("mlp", Options(hidden=[16, 0]))), "model.options.hidden"),
        (Recipe(model=Choice("mlp", Options(hidden=[1] * 201))), "model.options.hidden"),
        (Recipe(model=Choice("transformer", Options(width=30))), "model.options.heads"),
        (Recipe(groups=(Group("", ("*",)),)), "groups[0].name"),
        (Recipe(groups=(Group("a", ("weight",)), Group("a", ("bias",)))), "groups[1].name"),
        (Recipe(groups=(Group("rest", ("weight",)),)), "groups[0].name"),
        (Recipe(groups=(Group("a", ()),)), "groups[0].match"),
        (Recipe(groups=(Group("a", ("*", "")),)), "groups[0].match"),
        (Recipe(groups=(Group("a", ("*",), Options(lr="fast")),)), "groups[0].options.lr"),
        (Recipe(groups=(Group("a", ("*",), Options(betas=(0.9,))),)), "groups[0].options.betas"),
        (Recipe(groups=(Group("a", ("*",), Options(learning_rate=1)),)), "groups[0].options.learning_rate"),
        (Recipe(groups=(Group("a", ("*",), frozen=True),)), "groups"),
        (Recipe(optimizer=Choice("Adm")), "optimizer.class"),
        (Recipe(optimizer=Choice("Adam", Options(beta=0.9))), "optimizer.options.beta"),
        (Recipe(optimizer=Choice("Adam", Options(betas=[0.9, 1.0]))), "optimizer.options.betas"),
        (Recipe(optimizer=Choice("Adam", Options(betas=[0, 0.9]))), "optimizer.options.betas"),
        (Recipe(optimizer=Choice("Adam", Options(betas=0.9))), "optimizer.options.betas"),
        (Recipe(optimizer=Choice("Adam", Options(lr="fast"))), "optimizer.options.lr"),
        (Recipe(optimizer=Choice("Adam", Options(foreach=True, fused=True))), "optimizer.options.fused"),
        (Recipe(optimizer=Choice("SGD", Options(nesterov=True))), "optimizer.options.momentum"),
        (
            Recipe(optimizer=Choice("SGD", Options(nesterov=True, momentum=0.9, dampening=0.1))),
            "optimizer.options.dampening",
        ),
        (Recipe(optimizer=Choice("SparseAdam", Options(lr=0))), "optimizer.options.lr"),
        (Recipe(optimizer=Choice("Rprop", Options(etas=[0.5, 0.9]))), "optimizer.options.etas"),
        (Recipe(optimizer=Choice("Adafactor", Options(eps=[0.1, None]))), "optimizer.options.eps"),
        (Recipe(optimizer=Choice("LBFGS"), groups=WEIGHT_AND_BIAS), "groups"),
        (Recipe(optimizer=Choice("Muon")), "groups"),
        (Recipe(optimizer=Choice("Muon"), groups=WEIGHT_AND_BIAS), "groups[1].match"),
        (scheduled("StepLr", step_size=3), "scheduler.class"),
        (scheduled("StepLR"), "scheduler.options.step_size"),
        (scheduled("StepLR", step_size="3"), "scheduler.options.step_size"),
        (scheduled("CosineAnnealingWarmRestarts", T_0=2.5), "scheduler.options.T_0"),
        (scheduled("CyclicLR", base_lr=0.1, max_lr=0.2, step_size_up=0), "scheduler.options.step_size_up"),
        (
            scheduled("CyclicLR", base_lr=0.1, max_lr=0.2, step_size_up=3, step_size_down=-3),
            "scheduler.options.step_size_down",
        ),
        (scheduled("StepLR", STEP, step_size=3), "scheduler.schedulers"),
        (scheduled("StepLR", step_size=3, last_epoch=1), "scheduler.options.last_epoch"),
        (scheduled("LambdaLR", lr_lambda="epoch.real"), "scheduler.options.lr_lambda"),
        (scheduled("LambdaLR", lr_lambda="1/epoch"), "scheduler.options.lr_lambda"),
        (scheduled("LambdaLR", lr_lambda=["1", "2"]), "scheduler.options.lr_lambda"),
        (scheduled("CyclicLR", base_lr=1, max_lr=2, scale_fn="1/(x-1)"), "scheduler.options.scale_fn"),
        (scheduled("CyclicLR", base_lr=1, max_lr=2, optimizer="Adagrad"), "scheduler.options.cycle_momentum"),
        (scheduled("OneCycleLR", max_lr=1), "scheduler.options.total_steps"),
        (scheduled("OneCycleLR", max_lr=1, epochs=5), "scheduler.options.total_steps"),
        (scheduled("OneCycleLR", max_lr=1, total_steps=999.0), "scheduler.options.total_steps"),
        (scheduled("OneCycleLR", max_lr=1, total_steps=1000, div_factor=0), "scheduler.options.div_factor"),
        (scheduled("OneCycleLR", max_lr=1, total_steps=1000, final_div_factor=0), "scheduler.options.final_div_factor"),
        (scheduled("OneCycleLR", max_lr=1, total_steps=1000, pct_start=1), "scheduler.options.pct_start"),
        (scheduled("OneCycleLR", max_lr=1, total_steps=1000, pct_start=0.001), "scheduler.options.pct_start"),
        (scheduled("SequentialLR", milestones=[]), "scheduler.schedulers"),
        (scheduled("ChainedScheduler"), "scheduler.schedulers"),
        (scheduled("SequentialLR", STEP, STEP, milestones=[]), "scheduler.options.milestones"),
        (scheduled("SequentialLR", STEP, STEP), "scheduler.options.milestones"),
        (scheduled("SequentialLR", STEP, child("ReduceLROnPlateau"), milestones=[5]), "scheduler.schedulers[1].class"),
        (scheduled("ChainedScheduler", child("ReduceLROnPlateau")), "scheduler.schedulers[0].class"),
        (
            scheduled("SequentialLR", child("SequentialLR", child("CosineAnnealingLR", T_max=0), milestones=[])),
            "scheduler.options.milestones",
        ),
        (
            scheduled("SequentialLR", child("ChainedScheduler", child("CosineAnnealingLR", T_max=0)), milestones=[]),
            "scheduler.schedulers[0].schedulers[0].options.T_max",
        ),
        (
            scheduled("ChainedScheduler", child("ChainedScheduler", STEP, child("StepLR"))),
            "scheduler.schedulers[0].schedulers[1].options.step_size",
        ),
        (
            scheduled("ChainedScheduler", STEP, child("OneCycleLR", max_lr=1, total_steps=1000, last_epoch=3)),
            "scheduler.schedulers[1].options.last_epoch",
        ),
        (scheduled("ReduceLROnPlateau"), "run.metric"),
        (Recipe(run=Run(steps=0)), "run.steps"),
        (Recipe(run=Run(steps=100_000_001)), "run.steps"),
        (Recipe(run=Run(steps=True)), "run.steps"),
        (Recipe(run=Run(steps_per_epoch=0)), "run.steps_per_epoch"),
        (Recipe(run=Run(seed=-1)), "run.seed"),
        (Recipe(run=Run(seed=2**63)), "run.seed"),
        (Recipe(run=Run(workload=Choice("mnist"))), "run.workload.class"),
        (
            Recipe(run=Run(metric=Choice("values", Options(values=[])))),
            "run.metric.options.values",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_error_is_told_once_and_at_its_place(recipe: Recipe, place: str) -> None:
    assert error_places(recipe) == [place]
    message = of(recipe, Severity.ERROR)[0].message
    assert message.endswith(".")


@pytest.mark.parametrize(
    "recipe",
    [
        scheduled("StepLR", step_size=3),
        scheduled("OneCycleLR", max_lr=1, total_steps=1000),
        scheduled("OneCycleLR", max_lr=1, epochs=10, steps_per_epoch=100),
        scheduled("OneCycleLR", max_lr=1, total_steps=1001, pct_start=1.0),
        scheduled("OneCycleLR", max_lr=1, total_steps=1000, pct_start=0.0),
        scheduled("OneCycleLR", max_lr=1, total_steps=1000, cycle_momentum=False, optimizer="Adagrad"),
        scheduled("OneCycleLR", max_lr=1, total_steps=10).with_run(interval="epoch"),
        scheduled("SequentialLR", child("OneCycleLR", max_lr=1, total_steps=99), STEP, milestones=[100]),
        scheduled("SequentialLR", STEP, child("OneCycleLR", max_lr=1, total_steps=900), milestones=[100]),
        scheduled("SequentialLR", child("ChainedScheduler", STEP), STEP, milestones=[100]),
        scheduled("ChainedScheduler", child("SequentialLR", STEP, milestones=[]), STEP),
        scheduled("ChainedScheduler", STEP, child("StepLR", step_size=3, last_epoch=4)),
        scheduled("LambdaLR", lr_lambda="1/(epoch+1)"),
        scheduled("CyclicLR", base_lr=1, max_lr=0.5, base_momentum=22, scale_fn="1/x"),
        scheduled("ReduceLROnPlateau").with_run(metric=Choice("values", Options(values=[1, 0.5]))),
        Recipe(optimizer=Choice("Adamax", Options(betas=[0, 0.9]))),
        Recipe(optimizer=Choice("LBFGS")),
        Recipe(optimizer=Choice("Muon"), groups=(Group("biases", ("*bias",), frozen=True),)),
        Recipe(groups=(Group("rest", ("*",)),)),
    ],
)
def test_what_torch_can_do_is_no_error(recipe: Recipe) -> None:
    assert error_places(recipe) == []


def test_per_group_values_are_counted_against_the_groups_that_are_trained() -> None:
    recipe = replace(scheduled("LambdaLR", lr_lambda=["1", "2"]), groups=WEIGHT_AND_BIAS)
    assert error_places(recipe) == []
    frozen = replace(recipe, groups=(WEIGHT_AND_BIAS[0], replace(WEIGHT_AND_BIAS[1], frozen=True)))
    assert [str(problem) for problem in of(frozen, Severity.ERROR)] == [
        "scheduler.options.lr_lambda: lr_lambda has 2 values for 1 group."
    ]


def test_a_slip_of_the_keyboard_is_answered_with_what_was_meant() -> None:
    assert "AdamW" in validate(Recipe(optimizer=Choice("adamw")))[0].way_out
    assert validate(scheduled("StepLR", stepsize=3))[0].way_out == "Did you mean step_size?"
    assert "linear, mlp, convnet, transformer, embedding" in validate(Recipe(model=Choice("zzz")))[0].way_out


def test_muon_names_the_parameters_that_it_refuses() -> None:
    (problem,) = validate(Recipe(model=Choice("mlp"), optimizer=Choice("Muon")))
    assert "layers.0.bias, layers.1.bias" in problem.message
    assert "a frozen group with the patterns *bias" in problem.way_out


def test_membership_is_warned_about() -> None:
    mlp = Recipe(model=Choice("mlp"))
    idle = replace(mlp, groups=(Group("all", ("*", "head.*")),))
    assert [(p.severity, p.place) for p in validate(idle)] == [(Severity.WARNING, "groups[0].match")]
    assert "'head.*'" in validate(idle)[0].message
    empty = replace(mlp, groups=(Group("all", ("*",)), Group("none", ("*bias",))))
    assert [(p.severity, p.place) for p in validate(empty)] == [(Severity.WARNING, "groups[1].match")]
    assert "earlier" in validate(empty)[0].message
    overlap = replace(mlp, groups=(Group("first", ("layers.0.*",)), Group("weights", ("*weight",)), Group("b", ("*",))))
    assert [p.message for p in validate(overlap)] == [
        "layers.0.weight fits this group too but has joined an earlier group."
    ]
    rest = replace(mlp, groups=(Group("weights", ("*weight",)),))
    assert [(p.severity, p.place) for p in validate(rest)] == [(Severity.NOTE, "groups")]
    assert "layers.0.bias, layers.1.bias" in validate(rest)[0].message


def test_a_catch_all_at_the_end_is_no_overlap() -> None:
    assert validate(Recipe(groups=(Group("biases", ("*bias",)), Group("others", ("*",))))) == ()


def test_equal_milestones_are_a_warning() -> None:
    recipe = scheduled("SequentialLR", STEP, STEP, STEP, milestones=[5, 5])
    assert [(p.severity, p.place) for p in validate(recipe)] == [(Severity.WARNING, "scheduler.options.milestones")]


@pytest.mark.parametrize(
    ("run", "late"),
    [
        (Run(steps=301), False),
        (Run(steps=300), True),  # the last optimizer step uses what the 299th scheduler step has set
        (Run(steps=300, order="scheduler_first"), False),
        (Run(steps=151, calls=2), False),
        (Run(steps=1000, interval="epoch", steps_per_epoch=10), True),
    ],
)
def test_a_milestone_that_the_run_does_not_get_to_is_a_note(run: Run, late: bool) -> None:
    recipe = replace(
        scheduled("SequentialLR", child("ConstantLR"), child("ExponentialLR", gamma=0.9), milestones=(300,)), run=run
    )
    notes = [problem for problem in of(recipe, Severity.NOTE) if problem.place == "scheduler.options.milestones"]
    assert [problem.message.startswith("The milestone 300 is not reached") for problem in notes] == [True] * late


def test_a_metric_that_nobody_asks_for_is_a_note() -> None:
    recipe = Recipe().with_run(metric=Choice("values", Options(values=[1.0])))
    assert [(p.severity, p.place) for p in validate(recipe)] == [(Severity.NOTE, "run.metric")]


def test_a_metric_without_a_value_at_step_0_is_an_error() -> None:
    metric = Choice("expression", Options(expression="1/step"))
    assert error_places(scheduled("ReduceLROnPlateau").with_run(metric=metric)) == ["run.metric.options.expression"]


def needs(recipe: Recipe, cells: int) -> bool:
    """Say whether the model of eleven parameters and that many numbers are just what a recipe needs."""
    size = 11 * 16 + cells * 17 // 2
    return validate(recipe, size) == validate(recipe) and "run.steps" in places(recipe, size - 1)


def places(recipe: Recipe, memory_limit: int) -> list[str]:
    return [problem.place for problem in validate(recipe, memory_limit) if problem.severity is Severity.ERROR]


def test_memory_is_steps_times_columns_and_parameters_times_sixteen() -> None:
    adam = Recipe(groups=WEIGHT_AND_BIAS, run=Run(steps=1000))
    assert needs(adam, 1000 * 2 * 3)  # lr, momentum and weight_decay of two groups
    assert needs(Recipe(optimizer=Choice("RMSprop")), 1000 * 3)
    assert needs(replace(adam, optimizer=Choice("Rprop")), 1000 * 2 * 2)  # lr and applied_lr
    assert needs(Recipe(optimizer=Choice("ASGD")), 1000 * 3)
    frozen = replace(adam, groups=(WEIGHT_AND_BIAS[0], replace(WEIGHT_AND_BIAS[1], frozen=True)))
    assert needs(frozen, 1000 * 3)
    assert needs(frozen.with_run(unfreeze=(Unfreeze("biases", 500),)), 1000 * 2 * 3)
    assert needs(adam.with_run(skipped_steps=EveryNth(4)), 750 * 2 * 3)
    assert needs(adam.with_run(skipped_steps=(1, 2, 5000)), 998 * 2 * 3)
    assert places(adam, 11 * 16) == ["run.steps"]
    assert places(adam, 11 * 16 - 1) == ["model.options"]
    huge = Recipe(model=Choice("linear", Options(in_features=10**9, out_features=10**9)))
    assert places(huge, 10**19) == ["model.options"]


def test_expressions_are_tried_as_far_as_their_number_allows_and_refused_beyond() -> None:
    fails_late = child("LambdaLR", lr_lambda="1 / (900 - epoch)")
    assert "epoch = 900" in str(validate(Recipe(scheduler=fails_late)))
    fails_early = child("LambdaLR", lr_lambda="1 / (3 - epoch)")
    many = [child("LambdaLR", lr_lambda=f"0.{number} * epoch") for number in range(900)]
    assert "epoch = 3" in str(validate(scheduled("ChainedScheduler", *many, fails_early)))
    long = [child("LambdaLR", lr_lambda=f"{number} + {' + '.join(['epoch'] * 200)}") for number in range(500)]
    assert error_places(scheduled("ChainedScheduler", *long)) == ["scheduler"]


def test_what_does_not_fit_in_memory_is_an_error_that_says_how_much() -> None:
    long = Recipe(run=Run(steps=100_000_000))
    assert validate(long) == ()
    assert validate(long, memory_limit=3 * 10**9) == ()
    (problem,) = validate(long, memory_limit=10**9)
    assert problem.place == "run.steps"
    assert "2.37 GiB" in problem.message
    (problem,) = validate(Recipe(model=Choice("mlp", Options(hidden=[100_000, 100_000]))), memory_limit=10**9)
    assert problem.place == "model.options"
    assert "149 GiB" in problem.message
