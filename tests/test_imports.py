"""What must not be imported, seen from a fresh interpreter each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "lrgui"

QT = ("PySide6", "pyqtgraph")


def loaded(code: str) -> set[str]:
    """Run `code` and return the names of the top-level modules that it loaded."""
    report = f"import sys\n{code}\nprint('loaded:', *{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", report],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stdout.rpartition("loaded:")[2].split())


def modules_of(part: str) -> list[str]:
    names = (path.relative_to(ROOT).with_suffix("") for path in (PACKAGE / part).rglob("*.py"))
    return sorted(".".join(name.parts).removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("part", ["core", "session"])
def test_core_and_session_need_neither_torch_nor_qt(part: str) -> None:
    modules = modules_of(part)
    assert len(modules) > 5
    assert not loaded(f"import {', '.join(modules)}") & {"torch", *QT}


def test_the_engine_needs_no_qt() -> None:
    assert not loaded(f"import {', '.join(modules_of('engine'))}") & set(QT)


def test_the_package_alone_loads_nothing_slow() -> None:
    assert not loaded("import lrgui; lrgui.__version__") & {"torch", "numpy", *QT}


def test_the_version_is_told_without_torch_and_qt() -> None:
    assert not loaded("from lrgui.cli import main; main(['--version'])") & {"torch", "numpy", *QT}


def test_the_empty_window_needs_neither_numpy_nor_the_plot() -> None:
    names = loaded("import lrgui.app")
    assert "PySide6" in names
    assert not names & {"torch", "numpy", "pyqtgraph"}


def test_tracing_to_a_table_needs_no_qt(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"optimizer": {"class": "SGD"}, "run": {"steps": 2}}')
    arguments = ["trace", str(tmp_path / "r.json"), "--csv", str(tmp_path / "o.csv")]
    names = loaded(f"from lrgui.cli import main; assert main({arguments!r}) == 0")
    assert "torch" in names
    assert not names & set(QT)
    assert (tmp_path / "o.csv").read_text().startswith("step,epoch,lr/rest")
