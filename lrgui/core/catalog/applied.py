"""Optimizers whose `lr` is not the rate at which they move the weights."""

from __future__ import annotations

from collections.abc import Mapping

APPLIED_RATE: Mapping[str, str] = {
    "Adafactor": "lr is only a cap: step t moves by the smaller of lr and 1/sqrt(t), times the size of the weights.",
    "ASGD": "It moves by a decaying rate of its own, which takes up each new lr one step late.",
    "Adagrad": "It divides lr by 1 + lr_decay for every step made.",
    "Muon": "It multiplies lr by a factor that depends on the shape of each matrix.",
    "NAdam": "It multiplies lr by the warm-up of its momentum.",
    "RAdam": "It multiplies lr by a rectification that warms up by itself.",
    "Rprop": "lr is only the first step size; then the signs of the gradients set it, and a schedule does nothing.",
}
"""By class: what `lr` is there, and what is applied instead. A run records it as the series `applied_lr`."""
