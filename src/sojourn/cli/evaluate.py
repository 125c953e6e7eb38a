"""`sojourn eval`: an expression tried on values from a file, or many of them."""

from __future__ import annotations

import json
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO
from unicodedata import east_asian_width

import click
import msgspec

from sojourn.editor.context import Trial, read_context
from sojourn.errors import InputError, SojournError
from sojourn.expression import EvaluationError, ExpressionError, to_json
from sojourn.expression.diagnostics import Diagnostic
from sojourn.schema.validate import decode_error

STATIC, RUNTIME = 2, 3
"""Exit statuses: the expression or its context is wrong; it cannot be computed."""
WIDTH = 100
_ID = re.compile(rb'"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)')


@click.command("eval", context_settings={"ignore_unknown_options": True})
@click.argument("expr", required=False)
@click.option("--context", "file", type=click.Path(path_type=Path), help="what EXPR sees, as JSON; - is standard input")
@click.option("--batch", type=click.Path(path_type=Path), help="many instead: JSON lines of id, expr and context")
def evaluate(expr: str | None, file: Path | None, batch: Path | None) -> None:
    """Evaluate the expression EXPR, and print its type and value as JSON.

    Exit 2 if the expression is wrong, 3 if its value cannot be computed, such as a sum beyond 64 bits. With --batch,
    print for each line its id with type and value, or with an error, and exit 0.
    """
    if (expr is None) == (batch is None) or (batch and file):
        raise click.UsageError("Give either EXPR, with --context if it needs one, or --batch.")
    if batch is not None:
        with _opened(batch) as lines:
            _evaluate_all(lines)
    elif expr is not None:
        sys.exit(_evaluate_one(expr, file))


def _evaluate_one(source: str, file: Path | None) -> int:
    data: object = {}
    if file is not None:
        with _opened(file) as content:
            data = _decoded(content.read())
    try:
        click.echo(_line(_evaluated(source, data)))
    except ExpressionError as error:
        click.echo(_diagnostic(source, error.diagnostics), err=True)
        return STATIC
    except EvaluationError as error:
        click.echo(f"sojourn: {error}", err=True)
        return RUNTIME
    return 0


def _evaluate_all(lines: BinaryIO) -> None:
    for line in lines:
        if not line.isspace():
            click.echo(_answer(line))


def _answer(line: bytes) -> str:
    """What one line of a batch gives, whatever it holds."""
    found = _ID.search(line)
    answer: dict[str, Any] = {"id": json.loads(found[1]) if found else None}
    try:
        data = _decoded(line)
        if isinstance(data, dict):
            answer["id"] = data.get("id")
        if not isinstance(data, dict) or not isinstance(data.get("expr"), str):
            raise InputError("ERR_BATCH_LINE")
        context = data.get("context")
        return _line(answer | _evaluated(data["expr"], {} if context is None else context))
    except SojournError as error:
        where = f"{error.field}: " if error.field else ""
        wrong = {"stage": "static", "code": error.code, "message": where + error.text()}
    except EvaluationError as error:
        wrong = {"stage": "runtime", "code": error.code, "message": error.text()}
    except Exception as error:  # a bug of ours: the other lines are answered all the same
        bug = SojournError("ERR_BUG", detail=type(error).__name__)
        wrong = {"stage": "runtime", "code": bug.code, "message": bug.text()}
    return _line(answer | {"error": wrong})


def _evaluated(source: str, context: object) -> dict[str, Any]:
    trial = Trial(source, read_context(context))
    return {"type": str(trial.expression.type), "value": to_json(trial.evaluate())}


def _line(answer: dict[str, Any]) -> str:
    """One line of JSON, in which half a character, which a text can hold, is escaped."""
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _decoded(content: bytes) -> object:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise decode_error(error) from None


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise InputError("ERR_FILE_READ", file=str(file), detail=error.strerror or str(error)) from None


# --- the diagnostic ------------------------------------------------------------------------------------------------


def _diagnostic(source: str, found: tuple[Diagnostic, ...]) -> str:
    """The first thing that is wrong, with its line of the source and a caret under the place."""
    first = found[0]
    hint = first.hint()
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    head = f"sojourn: {first.line}:{first.column}: {first.text()}{f' {hint}' if hint else ''} ({first.code}){more}"
    line = source.split("\n")[first.line - 1]
    start = first.column - 1
    end = min(start + max(1, first.end - first.start), max(len(line), start + 1))
    begin = max(0, start - WIDTH // 2)
    shown = "".join(letter if letter.isprintable() else " " for letter in line[begin : begin + WIDTH])
    marks = "^" * max(1, _columns(shown[start - begin : end - begin]))
    return f"{head}\n    {shown}\n    {' ' * _columns(shown[: start - begin])}{marks}"


def _columns(text: str) -> int:
    """How wide `text` is on a terminal."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


COMMANDS: tuple[click.Command, ...] = (evaluate,)
