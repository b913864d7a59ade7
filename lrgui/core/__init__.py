"""Plain values: frozen dataclasses and pure functions; no I/O, no clock, no thread, neither torch nor Qt."""
