from __future__ import annotations

from dataclasses import replace

import pytest

from lrgui.core.figure_options import (
    PRESETS,
    FigureOptions,
    FigurePreset,
    figure_complaints,
    largest_font_size,
    parse_length,
    usual_height,
)


@pytest.mark.parametrize(
    ("text", "dpi", "millimetres"),
    [
        ("89mm", 300, 89.0),
        (" 8.9 cm ", 300, 89.0),
        ("3.5in", 300, 88.9),
        ("3.5 IN", 72, 88.9),
        (".5in", 72, 12.7),
        ("1200px", 300, 101.6),
        ("1200px", 150, 203.2),
    ],
)
def test_lengths_as_people_write_them(text: str, dpi: int, millimetres: float) -> None:
    assert parse_length(text, dpi) == pytest.approx(millimetres, rel=1e-12)


@pytest.mark.parametrize("text", ["", "89", "mm", "-3in", "1e3mm", "89 miles", "nanmm", "3.5in.", "٣mm", "9" * 100])
def test_what_is_no_length_is_told_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a length with its unit, such as 89mm, 3\.5in or 1200px, not"):
        parse_length(text, 300)


def test_pixels_follow_from_size_and_resolution() -> None:
    assert FigureOptions(width=25.4 * 4, height=25.4 * 3, dpi=300).pixels == (1200, 900)
    assert FigureOptions(width=89.0, height=62.0, dpi=600).pixels == (2102, 1465)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_can_be_drawn_up_to_600_dpi(preset: FigurePreset) -> None:
    options = FigureOptions(preset.width, preset.height, font_size=preset.font_size, dpi=600)
    assert figure_complaints(options, pixels=True) == {}


def test_column_widths_are_those_that_journals_ask_for() -> None:
    widths = {preset.key: preset.width for preset in PRESETS}
    assert (widths["single"], widths["one-and-half"], widths["double"]) == (89.0, 120.0, 183.0)
    assert (widths["ieee"], widths["ieee-double"]) == pytest.approx((88.9, 181.864))


@pytest.mark.parametrize(
    ("changes", "place", "sentence"),
    [
        ({"width": 19.9}, "width", "must be from 20 mm to 2 m, not 19.9 mm"),
        ({"height": 2001.0}, "height", "must be from 20 mm to 2 m, not 2001 mm"),
        ({"width": float("inf")}, "width", "must be from 20 mm to 2 m, not inf mm"),
        ({"dpi": 29}, "dpi", "must be from 30 to 1200 pixels per inch, not 29"),
        ({"dpi": 1201}, "dpi", "must be from 30 to 1200 pixels per inch, not 1201"),
        ({"font_size": 3.9}, "font_size", "must be from 4 to 72 points, not 3.9"),
        ({"font_size": 40.0}, "font_size", "must be at most 25.3 points here"),
        ({"width": 89.0, "font_size": 9.0, "legend": "outside"}, "font_size", "must be at most 8.76 points here"),
        ({"width": 2000.0, "height": 1000.0}, "dpi", "makes an image of 23622 × 11811 pixels, more than 100 million"),
    ],
)
def test_what_cannot_be_drawn_is_told_at_its_option(changes: dict[str, object], place: str, sentence: str) -> None:
    complaints = figure_complaints(replace(FigureOptions(), **changes), pixels=True)  # type: ignore[arg-type]
    assert list(complaints) == [place]
    assert complaints[place].startswith(sentence)


def test_a_vector_figure_of_any_size_takes_no_pixels() -> None:
    assert figure_complaints(FigureOptions(width=2000.0, height=1000.0), pixels=False) == {}


def test_the_smallest_figure_can_be_lettered() -> None:
    assert largest_font_size(FigureOptions(width=20.0, height=20.0)) >= 3.9
    assert figure_complaints(FigureOptions(width=24.0, height=20.0, font_size=4.0), pixels=True) == {}


def test_a_height_nobody_gave_suits_the_width() -> None:
    assert usual_height(100.0) == 62.0
    assert usual_height(20.0) == 20.0
