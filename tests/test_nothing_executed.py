"""A file that names what it should not: nothing of it is imported, executed, opened or reached while it is used.

In a process of its own, in which Python's audit hooks see every import, every piece of code that is run and every
file, process and connection that is opened, whoever asks for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.made_up_libraries import LAB

REPOSITORY = Path(__file__).parents[1]

CLASSES = [
    *("os.system", "builtins.eval", "builtins.exec", "builtins.__import__", "subprocess.Popen", "socket.socket"),
    *("evil.Half", "evil", "evil.sub.Half", "evil.", ".evil", "evil..Half", "evil.__init__", "evil:Half", "evil/Half"),
    *("evil .Half", "evil\n.Half", "evil\0.Half", "\u0435vil.Half", "\uff45vil.Half", "evil\uff0eHalf", "EVIL.Half"),
    *("torch.hub.load", "torch.load", "torch.optim.Adam", "torch.utils.cpp_extension.load", "torch.ops.load_library"),
    *("lrgui.session.store.write_session", "lrgui.app.main", "lrgui.engine.libraries.import_module"),
    *("numpy.load", "pickle.loads", "ctypes.CDLL", "importlib.import_module", "runpy.run_path", "code.interact"),
    *("this.Half", "antigravity.Half", "turtle.Half", "idlelib.idle.Half", "test.support.Half", "pip._internal.main"),
    *("sitecustomize.Half", "conftest.Half", "setup.Half", "__main__.Half", "_posixsubprocess.fork_exec"),
    *("lab.os.system", "lab.system", "lab.evil.Half", "lab.Half.__init__", "lab.Half.mro", "lab.__builtins__.eval"),
    *("lab._hidden", "lab.sys.modules", "lab.torch.hub.load", "lab.getattr", "lab.here.evil.Half", "lab.lab.evil.Half"),
    *("../evil.Half", "/tmp/evil.Half", "~/evil.Half", "file:///evil.Half", "http://example.com/evil.Half"),
    *(
        "__import__('evil').Half",
        "evil.Half()",
        "evil.Half;import evil",
        "${evil}.Half",
        "{evil}.Half",
        "%(evil)s.Half",
    ),
    *("a" * 100_000 + ".Half", "evil" + ".a" * 50_000, "__import__", "eval", "exec", "open", "Optimizer", "object"),
]

EXPRESSIONS = [
    "__import__('evil')",
    "eval('__import__(\"evil\")')",
    "().__class__.__base__.__subclasses__()",
    "(evil := 1)",
    "lambda: evil",
    "f'{__import__(\"evil\")}'",
    "[evil for evil in (1,)]",
    "epoch.__class__.__init__.__globals__['sys'].modules['evil']",
    "open('harm', 'w')",
    "exec('import evil')",
    "9**9**9**9",
    "1 << 10**9",
    "'a' * 10**9",
    "pow(9, pow(9, pow(9, 9)))",
    "(" * 900 + "1" + ")" * 900,
    "\u0435poch",
    "epoch\0",
    "1" * 100_000,
]

WATCHED = """
import contextlib, io, json, sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
folder = Path(sys.argv[2])
files = folder / "files"
# The list of trusted libraries, and how much memory there is.
expected = (str(folder / "config" / "lrgui" / "libraries.json"), "/proc/meminfo")
seen = []
watching = False

def watch(event, arguments):
    if not watching:
        return
    if event == "import":
        seen.append(f"import {arguments[0]}")
    elif event == "exec":
        seen.append(f"exec {arguments[0].co_name} of {arguments[0].co_filename}")
    elif event == "compile" and arguments[1] not in ("<unknown>", None):
        # Without a name it is the arithmetic of an expression, which is compiled and then no exec.
        seen.append(f"compile {arguments[1]}")
    elif event == "open" and str(arguments[0]) not in expected and not str(arguments[0]).startswith(str(files)):
        seen.append(f"open {arguments[0]} {arguments[1]}")
    elif event.partition(".")[0] in ("subprocess", "socket", "ctypes", "shutil", "pty", "urllib", "ftplib", "http"):
        seen.append(f"{event} {arguments!r:.100}")
    elif event in ("os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.remove", "os.rename",
                   "os.mkdir", "os.putenv", "os.chmod", "os.kill", "pickle.find_class", "marshal.loads"):
        seen.append(f"{event} {arguments!r:.100}")

sys.addaudithook(watch)

import lrgui
from lrgui.cli import main
from lrgui.core.errors import LrguiError
from lrgui.core.validate import validate
from lrgui.session.store import open_session, read_file, read_recipe

def use(path):
    "Do with a file whatever a user does with it."
    for work in (
        lambda: read_file(path), lambda: read_recipe(path), lambda: open_session(path),
        lambda: validate(read_recipe(path), 2**30),
        lambda: lrgui.trace(path, steps=3, preview=True), lambda: lrgui.trace(path, steps=3),
        lambda: main(["check", str(path)]), lambda: main(["trace", str(path), "--steps", "3"]),
    ):
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            with contextlib.suppress(LrguiError, SystemExit):
                work()

# Whatever lrgui and torch import for themselves, they import while these are used.
for path in sorted(files.glob("harmless-*")):
    use(path)
reports = {}
for path in sorted(files.glob("[!h]*")) + sorted(files.glob("hostile-*")):
    seen.clear()
    watching = True
    use(path)
    watching = False
    if seen:
        reports[path.name] = list(seen)
print(json.dumps(reports))
"""


def recipes_with(name: str) -> list[dict[str, Any]]:
    """The name in each place where a class can be named."""
    adam = {"class": "Adam"}
    return [
        {"optimizer": {"class": name}},
        {"optimizer": adam, "scheduler": {"class": name}},
        {"optimizer": adam, "scheduler": {"class": "ChainedScheduler", "schedulers": [{"class": name}]}},
        {"optimizer": adam, "model": {"class": name}},
        {"optimizer": adam, "run": {"workload": {"class": name}}},
        {"optimizer": adam, "run": {"metric": {"class": name}}},
    ]


def expressions_with(text: str) -> list[dict[str, Any]]:
    adam, metric = {"class": "Adam"}, {"class": "expression", "options": {"expression": text}}
    return [
        {"optimizer": adam, "scheduler": {"class": "LambdaLR", "options": {"lr_lambda": text}}},
        {"optimizer": adam, "scheduler": {"class": "MultiplicativeLR", "options": {"lr_lambda": [text]}}},
        {"optimizer": adam, "scheduler": {"class": "ReduceLROnPlateau"}, "run": {"metric": metric}},
    ]


def test_a_hostile_file_reaches_nothing(tmp_path: Path) -> None:
    files, site, config = (tmp_path / name for name in ("files", "site-packages", "config/lrgui"))
    for folder in (files, site, config, site / "evil", site / "lab", site / "seen"):
        folder.mkdir(parents=True)
    harm = tmp_path / "harm"
    evil = dedent(LAB) + f"\nfrom pathlib import Path\nPath({str(harm)!r}).touch()\n"
    (site / "evil" / "__init__.py").write_text(evil)
    (site / "evil" / "sub.py").write_text(evil)
    (site / "lab" / "__init__.py").write_text(
        dedent(LAB) + "\nimport os, sys, torch\nfrom os import system\n_hidden = Half\n"
    )
    (site / "seen" / "__init__.py").write_text(dedent(LAB))
    (config / "libraries.json").write_text('{"libraries": ["lab", "seen"]}')
    hostile = [recipe for name in CLASSES for recipe in recipes_with(name)]
    hostile += [recipe for text in EXPRESSIONS for recipe in expressions_with(text)]
    harmless = [
        {"optimizer": {"class": "lab.Half"}, "scheduler": {"class": "lab.Thirds"}},
        {"optimizer": {"class": "Adam"}, "scheduler": {"class": "lab.Missing"}},
        {"optimizer": {"class": "nowhere.Missing"}},
        *recipes_with("StepLR"),
        *expressions_with("1 / (1 + epoch)"),
        *expressions_with("1 / epoch"),
    ]
    control = [{"optimizer": {"class": "seen.Half"}}]
    for kind, some in (("harmless", harmless), ("control", control), ("hostile", hostile)):
        for index, recipe in enumerate(some):
            (files / f"{kind}-{index:04}.json").write_text(json.dumps(recipe))

    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(REPOSITORY), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(site), "XDG_CONFIG_HOME": str(tmp_path / "config")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    reports = json.loads(done.stdout)
    # A library that is trusted is imported, and that is seen.
    assert f"exec <module> of {site / 'seen' / '__init__.py'}" in reports.pop("control-0000.json")
    assert reports == {}
    assert not harm.exists()
