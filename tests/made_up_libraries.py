"""Libraries made up for one test: real packages in a folder of `sys.path`, with the metadata of an installed one."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from lrgui.core.catalog import known

LAB = '''
    """A library as a laboratory keeps one for itself."""
    from typing import Literal
    from torch.optim import SGD, Optimizer
    from torch.optim.lr_scheduler import LambdaLR, LRScheduler

    class Half(SGD):
        """SGD that makes half the step. And says so."""
        def __init__(self, params, lr=0.5, steepness: float | None = None, mode: Literal["soft", "hard"] = "soft",
                     words: str = "none", on_step=None, **rest):
            """
            Args:
                params: what is trained.
                lr (float, optional): the rate (default: 0.5).
                steepness (float or None):
                    How steep it is, in
                    degrees. Rarely needed.
            """
            super().__init__(params, lr=lr)

    class Thirds(LRScheduler):
        """A third of the rate after every step."""
        def get_lr(self):
            return [group["lr"] / (3 if self.last_epoch else 1) for group in self.optimizer.param_groups]

    def halving(optimizer, num_training_steps, last_epoch=-1):
        """Half the rate after every step, for so many steps."""
        return LambdaLR(optimizer, lambda step: 0.5 ** min(step, num_training_steps), last_epoch)
'''
"""What most tests need: an optimizer, a class of schedulers, and a function that makes one."""


class MadeUpLibraries:
    """Installs libraries in a folder of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._names: set[str] = set()
        folder.mkdir()
        monkeypatch.syspath_prepend(str(folder))
        known.forget_all()

    def install(self, name: str, source: str = LAB, version: str = "1.0", **modules: str) -> None:
        """Install a package of this source, with further modules by name."""
        self.write(self.folder, name, source, **modules)
        metadata = self.folder / f"{name}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (metadata / "RECORD").write_text(f"{name}/__init__.py,,\n")

    def write(self, folder: Path, name: str, source: str = LAB, **modules: str) -> None:
        """Put a package somewhere, as its source alone."""
        self._names.add(name)
        package = folder / name
        package.mkdir(parents=True)
        for module, text in {"__init__": source, **modules}.items():
            (package / f"{module}.py").write_text(dedent(text), encoding="utf-8")

    def imported(self, name: str) -> bool:
        """Say whether Python has imported the library."""
        return name in sys.modules

    def forget(self) -> None:
        """Leave nothing of these libraries, nor of any other that was looked up."""
        known.forget_all()
        for module in [module for module in sys.modules if module.partition(".")[0] in self._names]:
            del sys.modules[module]
