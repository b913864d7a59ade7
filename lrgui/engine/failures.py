"""What an exception from torch says to the user."""

from __future__ import annotations

from types import TracebackType

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrgui.core.errors import LrguiError


def sentence(error: BaseException) -> str:
    """Return the exception's own sentence on one line, or the name of its class where it has none."""
    # The text of a KeyError is a repr, that of an OverflowError a tuple with the system's error number.
    text = error.args[-1] if error.args and isinstance(error.args[-1], str) else str(error)
    return " ".join(text.split()) or type(error).__name__


def describe(error: BaseException) -> str:
    """Return which optimizer or scheduler raised `error`, and its sentence: `ConstantLR: division by zero`.

    The class of the exception follows unless it is one of lrgui's own.
    """
    kind = "" if isinstance(error, LrguiError) else f" ({type(error).__name__})"
    culprit = _culprit(error.__traceback__)
    return f"{culprit}: {sentence(error)}{kind}" if culprit else f"{sentence(error)}{kind}"


def _culprit(traceback: TracebackType | None) -> str:
    """Return the class name of the innermost optimizer or scheduler on the way to the error."""
    name = ""
    while traceback is not None:
        instance = traceback.tb_frame.f_locals.get("self")
        if isinstance(instance, Optimizer | LRScheduler):
            name = type(instance).__name__
        traceback = traceback.tb_next
    return name
