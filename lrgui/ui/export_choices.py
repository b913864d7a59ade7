"""What the user chooses when a figure or numbers are exported, and how it is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, TypeVar, get_args

from lrgui.core.figure_options import Extent, FigureOptions, Legend, ThemeName, figure_complaints

FigureFormat = Literal["png", "svg", "pdf"]
LengthUnit = Literal["mm", "in", "px"]
NumbersFormat = Literal["csv", "npz"]
RunsExported = Literal["selected", "visible"]
RowsExported = Literal["all", "shown"]

OPTION_NAMES = {"width": "width", "height": "height", "font_size": "text size", "dpi": "resolution"}
"""What the options are called that something can be wrong with."""

_WORDS: dict[str, tuple[str, ...]] = {
    "theme": get_args(ThemeName),
    "legend": get_args(Legend),
    "what": get_args(Extent),
    "suffix": get_args(FigureFormat),
    "unit": get_args(LengthUnit),
    "format": get_args(NumbersFormat),
    "runs": get_args(RunsExported),
    "rows": get_args(RowsExported),
}
_DEFAULTS = FigureOptions()
_LARGEST = 10**9
"""No length, resolution or size of text comes near; beyond it, numbers do not even become others."""


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """A figure to be exported. `unit` is what its size is told in; `proportional` keeps height to width."""

    options: FigureOptions = _DEFAULTS
    suffix: FigureFormat = "png"
    unit: LengthUnit = "mm"
    proportional: bool = False

    @property
    def complaints(self) -> dict[str, str]:
        """What is wrong with it, one sentence by the name of the option; nothing where it can be drawn."""
        return figure_complaints(self.options, pixels=self.suffix == "png")

    def remembered(self) -> dict[str, Any]:
        """Return it as plain values; a title is for one figure alone."""
        own = {"suffix": self.suffix, "unit": self.unit, "proportional": self.proportional}
        return {**asdict(replace(self.options, title="")), **own}

    @classmethod
    def from_remembered(cls, values: Mapping[str, Any]) -> FigureChoice:
        """Return the choice that was remembered, with defaults for what is missing or cannot be used."""
        options = _updated(FigureOptions(), values)
        choice = _updated(cls(options), values)
        return replace(choice, options=FigureOptions()) if choice.complaints else choice


@dataclass(frozen=True, slots=True)
class NumbersChoice:
    """Numbers to be exported: of the selected run or of all visible ones, all rows or those in view, every n-th."""

    format: NumbersFormat = "csv"
    runs: RunsExported = "selected"
    rows: RowsExported = "all"
    every: int = 1

    def remembered(self) -> dict[str, Any]:
        """Return it as plain values; what leaves rows out is for one table alone."""
        return {"format": self.format, "runs": self.runs}

    @classmethod
    def from_remembered(cls, values: Mapping[str, Any]) -> NumbersChoice:
        """Return the choice that was remembered, with defaults for what is missing or cannot be used."""
        return _updated(cls(), {name: values[name] for name in cls().remembered() if name in values})


_Values = TypeVar("_Values", FigureOptions, FigureChoice, NumbersChoice)


def _updated(choice: _Values, values: Mapping[str, Any]) -> _Values:
    """Return the choice with those of `values` for its fields that have the right type and are known words."""
    usual = {field.name: getattr(choice, field.name) for field in fields(choice)}
    usable = {
        name: type(usual[name])(value)
        for name, value in values.items()
        if name in usual and _fits(value, usual[name]) and value in _WORDS.get(name, (value,))
    }
    return replace(choice, **usable)


def _fits(value: object, usual: object) -> bool:
    if isinstance(value, (int, float)) and not -_LARGEST < value < _LARGEST:
        return False
    whole_for_real = type(usual) is float and type(value) is int
    return type(value) is type(usual) or whole_for_real
