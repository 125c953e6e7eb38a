"""Writes docs/reference from the sources: `make docs`. With --check it writes nothing, and exits 1 naming the files
that are out of date."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
import msgspec

from sojourn import messages
from sojourn.api.app import Application
from sojourn.cli.main import cli
from sojourn.expression.functions import FUNCTIONS, Function
from sojourn.expression.functions.language import DEPARTURES, LITERALS, OPERATORS, PATTERNS, PRECEDENCE
from sojourn.journey.project import MODELS
from sojourn.journey.published import json_schema
from sojourn.messages import Message, label
from sojourn.report.definitions import DIMENSIONS, LEVELS, METRICS
from sojourn.settings import Settings, options

ROOT = Path(__file__).resolve().parents[1]
_RULE = re.compile(r" ?(?:\[\d+\.\d+(?:, \d+\.\d+)*\]|\((?:rule|surprise) [\d.]+\))")
NOTE = "<!-- Written by scripts/docs.py (make docs): change the source, not this file. -->"


@cache
def pages() -> Mapping[str, str]:
    """Every file of the reference by its path below docs/reference."""
    schemas = {f"schemas/{kind}.schema.json": _json(json_schema(kind)) for kind in MODELS}
    return {
        "cli.md": _page("Command line", _cli()),
        "findings.md": _page("Messages", _messages()),
        "functions.md": _page("Operators and functions of the expression language", _language()),
        "openapi.json": _json(_openapi()),
        "settings.md": _page("Settings", _settings()),
        **schemas,
    }


def metrics() -> str:
    """docs/metrics.md."""
    return _page("Metrics", _metrics())


def _metrics() -> Iterator[str]:
    yield (
        "What reports, `POST /api/metrics` and `sojourn metrics` tell, each defined once. All counts are of stays or "
        "of steps, as they say; *people* counts people. All are exact, to the millisecond. Counts, rates "
        "and levels of metrics come from hourly roll-ups, and from the steps themselves for the hours in which a range "
        "begins or ends; those of a journey's report from the moments of each kind of step; people and times come from "
        "the steps, what became of messages and of discarded events from their records. People in tests are in none."
    )
    titles = {"steps": "Journeys", "messages": "Messages", "events": "Events"}
    for source, title in titles.items():
        yield f"## {title}"
        shown = {name: metric for name, metric in METRICS.items() if metric.source == source}
        yield _table(
            ("Metric", "What it is", "Kind", "Unit"),
            (
                (f"`{name}`", _text(label("INFO_METRIC_", name)), metric.kind, metric.unit)
                for name, metric in shown.items()
            ),
        )
    yield "## Dimensions"
    yield _table(
        ("Dimension", "What it is", *titles.values()),
        (
            (
                f"`{name}`",
                _text(label("INFO_DIMENSION_", name)),
                *("yes" if getattr(each, source) else "" for source in titles),
            )
            for name, each in DIMENSIONS.items()
        ),
    )
    yield (
        "`current` and `currentRate` can be told apart by "
        + " and ".join(f"`{name}`" for name in sorted(LEVELS))
        + ". "
        "At every moment entered = completed + failed + exited + stopped + current."
    )


def _page(title: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _text(words: str) -> str:
    """Words as Markdown that shows them as they are, without the rule numbers of our sources."""
    pieces = _RULE.sub("", words).split("`")
    pieces[::2] = [piece.replace("*", r"\*").replace("<", r"\<").replace("_", r"\_") for piece in pieces[::2]]
    return "`".join(pieces)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


# --- settings ------------------------------------------------------------------------------------------------------


def _settings() -> Iterator[str]:
    yield (
        "The settings of `sojourn serve`, each an option or an environment variable; the option counts where both "
        "are given. Several values in one variable are parted by spaces."
    )
    rows = []
    for name, default, meaning in options():
        shown = f"`{default}`" if default not in ("", ()) else "none"
        rows.append((f"`--{name.replace('_', '-')}`", f"`SOJOURN_{name.upper()}`", shown, _text(meaning)))
    yield _table(("Option", "Variable", "Default", "Meaning"), rows)


# --- messages ------------------------------------------------------------------------------------------------------

AREAS = {
    "access": "Access and secrets",
    "api": "Server and API",
    "authoring": "Changes to documents",
    "rules": "Rules of documents and requests",
    "connect": "Calls to the outside",
    "demo": "Demo",
    "editor": "Expression editor",
    "explain": "Explanations",
    "expression": "Expressions",
    "functions": "Functions of the expression language",
    "inlet": "Events that come in",
    "journey": "Documents of a project",
    "lake": "The lake, queries and numbers",
    "limits": "Limits on calls",
    "message": "Messages to people",
    "metrics": "Metrics and dimensions",
    "profile": "Profiles and imports",
    "rehearsal": "Test mode, shadow and dry run",
    "schema": "Schemas and JSON",
    "store": "Data folder",
}


def _messages() -> Iterator[str]:
    yield (
        "Every message by its code, in English and Korean. A name in braces stands for a value, with choices "
        "behind a colon for the word that follows it. `ERR` blocks, `WARN` does not, `INFO` informs. "
        "HTTP answers are in Korean with `?lang=ko` or `Accept-Language: ko`."
    )
    folder = Path(messages.__file__).parent
    for path in sorted(folder.glob("*.yaml"), key=lambda path: AREAS[path.stem]):
        entries = msgspec.yaml.decode(path.read_bytes(), type=dict[str, Message])
        yield f"## {AREAS[path.stem]}"
        labels = {code: message for code, message in sorted(entries.items()) if code.startswith("INFO_")}
        for code, message in sorted(entries.items()):
            if code not in labels:
                yield _message(code, message)
        if labels:
            rows = [(f"`{code}`", _text(message.en), _text(message.ko)) for code, message in labels.items()]
            yield _table(("Code", "English", "Korean"), rows)


def _message(code: str, message: Message) -> str:
    lines = [f"### {code}", "", f"- {_text(message.en)}", f"- {_text(message.ko)}"]
    if message.hint:
        lines += [f"- What to do: {_text(message.hint['en'])}", f"- 해결 방법: {_text(message.hint['ko'])}"]
    return "\n".join(lines)


# --- command line --------------------------------------------------------------------------------------------------


def _cli() -> Iterator[str]:
    yield (
        "Exit code 0 is success, 1 a failure, 2 bad input. `sojourn COMMAND --help` shows the same. The "
        "settings of `sojourn serve` are also in [settings.md](settings.md)."
    )
    yield from _command(cli, click.Context(cli, info_name="sojourn"))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    """A command and those below it, each with its usage and its options."""
    if context.parent is not None:
        yield f"{'##' if context.parent.parent is None else '###'} {context.command_path}"
        yield _text(cleandoc(command.help or ""))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if below := command.get_command(context, name):
                yield from _command(below, click.Context(below, parent=context, info_name=name))
        return
    usage = " ".join(command.collect_usage_pieces(context)).removeprefix("[OPTIONS]").strip()
    yield f"    {context.command_path} {usage}".rstrip() + " [OPTIONS]"
    rows = []
    for option in command.params:
        record = option.get_help_record(context)
        if isinstance(option, click.Option) and record is not None:
            variable = f" [variable: `{option.envvar}`]" if option.envvar else ""
            rows.append((f"`{record[0]}`", " ".join(_text(record[1]).split()) + variable))
    if rows:
        yield _table(("Option", "Meaning"), rows)


# --- functions -----------------------------------------------------------------------------------------------------


def _language() -> Iterator[str]:
    yield (
        "In the examples `now()` is 2026-03-01T10:00:00Z, the person is in the segment `VIP`, the fields "
        "`@{E.text}` and `@{E.flag}` are null, and the items of the order are "
        '`[{"sku": "b", "price": 30}, {"sku": "a", "price": 20}, {"price": 50}, {"price": 30, "sku": "b"}]`. Results '
        "are shown as JSON."
    )
    yield "## Literals"
    yield _table(("Type", "Form", "Remark"), ((kind, _code(form), _text(remark)) for kind, form, remark in LITERALS))
    yield "## Operators"
    yield "The loosest first; within a line, from left to right. Parentheses group."
    yield "\n".join(f"{n}. {_code(line)}" for n, line in enumerate(PRECEDENCE, 1))
    yield _table(
        ("Operator", "Operands and result", "Example", "Result"),
        ((_code(each.form), _text(each.operands), *map(_code, each.example)) for each in OPERATORS),
    )
    yield from _functions()
    yield "## Regular expressions"
    yield (
        "`matchRegExp`, `replace`, `replaceAll` and `split` read Java's syntax with RE2, whose time grows with the "
        'text alone, whatever the pattern. In a string, a backslash is written twice: `"\\\\d+"`. A constant pattern '
        "is read when the expression is checked, and a wrong one is an error; one that is known at run time only, and "
        "is wrong, makes the result null. What Java has and this has not:"
    )
    yield "\n".join(f"- {each}" for each in PATTERNS)
    yield "## Null"
    yield (
        "What every operator and function makes of null. A condition that is null is false. No missing value is an "
        "error; a number, date or duration beyond its range is one, and so is a text that grows too long."
    )
    rows = [(_code(each.form), each.nulls) for each in OPERATORS]
    rows += [(_code(name), _text(found.nulls)) for name, found in sorted(FUNCTIONS.items())]
    yield _table(("Operator or function", "Null"), dict.fromkeys(rows))
    yield "## Departures from the original"
    yield "Where its manual contradicts itself or prints what cannot be, and what is done here."
    yield _table(("What it says or prints", "Here"), DEPARTURES)


def _code(words: str) -> str:
    return f"`{words}`"


def _functions() -> Iterator[str]:
    yield "## Functions"
    yield (
        'A `string constant` is a text written out, such as `"Asia/Seoul"`; `any` is a value whose type shows only '
        "at run time. Of several forms, the one that fits the types of the arguments is taken."
    )
    by_category: dict[str, list[Function]] = {}
    for found in sorted(FUNCTIONS.values(), key=lambda each: (each.category, each.name)):
        by_category.setdefault(found.category, []).append(found)
    for title, found_here in by_category.items():
        yield f"### {title}"
        for each in found_here:
            yield _function(each)


def _function(found: Function) -> str:
    forms = "\n".join(f"    {form}" for form in found.forms())
    source, result = found.example
    nulls = f"Null: {_text(found.nulls)}."
    return f"#### {found.name}\n\n{_text(found.meaning())}\n\n{forms}\n\n{nulls} Example: `{source}` gives `{result}`."


# --- OpenAPI -------------------------------------------------------------------------------------------------------


def _openapi() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        application = Application(Settings(data=Path(folder)))
        try:
            return application.rest.openapi()
        finally:
            application.server.close()


# --- writing -------------------------------------------------------------------------------------------------------


def main(given_as: Sequence[str] | None = None) -> None:
    """Writes or checks the reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "reference", help="where the reference is")
    given = parser.parse_args(given_as)
    wanted = dict(pages())
    if given.folder == ROOT / "docs" / "reference":
        wanted["../metrics.md"] = metrics()
    there = {str(path.relative_to(given.folder)) for path in given.folder.rglob("*") if path.is_file()}
    old = sorted(
        name for name in wanted if not (given.folder / name).exists() or _read(given.folder / name) != wanted[name]
    )
    left = sorted(there - set(wanted))
    if given.check:
        for name in old:
            print(f"out of date: {given.folder / name} (run make docs)")
        for name in left:
            print(f"not of the reference: {given.folder / name}")
        sys.exit(1 if old or left else 0)
    for name in old:
        path = given.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")
        print(f"written: {path.resolve()}")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
