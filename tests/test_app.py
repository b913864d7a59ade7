"""The composition root, in a process of its own: order of the start, garbage collection, a clean end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_START = """
import gc, json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from lrgui.app import Application, make_application
SLOW = {"numpy", "torch", "pyqtgraph", "filelock", "fastjsonschema"}
found = {"stages": []}
qt = make_application(["lrgui"])
path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
application = Application(qt, path)
window = application.window
found["imported before the window is painted"] = sorted(SLOW & set(sys.modules))
found["automatic collection"] = gc.isenabled()
def watched(stage):
    def run():
        stage()
        plot = window.workbench.panel.plot
        found["stages"].append([
            sorted(SLOW & set(sys.modules)), plot.isVisible(), hasattr(window.workbench, "recipe_panel")
        ])
    return run
application._stages = type(application._stages)(map(watched, application._stages))
def painted():
    found["imported at the first paint"] = sorted(SLOW & set(sys.modules))
window.painted.disconnect()
window.painted.connect(painted)
window.painted.connect(application._go_on)
def look():
    trace = window.controller.preview_trace
    if trace is not None and trace.rows == trace.capacity and (path is None or window.document.path):
        found["title"] = window.windowTitle()
        found["first rate"] = trace["lr"][0, 0]
        watch.stop()
        window.close()
watch = QTimer()
watch.setInterval(10)
watch.timeout.connect(look)
window.ready.connect(watch.start)
window.show()
found["status"] = qt.exec()
print(json.dumps(found))
"""

_CLOSE = """
import sys
from PySide6.QtCore import QTimer
from lrgui.app import Application, make_application
qt = make_application(["lrgui"])
qt.setQuitOnLastWindowClosed(False)
application = Application(qt, None)
window = application.window
done, when = [], int(sys.argv[1])
def close():
    window.close()
    # The event loop outlives the window, as it does while a dialog is open.
    QTimer.singleShot(200, qt.quit)
def watched(stage):
    def run():
        stage()
        done.append(stage.__name__)
        if len(done) == when:
            QTimer.singleShot(0, close)
    return run
application._stages = type(application._stages)(map(watched, application._stages))
if when == 0:
    window.painted.disconnect()
    window.painted.connect(close)
    window.painted.connect(application._go_on)
window.show()
qt.exec()
print(len(done), window.isVisible())
"""


def output_of(code: str, tmp_path: Path, *arguments: str) -> str:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def start(tmp_path: Path, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(output_of(_START, tmp_path, *arguments))
    return found


def test_window_plot_and_forms_are_there_before_torch_is_imported(tmp_path: Path) -> None:
    found = start(tmp_path)
    stages = found["stages"]
    assert isinstance(stages, list)
    assert stages[:2] == [[["numpy", "pyqtgraph"], True, False], [["numpy", "pyqtgraph"], True, True]]
    assert found["imported before the window is painted"] == []
    assert found["imported at the first paint"] == []
    assert found["automatic collection"] is False
    assert found["title"] == "untitled[*] – lrgui"
    assert found["first rate"] == 1e-3
    assert found["status"] == 0


def test_a_recipe_on_the_command_line_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "half.json"
    path.write_text(json.dumps({"optimizer": {"class": "SGD", "options": {"lr": 0.5}}, "run": {"steps": 10}}))
    found = start(tmp_path, str(path))
    assert found["title"] == "half.json[*] – lrgui"
    assert found["first rate"] == 0.5


@pytest.mark.parametrize("stages", [0, 1, 2])
def test_a_window_closed_between_the_stages_of_the_start_does_not_go_on(tmp_path: Path, stages: int) -> None:
    assert output_of(_CLOSE, tmp_path, str(stages)) == f"{stages} False\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set; `lrgui trace FILE` needs no display"),
        ({"DISPLAY": ":7654"}, "(DISPLAY=:7654)"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "(QT_QPA_PLATFORM=nonsense)"),
    ],
)
def test_without_a_display_the_window_is_refused_in_a_sentence(given: dict[str, str], sentence: str) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-c", "from lrgui.app import main; main()"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, env={**environment, **given}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lrgui: no window can be opened: ")
    assert done.stderr.count("\n") == 1
    # A machine without Qt's libraries for X11 is told about those instead.
    assert done.stderr.endswith(f"{sentence}\n") or ("DISPLAY" in given and "libxcb-cursor0" in done.stderr)
