"""Starting lrgui in a process of its own, with folders of its own, and a program around it that looks on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_OFFSCREEN_SAYS = "This plugin does not support"


def start(program: str, folder: Path, *arguments: str, platform: str = "offscreen") -> subprocess.Popen[str]:
    """Start a Python program off-screen whose settings and recovery copies are in `folder`."""
    folders = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data")}
    environment = {**os.environ, **folders, "QT_QPA_PLATFORM": platform}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


def told_on(errors: str) -> str:
    """Return what was said on standard error, but for what the off-screen platform says of itself."""
    return "\n".join(line for line in errors.splitlines() if _OFFSCREEN_SAYS not in line)
