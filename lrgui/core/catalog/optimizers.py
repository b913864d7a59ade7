"""The optimizers of `torch.optim` 2.13, with every constructor argument except `params`.

Each also takes `lr_is_tensor`, for torch lets a one-element tensor be the learning rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lrgui.core.catalog.adam_family import ADAM_FAMILY
from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.shared_fields import (
    CAPTURABLE,
    DIFFERENTIABLE,
    FOREACH,
    FUSED,
    LR_IS_TENSOR,
    MAXIMIZE,
    epsilon,
    learning_rate,
    momentum,
    weight_decay,
)
from lrgui.core.fields import Field, Kind, When

_WITH_MOMENTUM = (When("momentum", is_not=(0,)),)

_GRADIENT_SCALED = (
    Entry(
        "Adadelta",
        "Steps scaled by the averages of past gradients and of past steps.",
        (
            learning_rate(1.0),
            Field("rho", Kind.FLOAT, 0.9, "How much of the running averages is kept.", minimum=0, maximum=1),
            epsilon(1e-6),
            weight_decay(0),
            FOREACH,
            CAPTURABLE,
            MAXIMIZE,
            DIFFERENTIABLE,
        ),
    ),
    Entry(
        "Adafactor",
        "Steps scaled by factored averages that need little memory; lr is only a cap.",
        (
            learning_rate(1e-2),
            Field("beta2_decay", Kind.FLOAT, -0.8, "Exponent with which the average of squares slows.", maximum=0),
            Field(
                "eps",
                Kind.FLOATS,
                (None, 1e-3),
                "Smallest squared gradient (none: that of the number type) and smallest size of the weights.",
                minimum=0,
                length=2,
                optional_items=True,
                advanced=True,
            ),
            Field("d", Kind.FLOAT, 1.0, "Largest size of an update, beyond which it is scaled down.", minimum=1),
            weight_decay(0.0, decoupled=True),
            FOREACH,
            MAXIMIZE,
        ),
    ),
    Entry(
        "Adagrad",
        "Steps that shrink as squared gradients add up.",
        (
            learning_rate(1e-2),
            Field("lr_decay", Kind.FLOAT, 0, "Divides lr by 1 + this for every step made.", minimum=0),
            weight_decay(0),
            Field(
                "initial_accumulator_value", Kind.FLOAT, 0, "Where the sum of squares begins.", minimum=0, advanced=True
            ),
            epsilon(1e-10),
            FOREACH,
            MAXIMIZE,
            DIFFERENTIABLE,
            FUSED,
        ),
    ),
    Entry(
        "RMSprop",
        "Steps scaled by a running average of squared gradients.",
        (
            learning_rate(1e-2),
            Field(
                "alpha",
                Kind.FLOAT,
                0.99,
                "How much of the average of squares is kept.",
                minimum=0,
                maximum=1,
                open_maximum=True,
                above="the average of squares becomes zero or negative, so that the weights become infinite or nan",
            ),
            epsilon(1e-8),
            weight_decay(0),
            momentum(0),
            Field("centered", Kind.BOOLEAN, False, "Scales by the estimated variance of the gradient."),
            CAPTURABLE,
            FOREACH,
            MAXIMIZE,
            DIFFERENTIABLE,
        ),
    ),
    Entry(
        "Rprop",
        "Steps from the signs of full-batch gradients; lr is only the first step size.",
        (
            learning_rate(1e-2),
            Field(
                "etas",
                Kind.FLOATS,
                (0.5, 1.2),
                "Factors that shrink the step (below 1) and grow it (above 1).",
                minimum=0,
                open_minimum=True,
                length=2,
            ),
            Field(
                "step_sizes",
                Kind.FLOATS,
                (1e-6, 50),
                "Smallest and largest step size.",
                minimum=0,
                length=2,
                below="a step may go against the sign of the gradient",
            ),
            CAPTURABLE,
            FOREACH,
            MAXIMIZE,
            DIFFERENTIABLE,
        ),
    ),
)

_OTHERS = (
    Entry(
        "ASGD",
        "SGD that keeps an average of the weights; its own decay is applied on top of lr.",
        (
            learning_rate(1e-2),
            Field(
                "lambd",
                Kind.FLOAT,
                1e-4,
                "Decay of the step size and of the weights.",
                minimum=0,
                below="the weights grow by themselves",
            ),
            Field(
                "alpha",
                Kind.FLOAT,
                0.75,
                "Exponent of the decay of the step size.",
                minimum=0,
                below="the step size grows instead of decaying",
            ),
            Field(
                "t0",
                Kind.FLOAT,
                1e6,
                "Step at which averaging begins.",
                unit="steps",
                minimum=0,
                below="the average lags behind from the start, as if it had begun before the first step",
            ),
            weight_decay(0),
            FOREACH,
            MAXIMIZE,
            DIFFERENTIABLE,
            CAPTURABLE,
        ),
    ),
    Entry(
        "LBFGS",
        "Quasi-Newton steps that evaluate the loss several times; takes a single group.",
        (
            learning_rate(1),
            Field(
                "max_iter",
                Kind.INTEGER,
                20,
                "Most iterations in one optimizer step.",
                minimum=1,
                below="the weights are never changed",
            ),
            Field(
                "max_eval",
                Kind.INTEGER,
                None,
                "Most evaluations of the loss in one optimizer step; none: 1.25 times max_iter.",
                minimum=1,
                optional=True,
                below="the loss is still evaluated once",
            ),
            Field(
                "tolerance_grad",
                Kind.FLOAT,
                1e-7,
                "Stops at gradients smaller than this.",
                minimum=0,
                below="only the other tolerance stops it",
            ),
            Field(
                "tolerance_change",
                Kind.FLOAT,
                1e-9,
                "Stops at changes smaller than this.",
                minimum=0,
                below="only the other tolerance stops it",
            ),
            Field(
                "history_size",
                Kind.INTEGER,
                100,
                "Past updates that shape the step.",
                minimum=1,
                below="the second iteration with gradients raises an IndexError",
            ),
            Field(
                "line_search_fn",
                Kind.CHOICE,
                None,
                "How the step length is searched for; none: not at all.",
                choices=("strong_wolfe",),
                optional=True,
            ),
        ),
    ),
    Entry(
        "Muon",
        "Orthogonalised momentum for weight matrices; refuses parameters that are not two-dimensional.",
        (
            learning_rate(1e-3),
            weight_decay(0.1, decoupled=True),
            momentum(0.95),
            Field("nesterov", Kind.BOOLEAN, True, "Looks ahead along the momentum.", relevant_when=_WITH_MOMENTUM),
            Field(
                "ns_coefficients",
                Kind.FLOATS,
                (3.4445, -4.775, 2.0315),
                "Coefficients of the Newton-Schulz iteration.",
                length=3,
                advanced=True,
            ),
            epsilon(1e-7, below="the update is divided by less than its size"),
            Field(
                "ns_steps",
                Kind.INTEGER,
                5,
                "Newton-Schulz iterations.",
                minimum=0,
                maximum=99,
                advanced=True,
                below="there are none, as with 0",
                above="the first step with gradients raises a ValueError",
            ),
            Field(
                "adjust_lr_fn",
                Kind.CHOICE,
                None,
                "How lr is adjusted to the shape of each matrix; none: original.",
                choices=("original", "match_rms_adamw"),
                optional=True,
            ),
        ),
    ),
    Entry(
        "SGD",
        "Plain gradient descent, with momentum if wanted.",
        (
            learning_rate(1e-3),
            momentum(0),
            Field(
                "dampening",
                Kind.FLOAT,
                0,
                "Share of the gradient kept out of the momentum.",
                relevant_when=_WITH_MOMENTUM,
            ),
            weight_decay(0),
            Field("nesterov", Kind.BOOLEAN, False, "Looks ahead along the momentum.", relevant_when=_WITH_MOMENTUM),
            MAXIMIZE,
            FOREACH,
            DIFFERENTIABLE,
            FUSED,
        ),
    ),
)

_ENTRIES = sorted((*ADAM_FAMILY, *_GRADIENT_SCALED, *_OTHERS), key=lambda entry: entry.class_name.lower())

OPTIMIZERS: Mapping[str, Entry] = {
    entry.class_name: replace(entry, fields=(*entry.fields, LR_IS_TENSOR)) for entry in _ENTRIES
}
