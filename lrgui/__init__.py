"""lrgui: which learning rate does each parameter group really get, at every optimizer step?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lrgui.core.recipe import Recipe
    from lrgui.core.trace import Trace
    from lrgui.tracing import trace

__version__ = "0.1.0"
__all__ = ["Recipe", "Trace", "__version__", "trace"]

_HOMES = {"Recipe": "lrgui.core.recipe", "Trace": "lrgui.core.trace", "trace": "lrgui.tracing"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that `import lrgui` stays instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lrgui' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
