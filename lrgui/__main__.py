"""`python -m lrgui`."""

from __future__ import annotations

import sys

from lrgui.cli import main

if __name__ == "__main__":
    sys.exit(main())
