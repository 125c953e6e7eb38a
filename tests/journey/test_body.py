"""Bodies of custom actions: what is constant, what a journey gives, and what comes out as JSON [5.1]."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from sojourn.engine.effect import Call
from sojourn.engine.stay import NOBODY, StayKey
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.transition import transition
from sojourn.journey.body import Variable, compile_body, variables
from sojourn.journey.compile import compile_journey
from sojourn.journey.project import Project

STRING = {"$variable": "string"}
BODY = {
    "campaign": "x",
    "who": {"$variable": "string", "$label": "Customer", "$mandatory": True},
    "deep": {"er": {"n": {"$variable": "integer"}, "constant": [1, 2.5, None, True, "{}"]}},
    "list": [STRING, {"name": STRING}, "constant"],
    "empty": {},
}


def test_variables_are_named_by_their_path() -> None:
    assert list(variables(BODY)) == [
        Variable("who", "string", "Customer", True),
        Variable("deep.er.n", "integer"),
        Variable("list.0", "string"),
        Variable("list.1.name", "string"),
    ]


def test_a_body_with_everything_given() -> None:
    given = {variable.path: (lambda values, moment: values[0]) for variable in variables(BODY)}
    assert compile_body(BODY, given)(["v"], None) == {
        "campaign": "x",
        "who": "v",
        "deep": {"er": {"n": "v", "constant": [1, 2.5, None, True, "{}"]}},
        "list": ["v", {"name": "v"}, "constant"],
        "empty": {},
    }


def test_what_is_not_given_is_null() -> None:
    assert compile_body({"a": {"b": STRING}, "c": [STRING]}, {})([], None) == {"a": {"b": None}, "c": [None]}


@pytest.mark.parametrize(
    "name", ["__import__('os')", "values", "moment", "_0", "'", '"', "\\", "}", "a b", "한국어", "", "\n"]
)
def test_names_and_constants_are_data(name: str) -> None:
    """Whatever a field is called, it is that field and nothing else."""
    body = {name: STRING, "constant": name}
    assert compile_body(body, {name: lambda values, moment: "v"})([], None) == {name: "v", "constant": name}


@pytest.mark.parametrize(
    "body",
    [
        {"a": {"$variable": "number"}},
        {"a": {"$variable": None}},
        {"a": {"$variable": "string", "$titel": "x"}},
        {"a.b": 1},
        {"$a": 1},
        {"a": [{"b": {"c.d": 1}}]},
        {1: "x"},
    ],
)
def test_bad_bodies(body: Any) -> None:
    with pytest.raises(ValueError, match=r"variable|field's name"):
        list(variables(body))


def rendered(kind: str, expression: str, payload: dict[str, Any]) -> Any:
    """What a journey sends for a variable of a type."""
    project = Project()
    fields = {name: name for name in ("string", "integer", "decimal", "boolean", "dateTime", "duration")}
    activities = {
        "s": {"type": "event", "event": "A", "next": "x"},
        "x": {"type": "action", "action": "send", "parameters": {"v": expression}},
    }
    for document in (
        ("schema", {"name": "r", "fields": {"f": fields | {"day": "dateOnly", "local": "dateTimeOnly"}}}),
        ("event", {"name": "A", "schema": "r", "condition": "true", "namespace": "N"}),
        ("action", {"name": "send", "url": "https://example.com/", "body": {"v": {"$variable": kind}}}),
        ("journey", {"name": "j", "namespace": "N", "start": "s", "activities": activities}),
    ):
        assert project.add(*document) == []
    plan, found = compile_journey(project, "j")
    assert plan is not None, [str(each) for each in found]
    ((_, call),) = transition(plan, StayKey("ann"), NOBODY, EventHeard("A", {"f": payload}), 86_400_000).effects
    assert isinstance(call, Call) and call.request.body is not None
    return msgspec.json.decode(call.request.body)["v"]


@pytest.mark.parametrize(
    ("kind", "expression", "payload", "expected"),
    [
        ("string", "@{A.f.string}", {"string": 'a"b\n'}, 'a"b\n'),
        ("string", "@{A.f.string}", {}, None),
        ("string", "@{A.f.string}", {"string": 5}, None),
        ("string", "#{JourneyProperties.externalKey} + '!'", {}, "ann!"),
        ("integer", "@{A.f.integer} + 1", {"integer": 2**62}, 2**62 + 1),
        ("decimal", "@{A.f.decimal}", {"decimal": 60}, 60.0),
        ("boolean", "@{A.f.boolean}", {"boolean": False}, False),
    ],
)
def test_what_is_sent(kind: str, expression: str, payload: dict[str, Any], expected: object) -> None:
    """[5.1, 7.4] The typed value as JSON; a missing or ill-typed one is null."""
    found = rendered(kind, expression, payload)
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "field", "value", "meaning"),
    [
        ("dateTime", "dateTime", "2024-02-29T10:00:00+02:00", datetime(2024, 2, 29, 8, tzinfo=UTC)),
        ("dateTimeOnly", "local", "2024-02-29T10:00:00", datetime(2024, 2, 29, 10)),
        ("dateOnly", "day", "2024-02-29", datetime(2024, 2, 29)),
    ],
)
def test_moments_are_sent_as_iso_text(kind: str, field: str, value: str, meaning: datetime) -> None:
    found = rendered(kind, f"@{{A.f.{field}}}", {field: value})
    assert datetime.fromisoformat(found) == meaning
    now = rendered("dateTime", "now()", {})
    assert datetime.fromisoformat(now) == datetime(1970, 1, 2, tzinfo=UTC)


def test_a_duration_is_sent_as_iso_text() -> None:
    found = rendered("duration", "@{A.f.duration}", {"duration": "P1DT2H"})
    assert msgspec.convert(found, timedelta) == timedelta(days=1, hours=2)
