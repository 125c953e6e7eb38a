"""What data sources answer where nobody calls them: in a backtest and a replay [6.33]."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sojourn.engine.effect import OK, Answer, Effect, Fetch
from sojourn.errors import InputError
from sojourn.journey.finding import nearest
from sojourn.journey.plan import Request
from sojourn.journey.project import Project

OTHERS = "*"
_OUTCOMES = ("http", "timeout", "capping", "error")


class Fixtures:
    """Answers by field group and by what the request carries; calls succeed, and other sources know nothing."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        """Raises InputError for what is no answer."""
        self._answers: dict[str, dict[str, Answer]] = {}
        for group, given in answers.items():
            if not isinstance(given, dict):
                raise InputError("ERR_ANSWERS", field="--answers", name=group)
            self._answers[group] = {_plain(key): _answer(group, key, value) for key, value in given.items()}

    def __call__(self, effect: Effect) -> Answer:
        """What becomes of an effect."""
        if not isinstance(effect, Fetch):
            return OK
        found = self._answers.get(f"{effect.source}.{effect.field_group}", {})
        return found.get(_carried(effect.request)) or found.get(OTHERS) or OK


NOTHING_KNOWN = Fixtures({})
"""Every field of every external source is null."""


def read_fixtures(path: Path, project: Project) -> Fixtures:
    """The answers of a file to field groups of the project. Raises InputError."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("ERR_ANSWERS_FILE", field="--answers", file=str(path), detail=str(error)) from None
    if not isinstance(data, dict):
        raise InputError("ERR_ANSWERS_FILE", field="--answers", file=str(path), detail="a JSON object is expected")
    known = [f"{source.name}.{group}" for source in project.sources.values() for group in source.field_groups]
    for name in data:
        if name not in known:
            raise InputError("ERR_ANSWERS_GROUP", field="--answers", name=name, known=nearest(known, name))
    return Fixtures(data)


def _answer(group: str, key: str, value: Any) -> Answer:
    if not isinstance(value, dict) or "$error" not in value:
        return Answer("ok", 200, body=msgspec.json.encode(value))
    code = value.get("$code")
    if (
        value["$error"] not in _OUTCOMES
        or not (code is None or type(code) is int)
        or value.keys() - {"$error", "$code"}
    ):
        raise InputError("ERR_ANSWERS", field="--answers", name=f"{group}.{key}")
    return Answer(value["$error"], code)


def _carried(request: Request) -> str:
    """What the parameters of a request came to: its query, or its body."""
    return urlsplit(request.url).query if request.body is None else _plain(request.body.decode())


def _plain(text: str) -> str:
    """A JSON text in one spelling; other texts as they are."""
    try:
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
