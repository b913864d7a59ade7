"""The torch models have exactly the parameters that the catalog names without torch."""

from __future__ import annotations

import pytest
import torch

from lrgui.core.catalog.models import MODELS, parameters_of
from lrgui.core.errors import RecipeError
from lrgui.core.recipe import Choice, Options
from lrgui.engine.models import build_model

CHOICES = [
    *(Choice(class_name) for class_name in MODELS),
    Choice("linear", Options(in_features=3, out_features=2, bias=False)),
    Choice("mlp", Options(in_features=3, hidden=(), out_features=2)),
    Choice("mlp", Options(in_features=3, hidden=(7, 5, 4), out_features=2)),
    Choice("convnet", Options(in_channels=1, channels=(), classes=2)),
    Choice("convnet", Options(in_channels=1, channels=(4, 5, 6), classes=2)),
    Choice("transformer", Options(vocabulary=11, width=6, heads=3, layers=1, feed_forward=5)),
    Choice("transformer", Options(vocabulary=11, width=6, heads=1, layers=3, feed_forward=5)),
    Choice("embedding", Options(num_embeddings=11, embedding_dim=3, sparse=False)),
]


@pytest.mark.parametrize("choice", CHOICES, ids=repr)
def test_names_order_and_shapes_are_those_of_the_catalog(choice: Choice) -> None:
    built = [(name, tuple(parameter.shape)) for name, parameter in build_model(choice).named_parameters()]
    assert built == [(parameter.name, parameter.shape) for parameter in parameters_of(choice)]


@pytest.mark.parametrize(
    ("choice", "inputs", "shape"),
    [
        (Choice("linear"), torch.zeros(4, 10), (4, 1)),
        (Choice("mlp", Options(hidden=(5, 3))), torch.zeros(4, 10), (4, 1)),
        (Choice("convnet"), torch.zeros(4, 3, 8, 8), (4, 10)),
        (Choice("transformer"), torch.zeros(4, 7, dtype=torch.long), (4, 7, 256)),
        (Choice("embedding"), torch.zeros(4, 7, dtype=torch.long), (4, 7, 16)),
    ],
)
def test_models_compute_what_their_names_say(choice: Choice, inputs: torch.Tensor, shape: tuple[int, ...]) -> None:
    outputs = build_model(choice)(inputs)
    assert outputs.shape == shape
    assert outputs.isfinite().all()


@pytest.mark.parametrize(
    ("choice", "place"),
    [
        (Choice("resnet"), "model.class"),
        (Choice("linear", Options(in_features=0)), "model.options.in_features"),
        (Choice("mlp", Options(depth=2)), "model.options.depth"),
    ],
)
def test_wrong_options_are_refused_with_their_place(choice: Choice, place: str) -> None:
    with pytest.raises(RecipeError) as caught:
        build_model(choice)
    assert caught.value.place == place
