"""What data sources and actions answer where nobody calls them: in a backtest, a replay and a shadow [6.33]."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from sojourn.engine.effect import OK, Answer, Effect, Send, called
from sojourn.errors import InputError
from sojourn.identifiers import fraction
from sojourn.journey.finding import nearest
from sojourn.journey.project import Project
from sojourn.journey.request import Request

OTHERS = "*"
_OUTCOMES = ("http", "timeout", "capping", "error")


class _Given(NamedTuple):
    """An answer, and the share of requests that get it; the others succeed and bring nothing."""

    answer: Answer
    share: float = 1.0


class Fixtures:
    """Answers by field group, action or channel configuration, and by what the request carries or whom the message is
    for; other actions and messages succeed, and other sources know nothing."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        """Raises InputError for what is no answer."""
        self._answers: dict[str, dict[str, _Given]] = {}
        for group, given in answers.items():
            if not isinstance(given, dict):
                raise InputError("ERR_ANSWERS", field="answers", name=group)
            self._answers[group] = {_plain(key): _answer(group, key, value) for key, value in given.items()}

    def __call__(self, effect: Effect) -> Answer:
        """What becomes of an effect. Which of a share's requests fail is drawn by what they carry."""
        answers = self._answers.get(called(effect))
        if answers is None:
            return OK
        carried = effect.to[0] if isinstance(effect, Send) else _carried(effect.request)
        found = answers.get(carried) or answers.get(OTHERS)
        if found is None or (found.share < 1 and fraction(called(effect) + carried, 0, 0) >= found.share):
            return OK
        return found.answer


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
    known += [*project.actions, *project.channels]
    for name in data:
        if name not in known:
            raise InputError("ERR_ANSWERS_GROUP", field="--answers", name=name, known=nearest(known, name))
    return Fixtures(data)


def _answer(group: str, key: str, value: Any) -> _Given:
    if not isinstance(value, dict) or "$error" not in value:
        return _Given(Answer("ok", 200, body=msgspec.json.encode(value)))
    code, share = value.get("$code"), value.get("$share", 1)
    if (
        value["$error"] not in _OUTCOMES
        or not (code is None or type(code) is int)
        or not (type(share) in (int, float) and 0 <= share <= 1)
        or value.keys() - {"$error", "$code", "$share"}
    ):
        raise InputError("ERR_ANSWERS", field="answers", name=f"{group}.{key}")
    return _Given(Answer(value["$error"], code), share)


def _carried(request: Request) -> str:
    """What the parameters of a request came to: its query, or its body."""
    return urlsplit(request.url).query if request.body is None else _plain(request.body.decode())


def _plain(text: str) -> str:
    """A JSON text in one spelling; other texts as they are."""
    try:
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
