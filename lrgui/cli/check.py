"""`lrgui check`: what is wrong with a recipe, told before it costs a night."""

from __future__ import annotations

import argparse

from lrgui.cli.terminal import one_line, print_bytes, warnings_in_one_line
from lrgui.core.problems import Problem, Severity

PROBLEMS_FOUND = 1


def run_check(arguments: argparse.Namespace) -> int:
    """Print the problems of a file's recipe, and return 1 when one of them is an error."""
    from lrgui.core.catalog.known import not_found
    from lrgui.core.validate import validate
    from lrgui.engine.memory import memory_limit
    from lrgui.session.store import read_recipe

    recipe = read_recipe(arguments.file)
    if not_found(recipe):
        # Only the classes of other libraries cost the import of torch.
        from lrgui.tracing import look_up_classes

        with warnings_in_one_line():
            look_up_classes(recipe)
    problems = validate(recipe, memory_limit=memory_limit())
    print_bytes(f"{_line(problem)}\n".encode() for problem in problems)
    return PROBLEMS_FOUND if any(problem.severity is Severity.ERROR for problem in problems) else 0


def _line(problem: Problem) -> str:
    return one_line(f"{problem.severity}: {problem}")
