"""Custom actions: what a journey gives becomes the request, and nothing but that [5.1]."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engine.effect import Call, Request
from sojourn.engine.stay import NOBODY, StayKey
from sojourn.engine.stimulus import EventHeard
from sojourn.engine.transition import transition
from sojourn.expression import EvaluationError
from sojourn.journey.action import joined
from sojourn.journey.body import variables
from sojourn.journey.change import forbidden
from sojourn.journey.compile import compile_journey
from sojourn.journey.project import Project

ITEM = {"sku": "string", "n": "integer", "price": "decimal", "on": "dateOnly", "tags": "list<string>"}
SCHEMA = {
    "name": "order",
    "fields": {
        "o": {
            "id": "string", "n": "integer", "on": "dateOnly", "tags": "list<string>",
            "items": {"$list": {**ITEM, "detail": {"color": "string"}, "parts": {"$list": {"no": "integer"}}}},
        }
    },
}  # fmt: skip


def project(action: dict[str, Any], **activity: Any) -> Project:
    activities = {
        "s": {"type": "event", "event": "A", "next": "x"},
        "x": {"type": "action", "action": "send", **activity},
    }
    found = Project()
    for document in (
        ("schema", SCHEMA),
        ("event", {"name": "A", "schema": "order", "condition": "true", "namespace": "N"}),
        ("action", {"name": "send", "url": "https://example.com/base", **action}),
        ("journey", {"name": "j", "namespace": "N", "start": "s", "activities": activities}),
    ):
        assert found.add(*document) == []
    return found


def sent(action: dict[str, Any], payload: dict[str, Any], **activity: Any) -> Request:
    """What goes out for an event with `payload` under `o`."""
    plan, found = compile_journey(project(action, **activity), "j")
    assert plan is not None, [str(each) for each in found]
    ((_, call),) = transition(plan, StayKey("ann"), NOBODY, EventHeard("A", {"o": payload}), 86_400_000).effects
    assert isinstance(call, Call)
    return call.request


def body(action: dict[str, Any], payload: dict[str, Any], **activity: Any) -> Any:
    request = sent({"body": action}, payload, **activity)
    assert request.body is not None
    return msgspec.json.decode(request.body)


STRING = {"$variable": "string"}


# --- address, headers, query ---


@pytest.mark.parametrize(
    ("method", "has_body"), [("POST", True), ("PUT", True), ("PATCH", True), ("GET", False), ("DELETE", False)]
)
def test_methods(method: str, has_body: bool) -> None:
    request = sent({"method": method}, {})
    assert (request.method, request.body) == (method, b"{}" if has_body else None)


def test_a_delete_may_say_what() -> None:
    assert sent({"method": "DELETE", "body": {"why": "gone"}}, {}).body == b'{"why":"gone"}'


def test_constant_and_variable_headers() -> None:
    """One that is null is left out."""
    headers = {"X-Mine": "yes", "X-Id": STRING, "X-On": {"$variable": "dateOnly"}, "X-Not": STRING}
    given = {"X-Id": "@{A.o.id}", "X-On": "@{A.o.on}", "X-Not": "@{A.o.items.at(0).sku}"}
    request = sent({"headers": headers}, {"id": "a1", "on": "2026-03-01"}, headers=given)
    assert request.headers == (("X-Mine", "yes"), ("X-Id", "a1"), ("X-On", "2026-03-01"))


def test_constant_and_variable_query_parameters() -> None:
    query = {"v": "1 2", "id": STRING, "n": {"$variable": "integer"}}
    action = {"url": "https://example.com/base?a=b", "method": "GET", "query": query}
    request = sent(action, {"id": "x&y=z", "n": 5}, query={"id": "@{A.o.id}", "n": "@{A.o.n}"})
    assert parse_qsl(urlsplit(request.url).query) == [("a", "b"), ("v", "1 2"), ("id", "x&y=z"), ("n", "5")]


def test_a_dynamic_path() -> None:
    action = {"url": "https://example.com/base/?a=b", "path": STRING}
    request = sent(action, {"id": "a/ü?x#y"}, path="@{A.o.id} + '/messages'")
    assert request.url == "https://example.com/base/a/%C3%BC%3Fx%23y/messages?a=b"


@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_path_never_leads_out_of_its_address(path: str) -> None:
    """Whatever stands in it: same scheme, host, and below the static part; else it is an error of the activity."""
    try:
        url = joined("https://example.com/base/?k=v", path)
    except EvaluationError as error:
        assert error.code == "ERR_ACTION_PATH"
        assert {".", ".."} & set(path.replace("\\", "/").split("/"))
        return
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "example.com", "k=v", "")
    assert parts.path.startswith("/base/") and not {".", ".."} & set(parts.path.split("/"))


def test_a_path_that_is_null() -> None:
    with pytest.raises(EvaluationError):
        joined("https://example.com", None)


# --- bodies ---


def test_an_object_variable_sets_its_children() -> None:
    action = {"who": {"$variable": "object", "$fields": {"id": "string", "home": {"n": "integer"}}, "$mandatory": True}}
    assert [(each.path, each.mandatory) for each in variables(action)] == [("who.id", True), ("who.home.n", True)]
    found = body(action, {"id": "a", "n": 1}, parameters={"who.id": "@{A.o.id}", "who.home.n": "@{A.o.n}"})
    assert found == {"who": {"id": "a", "home": {"n": 1}}}


def test_a_list_of_texts() -> None:
    found = body({"t": {"$variable": "list<string>"}}, {"tags": ["a", "b"]}, parameters={"t": "@{A.o.tags}"})
    assert found == {"t": ["a", "b"]}


ITEMS = [
    {"sku": "A1", "n": 2, "price": 9.5, "on": "2026-03-01", "tags": ["x"], "detail": {"color": "red"},
     "parts": [{"no": 1}, {"no": 2}]},
    {"sku": "B2", "price": 3, "n": "two"},
]  # fmt: skip


@pytest.mark.parametrize(
    "how",
    [
        {"$fields": {"id": "string", "price": "decimal", "color": "string", "tags": "list<string>"}},
        {"$example": [{"id": "p", "price": 20.1, "color": "blue", "tags": ["Paris"]}, {"id": "q", "more": 1}]},
    ],
    ids=["fields", "example"],
)
def test_a_list_of_objects_is_filled_item_by_item(how: dict[str, Any]) -> None:
    """By one expression; fields of the same name by themselves, others as they are mapped."""
    action = {"ctx": {"products": {"$variable": "list<object>", "$label": "Products", **how}}}
    found = body(
        action,
        {"items": ITEMS},
        parameters={"ctx.products": "@{A.o.items}"},
        mapping={"ctx.products.id": "sku", "ctx.products.color": "detail.color"},
    )
    assert found == {
        "ctx": {
            "products": [
                {"id": "A1", "price": 9.5, "color": "red", "tags": ["x"]},
                {"id": "B2", "price": 3.0, "color": None, "tags": None},
            ]
        }
    }


def test_lists_within_the_objects_of_a_list() -> None:
    fields = {"sku": "string", "parts": {"$list": {"number": "integer"}}, "detail": {"color": "string"}}
    found = body(
        {"products": {"$variable": "list<object>", "$fields": fields}},
        {"items": ITEMS[:1]},
        parameters={"products": "@{A.o.items.all(currentEventField.price > 5)}"},
        mapping={"products.parts.number": "no"},
    )
    assert found == {"products": [{"sku": "A1", "parts": [{"number": 1}, {"number": 2}], "detail": {"color": "red"}}]}


def test_mixed_lists_and_lists_of_lists_item_by_item() -> None:
    action = {"mixed": ["a", STRING, None, 0], "lists": [["x", STRING], [{"$variable": "integer"}]]}
    assert [each.path for each in variables(action)] == ["mixed.1", "lists.0.1", "lists.1.0"]
    found = body(
        action, {"id": "i", "n": 7}, parameters={"mixed.1": "@{A.o.id}", "lists.0.1": "'y'", "lists.1.0": "@{A.o.n}"}
    )
    assert found == {"mixed": ["a", "i", None, 0], "lists": [["x", "y"], [7]]}


def test_what_does_not_fit_is_null() -> None:
    """Elements that are no objects, fields of another type, a list that is missing [7.4]."""
    action = {"p": {"$variable": "list<object>", "$fields": {"sku": "string", "n": "integer"}}}
    found = body(action, {"items": ["odd", {"sku": 5, "n": "two"}]}, parameters={"p": "@{A.o.items}"})
    assert found == {"p": [None, {"sku": None, "n": None}]}
    assert body(action, {}, parameters={"p": "@{A.o.items}"}) == {"p": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"$variable": "object"},
        {"$variable": "list<object>", "$example": []},
        {"$variable": "list<object>", "$example": ["text"]},
        {"$variable": "list<object>", "$fields": {"a.b": "string"}},
        {"$variable": "list<object>", "$fields": {"a": "number"}},
        {"$variable": "list<object>", "$fields": {"a": 5}},
        {"$variable": "list<list<string>>"},
    ],
)
def test_variables_that_are_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^v"):
        list(variables({"v": wrong}))


# --- in use ---

ACTION = {
    "url": "https://example.com/base", "headers": {"A": "1"}, "query": {"q": "1"}, "body": {"n": STRING},
    "response": {"points": 1, "status": "gold"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "drafts", "live"),
    [
        ({"url": "https://other.example.com/"}, [], []),
        ({"description": "new"}, [], []),
        ({"authentication": {"type": "basic", "username": "a", "password": "b"}}, [], []),
        ({"headers": {"A": "1", "B": "2"}}, [], [("headers",)]),
        ({"query": {"q": "1", "r": {"$variable": "string"}}}, [], [("query",)]),
        ({"headers": {"A": "2"}}, [("headers",)], [("headers",)]),
        ({"headers": {}}, [("headers",)], [("headers",)]),
        ({"method": "PUT"}, [("method",)], [("method",)]),
        ({"body": {"n": STRING, "m": STRING}}, [("body",)], [("body",)]),
        ({"response": {"points": 1, "status": "gold", "more": True}}, [], []),
        ({"response": {"points": 1}}, [("response", "status")], [("response", "status")]),
        ({"response": None}, [("response", "points"), ("response", "status")], [("response", "points"),
         ("response", "status")]),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_may_change_in_use(change: dict[str, Any], drafts: list[Any], live: list[Any]) -> None:
    """Name, description, URL, authentication; more headers while drafts alone use it [5.2]."""
    before, after = project(ACTION), project(ACTION | change)
    assert list(forbidden(before, after, "action", "send", drafts=True)) == drafts
    assert list(forbidden(before, after, "action", "send")) == live
