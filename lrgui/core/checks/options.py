"""Checks that hold for every class and its options: known names, right types, bounds, nothing missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from lrgui.core.catalog import Entry
from lrgui.core.catalog.known import Refusal, refusal_of
from lrgui.core.fields import Field
from lrgui.core.problems import Problem, Severity
from lrgui.core.recipe import Choice, Options, Scheduler, Value


def error(place: str, message: str, way_out: str = "") -> Problem:
    """Return a problem that keeps the recipe from being built or run."""
    return Problem(Severity.ERROR, place, message, way_out)


def warning(place: str, message: str, way_out: str = "") -> Problem:
    """Return a problem that torch lets pass though it is hardly meant, or at which the run ends before its time."""
    return Problem(Severity.WARNING, place, message, way_out)


def note(place: str, message: str, way_out: str = "") -> Problem:
    """Return a problem that only informs."""
    return Problem(Severity.NOTE, place, message, way_out)


def with_article(noun: str) -> str:
    """Return the name of an exception as a sentence wants it: `an IndexError`."""
    return f"{'an' if noun[0] in 'AEIOU' else 'a'} {noun}"


def has_error(problems: Iterable[Problem]) -> bool:
    """Say whether one of the problems is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def find_entry(catalog: Mapping[str, Entry], class_name: object) -> Entry | None:
    """Return the entry of a class, None for what is not in the catalog."""
    return catalog.get(class_name) if isinstance(class_name, str) else None


def choice_problems(
    catalog: Mapping[str, Entry],
    choice: Choice | Scheduler,
    place: str,
    noun: str,
    group_count: int | None = None,
) -> Iterator[Problem]:
    """Yield what is wrong with a class and its options, each by itself; `noun` says what the class is one of."""
    entry = find_entry(catalog, choice.class_name)
    if entry is None:
        refusal = refusal_of(noun, choice.class_name) or Refusal(
            f"There is no {noun} {choice.class_name!r:.100}.", suggest(choice.class_name, catalog)
        )
        yield error(f"{place}.class", refusal.message, refusal.way_out)
        return
    yield from option_problems(entry.fields, choice.options, place, entry.class_name, group_count)
    for field in entry.fields:
        if field.required and field.name not in choice.options:
            yield error(f"{place}.options.{field.name}", f"{field.name} is missing and has no default.")


def option_problems(
    fields: tuple[Field, ...], options: Options, place: str, class_name: str, group_count: int | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with the options that are given."""
    by_name = {field.name: field for field in fields}
    for name, value in options.items():
        field = by_name.get(name)
        if field is None:
            message = f"{class_name} has no option {name!r:.100}."
            yield error(f"{place}.options.{name}", message, suggest(name, by_name))
            continue
        yield from value_problems(field, value, f"{place}.options.{name}", group_count)


def group_option_problems(
    fields: tuple[Field, ...], options: Options, place: str, class_name: str
) -> Iterator[Problem]:
    """Yield what is wrong with the options of a single group, whose bounds torch does not look at."""
    by_name = {field.name: field for field in fields}
    known = Options({name: value for name, value in options.items() if name in by_name})
    yield from option_problems(
        fields, Options({n: v for n, v in options.items() if n not in by_name}), place, class_name
    )
    for name, value in known.items():
        field, own = by_name[name], f"{place}.options.{name}"
        complaint = field.check_unbounded(value)
        refused_elsewhere = field.check(value)
        if complaint is None and refused_elsewhere is not None:
            message = (
                f"{name} {refused_elsewhere} where it is the optimizer's own; in a group torch accepts it unchecked."
            )
            yield warning(own, message)
        else:
            yield from value_problems(field, value, own)


def value_problems(field: Field, value: Value, place: str, group_count: int | None = None) -> Iterator[Problem]:
    """Yield what is wrong with one value, or what torch makes of it."""
    complaint = field.check(value, group_count)
    if complaint:
        yield error(place, f"{field.name} {complaint}.")
        return
    doubt = field.doubt(value)
    if doubt:
        yield warning(place, f"{field.name} {doubt}.")


def suggest(wanted: object, known: Iterable[str]) -> str:
    """Return a way out that names what was probably meant, or else everything that there is."""
    names = list(known)
    # Beyond this length nothing is a slip of the keyboard, and the comparison takes long.
    by_lower_case = {name.lower(): name for name in names}
    close = get_close_matches(str(wanted)[:60].lower(), by_lower_case, n=3)
    if close:
        return f"Did you mean {' or '.join(by_lower_case[name] for name in close)}?"
    return f"There are {', '.join(names)}." if names else "It takes no options."
