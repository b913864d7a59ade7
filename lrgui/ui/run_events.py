"""What both the run and the previews do with their threads: read what they tell, and wait for their end."""

from __future__ import annotations

from collections.abc import Iterator

from lrgui.core.events import Event
from lrgui.engine.runner import Runner

JOIN_SECONDS = 1.0
"""How long the window may stand still for threads to end. It takes them milliseconds, unless something holds them."""


def events_of(runner: Runner | None) -> Iterator[Event]:
    """Yield what the runner has told since the last frame; what another run still says is dropped."""
    while runner is not None and not runner.events.empty():
        event = runner.events.get()
        if event.run_id == runner.run_id:
            yield event
