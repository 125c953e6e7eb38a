"""Data-usage labels: where a field with one may not go [2.5]."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn.journey.compile import check_project
from sojourn.journey.project import Kind, Project

MAIL = {"name": "mail", "email": {"host": "smtp.example.com", "from": {"address": "a@example.com"}}}
TEXTS = {
    "name": "texts",
    "sms": {"url": "https://sms.example.com/", "body": {"to": {"param": "to"}, "text": {"param": "text"}}},
}
APP = {"name": "app", "push": {"app": "a", "apns": {"topic": "t", "teamId": "T", "keyId": "K", "key": "k"}}}
ACTION = {"name": "send", "url": "https://example.com/", "body": {"n": {"$variable": "string"}}}
SECRET = "{{ @{A._t.secret} }}"
GOES_OUT: list[tuple[str, dict[str, Any], tuple[str | int, ...]]] = [
    ("mail", {"type": "email", "channel": "mail", "subject": f"Hi {SECRET}", "text": "x"}, ("subject",)),
    ("mail", {"type": "email", "channel": "mail", "subject": "Hi", "text": f"a {SECRET}"}, ("text",)),
    ("mail", {"type": "email", "channel": "mail", "subject": "Hi", "html": f"<p>{SECRET}</p>"}, ("html",)),
    ("mail", {"type": "email", "channel": "mail", "subject": "Hi", "text": "x", "to": "@{A._t.secret}"}, ("to",)),
    ("texts", {"type": "sms", "channel": "texts", "text": SECRET}, ("text",)),
    ("app", {"type": "push", "channel": "app", "title": SECRET, "text": "x"}, ("title",)),
    ("app", {"type": "push", "channel": "app", "text": "x", "data": {"code": SECRET}}, ("data", "code")),
    ("send", {"type": "action", "action": "send", "parameters": {"n": "@{A._t.secret}"}}, ("parameters", "n")),
    ("Hook", {"type": "webhook", "label": "Hook", "url": "https://example.com/", "headers": {"x": SECRET}},
     ("headers", "x")),
    ("Hook", {"type": "webhook", "label": "Hook", "url": "https://example.com/", "body": {"a": [SECRET]}},
     ("body", "a", 0)),
]  # fmt: skip


def refused(activity: dict[str, Any], labels: list[str]) -> list[tuple[Any, ...]]:
    """The findings on restricted fields, where those who receive something may have fields with `labels`."""
    project = Project()
    fields = {"_t": {"plain": "string", "secret": {"$type": "string", "$labels": ["C2", "own"]}}}
    documents: list[tuple[Kind, dict[str, Any]]] = [
        ("schema", {"name": "s", "fields": fields}),
        ("event", {"name": "A", "schema": "s", "namespace": "CRMID", "condition": "true"}),
        ("channel", {**MAIL, "labels": labels}),
        ("channel", {**TEXTS, "labels": labels}),
        ("channel", {**APP, "labels": labels}),
        ("action", {**ACTION, "labels": labels}),
    ]
    activities = {"start": {"type": "event", "event": "A", "next": "x"}, "x": activity}
    documents.append(("journey", {"name": "j", "namespace": "CRMID", "start": "start", "activities": activities}))
    assert [found for kind, data in documents for found in project.add(kind, data)] == []
    found = [each for each in check_project(project) if each.severity == "error"]
    assert {each.code for each in found} <= {"ERR_RESTRICTED_FIELD"}
    return [(each.params["receiver"], each.params["labels"], each.path) for each in found]


@pytest.mark.parametrize(("receiver", "activity", "where"), GOES_OUT)
def test_a_restricted_field_does_not_go_out(
    receiver: str, activity: dict[str, Any], where: tuple[str | int, ...]
) -> None:
    """Unless whoever receives it may have fields with all of its labels; a webhook may not."""
    assert refused(activity, []) == [(receiver, "C2, own", ("activities", "x", *where))]
    assert refused(activity, ["C2"])[0][1] == ("C2, own" if activity["type"] == "webhook" else "own")
    assert bool(refused(activity, ["C2", "own"])) == (activity["type"] == "webhook")


def test_any_other_field_goes_out() -> None:
    text = "{{ @{A._t.plain} }}"
    assert refused({"type": "sms", "channel": "texts", "text": text}, []) == []
