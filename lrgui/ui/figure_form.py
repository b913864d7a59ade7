"""The choices of how a figure is exported, as a form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lrgui.core.figure_options import MM_PER_INCH, PRESETS, FigurePreset
from lrgui.ui.export_choices import OPTION_NAMES, FigureChoice
from lrgui.ui.forms.notes import Note

_SAME = 0.05  # millimetres
_SIZES_MM = (20.0, 2000.0)

_FORMATS = (("PNG, pixels", "png"), ("SVG, vector", "svg"), ("PDF, vector", "pdf"))
_UNITS = (("mm", "mm"), ("inch", "in"), ("pixels", "px"))
_LEGENDS = (("Inside the plot", "inside"), ("Beside the plot", "outside"), ("None", "none"))
_THEMES = (("Light", "light"), ("Dark", "dark"))
_EXTENTS = (("What is shown", "shown"), ("The whole run", "whole"))


class FigureForm(QWidget):
    """Format, size, lettering and parts of a figure. `choice` holds the answer; the inputs follow it.

    Signals:
        changed: the choice is another one.
    """

    changed = Signal()

    def __init__(self, choice: FigureChoice, screen: FigurePreset) -> None:
        super().__init__()
        self.choice = choice
        self._presets = (screen, *PRESETS)
        sizes = (*((preset.name, preset.key) for preset in self._presets), ("Another size", ""))
        self.format = _combo(_FORMATS, "format", "SVG and PDF are sharp at any size; PNG opens everywhere")
        self.size_name = _combo(sizes, "size", "A size by name; it brings the size of the text along")
        self.width_input = _length_input("width", "Width of the whole figure")
        self.height_input = _length_input("height", "Height of the whole figure")
        self.unit = _combo(_UNITS, "unit of the size", "What the size is told in; pixels depend on the resolution")
        self.proportional = _check("&Keep proportion", "Change width and height together")
        self.dpi = QSpinBox()
        self.dpi.setRange(30, 1200)
        self.dpi.setSuffix(" dpi")
        _describe(self.dpi, "resolution", "Pixels per inch; journals ask for 300 to 600")
        self.font_size = QDoubleSpinBox()
        self.font_size.setRange(4.0, 72.0)
        self.font_size.setDecimals(1)
        self.font_size.setSingleStep(0.5)
        self.font_size.setSuffix(" pt")
        _describe(self.font_size, "size of the text", "Size of the text on paper; lines and distances go with it")
        self.title = QLineEdit()
        self.title.setPlaceholderText("none")
        _describe(self.title, "title", "A line above the plot")
        self.legend = _combo(_LEGENDS, "legend", "Where the curves are named")
        self.theme = _combo(_THEMES, "colours", "Colours for a light or for a dark ground")
        self.transparent = _check("T&ransparent background", "Leave the ground out, so that the page shows through")
        self.annotated = _check("&Phases and events", "Shade the phases and mark the events that the plot shows")
        self.what = _combo(_EXTENTS, "range", "The steps and values in view, or all of them")
        self.note = Note()
        self._form = self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> QFormLayout:
        size = QHBoxLayout()
        for widget in (self.width_input, self.height_input, self.unit):
            size.addWidget(widget, 1)
        form = QFormLayout()
        form.addRow("&Format", self.format)
        form.addRow("&Title", self.title)
        form.addRow("&Legend", self.legend)
        form.addRow("&Colours", self.theme)
        form.addRow("", self.transparent)
        form.addRow("", self.annotated)
        form.addRow("Ran&ge", self.what)
        form.addRow("&Size", self.size_name)
        form.addRow("&Width, height", size)
        form.addRow("", self.proportional)
        form.addRow("Res&olution", self.dpi)
        form.addRow("Te&xt size", self.font_size)
        label = form.labelForField(size)
        label.setBuddy(self.width_input)  # type: ignore[attr-defined]  # a QLabel, since the row has a text
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.note)  # right below what it is about
        return form

    def _connect(self) -> None:
        for combo in (self.format, self.unit, self.legend, self.theme, self.what):
            combo.currentIndexChanged.connect(self._take_rest)
        self.size_name.currentIndexChanged.connect(self._take_preset)
        self.width_input.valueChanged.connect(self._take_width)
        self.height_input.valueChanged.connect(self._take_height)
        self.dpi.valueChanged.connect(self._take_dpi)
        self.font_size.valueChanged.connect(self._take_rest)
        self.title.textChanged.connect(self._take_rest)
        self.proportional.toggled.connect(self._take_rest)
        self.transparent.toggled.connect(self._take_rest)
        self.annotated.toggled.connect(self._take_rest)

    @Slot()
    def _take_preset(self) -> None:
        preset = next((one for one in self._presets if one.key == self.size_name.currentData()), None)
        if preset is not None:
            width, height, font_size = preset.width, preset.height, preset.font_size
            options = replace(self.choice.options, width=width, height=height, font_size=font_size)
            self._change(replace(self.choice, options=options))

    @Slot(float)
    def _take_width(self, value: float) -> None:
        options, width = self.choice.options, value * self._unit_mm()
        height = options.height * width / options.width if self.choice.proportional else options.height
        self._change(replace(self.choice, options=replace(options, width=width, height=_possible(height))))

    @Slot(float)
    def _take_height(self, value: float) -> None:
        options, height = self.choice.options, value * self._unit_mm()
        width = options.width * height / options.height if self.choice.proportional else options.width
        self._change(replace(self.choice, options=replace(options, width=_possible(width), height=height)))

    @Slot(int)
    def _take_dpi(self, dpi: int) -> None:
        """Take the resolution; a size in pixels keeps its pixels."""
        options = self.choice.options
        kept = options.dpi / dpi if self.choice.unit == "px" else 1.0
        width, height = _possible(options.width * kept), _possible(options.height * kept)
        self._change(replace(self.choice, options=replace(options, dpi=dpi, width=width, height=height)))

    @Slot()
    def _take_rest(self) -> None:
        options = replace(
            self.choice.options,
            font_size=self.font_size.value(),
            title=self.title.text().strip(),
            legend=self.legend.currentData(),
            theme=self.theme.currentData(),
            transparent=self.transparent.isChecked(),
            annotated=self.annotated.isChecked(),
            what=self.what.currentData(),
        )
        self._change(
            FigureChoice(options, self.format.currentData(), self.unit.currentData(), self.proportional.isChecked())
        )

    def _change(self, choice: FigureChoice) -> None:
        if choice != self.choice:
            self.choice = choice
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        """Write the choice into the inputs, but for the text that is being typed."""
        choice, options = self.choice, self.choice.options
        blockers = [QSignalBlocker(widget) for widget in self.findChildren(QWidget)]
        for combo, data in (
            (self.format, choice.suffix),
            (self.unit, choice.unit),
            (self.size_name, self._preset_key()),
            (self.legend, options.legend),
            (self.theme, options.theme),
            (self.what, options.what),
        ):
            combo.setCurrentIndex(combo.findData(data))
        for length, value in ((self.width_input, options.width), (self.height_input, options.height)):
            self._show_length(length, value)
        self.dpi.setValue(options.dpi)
        self.font_size.setValue(options.font_size)
        if self.title.text().strip() != options.title:
            self.title.setText(options.title)
        self.proportional.setChecked(choice.proportional)
        self.transparent.setChecked(options.transparent)
        self.annotated.setChecked(options.annotated)
        for blocker in blockers:
            blocker.unblock()
        self._form.setRowVisible(self.dpi, choice.suffix == "png" or choice.unit == "px")
        told = (f"{OPTION_NAMES[name]} {one}." for name, one in self.choice.complaints.items())
        self.note.set_problem(" ".join(sentence[0].upper() + sentence[1:] for sentence in told))

    def _show_length(self, length: QDoubleSpinBox, millimetres: float) -> None:
        unit = self._unit_mm()
        decimals, step = {"mm": (1, 1.0), "in": (2, 0.1), "px": (0, 10.0)}[self.choice.unit]
        length.setDecimals(decimals)
        length.setSingleStep(step)
        length.setRange(_SIZES_MM[0] / unit, _SIZES_MM[1] / unit)
        # What is being typed stays as it is.
        if abs(length.value() - millimetres / unit) > 0.51 * 10**-decimals:
            length.setValue(millimetres / unit)

    def _preset_key(self) -> str:
        options = self.choice.options
        for preset in self._presets:
            if abs(preset.width - options.width) < _SAME and abs(preset.height - options.height) < _SAME:
                return preset.key
        return ""

    def _unit_mm(self) -> float:
        return {"mm": 1.0, "in": MM_PER_INCH, "px": MM_PER_INCH / self.choice.options.dpi}[self.choice.unit]


def _possible(millimetres: float) -> float:
    return min(max(millimetres, _SIZES_MM[0]), _SIZES_MM[1])


def _combo(items: Iterable[tuple[str, str]], name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    for text, data in items:
        combo.addItem(text, data)
    _describe(combo, name, tip)
    return combo


def _check(text: str, tip: str) -> QCheckBox:
    check = QCheckBox(text)
    check.setToolTip(tip)
    return check


def _length_input(name: str, tip: str) -> QDoubleSpinBox:
    length = QDoubleSpinBox()
    length.setKeyboardTracking(False)  # else a range would correct a number that is not yet typed to its end
    _describe(length, name, tip)
    return length


def _describe(widget: QWidget, name: str, tip: str) -> None:
    widget.setAccessibleName(name)
    widget.setToolTip(tip)
