"""The recipe that a new session begins with: small, real, and with something to see."""

from __future__ import annotations

from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler

STARTING_RECIPE = Recipe(
    model=Choice("mlp", Options(in_features=10, hidden=(16,), out_features=1)),
    groups=(
        Group("weights", ("*weight",), Options(lr=1e-3)),
        Group("biases", ("*bias",), Options(lr=3e-3)),
    ),
    optimizer=Choice("AdamW", Options(lr=1e-3)),
    scheduler=Scheduler("CosineAnnealingLR", Options(T_max=1000)),
    run=Run(steps=1000, steps_per_epoch=100),
)
