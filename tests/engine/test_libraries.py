"""Classes of other libraries: what is imported when, and what is refused in which words."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lrgui.core.catalog.entry import Entry
from lrgui.core.catalog.known import Noun, Refusal, Wanted
from lrgui.core.catalog.libraries import TRUSTED_LIBRARIES
from lrgui.engine.installed import installed_version, is_installed
from lrgui.engine.libraries import found_class, look_up
from tests.made_up_libraries import LAB, MadeUpLibraries

TRUSTED = frozenset({"lab"})

NO_PATH = "is no path of plain names such as library.module.Class"
HOSTILE = {
    "os.system": "os is no library of optimizers or schedulers.",
    "sys.exit": "sys is no library of optimizers or schedulers.",
    "lab.os.system": "lab.os is no module of lab.",
    "lab.Half.step": "lab.Half is no module of lab.",
    "lab.Half": None,
    "lab.sub.lab.Half": None,
    "..": NO_PATH,
    ".": NO_PATH,
    ".Half": NO_PATH,
    "lab.": NO_PATH,
    "lab..Half": NO_PATH,
    "lab.a.b.c()": NO_PATH,
    "lab.Half; import os": NO_PATH,
    "lab.Half\n": NO_PATH,
    "lab.class": NO_PATH,
    "lab.Hаlf": NO_PATH,  # noqa: RUF001 - a Cyrillic letter is the point
    "ｌab.Half": NO_PATH,  # noqa: RUF001 - so is a letter that Python itself would take for a plain one
    "lab.../etc/passwd": NO_PATH,
    "lab.__import__": "names something that is private to its library",
    "lab.__builtins__.eval": "names something that is private to its library",
    "lab._hidden": "names something that is private to its library",
    "lab.Nothing": "lab has no Nothing.",
    "lab.sub.Nothing": "lab.sub has no Nothing.",
    "lab.a.b": "lab has no a.",
    "lab.SGD": "lab.SGD is torch's own SGD.",
    "lab.number": "lab.number is neither a class nor a function.",
    "lab.sub": "lab.sub is neither a class nor a function.",
    "lab.Path": "lab.Path is not lab's own: it comes from pathlib.",
    "lab.system": "is neither a class nor a function",
    "lab.Plain": "lab.Plain is no optimizer: it is not derived from torch.optim.Optimizer.",
    "lab.halving": "lab.halving is no optimizer: it is not derived from torch.optim.Optimizer.",
    "lab.Wrapper": "lab.Wrapper takes optimizer where an optimizer takes the parameters of a model.",
    "lab.Closed": "lab.Closed needs on_step, which is no plain value and cannot be written in a recipe.",
    f"lab.{'a' * 10_000}": "is longer than 200 characters",
    f"{'a.' * 90}b": "is not on the list of trusted libraries",
    "torch.optim.Adam": "torch's own classes go by their name alone.",
}

MORE = """
    import os
    from os import system
    from pathlib import Path

    number = 3
    _hidden = Half

    class Plain:
        def __init__(self, params): ...

    class Wrapper(SGD):
        def __init__(self, optimizer): ...

    class Closed(SGD):
        def __init__(self, params, on_step): ...
"""


NOISE = """\
import sys, warnings
print("hello")
print("oh", file=sys.stderr)
warnings.showwarning("beware", Warning, "", 1)
"""


def message_of(name: str, noun: Noun = "optimizer", trusted: frozenset[str] = TRUSTED) -> str:
    found = look_up(Wanted(noun, name), trusted).found
    assert isinstance(found, Refusal), found
    return found.message


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:30])
def test_only_a_class_of_a_trusted_library_can_be_had(name: str, libraries: MadeUpLibraries) -> None:
    libraries.install("lab", LAB + MORE, sub="import lab")
    expected = HOSTILE[name]
    finding = look_up(Wanted("optimizer", name), TRUSTED)
    if expected is None:
        assert isinstance(finding.found, Entry)
        return
    assert isinstance(finding.found, Refusal)
    assert expected in finding.found.message
    assert len(finding.found.message) < 400
    with pytest.raises(LookupError):
        found_class(Wanted("optimizer", name))


def test_nothing_is_imported_before_it_is_trusted(libraries: MadeUpLibraries, tmp_path: Path) -> None:
    marker = tmp_path / "imported"
    libraries.install("lab", f"from pathlib import Path\nPath({str(marker)!r}).touch()")
    assert message_of("lab.Half", trusted=frozenset()) == (
        "lab is not on the list of trusted libraries, so nothing of it is imported."
    )
    assert is_installed("lab")
    assert installed_version("lab") == "1.0"
    assert not marker.exists()
    assert message_of("lab.Half") == "lab has no Half."
    assert marker.exists()


def test_a_library_that_is_missing_is_named_with_what_installs_it(libraries: MadeUpLibraries) -> None:
    wanted = Wanted("optimizer", "prodigyplus.ProdigyPlusScheduleFree")
    assert look_up(wanted, TRUSTED_LIBRARIES).found == Refusal(
        "prodigyplus is not installed.", "In lrgui's own Python environment: pip install prodigy-plus-schedule-free."
    )
    assert message_of("lab.Half") == "lab is not installed."
    assert installed_version("lab") is None


def test_a_library_is_found_once_it_is_installed(libraries: MadeUpLibraries) -> None:
    assert message_of("lab.Half") == "lab is not installed."
    libraries.install("lab")
    assert isinstance(look_up(Wanted("optimizer", "lab.Half"), TRUSTED).found, Entry)


def test_the_current_folder_shadows_no_library(
    libraries: MadeUpLibraries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads = tmp_path / "downloads"
    libraries.write(downloads, "lab", "raise SystemError('the wrong one')")
    libraries.write(downloads, "helper", "raise SystemError('the wrong one')")
    monkeypatch.chdir(downloads)
    for entry in ("", str(downloads), os.curdir):
        monkeypatch.setattr(sys, "path", [entry, *sys.path])
    before = list(sys.path)
    assert message_of("lab.Half") == "lab lies in the current folder only, from which nothing is imported."
    libraries.install("helper", "")
    libraries.install("lab", f"    import helper, sys\n    sys.path.append('/its/own')\n{LAB}")
    assert isinstance(look_up(Wanted("optimizer", "lab.Half"), TRUSTED).found, Entry)
    assert sys.path == [*before, "/its/own"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("1 / 0", "lab cannot be imported: division by zero (ZeroDivisionError)."),
        ("import sys\nsys.exit('no\\nmore')", "lab cannot be imported: no more (SystemExit)."),
        (
            "import not_there",
            "lab cannot be imported: No module named 'not_there' (ModuleNotFoundError).",
        ),
        ("def broken(:", "lab cannot be imported: invalid syntax (SyntaxError)."),
        ("def __getattr__(name): raise RuntimeError(name)", "lab cannot be imported: Half (RuntimeError)."),
    ],
)
def test_what_goes_wrong_in_a_library_is_one_sentence(
    source: str, sentence: str, libraries: MadeUpLibraries, capfd: pytest.CaptureFixture[str]
) -> None:
    libraries.install("lab", NOISE + source)
    message = message_of("lab.Half")
    assert message == sentence or "SyntaxError" in message
    assert capfd.readouterr() == ("", "")


def test_a_submodule_that_nobody_imported_is_found(libraries: MadeUpLibraries) -> None:
    libraries.install("lab", "", optim=LAB)
    assert isinstance(look_up(Wanted("optimizer", "lab.optim.Half"), TRUSTED).found, Entry)
    libraries.forget()
    libraries.write(libraries.folder, "other", "", optim="import not_there")
    assert "No module named 'not_there'" in message_of("other.optim.Half", trusted=frozenset({"other"}))


def test_schedulers_are_classes_with_a_step_or_functions_of_an_optimizer(libraries: MadeUpLibraries) -> None:
    more = """
    class Stepping:
        def __init__(self, optimizer): ...
        def step(self): ...

    class Still:
        def __init__(self, optimizer): ...

    class Wrapper(SGD):
        def __init__(self, optimizer): ...

    def named(name, optimizer): ...
    """
    libraries.install("lab", LAB + more)
    for name in ("lab.Thirds", "lab.halving", "lab.Stepping"):
        assert isinstance(look_up(Wanted("scheduler", name), TRUSTED).found, Entry)
    for name in ("lab.Half", "lab.Still", "lab.Wrapper", "lab.named"):
        assert message_of(name, "scheduler") == (
            f"{name} is no scheduler: that would be a class with a method step, or a function, "
            "whose first argument is the optimizer."
        )


def test_a_class_that_is_refused_later_is_no_longer_there(libraries: MadeUpLibraries) -> None:
    libraries.install("lab")
    wanted = Wanted("optimizer", "lab.Half")
    look_up(wanted, TRUSTED)
    assert found_class(wanted).__name__ == "Half"
    look_up(wanted, frozenset())
    with pytest.raises(LookupError):
        found_class(wanted)
