"""Runs of classes that raise, exit, never return or change what is not theirs: that run ends, and says why."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from time import monotonic

import numpy as np
import pytest

from lrgui.core.events import Event, Failed, Finished, Started, Warned
from lrgui.core.recipe import EveryNth, Group, Options, Recipe, Run, Scheduler, Unfreeze
from lrgui.engine.runner import Runner, warm_up
from tests.made_up_libraries import MadeUpLibraries
from tests.misbehaving import Gatekeeper, misbehaving

PATIENCE = 60.0
ENDLESS = 20_000_000

StartRunner = Callable[..., Runner]


@pytest.fixture(scope="module", autouse=True)
def _warm_torch() -> None:
    warm_up()


@pytest.fixture
def start() -> Iterator[StartRunner]:
    """Start runners, and see that they have ended."""
    runners: list[Runner] = []

    def start_runner(recipe: Recipe, *, preview: bool = False) -> Runner:
        runner = Runner(recipe, len(runners) + 1, preview=preview)
        runners.append(runner)
        runner.start()
        return runner

    yield start_runner
    assert all(runner.join(PATIENCE) for runner in runners)


def events_of(runner: Runner) -> list[Event]:
    assert runner.join(PATIENCE)
    events: list[Event] = []
    while not runner.events.empty():
        events.append(runner.events.get())
    return events


def failure_of(runner: Runner) -> Failed:
    last_word = events_of(runner)[-1]
    assert isinstance(last_word, Failed)
    return last_word


SELF_MADE = "class Odd({base}):\n    def __str__(self):\n        {text}\nraise Odd(1)"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise ValueError('no such rate')", "no such rate (ValueError)"),
        ("sys.exit('enough')", "enough (SystemExit)"),
        ("sys.exit(3)", "3 (SystemExit)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit('over')", "over (GeneratorExit)"),
        ("class Own(BaseException): pass\nraise Own('mine')", "mine (Own)"),
        ("raise KeyError('momentum')", "momentum (KeyError)"),
        ("raise ValueError('one\\n  two\\tthree')", "one two three (ValueError)"),
        ("raise ValueError('bell \\x07, null \\x00, half \\ud800')", "bell �, null �, half � (ValueError)"),
        (SELF_MADE.format(base="Exception", text="raise ValueError('even here')"), "Odd"),
        (SELF_MADE.format(base="Exception", text="sys.exit()"), "Odd"),
        (SELF_MADE.format(base="BaseException", text="return 5"), "Odd"),
        ("def deeper(): return deeper()\ndeeper()", "maximum recursion depth exceeded (RecursionError)"),
        ("raise MemoryError", "MemoryError"),
        ("bytearray(1 << 62)", "MemoryError"),
    ],
)
def test_what_a_step_raises_ends_the_run_in_a_sentence(
    libraries: MadeUpLibraries, start: StartRunner, code: str, sentence: str
) -> None:
    runner = start(misbehaving(libraries, code))
    failed = failure_of(runner)
    assert failed.message == (f"step 3, Bad: {sentence}" if "Keyboard" not in sentence else f"Bad: {sentence}")
    assert "Traceback" in failed.details
    assert "bad/__init__.py" in failed.details
    failed.details.encode()
    assert runner.trace is not None
    assert runner.trace["lr"].tolist() == [[0.5, 0.25]] * 3


def test_torch_says_itself_that_it_has_too_little_memory(libraries: MadeUpLibraries, start: StartRunner) -> None:
    message = failure_of(start(misbehaving(libraries, "torch.empty(1 << 50)"))).message
    assert message.startswith("step 3, Bad: ")
    assert "you tried to allocate 4503599627370496 bytes" in message


def test_ten_megabytes_of_words_become_a_sentence_and_details_that_can_be_kept(
    libraries: MadeUpLibraries, start: StartRunner
) -> None:
    failed = failure_of(start(misbehaving(libraries, "raise ValueError('word ' * 2_000_000)")))
    assert failed.message.startswith("step 3, Bad: word word ")
    assert failed.message.endswith("… (ValueError)")
    assert len(failed.message) < 600
    assert len(failed.details) < 200_000
    assert "bad/__init__.py" in failed.details


@pytest.mark.parametrize("code", ["raise ValueError('not today')", "sys.exit('not today')", "raise KeyboardInterrupt"])
def test_what_a_constructor_raises_ends_the_run_before_it_begins(
    libraries: MadeUpLibraries, start: StartRunner, code: str
) -> None:
    runner = start(misbehaving(libraries, built=code))
    (failed,) = events_of(runner)
    assert isinstance(failed, Failed)
    assert "not today" in failed.message or "KeyboardInterrupt" in failed.message
    assert "Bad" in failed.message or failed.message.startswith("scheduler: ")
    assert runner.trace is None


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("self.optimizer.param_groups[1]['lr'] = 'fast'", "the lr of group 'biases' is 'fast', which is no number"),
        (
            "self.optimizer.param_groups[0]['lr'] = torch.ones(2)",
            "the lr of group 'weights' is tensor([1., 1.]), which is no number",
        ),
        ("del self.optimizer.param_groups[0]['lr']", "the lr of group 'weights' is not there any more"),
        ("self.optimizer.param_groups.pop()", "the optimizer had 2 groups and has 1 now"),
        (
            "self.optimizer.add_param_group({'params': [torch.zeros(1, requires_grad=True)]})",
            "the optimizer had 2 groups and has 3 now",
        ),
    ],
)
def test_groups_that_cannot_be_recorded_any_more_end_the_run(
    libraries: MadeUpLibraries, start: StartRunner, code: str, complaint: str
) -> None:
    runner = start(misbehaving(libraries, code))
    assert complaint in failure_of(runner).message
    assert runner.trace is not None
    assert runner.trace.rows == 3


def test_groups_that_are_replaced_are_followed(libraries: MadeUpLibraries, start: StartRunner) -> None:
    code = "self.optimizer.param_groups = [{**group, 'lr': 2.0} for group in self.optimizer.param_groups]"
    for preview in (False, True):
        runner = start(misbehaving(libraries, code, library=f"bad{preview}"), preview=preview)
        assert events_of(runner)[-1] == Finished(runner.run_id, 10)
        assert runner.trace is not None
        assert runner.trace["lr"].tolist() == [[0.5, 0.25]] * 3 + [[2.0, 2.0]] * 7


def test_a_tensor_of_one_number_is_that_number(libraries: MadeUpLibraries, start: StartRunner) -> None:
    runner = start(misbehaving(libraries, "self.optimizer.param_groups[0]['lr'] = torch.tensor(2.0)"))
    assert events_of(runner)[-1] == Finished(1, 10)
    assert runner.trace is not None
    assert runner.trace.column("lr", 0).tolist() == [0.5] * 3 + [2.0] * 7


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_rate_that_is_no_number_any_more_is_recorded_and_told_once(
    libraries: MadeUpLibraries, start: StartRunner, value: str
) -> None:
    recipe = misbehaving(libraries, f"self.optimizer.param_groups[1]['lr'] = float('{value}')", steps=2000)
    runner = start(recipe)
    warned = [event for event in events_of(runner) if isinstance(event, Warned)]
    assert warned == [Warned(1, 3, f"The lr of group 'biases' is {value} from step 3 on.")]
    assert runner.trace is not None
    assert np.array_equal(runner.trace.column("lr", 1)[3:], [float(value)] * 1997, equal_nan=True)


def test_where_steps_are_skipped_it_is_told_by_the_step_and_not_by_the_row(start: StartRunner) -> None:
    overflow = Scheduler("MultiplicativeLR", Options(lr_lambda="1e200"))
    runner = start(Recipe(scheduler=overflow, run=Run(steps=20, skipped_steps=EveryNth(2))))
    (warned,) = (event for event in events_of(runner) if isinstance(event, Warned))
    assert runner.trace is not None
    row = int(np.argmax(np.isinf(runner.trace.column("lr", 0))))
    # Every second step, from 1 on, is skipped and has no row.
    assert warned.step == 2 * row
    assert warned.message.endswith(f"is inf from step {2 * row} on.")


def test_a_group_that_is_not_there_yet_is_nothing_to_tell(start: StartRunner) -> None:
    groups = (Group("head", ("weight",)), Group("backbone", ("bias",), Options(lr=4.0), frozen=True))
    runner = start(Recipe(groups=groups, run=Run(steps=50, unfreeze=(Unfreeze("backbone", 20),))))
    assert not [event for event in events_of(runner) if isinstance(event, Warned)]
    assert runner.trace is not None
    assert np.isnan(runner.trace.column("lr", 1)[:20]).all()


def test_what_a_run_sets_for_all_of_torch_does_not_reach_the_next(
    libraries: MadeUpLibraries, start: StartRunner
) -> None:
    code = """
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.set_num_threads(2)
        torch.manual_seed(7)
        torch.set_default_device("meta")
    """
    plain = Recipe(run=Run(steps=5))
    expected = start(plain)
    events_of(expected)
    assert events_of(start(misbehaving(libraries, code)))[-1] == Finished(2, 10)
    checks = """
        torch.zeros(1).numpy()
        assert torch.is_grad_enabled()
        assert torch.get_default_dtype() == torch.float32
        assert torch.get_num_threads() == 1
    """
    after = start(misbehaving(libraries, checks, library="after"))
    assert events_of(after)[-1] == Finished(3, 10)


def test_what_a_run_prints_and_the_threads_that_it_starts_do_not_keep_it(
    libraries: MadeUpLibraries, start: StartRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "print('hello')\nself.free = threading.Event()\nthreading.Thread(target=self.free.wait, args=[1]).start()"
    assert events_of(start(misbehaving(libraries, code)))[-1] == Finished(1, 10)
    assert capsys.readouterr().out == "hello\n"


def stuck(runner: Runner) -> None:
    """Wait until the run has made its three steps and makes no other."""
    deadline = monotonic() + PATIENCE
    while (runner.trace is None or runner.trace.rows < 3) and monotonic() < deadline:
        runner.join(0.001)
    while "Bad.step" not in runner.waiting_for() and monotonic() < deadline:
        runner.join(0.001)


@pytest.mark.parametrize("preview", [False, True], ids=["run", "preview"])
@pytest.mark.parametrize(
    "code",
    ["while True: pass", "while True:\n    try: time.sleep(0.001)\n    except Exception: pass", "self.step()"],
    ids=["loop", "catches any Exception", "steps itself"],
)
def test_a_step_that_never_returns_is_interrupted(
    libraries: MadeUpLibraries, start: StartRunner, code: str, preview: bool
) -> None:
    if code == "self.step()":
        code = "while True: self.last_epoch = 0; self.step()"
    runner = start(misbehaving(libraries, code, steps=ENDLESS), preview=preview)
    assert isinstance(runner.events.get(timeout=PATIENCE), Started)
    stuck(runner)
    assert runner.end(PATIENCE)
    (last_word,) = events_of(runner)
    assert last_word == Finished(1, 3, stopped=True)


def test_a_constructor_that_never_returns_is_interrupted(libraries: MadeUpLibraries, start: StartRunner) -> None:
    runner = start(misbehaving(libraries, built="while True: pass"))
    while "Bad.__init__" not in runner.waiting_for():
        assert not runner.join(0.001)
    assert runner.end(PATIENCE)
    assert events_of(runner) == [Finished(1, 0, stopped=True)]


def test_code_that_catches_everything_is_interrupted_again(libraries: MadeUpLibraries, start: StartRunner) -> None:
    code = """
        for _ in range(3):
            try:
                while True: pass
            except BaseException: pass
        raise ValueError("in the end")
    """
    runner = start(misbehaving(libraries, code))
    stuck(runner)
    assert runner.end(PATIENCE)
    assert events_of(runner)[-1] == Finished(1, 3, stopped=True)


def test_a_step_that_waits_outside_python_says_where_and_ends_when_it_returns(
    libraries: MadeUpLibraries, start: StartRunner
) -> None:
    gatekeeper = Gatekeeper()
    runner = start(misbehaving(libraries, gatekeeper.BLOCK))
    stuck(runner)
    assert not runner.end(0.3)
    assert runner.waiting_for() == "Bad.step (line 19 of bad/__init__.py)"
    assert runner.can_be_left
    runner.leave_behind()
    gatekeeper.leave()
    assert events_of(runner)[-1] == Finished(1, 3, stopped=True)


@pytest.fixture
def garbage_left_alone() -> Iterator[None]:
    """Collect no garbage in the threads of runs, as in the window, which collects in the interface thread alone."""
    gc.disable()
    yield
    gc.enable()


# What is interrupted when it has just opened a file, such as psutil, leaves it to the destructor, which says so.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("garbage_left_alone")
def test_hundreds_of_stops_at_any_moment_have_one_last_word_each(libraries: MadeUpLibraries) -> None:
    recipe = misbehaving(libraries, "time.sleep(0)", steps=40)
    for number in range(400):
        runner = Runner(recipe, number, preview=number % 2 == 0)
        runner.start()
        runner.join(0.00002 * number)
        runner.stop()
        # At once, and not after the moment that it has to end by itself.
        runner._insist_at = 0.0
        while not runner.join(0.001):
            runner.insist()
        *others, last_word = events_of(runner)
        assert isinstance(last_word, Finished)
        assert not any(isinstance(event, Failed | Finished) for event in others)
        rows = 0 if runner.trace is None else runner.trace.rows
        assert last_word.steps == rows
        assert last_word.stopped or rows == 40
