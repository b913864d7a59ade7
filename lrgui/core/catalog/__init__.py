"""What can be chosen, as data: optimizers, schedulers, models, workloads and metrics by class name."""

from __future__ import annotations

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.known import KNOWN_OPTIMIZERS, KNOWN_SCHEDULERS
from lrgui.core.catalog.models import MODELS
from lrgui.core.catalog.optimizers import OPTIMIZERS
from lrgui.core.catalog.schedulers import SCHEDULERS
from lrgui.core.catalog.workloads import METRICS, WORKLOADS

__all__ = [
    "KNOWN_OPTIMIZERS",
    "KNOWN_SCHEDULERS",
    "METRICS",
    "MODELS",
    "OPTIMIZERS",
    "SCHEDULERS",
    "WORKLOADS",
    "Entry",
]
