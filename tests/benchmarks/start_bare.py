"""A start that no program with a window and a plot can be quicker than: it shows an empty one of each and ends.

It is run by its path, with the time of its birth; it prints when window and plot were painted. Each import is where it
is needed first, as it is in lrgui.
"""

from __future__ import annotations

import json
import sys
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow

BORN = float(sys.argv[1])


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, float] = {}
        self.resize(1280, 800)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if "window" not in self.marks:
            self.marks["window"] = 0.0
            QTimer.singleShot(0, self.on_painted)

    def on_painted(self) -> None:
        self.marks["window"] = monotonic() - BORN
        import pyqtgraph

        plot = pyqtgraph.PlotWidget()
        plot.viewport().installEventFilter(self)
        self.setCentralWidget(plot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint:
            return False
        # Paint here, to take the time once that is done.
        watched.removeEventFilter(self)
        QApplication.sendEvent(watched, event)
        self.marks["plot"] = monotonic() - BORN
        QTimer.singleShot(0, self.close)
        return True


if __name__ == "__main__":
    application = QApplication(["bare"])
    window = Window()
    window.show()
    application.exec()
    print(json.dumps(window.marks))
