"""Schedulers that do what no scheduler should, in a library made up for one test."""

from __future__ import annotations

import builtins
from textwrap import dedent, indent
from threading import Event

from lrgui.core.catalog.known import Wanted, learn
from lrgui.core.recipe import Choice, Group, Options, Recipe, Run, Scheduler
from lrgui.engine.libraries import look_up
from tests.made_up_libraries import MadeUpLibraries

_SOURCE = '''
import ctypes, gc, os, sys, threading, time
import torch
from torch.optim.lr_scheduler import LRScheduler

class Bad(LRScheduler):
    """Leaves the rates as they are, and does something else when it is built and before its third step."""
    def __init__(self, optimizer, last_epoch=-1):
        super().__init__(optimizer, last_epoch)
{built}

    def get_lr(self):
        return [group["lr"] for group in self.optimizer.param_groups]

    def step(self, epoch=None):
        super().step()
        if self.last_epoch == 3:
{stepped}
'''
GROUPS = (Group("weights", ("*weight",), Options(lr=0.5)), Group("biases", ("*bias",), Options(lr=0.25)))


def misbehaving(
    libraries: MadeUpLibraries, stepped: str = "pass", *, built: str = "pass", library: str = "bad", steps: int = 10
) -> Recipe:
    """Return a recipe whose scheduler `bad.Bad` runs some code once three steps are made, and some when it is built."""
    source = _SOURCE.format(built=indent(dedent(built), " " * 8), stepped=indent(dedent(stepped), " " * 12))
    libraries.install(library, source)
    learn(look_up(Wanted("scheduler", f"{library}.Bad"), {library}))
    return Recipe(
        groups=GROUPS,
        optimizer=Choice("SGD", Options(lr=1.0)),
        scheduler=Scheduler(f"{library}.Bad"),
        run=Run(steps=steps),
    )


class Gatekeeper:
    """What a class waits for inside C, where nothing can interrupt it: `BLOCK`, until `release`."""

    BLOCK = "import builtins\nbuiltins.gatekeeper.wait()"

    def __init__(self) -> None:
        self._event = Event()
        builtins.gatekeeper = self._event  # type: ignore[attr-defined]

    def release(self) -> None:
        """Let all that wait go on."""
        self._event.set()

    def leave(self) -> None:
        """Let all that wait go on, for good."""
        self.release()
        del builtins.gatekeeper  # type: ignore[attr-defined]
