"""Fields that several torch classes share."""

from __future__ import annotations

from lrgui.core.fields import Field, Kind

NEGATIVE_RATE = "the learning rate becomes negative, which torch accepts, and the weights climb the loss"
"""What comes of a schedule's bound below zero."""

NEVER_FORGETS = "what is carried on never fades, so that the steps grow without end"
"""What comes of a momentum of 1 or more."""


def momentum(default: float) -> Field:
    """Return the field `momentum` of an optimizer whose default is `default`."""
    help_text = f"Share of the previous {'direction' if default else 'step'} carried on."
    return Field(
        "momentum", Kind.FLOAT, default, help_text, minimum=0, maximum=1, open_maximum=True, above=NEVER_FORGETS
    )


def learning_rate(default: float, open_minimum: bool = False) -> Field:
    """Return the field `lr` of an optimizer."""
    help_text = "Learning rate, before any scheduler changes it."
    return Field("lr", Kind.LEARNING_RATE, default, help_text, minimum=0, open_minimum=open_minimum)


def betas() -> Field:
    """Return the field `betas` of the Adam family."""
    help_text = "How much of the running averages of the gradient and of its square is kept at each step."
    return Field("betas", Kind.FLOATS, (0.9, 0.999), help_text, minimum=0, maximum=1, open_maximum=True, length=2)


def epsilon(default: float, open_minimum: bool = False, below: str = "") -> Field:
    """Return the field `eps` of an optimizer; `below` says what comes of a negative one where torch takes it."""
    help_text = "Added to the denominator, so that it is never zero."
    return Field(
        "eps", Kind.FLOAT, default, help_text, minimum=0, open_minimum=open_minimum, below=below, advanced=True
    )


def weight_decay(default: float, decoupled: bool = False) -> Field:
    """Return the field `weight_decay` of an optimizer."""
    coupled_help = "Share of the weights added to the gradient (L2 penalty)."
    decoupled_help = "Share of the weights taken off at each step, times the learning rate (decoupled)."
    return Field("weight_decay", Kind.FLOAT, default, decoupled_help if decoupled else coupled_help, minimum=0)


DECOUPLED_WEIGHT_DECAY = Field(
    "decoupled_weight_decay",
    Kind.BOOLEAN,
    False,
    "Takes weight decay off the weights instead of adding it to the gradient, as AdamW does.",
    advanced=True,
)

AMSGRAD = Field("amsgrad", Kind.BOOLEAN, False, "Divides by the largest average square so far, not by the present one.")

FOREACH = Field(
    "foreach",
    Kind.BOOLEAN,
    None,
    "Updates all tensors of a group together.",
    optional=True,
    advanced=True,
)

FUSED = Field(
    "fused",
    Kind.BOOLEAN,
    None,
    "Uses one fused kernel for the whole update.",
    optional=True,
    advanced=True,
)

MAXIMIZE = Field("maximize", Kind.BOOLEAN, False, "Climbs the objective instead of descending it.", advanced=True)

CAPTURABLE = Field(
    "capturable", Kind.BOOLEAN, False, "Keeps the step safe for a CUDA graph; needs a GPU.", advanced=True
)

DIFFERENTIABLE = Field(
    "differentiable", Kind.BOOLEAN, False, "Lets gradients flow through the optimizer step itself.", advanced=True
)

LR_IS_TENSOR = Field(
    "lr_is_tensor",
    Kind.BOOLEAN,
    False,
    "Passes lr as a float32 tensor, as code for torch.compile does; groups without an lr of their own share it.",
    advanced=True,
    of_torch=False,
)

LAST_EPOCH = Field(
    "last_epoch",
    Kind.INTEGER,
    -1,
    "Scheduler step to resume after; -1 starts afresh.",
    unit="steps",
    minimum=-1,
    advanced=True,
    below="the scheduler counts its steps from below zero",
)
