"""A class of the catalog by name -> the class itself."""

from __future__ import annotations

from typing import Any

import torch
from torch.optim import lr_scheduler, swa_utils


def find_optimizer_class(name: str) -> Any:
    """Return what builds the optimizer: called with parameter groups and options."""
    return getattr(torch.optim, name)


def find_scheduler_class(name: str) -> Any:
    """Return what builds the scheduler: called with the optimizer and options."""
    return getattr(lr_scheduler if hasattr(lr_scheduler, name) else swa_utils, name)
