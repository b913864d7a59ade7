"""Start the installed application off-screen: an example opens, its curve and a preview are drawn, it ends cleanly."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QTimer

import lrgui
from lrgui.app import Application, make_application
from lrgui.session.examples import example_files

LIMIT_MS = 60_000


def main() -> int:
    """Return the exit status of the application; an assertion says what is missing."""
    package = Path(lrgui.__file__).parent
    assert "site-packages" in package.parts, f"not the installed package: {package}"
    assert (package / "resources" / "icons" / "play.svg").is_file(), "the icons are not in the wheel"
    examples = example_files()
    assert len(examples) == 5, f"five examples expected in the wheel, found {len(examples)}"
    assert all(path.is_relative_to(package) for path in examples), examples

    os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
    qt_application = make_application(sys.argv[:1])
    application = Application(qt_application, examples[1])
    window = application.window
    window.show()

    def look() -> None:
        if window.runs.all and window.controller.preview_trace is not None:
            window.close()

    watch = QTimer()
    watch.timeout.connect(look)
    watch.start(50)
    QTimer.singleShot(LIMIT_MS, lambda: qt_application.exit(3))
    status = qt_application.exec()
    assert window.runs.all, "the example's run did not appear"
    assert window.controller.preview_trace is not None, "no preview appeared"
    return status


if __name__ == "__main__":
    sys.exit(main())
