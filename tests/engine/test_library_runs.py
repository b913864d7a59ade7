"""Runs with classes of other libraries: the numbers of a plain loop, bit for bit, and each library's own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import lrgui
from lrgui.core.errors import RecipeError, RunError
from lrgui.engine.library_rates import LibraryRates, has_library_rate
from lrgui.session.libraries import write_libraries
from tests.made_up_libraries import LAB, MadeUpLibraries

STEPS = 25


@pytest.fixture(autouse=True)
def nothing_known(libraries: MadeUpLibraries) -> None:
    """Look every class up anew."""


def chosen(name: str, **options: Any) -> dict[str, Any]:
    return {"class": name, "options": options}


def traced(optimizer: dict[str, Any], scheduler: dict[str, Any] | None = None, **run: Any) -> lrgui.Trace:
    groups = [{"name": "weights", "match": "*weight", "options": {"lr": 0.25}}]
    recipe = {"groups": groups, "optimizer": optimizer, "scheduler": scheduler, "run": {"steps": STEPS, **run}}
    return lrgui.trace(recipe)


def plain_loop(
    make_optimizer: Callable[[Any], Any], make_scheduler: Callable[[Any], Any] | None = None, prepare: str = ""
) -> list[list[float]]:
    """Step the very objects as a training script would, and return the rates before each optimizer step."""
    layer = nn.Linear(10, 1)
    optimizer = make_optimizer([{"params": [layer.weight], "lr": 0.25}, {"params": [layer.bias]}])
    scheduler = make_scheduler(optimizer) if make_scheduler else None
    if prepare:
        getattr(optimizer, prepare)()
    rates = []
    for _ in range(STEPS):
        rates.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
    return rates


def test_a_made_up_optimizer_and_both_kinds_of_schedulers_run(libraries: MadeUpLibraries) -> None:
    libraries.install("lab")
    write_libraries(["lab"])
    half = chosen("lab.Half", lr=1.0)
    thirds = traced(half, chosen("lab.Thirds"))["lr"]
    assert thirds[:3].tolist() == [[0.25, 1.0], [0.25 / 3, 1 / 3], [0.25 / 3 / 3, 1 / 3 / 3]]
    halved = traced(half, chosen("lab.halving", num_training_steps=2))["lr"]
    assert halved[:4].tolist() == [[0.25, 1.0], [0.125, 0.5], [0.0625, 0.25], [0.0625, 0.25]]


def test_a_librarys_scheduler_is_a_child_where_torch_allows_it(libraries: MadeUpLibraries) -> None:
    libraries.install("lab")
    write_libraries(["lab"])
    children = [chosen("lab.halving", num_training_steps=1), chosen("StepLR", step_size=1, gamma=0.1)]
    tree = {**chosen("SequentialLR", milestones=[2]), "schedulers": children}
    assert traced(chosen("SGD", lr=1.0), tree)["lr"][:4, 1].tolist() == [1.0, 0.5, 1.0, 0.1]


def test_prodigy_gives_the_rates_of_a_plain_loop() -> None:
    prodigyopt = pytest.importorskip("prodigyopt")

    def scheduled(optimizer: Any) -> Any:
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)

    # It refuses groups with rates of their own.
    expected = plain_loop(lambda groups: prodigyopt.Prodigy([{**group, "lr": 0.25} for group in groups]), scheduled)
    trace = traced(chosen("prodigyopt.Prodigy", lr=0.25), chosen("CosineAnnealingLR", T_max=20))
    assert trace["lr"].tolist() == expected
    assert trace["momentum"].tolist() == [[0.9, 0.9]] * STEPS


def test_schedule_free_is_put_into_training_and_gives_the_rates_of_a_plain_loop() -> None:
    schedulefree = pytest.importorskip("schedulefree")

    def made(groups: Any) -> Any:
        return schedulefree.AdamWScheduleFree(groups, lr=0.1, warmup_steps=10)

    with pytest.raises(Exception, match="train"):
        plain_loop(made)
    expected = plain_loop(made, prepare="train")
    assert traced(chosen("schedulefree.AdamWScheduleFree", lr=0.1, warmup_steps=10))["lr"].tolist() == expected


def test_pytorch_optimizer_gives_the_rates_of_a_plain_loop() -> None:
    pytorch_optimizer = pytest.importorskip("pytorch_optimizer")
    options = {"num_warmup_steps": 5, "num_stable_steps": 10, "num_decay_steps": 8, "cooldown_type": "1-sqrt"}
    expected = plain_loop(
        lambda groups: pytorch_optimizer.Lion(groups, lr=0.1),
        lambda optimizer: pytorch_optimizer.get_wsd_schedule(optimizer, **options),
    )
    name = "pytorch_optimizer.get_wsd_schedule"
    assert traced(chosen("pytorch_optimizer.Lion", lr=0.1), chosen(name, **options))["lr"].tolist() == expected


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("get_constant_schedule", {}),
        ("get_constant_schedule_with_warmup", {"num_warmup_steps": 7}),
        ("get_linear_schedule_with_warmup", {"num_warmup_steps": 7, "num_training_steps": 20}),
        ("get_cosine_schedule_with_warmup", {"num_warmup_steps": 7, "num_training_steps": 20, "num_cycles": 1.5}),
        ("get_inverse_sqrt_schedule", {"num_warmup_steps": 7}),
        (
            "get_polynomial_decay_schedule_with_warmup",
            {"num_warmup_steps": 2, "num_training_steps": 20, "lr_end": 1e-3},
        ),
        (
            "get_wsd_schedule",
            {"num_warmup_steps": 3, "num_decay_steps": 5, "num_stable_steps": 9, "decay_type": "1-sqrt"},
        ),
    ],
)
def test_transformers_gives_the_rates_of_a_plain_loop(name: str, options: dict[str, Any]) -> None:
    transformers = pytest.importorskip("transformers")
    expected = plain_loop(
        lambda groups: torch.optim.AdamW(groups, lr=0.25),
        lambda optimizer: getattr(transformers, name)(optimizer, **options),
    )
    assert traced(chosen("AdamW", lr=0.25), chosen(f"transformers.{name}", **options))["lr"].tolist() == expected


def test_a_plateau_made_by_a_function_watches_the_metric(libraries: MadeUpLibraries) -> None:
    more = """
    from torch.optim.lr_scheduler import ReduceLROnPlateau

    def plateau(optimizer, patience=0):
        return ReduceLROnPlateau(optimizer, patience=patience)
    """
    libraries.install("lab", LAB + more)
    write_libraries(["lab"])
    metric = chosen("values", values=[1.0, 1.0, 0.5, 0.5])
    rates = traced(chosen("SGD", lr=1.0), chosen("lab.plateau"), metric=metric)["lr"][:5, 1]
    assert rates.tolist() == pytest.approx([1.0, 1.0, 0.1, 0.1, 0.01])
    with pytest.raises(RunError, match="watches a metric, and the run has none"):
        traced(chosen("SGD", lr=1.0), chosen("lab.plateau"))


TIMM = '''
    """timm cannot be installed everywhere (it needs torchvision). This scheduler follows the protocol of
    timm.scheduler.Scheduler line by line: it is no torch scheduler, counts nothing by itself, and acts either on
    `step(epoch, metric)` or on `step_update(num_updates, metric)`, as `t_in_epochs` says.
    """
    calls = []

    class Scheduler:
        def __init__(self, optimizer, param_group_field, t_in_epochs=True, initialize=True):
            self.optimizer = optimizer
            self.param_group_field = param_group_field
            self._initial_param_group_field = f"initial_{param_group_field}"
            if initialize:
                for group in self.optimizer.param_groups:
                    group.setdefault(self._initial_param_group_field, group[param_group_field])
            self.base_values = [group[self._initial_param_group_field] for group in self.optimizer.param_groups]
            self.metric = None
            self.t_in_epochs = t_in_epochs
            self.update_groups(self.base_values)

        def state_dict(self):
            return {key: value for key, value in self.__dict__.items() if key != "optimizer"}

        def load_state_dict(self, state_dict):
            self.__dict__.update(state_dict)

        def _get_values(self, t, on_epoch=True):
            proceed = (on_epoch and self.t_in_epochs) or (not on_epoch and not self.t_in_epochs)
            return self._get_lr(t) if proceed else None

        def step(self, epoch, metric=None):
            calls.append(("step", epoch, metric))
            self.metric = metric
            values = self._get_values(epoch, on_epoch=True)
            if values is not None:
                self.update_groups(values)

        def step_update(self, num_updates, metric=None):
            calls.append(("step_update", num_updates, metric))
            self.metric = metric
            values = self._get_values(num_updates, on_epoch=False)
            if values is not None:
                self.update_groups(values)

        def update_groups(self, values):
            if not isinstance(values, (list, tuple)):
                values = [values] * len(self.optimizer.param_groups)
            for group, value in zip(self.optimizer.param_groups, values):
                group[self.param_group_field] = value

    class Linear(Scheduler):
        def __init__(self, optimizer, t_initial: int, warmup_t=0, warmup_lr_init=0, t_in_epochs=True, initialize=True):
            super().__init__(optimizer, "lr", t_in_epochs=t_in_epochs, initialize=initialize)
            self.t_initial, self.warmup_t, self.warmup_lr_init = t_initial, warmup_t, warmup_lr_init
            if warmup_t:
                self.warmup_steps = [(value - warmup_lr_init) / warmup_t for value in self.base_values]
                self.update_groups(warmup_lr_init)

        def _get_lr(self, t):
            if t < self.warmup_t:
                return [self.warmup_lr_init + t * step for step in self.warmup_steps]
            return [value * max(0, 1 - t / self.t_initial) for value in self.base_values]
'''


def timm_loop(make: Callable[[Any], Any], epochs: int, updates_per_epoch: int) -> Iterator[float]:
    """Yield the rate of each optimizer step as timm's own training script makes them."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    updates = 0
    for epoch in range(epochs):
        for _ in range(updates_per_epoch):
            yield optimizer.param_groups[0]["lr"]
            optimizer.step()
            updates += 1
            scheduler.step_update(num_updates=updates, metric=0.5)
        scheduler.step(epoch + 1, 0.5)


@pytest.mark.parametrize("in_epochs", [True, False])
def test_timms_protocol_gives_the_rates_of_timms_own_loop(in_epochs: bool, libraries: MadeUpLibraries) -> None:
    """timm itself cannot be installed here, so a stand-in follows its protocol line by line (see its docstring)."""
    libraries.install("timm", TIMM)
    warmup = {"t_initial": 6, "warmup_t": 2, "warmup_lr_init": 0.125, "t_in_epochs": in_epochs}
    recipe = {
        "optimizer": chosen("SGD", lr=1.0),
        "scheduler": chosen("timm.Linear", **warmup),
        "run": {"steps": 24, "steps_per_epoch": 3, "interval": "epoch" if in_epochs else "step"},
    }
    trace = lrgui.trace(recipe)
    timm = __import__("timm")
    expected = list(timm_loop(lambda optimizer: timm.Linear(optimizer, **warmup), epochs=8, updates_per_epoch=3))
    assert trace["lr"].ravel().tolist() == expected
    assert expected[0] == 0.125
    assert len(set(expected)) >= 6


@pytest.mark.parametrize("order", ["build_then_load", "load_then_build", "scheduler_only", "optimizer_only"])
def test_timms_protocol_goes_on_counting_after_a_resume(order: str, libraries: MadeUpLibraries) -> None:
    """With the stand-in for timm, whose training script keeps the count; the schedule itself has no state."""
    libraries.install("timm", TIMM)
    run = {"steps": 8, "resume": {"step": 4, "order": order}}
    recipe = {"optimizer": chosen("SGD", lr=1.0), "scheduler": chosen("timm.Linear", t_initial=8), "run": run}
    rates = lrgui.trace(recipe)["lr"].ravel().tolist()
    assert rates[5:] == [1 - 5 / 8, 1 - 6 / 8, 1 - 7 / 8]


def test_timms_protocol_counts_from_one_and_passes_the_metric_on(libraries: MadeUpLibraries) -> None:
    """With the stand-in for timm, too."""
    libraries.install("timm", TIMM)
    metric = chosen("values", values=[0.5, 0.25])
    run = {"steps": 2, "metric": metric}
    lrgui.trace({"optimizer": chosen("SGD"), "scheduler": chosen("timm.Linear", t_initial=6), "run": run})
    assert __import__("timm").calls == [
        ("step_update", 1, 0.5),
        ("step", 1, 0.5),
        ("step_update", 2, 0.25),
        ("step", 2, 0.25),
    ]


def test_an_optimizer_without_a_rate_is_recorded_as_nan(libraries: MadeUpLibraries) -> None:
    more = """
    class Rateless(Optimizer):
        def __init__(self, params, lr: float | None = None):
            super().__init__(params, {"lr": lr})
        def step(self, closure=None): ...
    """
    libraries.install("lab", LAB + more)
    write_libraries(["lab"])
    rates = traced(chosen("lab.Rateless"))["lr"]
    assert rates[:, 0].tolist() == [0.25] * STEPS
    assert np.isnan(rates[:, 1]).all()


def trained_rates(
    optimizer: Any, parameter: torch.Tensor, key: Callable[[Any], float], before: bool
) -> list[list[float]]:
    """Train towards 1 and return, for each step, the measured rate and what `key` says of the group around it."""
    rates = LibraryRates(optimizer)
    seen = []
    for _ in range(12):
        measured = rates.measure()[0]
        told = key(optimizer.param_groups[0])
        parameter.grad = parameter.detach() - 1
        optimizer.step()
        seen.append([measured, told if before else key(optimizer.param_groups[0])])
    return seen


def test_prodigys_rate_is_the_factor_that_the_step_uses() -> None:
    prodigyopt = pytest.importorskip("prodigyopt")
    parameter = nn.Parameter(torch.zeros(3))
    optimizer = prodigyopt.Prodigy([parameter], lr=0.5)
    assert has_library_rate(optimizer)
    seen = trained_rates(optimizer, parameter, lambda group: group["d"] * group["lr"], before=True)
    assert [measured for measured, _ in seen] == [told for _, told in seen]
    assert seen[0][0] == 1e-6 * 0.5
    assert seen[-1][0] > 10 * seen[0][0]


def test_schedule_frees_rate_is_the_one_of_its_own_warm_up() -> None:
    schedulefree = pytest.importorskip("schedulefree")
    parameter = nn.Parameter(torch.zeros(3))
    optimizer = schedulefree.AdamWScheduleFree([parameter], lr=0.1, warmup_steps=4)
    optimizer.train()
    assert has_library_rate(optimizer)
    seen = trained_rates(optimizer, parameter, lambda group: group["scheduled_lr"], before=False)
    assert [measured for measured, _ in seen] == [told for _, told in seen]
    assert [measured for measured, _ in seen][:5] == pytest.approx([0.025, 0.05, 0.075, 0.1, 0.1])


def test_rates_follow_a_schedule_a_joined_group_and_a_resume() -> None:
    schedulefree = pytest.importorskip("schedulefree")
    optimizer = schedulefree.SGDScheduleFree([nn.Parameter(torch.zeros(1))], lr=1.0, warmup_steps=4)
    rates = LibraryRates(optimizer)
    assert rates.measure() == [0.25]
    optimizer.param_groups[0]["lr"] = 2.0
    assert rates.measure() == [1.0]
    optimizer.add_param_group({"params": [nn.Parameter(torch.zeros(1))], "lr": 8.0})
    assert rates.measure() == [1.5, 2.0]
    assert LibraryRates(optimizer, earlier=rates).measure() == [2.0, 4.0]
    assert LibraryRates(optimizer).measure() == [0.5, 2.0]


def test_torchs_own_optimizers_tell_no_rate_of_a_library() -> None:
    # Adafactor has an option d too: the largest size of an update.
    assert not has_library_rate(torch.optim.Adafactor([nn.Parameter(torch.zeros(1))]))
    assert not has_library_rate(torch.optim.AdamW([nn.Parameter(torch.zeros(1))]))


def test_what_a_recipe_lacks_is_told_at_its_place(libraries: MadeUpLibraries) -> None:
    libraries.install("lab")
    children = [chosen("lab.halving", num_training_steps=1)]
    tree = {**chosen("ChainedScheduler"), "schedulers": children}
    with pytest.raises(RecipeError, match="add it under Edit > Libraries") as refused:
        traced(chosen("SGD"), tree)
    assert refused.value.place == "scheduler.schedulers[0].class"
    write_libraries(["lab"])
    assert len(traced(chosen("SGD"), tree)) == STEPS
    with pytest.raises(RecipeError) as refused:
        traced(chosen("lab.Half", steepnes=1))
    assert refused.value.place == "optimizer.options.steepnes"
    assert "Did you mean steepness?" in str(refused.value)


def test_a_step_that_calls_the_step_of_torchs_class_is_one_step(libraries: MadeUpLibraries) -> None:
    more = """
    class Careful(SGD):
        def step(self, closure=None):
            return super().step(closure)
    """
    libraries.install("lab", LAB + more)
    write_libraries(["lab"])
    # torch sees to it that the class derived from calls the hooks of its own accord, once there was one of it.
    torch.optim.SGD([nn.Parameter(torch.zeros(1))])
    schedule = chosen("StepLR", step_size=1, gamma=0.5)
    expected = traced(chosen("SGD", lr=1.0), schedule, resume={"step": 5})["lr"].tolist()
    assert traced(chosen("lab.Careful", lr=1.0), schedule, resume={"step": 5})["lr"].tolist() == expected
