"""The largest and most absurd files that the limits let through, or do not: little memory is taken for any of them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lrgui.core.errors import FileError, RecipeError
from lrgui.core.problems import Severity
from lrgui.core.recipe import Options, Recipe
from lrgui.core.validate import MAX_PROBLEMS, validate
from lrgui.session.json_text import MAX_BYTES, parse_json
from lrgui.session.recipe_json import read_recipe_text, recipe_from_json
from lrgui.session.store import open_session, read_file, read_recipe

REPOSITORY = Path(__file__).parents[2]
MOST_MEMORY = 500 * 2**20
"""What the worst of these files may take at its height, beside what the process takes before."""

ROOM = MAX_BYTES - 200


def optimizer(options: str) -> str:
    return f'{{"optimizer": {{"class": "Adam", "options": {{{options}}}}}}}'


def values(text: str, count: int = 999_000) -> str:
    return optimizer(f'"betas": [{",".join([text] * count)}]')


def recipe(**parts: Any) -> str:
    return json.dumps({"optimizer": {"class": "Adam"}, **parts})


def schedulers(each: int) -> dict[str, Any]:
    inner = {"class": "ChainedScheduler", "schedulers": [{"class": "StepLR"}] * each}
    return {"class": "ChainedScheduler", "schedulers": [inner] * each}


TOO_MANY = "holds more than 1000000 values, more than any recipe takes"

ABSURD: dict[str, tuple[Callable[[], str], str]] = {
    "a million long numbers": (lambda: values("0.1234567890123456789012345678"), ""),
    "a million numbers that are hard to read": (lambda: values("2.2250738585072011e-308"), ""),
    "two million numbers": (lambda: values("1", 2_000_000), TOO_MANY),
    "lists in lists": (lambda: values("[[[[[[1]]]]]]", 140_000), ""),
    "too many lists in lists": (lambda: values("[[[[[[1]]]]]]", 150_000), TOO_MANY),
    "many deep lists": (lambda: values("[" * 900 + "]" * 900, 1100), "optimizer.options.betas: is nested too deeply"),
    "deep lists without end": (lambda: values("[" * 900 + "]" * 900, 18_000), TOO_MANY),
    "only brackets": (lambda: "[" * ROOM, TOO_MANY),
    "brackets enough": (lambda: "[" * 999_999, "is nested too deeply"),
    "objects in objects": (lambda: '{"a":' * 999_999, "is nested too deeply"),
    "objects": (lambda: values("{}", 490_000), "optimizer.options.betas[0]: must be a number, text, true"),
    "a million options": (
        lambda: optimizer(",".join(f'"k{index}":1' for index in range(990_000))),
        "optimizer.options: has 990000 entries, more than 200",
    ),
    "a million keys": (
        lambda: "{" + ",".join(f'"k{index}":1' for index in range(990_000)) + "}",
        "k0: is not a known key",
    ),
    "the same key a million times": (lambda: "{" + ",".join(['"k":1'] * 990_000) + "}", "has the key 'k' twice"),
    "an endless text of wide letters": (lambda: optimizer('"lr": "😀%s"' % ("a" * (ROOM - 200))), ""),
    "an endless option": (
        lambda: optimizer('"%s": 1' % ("a" * ROOM)),
        "optimizer.options: has a name of more than 200 characters",
    ),
    "an endless key": (lambda: '{"%s": 1}' % ("a" * ROOM), f"{'a' * 60}…: is not a known key"),
    "an endless class": (lambda: '{"optimizer": {"class": "%s"}}' % ("a." * (ROOM // 2)), ""),
    "an endless whole number": (lambda: optimizer('"lr": %s' % ("9" * ROOM)), "holds a number with too many digits"),
    "whole numbers of most digits": (
        lambda: values("9" * 4290, 7800),
        "optimizer.options.betas[0]: must be a whole number of at most 64 bits",
    ),
    "an endless decimal": (lambda: optimizer('"lr": 0.%s' % ("1" * ROOM)), ""),
    "an endless exponent": (lambda: optimizer('"lr": 1e%s' % ("9" * ROOM)), "optimizer.options.lr: must be a finite"),
    "blanks and more": (lambda: " " * ROOM + "x", "is neither a session of lrgui nor a recipe in JSON"),
    "lines": (lambda: "{" + "\n" * ROOM + "x", f"is not JSON at line {ROOM + 1}, column 1"),
    "a text without an end": (lambda: '{"' + "a" * ROOM, "is not JSON at line 1, column 2"),
    "too many patterns": (
        lambda: recipe(groups=[{"name": f"g{index}", "match": ["*"] * 900} for index in range(900)]),
        "groups: have 810000 patterns in all, more than 5000",
    ),
    "too many schedulers": (lambda: recipe(scheduler=schedulers(570)), "scheduler: has 325471 schedulers, more than"),
    "many skipped steps": (
        lambda: recipe(run={"skipped_steps": list(range(990_000))}),
        "run.skipped_steps: has 990000 entries, more than 100000",
    ),
    "a million layers": (lambda: recipe(model={"class": "mlp", "options": {"hidden": [16] * 990_000}}), ""),
}

MEASURED = """
import json, resource, sys
sys.path.insert(0, sys.argv[1])
from lrgui.core.errors import FileError
from lrgui.core.validate import validate
from lrgui.session.store import open_session
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[2:]:
    try:
        session = open_session(path).session
        assert len(validate(session.recipe, 2**30)) <= 1000
        message = ""
        del session
    except FileError as error:
        message = str(error).removeprefix(f"{path}: ")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([message, (peak - before) * 1024]))
"""


def test_absurd_recipes_take_little_memory(tmp_path: Path) -> None:
    paths = []
    for index, (text, _) in enumerate(ABSURD.values()):
        paths.append(tmp_path / f"{index}.json")
        paths[-1].write_text(text(), encoding="utf-8")
    # Two processes side by side, each with every second file.
    command = [sys.executable, "-c", MEASURED, str(REPOSITORY)]
    pipe = subprocess.PIPE
    readers = [
        subprocess.Popen([*command, *map(str, paths[half::2])], stdout=pipe, stderr=pipe, text=True) for half in (0, 1)
    ]
    outcomes: list[tuple[str, int]] = [("", 0)] * len(paths)
    for half, reader in enumerate(readers):
        output, errors = reader.communicate()
        assert errors == ""
        outcomes[half::2] = [json.loads(line) for line in output.splitlines()]
    told = {name: message for name, (message, _) in zip(ABSURD, outcomes, strict=True)}
    wrong = {
        name: told[name]
        for name, (_, start) in ABSURD.items()
        if not (told[name].startswith(start) if start else told[name] == "") or len(told[name]) > 300
    }
    assert wrong == {}
    assert max(peak for _, peak in outcomes) < MOST_MEMORY


def test_more_problems_than_anybody_reads_are_not_looked_for() -> None:
    options = {f"k{index}": 1 for index in range(200)}
    groups = [{"name": f"g{index}", "match": ["*"], "options": options} for index in range(1000)]
    problems = validate(recipe_from_json({"optimizer": {"class": "Adam"}, "groups": groups}))
    assert len(problems) == MAX_PROBLEMS
    assert any(problem.severity is Severity.ERROR for problem in problems)


def test_an_error_behind_many_warnings_is_told() -> None:
    """Without it the recipe would count as one that can be built."""
    groups = [{"name": f"g{index}", "match": ["none*"]} for index in range(1000)]
    data = {
        "optimizer": {"class": "Adam"},
        "groups": groups,
        "scheduler": {"class": "StepLR"},
    }
    problems = validate(recipe_from_json(data))
    assert len(problems) > MAX_PROBLEMS
    assert sum(problem.severity is Severity.ERROR for problem in problems) >= 1


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e400", "-1e309"])
def test_numbers_that_are_not_finite(literal: str) -> None:
    with pytest.raises(RecipeError, match=r"optimizer\.options\.lr: must be a finite number"):
        read_recipe_text(optimizer(f'"lr": {literal}'))
    with pytest.raises(RecipeError, match=r"run\.steps: must be a whole number"):
        read_recipe_text(f'{{"optimizer": {{"class": "SGD"}}, "run": {{"steps": {literal}}}}}')


@pytest.mark.parametrize(("literal", "value"), [("-0", 0), ("-0.0", -0.0), ("1e-400", 0.0), ("5e-324", 5e-324)])
def test_numbers_on_the_edge(literal: str, value: float) -> None:
    read = read_recipe_text(optimizer(f'"lr": {literal}'))
    assert repr(read.optimizer.options["lr"]) == repr(value)


def test_keys_that_look_alike_are_not_the_same() -> None:
    for key in ("Optimizer", "optimizer\0", " optimizer", "optimizer\u200b", "\uff4fptimizer"):
        with pytest.raises(RecipeError, match=r"is not a known key|has no 'optimizer'"):
            read_recipe_text(json.dumps({key: {"class": "SGD"}}))
    both = read_recipe_text(optimizer('"\u00e9": 1, "e\u0301": 2'))
    assert both.optimizer.options == Options({"\u00e9": 1, "e\u0301": 2})


@pytest.mark.parametrize("text", ['"\\ud800"', '["a", "\\udfff"]', '["\\ud83d", "\\ude00"]'])
def test_half_of_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(
        RecipeError, match=r"optimizer\.options\.lr.*: must be text, but holds half of a surrogate pair"
    ):
        read_recipe_text(optimizer(f'"lr": {text}'))


def test_what_is_bounded_is_bounded_in_every_place(tmp_path: Path) -> None:
    choice = {"class": "x", "options": {f"k{index}": 1 for index in range(201)}}
    for parts in (
        {"model": choice},
        {"optimizer": choice},
        {"scheduler": choice},
        {"run": {"workload": choice}},
        {"run": {"metric": choice}},
        {"groups": [{"name": "a", "match": "*", "options": choice["options"]}]},
    ):
        with pytest.raises(RecipeError, match="options: has 201 entries, more than 200"):
            recipe_from_json({"optimizer": {"class": "SGD"}, **parts})


@pytest.mark.parametrize("read", [read_file, read_recipe])
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_devices_without_an_end_are_not_read_to_it(read: Callable[[str], Any], device: str) -> None:
    with pytest.raises(FileError, match=f"^{device}: is larger than 32 MiB"):
        read(device)


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    """Another program goes on writing: what was there is read, or the file is refused, in any case soon."""
    path = tmp_path / "grows.json"
    path.write_text('{"optimizer": {"class": "SGD"}}')
    done = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not done.is_set() and file.tell() < 4 * MAX_BYTES:
                file.write(b" " * 2**20)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(20):
            try:
                assert open_session(path).session.recipe.optimizer.class_name == "SGD"
            except FileError as error:
                refusal = str(error)
                break
        else:
            refusal = ""
    finally:
        done.set()
        writer.join()
    assert refusal in ("", f"{path}: is larger than 32 MiB, more than any recipe takes")


def test_the_limits_leave_room_for_the_largest_that_people_have() -> None:
    """A thousand groups and schedulers with all options of their classes, and a metric of half a million values."""
    options = {f"option_{index}": 0.5 for index in range(40)}
    data = {
        "optimizer": {"class": "Adam"},
        "groups": [{"name": f"g{index}", "match": ["*"] * 5, "options": {"lr": 0.1}} for index in range(1000)],
        "scheduler": {"class": "C", "schedulers": [{"class": "S", "options": {"gamma": 0.1}}] * 999},
        "run": {
            "metric": {"class": "values", "options": {"values": [0.25] * 500_000}},
            "workload": {"class": "w", "options": options},
        },
    }
    read = recipe_from_json(parse_json(json.dumps(data)))
    assert isinstance(read, Recipe)
    assert read.run.metric is not None
    assert len(read.run.metric.options["values"]) == 500_000  # type: ignore[arg-type]
