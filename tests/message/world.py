"""A project that writes to people, its profiles, and a run of it on a real journal and shard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sojourn.engine.effect import OK, Answer, Call, Effect, Send
from sojourn.journey.project import Project
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.store.entry import Accepted, Feedback, FeedbackKind, Marked, Recorded

from ..differential import runs
from ..engine.world import compiled

HOUR = 3_600_000
SMTP = {"host": "smtp.example.com", "from": {"address": "shop@example.com"}, "tracking": "https://t.example.com"}
SMS = {"url": "https://sms.example.com/", "body": {"to": {"param": "to"}, "text": {"param": "text"}}}
APNS = {"topic": "t", "teamId": "t", "keyId": "k", "key": "k"}
DOCUMENTS: dict[str, list[dict[str, Any]]] = {
    "schema": [
        {"name": "buy", "fields": {"_t": {"who": "string", "what": "string", "n": "integer"}}},
        {
            "name": "people",
            "base": "profile",
            "profile": True,
            "fields": {
                "crm": "string",
                "nick": "string",
                "points": "integer",
                "color": {"$type": "string", "$enum": ["red", "blue"]},
                "timeZone": "string",
                "personalEmail": {"address": "string"},
                "mobilePhone": {"number": "string"},
            },
            "identities": {"crm": {"namespace": "CRMID", "primary": True}},
        },
    ],
    "dataset": [{"name": "people", "schema": "people", "profile": True}],
    "source": [{"name": "ExperiencePlatform", "fieldGroups": {"Person": {"schema": "people"}}}],
    "event": [
        {"name": name, "schema": "buy", "condition": f'@{{{name}.eventType}} == "{name}"', "namespace": "CRMID",
         "key": f"@{{{name}._t.who}}"}
        for name in ("Buy", "Ask")
    ],
    "channel": [
        {"name": "news", "email": SMTP},
        {"name": "receipts", "category": "transactional", "email": SMTP},
        {"name": "texts", "sms": SMS},
        {"name": "app", "push": {"app": "shop", "apns": APNS}},
    ],
}  # fmt: skip
MAIL = {"type": "email", "channel": "news", "subject": "Hi {{ #{ExperiencePlatform.Person.nick} }}",
        "text": "You bought {{ @{Buy._t.what} }}.", "html": "<p>{{ @{Buy._t.what} }}</p>"}  # fmt: skip


def project(activities: Mapping[str, Any], rules: Sequence[dict[str, Any]] = (), **more: Any) -> Project:
    """The journey `j` starts with Buy at `s`, and goes on to the first of the activities; `rules` are rule sets."""
    journey = {
        "name": "j",
        "namespace": "CRMID",
        "start": "s",
        "activities": {"s": {"type": "event", "event": "Buy", "next": next(iter(activities))}, **activities},
        **more,
    }
    made = Project()
    for kind, found in {**DOCUMENTS, "ruleset": list(rules), "journey": [journey]}.items():
        for document in found:
            assert made.add(kind, document) == []  # type: ignore[arg-type]
    return made


class Run(runs.Durable):
    """The project, published; calls are answered by `answers`, a message without one by ok."""

    def __init__(self, data: Path, made: Project, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.messages: list[Send] = []
        self.calls: list[Call] = []
        super().__init__(data, self._answer)
        self.project = made
        self.plan = compiled(made)
        self.rules = InletRules(made)
        self.append(runs.publication(made, self.plan))
        self.history: list[Checked] = []

    def _answer(self, effect: Effect) -> Answer:
        if isinstance(effect, Send):
            self.messages.append(effect)
            return self.answers.get(effect.to[0], Answer("ok", 250, reply="250 Ok"))
        if isinstance(effect, Call):
            self.calls.append(effect)
        return OK

    def person(self, crm: str, at: int = 0, **fields: Any) -> None:
        """A profile record, accepted at `at`."""
        header = {"datasetId": "people"}
        line = {"header": header, "body": {"xdmEntity": {"crm": crm, **fields}}}
        checked = self.rules.line(json.dumps(line).encode())
        self.append([Recorded(at, "prod", checked.dataset, [checked.record])])
        self.work()

    def event(self, name: str, who: str, at: int, **payload: Any) -> None:
        """An event at `at`, and all that it leads to at once."""
        (checked,) = runs.checked(self.project, [runs.record(f"{name}{who}{at}", at, name, who, payload)])
        self.append([Accepted(checked.at, "prod", checked.record)])
        self.history.append(checked)
        self.work()

    def until(self, at: int) -> None:
        """Time passes."""
        self.append([Marked(at)])
        self.work()

    def feedback(self, kind: FeedbackKind, at: int, message: str = "", **more: Any) -> None:
        """Something is heard of a message, left out of the latest one."""
        self.append([Feedback(at, "prod", message or list(self.port.sent)[-1], kind, **more)])
        self.work()

    def steps(self, who: str) -> list[str]:
        """Somebody's steps: activity, status, and why."""
        found = []
        for person, _, entry, n, _, code, body in runs.left_behind(self.data).steps.elements():
            if person == who:
                shape = json.loads(body)
                arrow = (shape["arrow"] or "/-").partition("/")[2]
                found.append((entry, n, f"{shape['node']} {shape['status']} {arrow}" + (f" {code}" if code else "")))
        return [text for *_, text in sorted(found)]
