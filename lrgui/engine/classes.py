"""A class of the catalog by name -> the class itself."""

from __future__ import annotations

from typing import Any

import torch
from torch.optim import lr_scheduler, swa_utils

from lrgui.core.catalog.known import Wanted
from lrgui.core.catalog.libraries import is_dotted
from lrgui.engine.libraries import found_class


def find_optimizer_class(name: str) -> Any:
    """Return what builds the optimizer: called with parameter groups and options.

    Raises:
        LookupError: for the class of another library that was not looked up.
    """
    return found_class(Wanted("optimizer", name)) if is_dotted(name) else getattr(torch.optim, name)


def find_scheduler_class(name: str) -> Any:
    """Return what builds the scheduler, a class or a function: called with the optimizer and options.

    Raises:
        LookupError: for the class of another library that was not looked up.
    """
    if is_dotted(name):
        return found_class(Wanted("scheduler", name))
    return getattr(lr_scheduler if hasattr(lr_scheduler, name) else swa_utils, name)
