"""Strategies of plain values, and how rare something is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]
Values = Mapping[str, Strategy]
Given = Mapping[str, Any]

ODD_ONE_IN = 10
"""How seldom a value is drawn that torch takes, and that breaks later or leads where nobody wants to go."""

REFUSED_ONE_IN = 30
"""How seldom a value is drawn that torch refuses."""

rates: Strategy = st.sampled_from([0.1, 0.001, 1, 0.3]) | st.floats(1e-6, 2.0)
shares: Strategy = st.floats(0.0, 0.99)
factors: Strategy = st.floats(0.01, 1.0)
counts: Strategy = st.integers(1, 30)
switches: Strategy = st.booleans()


def one_in(draw: st.DrawFn, n: int) -> bool:
    """Draw true once in n times; it shrinks to false."""
    return draw(st.integers(1, n)) == n


def options(required: Values, optional: Values) -> Strategy:
    """Return a strategy of options, in which each of the optional ones may be left out."""
    return st.fixed_dictionaries(dict(required), optional=dict(optional))
