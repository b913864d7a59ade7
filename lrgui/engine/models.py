"""The models of the catalog as torch modules; `lrgui.core.catalog.models` defines their architecture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from lrgui.core.catalog.models import MODELS, parameters_of
from lrgui.core.recipe import Choice


def build_model(model: Choice) -> nn.Module:
    """Return the model with freshly initialised float32 weights, drawn from torch's global generator.

    Nothing is allocated before the options are known to be right; whether the model fits in memory is asked before.

    Raises:
        RecipeError: when the class is unknown or an option is wrong.
    """
    parameters_of(model)
    return _CLASSES[model.class_name](**MODELS[model.class_name].with_defaults(model.options))


class MultilayerPerceptron(nn.Module):
    """Fully connected layers with ReLU between them."""

    def __init__(self, in_features: int, hidden: tuple[int, ...], out_features: int) -> None:
        super().__init__()
        widths = (in_features, *hidden, out_features)
        self.layers = nn.ModuleList(nn.Linear(width, next_width) for width, next_width in pairwise(widths))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Map inputs of shape `(batch, in_features)` to outputs of shape `(batch, out_features)`."""
        *hidden, last = self.layers
        for layer in hidden:
            inputs = functional.relu(layer(inputs))
        outputs: torch.Tensor = last(inputs)
        return outputs


class ConvolutionalNet(nn.Module):
    """Convolutions with batch norm and ReLU, the mean over the image, a linear classifier."""

    def __init__(self, in_channels: int, channels: tuple[int, ...], classes: int) -> None:
        super().__init__()
        modules: list[nn.Module] = []
        before = in_channels
        for after in channels:
            modules += [nn.Conv2d(before, after, kernel_size=3, padding=1), nn.BatchNorm2d(after), nn.ReLU()]
            before = after
        self.features = nn.Sequential(*modules)
        self.classifier = nn.Linear(before, classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map images of shape `(batch, in_channels, height, width)` to scores of shape `(batch, classes)`."""
        scores: torch.Tensor = self.classifier(self.features(images).mean(dim=(2, 3)))
        return scores


class Transformer(nn.Module):
    """Embedded tokens through encoder layers to a score for each token of the vocabulary."""

    def __init__(self, vocabulary: int, width: int, heads: int, layers: int, feed_forward: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        layer = nn.TransformerEncoderLayer(width, heads, feed_forward, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Map tokens of shape `(batch, length)` to scores of shape `(batch, length, vocabulary)`."""
        scores: torch.Tensor = self.head(self.encoder(self.embedding(tokens)))
        return scores


_CLASSES: Mapping[str, Callable[..., nn.Module]] = {
    "linear": nn.Linear,
    "mlp": MultilayerPerceptron,
    "convnet": ConvolutionalNet,
    "transformer": Transformer,
    "embedding": nn.Embedding,
}
