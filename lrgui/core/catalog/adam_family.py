"""Adam and the optimizers of `torch.optim` 2.13 that descend from it."""

from __future__ import annotations

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.shared_fields import (
    AMSGRAD,
    CAPTURABLE,
    DECOUPLED_WEIGHT_DECAY,
    DIFFERENTIABLE,
    FOREACH,
    FUSED,
    MAXIMIZE,
    betas,
    epsilon,
    learning_rate,
    weight_decay,
)
from lrgui.core.fields import Field, Kind

ADAM_FAMILY = (
    Entry(
        "Adam",
        "Steps scaled by running averages of the gradient and its square.",
        (
            learning_rate(1e-3),
            betas(),
            epsilon(1e-8),
            weight_decay(0),
            AMSGRAD,
            FOREACH,
            MAXIMIZE,
            CAPTURABLE,
            DIFFERENTIABLE,
            FUSED,
            DECOUPLED_WEIGHT_DECAY,
        ),
    ),
    Entry(
        "AdamW",
        "Adam with decoupled weight decay.",
        (
            learning_rate(1e-3),
            betas(),
            epsilon(1e-8),
            weight_decay(1e-2, decoupled=True),
            AMSGRAD,
            MAXIMIZE,
            FOREACH,
            CAPTURABLE,
            DIFFERENTIABLE,
            FUSED,
        ),
    ),
    Entry(
        "Adamax",
        "Adam scaled by the largest gradient instead of the average square.",
        (
            learning_rate(2e-3),
            betas(),
            epsilon(1e-8),
            weight_decay(0),
            FOREACH,
            MAXIMIZE,
            DIFFERENTIABLE,
            CAPTURABLE,
        ),
    ),
    Entry(
        "NAdam",
        "Adam with Nesterov momentum.",
        (
            learning_rate(2e-3),
            betas(),
            epsilon(1e-8),
            weight_decay(0),
            Field("momentum_decay", Kind.FLOAT, 4e-3, "How fast the momentum warms up.", minimum=0),
            DECOUPLED_WEIGHT_DECAY,
            FOREACH,
            MAXIMIZE,
            CAPTURABLE,
            DIFFERENTIABLE,
        ),
    ),
    Entry(
        "RAdam",
        "Adam whose first steps are rectified, in place of a warm-up.",
        (
            learning_rate(1e-3),
            betas(),
            epsilon(1e-8),
            weight_decay(0),
            DECOUPLED_WEIGHT_DECAY,
            FOREACH,
            MAXIMIZE,
            CAPTURABLE,
            DIFFERENTIABLE,
        ),
    ),
    Entry(
        "SparseAdam",
        "Adam for sparse gradients, such as those of large embeddings.",
        (learning_rate(1e-3, open_minimum=True), betas(), epsilon(1e-8, open_minimum=True), MAXIMIZE),
    ),
)
