"""The picture of a figure in the dialog that exports it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

_CHECK = 0.5  # of a line of text
_PALE = 0.35


class FigurePreview(QWidget):
    """Shows a picture, pale while the widget is disabled; behind a transparent one there is a chequered ground."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setAccessibleName("preview of the figure")
        self.setToolTip("What the file will look like")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        line = self.fontMetrics().height()
        self.setMinimumSize(20 * line, 15 * line)

    @property
    def image(self) -> QImage:
        """The picture that is shown."""
        return self._image

    @property
    def room(self) -> QSize:
        """The pixels of the screen that a picture can have."""
        return (self.contentsRect().size() - QSize(2, 2)) * self.devicePixelRatio()

    def set_image(self, image: QImage) -> None:
        """Show another picture, of at most `room` pixels."""
        self._image = image
        self._image.setDevicePixelRatio(self.devicePixelRatio())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else _PALE)
        place = QRect(0, 0, *self._image.deviceIndependentSize().toSize().toTuple())
        place.moveCenter(self.rect().center())
        if self._image.hasAlphaChannel():
            self._paint_ground(painter, place)
        painter.drawImage(place.topLeft(), self._image)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()

    def _paint_ground(self, painter: QPainter, place: QRect) -> None:
        painter.fillRect(place, Qt.GlobalColor.white)
        side = max(4, round(_CHECK * self.fontMetrics().height()))
        for top in range(place.top(), place.bottom() + 1, side):
            for left in range(place.left(), place.right() + 1, side):
                if ((left - place.left()) // side + (top - place.top()) // side) % 2:
                    painter.fillRect(QRect(left, top, side, side) & place, Qt.GlobalColor.lightGray)
