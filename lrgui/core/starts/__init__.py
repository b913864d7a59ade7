"""Ready-made schedules: choose one, set its few parameters, and get a tree of real torch schedulers."""

from __future__ import annotations

from collections.abc import Mapping

from lrgui.core.recipe import Options, Scheduler
from lrgui.core.starts.fitting import starting_values
from lrgui.core.starts.hugging_face import HUGGING_FACE
from lrgui.core.starts.ready_made import READY_MADE
from lrgui.core.starts.start import Start

__all__ = ["STARTS", "Start", "recognise", "starting_values"]

STARTS: Mapping[str, Start] = {start.key: start for start in (*READY_MADE, *HUGGING_FACE)}
"""Every start by its key, in the order in which a menu lists them."""


def recognise(scheduler: Scheduler | None) -> tuple[Start, Options] | None:
    """Return the start that makes this tree, and the values with which it does; None for any other tree.

    A tree may leave out what is torch's own default, as forms and people do.

    No two starts make the same tree. Should that change, the first one in the menu is meant.
    """
    if scheduler is None:
        return None
    for start in STARTS.values():
        values = start.read(scheduler)
        if values is not None:
            return start, Options(values)
    return None
