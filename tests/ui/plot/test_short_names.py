"""Names cut to a width, still told apart."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from lrgui.ui.plot.short_names import short_names


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetricsF:
    return QFontMetricsF(QFont(qapp.font()))


def cut(names: list[str], characters: int, metrics: QFontMetricsF) -> list[str]:
    width = characters * metrics.averageCharWidth()
    texts = short_names(names, width, metrics)
    assert all(metrics.horizontalAdvance(text) <= width for text in texts)
    return texts


def test_names_that_fit_stay_on_one_line(metrics: QFontMetricsF) -> None:
    assert cut(["weights", "two\nlines"], 30, metrics) == ["weights", "two lines"]


def test_a_long_name_keeps_both_ends(metrics: QFontMetricsF) -> None:
    (text,) = cut(["embedding.of.a.large.vocabulary (preview)"], 20, metrics)
    assert text.startswith("embed")
    assert text.endswith("view)")


def test_layers_of_a_network_keep_their_number(metrics: QFontMetricsF) -> None:
    names = [f"backbone.encoder.layers.{index}.attention.projection.weight" for index in range(12)]
    texts = cut([*names, "head"], 18, metrics)
    assert texts[-1] == "head"
    for index, text in enumerate(texts[:-1]):
        assert text.startswith(f"…layers.{index}.")


def test_names_that_differ_in_a_long_word(metrics: QFontMetricsF) -> None:
    names = [f"{'a' * 40}{letter}{'b' * 40}" for letter in "xyz"]
    assert [text[1] for text in cut(names, 10, metrics)] == ["x", "y", "z"]


def test_names_that_differ_in_two_places_are_told_apart_by_both(metrics: QFontMetricsF) -> None:
    ends = ("weight (decay)", "bias (no decay)")
    names = [f"encoder.layers.0.self_attention.{way}_projection.{end}" for way in ("in", "out") for end in ends]
    assert len(set(cut(names, 34, metrics))) == 4


def test_the_same_name_twice_is_cut_alike(metrics: QFontMetricsF) -> None:
    name = "backbone.encoder.layers.attention.projection.weight"
    first, second = cut([name, name], 18, metrics)
    assert first == second
