"""What a monkey types, pastes and drops: numbers, near numbers, expressions, names and plain garbage."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from lrgui.session.examples import example_files

NUMBERS = (
    *("0", "1", "-1", "5", "10", "100", "1000", "12345", "0.1", "0.001", "3e-4", "1e-8", "0.95", ".5", "5.", "1e-320"),
    *("1e999", "-0", "inf", "nan", "1e", "1e-", "0x10", "1_000", "1,5", "99999999999999999999", "100000001", "٣"),
)
TEXTS = (
    *("", " ", "abc", "*weight", "*", "[", "layers.0.*", "rest", "weights", "true", "None", "step", "loss", "Run 1"),
    *("schedulefree.AdamWScheduleFree", "schedulefree.", "torch.optim.Nothing", "os.system", "a.b.c.d", "..", "Lion"),
    *("10, 20, 30", "0.1, 0.2", "100x0.5", "1..5", "every 100", "5, 6, 7", "1;2;3", "[16, 16]", "(1, 2", "1,,2", "16"),
    *("0.95 ** epoch", "cos(pi * epoch / 10)", "1 / (epoch + 1)", "1 if epoch < 5 else 0.1", "epoch if", "9**9**9"),
    *("__import__('os')", "().__class__", "exp(", "pow(epoch, 1e300)", "x", "exp(-0.01*step)", "sqrt(-1)", "log(0)"),
    *(
        "größe – λ",
        "學習率",
        "🐒🔥",
        "\u202eabc",
        "a\u0301\u0301",
        "line\nbreak",
        "tab\there",
        "nul\x00",
        "%s %n &amp;",
    ),
    "x" * 300,
)
GARBAGE = (
    *(*NUMBERS, *TEXTS),
    "long " * 2_000,
    "\n".join(f"{n}\t{n / 7}" for n in range(300)),
    "step,value\n1,2\n3,4\n",
    json.dumps({"class": "Adam", "options": {"lr": 1}}),
    "\ud7ff\ufffe\x1b[31m\r\n\r\n\x7f",
)
"""What may lie on the clipboard."""


def make_files(folder: Path) -> tuple[Path, ...]:
    """Write what a monkey may open or drop into a folder: good files, damaged ones, some of another kind, and none."""
    good = [_copy(path, folder) for path in example_files()]
    session = good[0].read_bytes()
    half, flipped = folder / "half.lrgui", folder / "flipped.lrgui"
    half.write_bytes(session[: len(session) // 2])
    flipped.write_bytes(bytes(byte ^ 0x10 if index % 97 == 0 else byte for index, byte in enumerate(session)))
    texts = {
        "recipe.json": json.dumps({"optimizer": {"class": "SGD", "options": {"lr": 0.1}}, "run": {"steps": 500}}),
        "unknown.json": json.dumps({"optimiser": {}}),
        "no json.json": "{",
        "values.csv": "step,value\n" + "".join(f"{n},{1 / (n + 1)}\n" for n in range(50)),
        "empty.lrgui": "",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "of another program")
    others = ("other.zip", "missing.lrgui", *texts)
    return (*good, half, flipped, *(folder / name for name in others), folder)


def _copy(path: Path, folder: Path) -> Path:
    target = folder / path.name
    target.write_bytes(path.read_bytes())
    return target
