"""Drafts: a journey's document while somebody designs it, with parts that are missing or wrong [6.35].

Files and published versions hold whole documents. A draft is kept as it is given, as long as it has the structure of
a journey: a name, and activities of known types with ways between them. What else is wrong with it are findings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from sojourn.journey.activity import Activity
from sojourn.journey.activity.base import BaseActivity
from sojourn.journey.activity.unfinished import Unfinished
from sojourn.journey.document import JourneyDocument
from sojourn.journey.finding import Finding
from sojourn.journey.types import ActivityId
from sojourn.journey.unread import findings_of

KINDS: Mapping[str, type[BaseActivity]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind for kind in get_args(get_args(Activity)[0])
}
"""The kinds of activities by type."""
_ACTIVITY: TypeAdapter[Any] = TypeAdapter(Activity)
_ID: TypeAdapter[str] = TypeAdapter(ActivityId)
_ALONE = {"start": "x", "activities": {"x": {"type": "end"}}}


def read_draft(data: object) -> tuple[JourneyDocument | None, list[Finding]]:
    """A draft's document, as far as it can be read; its `wrong` says what is wrong with it.

    Of what does not have the structure of a journey there is none, but what is wrong with that.
    """
    try:
        return JourneyDocument.model_validate(data), []
    except ValidationError as error:
        name = str(data.get("name") or "") if isinstance(data, dict) else ""
        found = findings_of("journey", name, data, error)
    if not isinstance(data, dict) or not isinstance(data.get("activities"), dict):
        return None, [each for each in found if each.path[:1] in ((), ("name",), ("activities",))]
    wrong = {each.path[0] for each in found if each.path}
    names = {name for field, info in JourneyDocument.model_fields.items() for name in (field, info.alias) if
             wrong & {field, info.alias}} | wrong  # fmt: skip
    refused = [each for each in found if each.path[:1] in ((), ("name",))]
    activities: dict[str, Any] = {}
    for id_, given in data["activities"].items():
        try:
            _ID.validate_python(id_)
            activities[id_] = _activity(given)
        except (ValidationError, KeyError):
            refused += [each for each in found if each.path[:2] == ("activities", id_)]
    if refused:
        return None, refused
    head = JourneyDocument.model_validate({name: data[name] for name in data if name not in names} | _ALONE)
    start = data["start"] if "start" in data and "start" not in wrong else ""
    document = head.model_copy(update={"start": start, "activities": activities})
    document._wrong = tuple(found)
    return document, []


def stored(body: str) -> JourneyDocument:
    """The document of a version, as the journal has it."""
    document, _ = read_draft(json.loads(body))
    assert document is not None  # else it would not have been taken
    return document


def _activity(given: Any) -> BaseActivity:
    """Raises KeyError for an activity of no known type, ValidationError for ways that are none."""
    kind = KINDS[str(given.get("type"))] if isinstance(given, dict) else None
    if kind is None:
        raise KeyError
    try:
        return _ACTIVITY.validate_python(given)  # type: ignore[no-any-return]
    except ValidationError:
        return Unfinished.of(kind, given)
