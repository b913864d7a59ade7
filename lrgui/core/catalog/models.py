"""The models that can be chosen, and the names and shapes of their parameters without building them.

Each function below is the definition of one model: its docstring says which `torch.nn` modules the engine builds, and
it returns what `named_parameters()` of those modules lists, in that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

from lrgui.core.catalog.entry import Entry
from lrgui.core.errors import RecipeError
from lrgui.core.fields import Field, Kind
from lrgui.core.groups import Parameter
from lrgui.core.recipe import Choice

MAX_SIZE = 1_000_000_000
"""The largest size of one dimension."""

MAX_LAYERS = 200

Shapes: TypeAlias = "Iterator[tuple[str, tuple[int, ...]]]"


def _size(name: str, default: int, help: str) -> Field:  # noqa: A002 - the field's own word
    return Field(name, Kind.INTEGER, default, help, minimum=1, maximum=MAX_SIZE)


def _sizes(name: str, default: tuple[int, ...], help: str) -> Field:  # noqa: A002 - the field's own word
    return Field(name, Kind.INTEGERS, default, help, minimum=1, maximum=MAX_SIZE, maximum_length=MAX_LAYERS)


_ENTRIES = (
    Entry(
        "linear",
        "One fully connected layer: parameters weight and bias.",
        (
            _size("in_features", 10, "Number of inputs."),
            _size("out_features", 1, "Number of outputs."),
            Field("bias", Kind.BOOLEAN, True, "Whether the layer adds a bias."),
        ),
    ),
    Entry(
        "mlp",
        "Fully connected layers with ReLU between them: parameters layers.0.weight, layers.0.bias, ...",
        (
            _size("in_features", 10, "Number of inputs."),
            _sizes("hidden", (16,), "Width of each hidden layer, from the input on."),
            _size("out_features", 1, "Number of outputs."),
        ),
    ),
    Entry(
        "convnet",
        "A small image classifier: convolutions with batch norm, average pooling, a linear classifier.",
        (
            _size("in_channels", 3, "Channels of the images."),
            _sizes("channels", (16, 32), "Channels of each convolution, from the input on."),
            _size("classes", 10, "Number of classes to tell apart."),
        ),
    ),
    Entry(
        "transformer",
        "A small transformer over tokens: embedding, encoder layers with layer norm, linear head.",
        (
            _size("vocabulary", 256, "Number of different tokens."),
            _size("width", 64, "Width of the embedding and of every layer; a multiple of the heads."),
            _size("heads", 4, "Attention heads of each layer."),
            Field("layers", Kind.INTEGER, 2, "Number of encoder layers.", minimum=1, maximum=MAX_LAYERS),
            _size("feed_forward", 128, "Width inside the feed-forward part of each layer."),
        ),
    ),
    Entry(
        "embedding",
        "A table of vectors, one for each token: parameter weight, with sparse gradients as SparseAdam wants them.",
        (
            _size("num_embeddings", 1000, "Number of different tokens."),
            _size("embedding_dim", 16, "Length of each vector."),
            Field("sparse", Kind.BOOLEAN, True, "Whether the gradient holds only the rows that were looked up."),
        ),
    ),
)

MODELS: Mapping[str, Entry] = {entry.class_name: entry for entry in _ENTRIES}


def parameters_of(model: Choice) -> tuple[Parameter, ...]:
    """Return the model's parameters, names and shapes, in the order of torch's `named_parameters()`.

    Raises:
        RecipeError: when the class is unknown or an option is wrong; the place begins with `model`.
    """
    entry = MODELS.get(model.class_name)
    if entry is None:
        raise RecipeError("model.class", f"there is no model {model.class_name!r}")
    values = entry.with_defaults(model.options)
    for name, value in values.items():
        field = entry.field(name)
        complaint = "is not an option of this model" if field is None else field.check(value)
        if complaint:
            raise RecipeError(f"model.options.{name}", f"{name} {complaint}.")
    if model.class_name == "transformer":
        _check_heads(values)
    return tuple(Parameter(name, shape) for name, shape in _SHAPES[model.class_name](**values))


def _check_heads(values: Mapping[str, Any]) -> None:
    if values["width"] % values["heads"]:
        raise RecipeError(
            "model.options.heads", f"heads must divide the width, {values['width']}, without a remainder."
        )


def _affine(name: str, weight: tuple[int, ...], bias: bool = True) -> Shapes:
    yield f"{name}weight", weight
    if bias:
        yield f"{name}bias", weight[:1]


def _linear(in_features: int, out_features: int, bias: bool) -> Shapes:
    """`nn.Linear(in_features, out_features, bias)` itself, without a name in front of its parameters."""
    yield from _affine("", (out_features, in_features), bias)


def _mlp(in_features: int, hidden: tuple[int, ...], out_features: int) -> Shapes:
    """A module whose `layers` is an `nn.ModuleList` of `nn.Linear`, one per hidden width and one for the output.

    ReLU is applied between the layers as a function, not after the last, so that `layers.1` is the second `nn.Linear`.
    """
    widths = (in_features, *hidden, out_features)
    for index, (width, next_width) in enumerate(pairwise(widths)):
        yield from _affine(f"layers.{index}.", (next_width, width))


def _convnet(in_channels: int, channels: tuple[int, ...], classes: int) -> Shapes:
    """A module with `features`, an `nn.Sequential`, then `classifier`, an `nn.Linear`.

    `features` has, for each entry of `channels`, `nn.Conv2d(before, after, kernel_size=3, padding=1)`,
    `nn.BatchNorm2d(after)`, `nn.ReLU()` (three entries of the sequence, two with parameters). The mean over height
    and width feeds `classifier = nn.Linear(last channels, classes)`.
    """
    before = in_channels
    for index, after in enumerate(channels):
        yield from _affine(f"features.{3 * index}.", (after, before, 3, 3))
        yield from _affine(f"features.{3 * index + 1}.", (after,))
        before = after
    yield from _affine("classifier.", (classes, before))


def _transformer(vocabulary: int, width: int, heads: int, layers: int, feed_forward: int) -> Shapes:
    """A module with `embedding`, `encoder` and `head`, in that order.

    `embedding = nn.Embedding(vocabulary, width)`; `encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(width,
    heads, feed_forward, dropout=0.0, batch_first=True), layers, enable_nested_tensor=False)`, without a final norm;
    `head = nn.Linear(width, vocabulary)`. `heads` has no parameters of its own.
    """
    del heads
    yield "embedding.weight", (vocabulary, width)
    for index in range(layers):
        layer = f"encoder.layers.{index}."
        yield f"{layer}self_attn.in_proj_weight", (3 * width, width)
        yield f"{layer}self_attn.in_proj_bias", (3 * width,)
        yield from _affine(f"{layer}self_attn.out_proj.", (width, width))
        yield from _affine(f"{layer}linear1.", (feed_forward, width))
        yield from _affine(f"{layer}linear2.", (width, feed_forward))
        yield from _affine(f"{layer}norm1.", (width,))
        yield from _affine(f"{layer}norm2.", (width,))
    yield from _affine("head.", (vocabulary, width))


def _embedding(num_embeddings: int, embedding_dim: int, sparse: bool) -> Shapes:
    """`nn.Embedding(num_embeddings, embedding_dim, sparse=sparse)` itself; `sparse` shapes its gradients alone."""
    del sparse
    yield from _affine("", (num_embeddings, embedding_dim), bias=False)


_SHAPES: Mapping[str, Callable[..., Shapes]] = {
    "linear": _linear,
    "mlp": _mlp,
    "convnet": _convnet,
    "transformer": _transformer,
    "embedding": _embedding,
}
