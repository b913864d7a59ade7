"""Long checks of the real window, by hand: `python -m tests.endurance monkey`, and the same with `soak` and `kill`."""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    monkey = kinds.add_parser("monkey", help="random moves, with what must hold after each")
    monkey.add_argument("--seed", type=int, default=1)
    monkey.add_argument("--actions", type=int, default=2000)
    monkey.add_argument("--log", type=Path, help="where to write one line per action (standard output by default)")
    soak = kinds.add_parser("soak", help="many long runs in one process, and what is left over")
    soak.add_argument("--runs", type=int, default=20)
    soak.add_argument("--steps", type=int, default=500_000)
    soak.add_argument("--groups", type=int, default=8)
    kill = kinds.add_parser("kill", help="kills at random moments, and what can be had back after each")
    kill.add_argument("--times", type=int, default=50)
    kill.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    faulthandler.enable()
    with tempfile.TemporaryDirectory() as folder:
        _move_into(Path(folder))
        if arguments.kind == "monkey":
            from tests.endurance.play import play

            return play(arguments.seed, arguments.actions, Path(folder), arguments.log)
        if arguments.kind == "kill":
            from tests.endurance.kill import kill_again_and_again

            return kill_again_and_again(arguments.times, arguments.seed, Path(folder))
        from tests.endurance.soak import soak as soak_through

        return soak_through(arguments.runs, arguments.steps, arguments.groups)


def _move_into(folder: Path) -> None:
    """Keep the user's files and settings out of reach of what follows."""
    sys.path.insert(0, str(Path.cwd()))
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(folder / name.lower())
        Path(os.environ[name]).mkdir()
    os.chdir(folder)


if __name__ == "__main__":
    sys.exit(main())
