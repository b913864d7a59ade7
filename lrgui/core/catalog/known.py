"""Every optimizer and scheduler that can be chosen: torch's own, and those of other libraries that were looked up.

What a library has is found out by importing it, which the core does not do; whoever does adds what was found here.
"""

from __future__ import annotations

from collections import ChainMap

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.optimizers import OPTIMIZERS
from lrgui.core.catalog.schedulers import SCHEDULERS

KNOWN_OPTIMIZERS: ChainMap[str, Entry] = ChainMap({}, dict(OPTIMIZERS))
KNOWN_SCHEDULERS: ChainMap[str, Entry] = ChainMap({}, dict(SCHEDULERS))
