"""Small journeys as Python data, and a person who is walked through them by a script of one line per stimulus."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import msgspec

from sojourn.engine.effect import Answer, Call, Effect, Known, Send, called
from sojourn.engine.result import Result
from sojourn.engine.stay import NOBODY, Stay, StayKey, Step
from sojourn.engine.stimulus import STOPPED, TIMER_FIRED, Answered, EventHeard, Exited, Stimulus
from sojourn.engine.transition import due, transition
from sojourn.engine.versions import Versions
from sojourn.engine.world import Count, World, nothing_known, uncounted
from sojourn.journey.compile import compile_journey
from sojourn.journey.node import Shape
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project

EVENTS = ("A", "B", "C")
ACTIONS = ("send", "offer")
ITEM = {"sku": "string", "n": "integer", "at": "dateTime"}
FIELDS = {
    "_t": {
        "who": "string",
        "n": "integer",
        "text": "string",
        "items": {"$list": ITEM},
        "labels": {"$map": "string"},
        "day": "dateOnly",
        "when": "dateTime",
        "span": "duration",
    }
}
GROUP = {"response": {"n": 1, "text": "", "day": "2026-03-01", "items": [{"sku": "", "n": 1}]}}
ANSWER = {"n": 1, "text": "", "day": "2026-03-01", "items": [{"sku": "", "n": 1}]}
"""An example of what actions answer."""
SOURCE = {"now": GROUP, "of": GROUP | {"parameters": {"q": "string"}}}
BODIES = (
    b'{"n": 1, "text": "x", "day": "1970-01-01", "items": [{"sku": "x", "n": 3}]}',
    b'{"n": 2, "text": "y", "items": []}',
    b'{"n": "two", "text": null}',
    b'{"n": 9223372036854775807}',
    b"[]",
    b"<html>",
)
"""What the data source `W` answers: as promised, without some of it, of another type, and nothing that can be used."""
Activities = Mapping[str, Mapping[str, Any]]


def documents(activities: Activities, **properties: object) -> dict[str, list[dict[str, Any]]]:
    """A project with the events A, B and C, two actions, a data source and a journey `j` that starts at `start`.

    It may jump to the journey `other`.
    """
    body = {"who": {"$variable": "string", "$mandatory": True}, "n": {"$variable": "integer"}}
    return {
        "schema": [{"name": "record", "fields": FIELDS}],
        "event": [
            {
                "name": name,
                "schema": "record",
                "condition": f'@{{{name}.eventType}} == "{name}"',
                "namespace": "CRMID",
                "key": f"@{{{name}._t.who}}",
            }
            for name in EVENTS
        ],
        "source": [{"name": "W", "url": "https://example.com/w", "fieldGroups": SOURCE}],
        "action": [
            {"name": name, "url": f"https://example.com/{name}", "body": body, "response": ANSWER} for name in ACTIONS
        ],
        "journey": [
            {"name": "j", "namespace": "CRMID", "start": "start", "activities": dict(activities), **properties},
            {"name": "other", "namespace": "CRMID", "start": "start", "activities": {"start": event("B")}},
        ],
    }


def project(activities: Activities, **properties: object) -> Project:
    """Those documents as a project; they have to be in order."""
    made = Project()
    for kind, data in documents(activities, **properties).items():
        for document in data:
            assert made.add(kind, document) == []  # type: ignore[arg-type]
    return made


def compiled(project: Project, number: int = 1) -> Plan:
    """The plan of the journey `j`."""
    plan, found = compile_journey(project, "j", number=number)
    assert plan is not None, [str(finding) for finding in found]
    return plan


def event(name: str, **then: object) -> dict[str, Any]:
    return {"type": "event", "event": name, **then}


def wait(seconds: int, then: object = None) -> dict[str, Any]:
    return {"type": "wait", "duration": f"PT{seconds}S", "next": then}


def action(then: object = None, name: str = "send", n: str | None = None) -> dict[str, Any]:
    parameters = {"who": "#{JourneyProperties.externalKey}"} | ({"n": n} if n else {})
    return {"type": "action", "action": name, "parameters": parameters, "next": then}


def some_answer(effect: Effect) -> Answer:
    """Some answer, always the same to the same request."""
    if isinstance(effect, Send):
        number = zlib.crc32("".join((*effect.to, effect.text)).encode())
    else:
        number = zlib.crc32(effect.request.url.encode() + (effect.request.body or b""))
    body = BODIES[number // 5 % len(BODIES)]
    answers = (Answer("ok", 200), Answer("ok", 200, 3), Answer("ok", 200), Answer("http", 503, 4), Answer("timeout"))
    return msgspec.structs.replace(answers[number % 5], body=body)


def condition(paths: Mapping[str, str], then: Mapping[str, object]) -> dict[str, Any]:
    return {"type": "condition", "paths": dict(paths), "next": dict(then)}


def line(shape: Shape, step: Step) -> str:
    """A step event in a line: second, activity, status, path taken, and what else is set."""
    words = [f"{step.at / 1000:.3f}".rstrip("0").rstrip("."), shape.node, shape.status]
    words += [f">{shape.arrow.removeprefix(shape.node + '/')}"] if shape.arrow else []
    flags = {"entrance": shape.entrance, "again": shape.reentrance, "ended": shape.ended}
    words += [name for name, on in flags.items() if on]
    words += [f"{shape.error}"] if shape.error else []
    words += [f"code={step.code}"] if step.code is not None else []
    words += [f"x{step.attempts}"] if step.attempts else []
    words += [f"fetched={step.fetched.platform + step.fetched.custom}"] if step.fetched else []
    words += [f"in={shape.fetch}"] if shape.fetch else []
    return " ".join(words)


class Person:
    """Somebody in (or outside) the journey `j`, and everything that came out so far, in `log`.

    The order of things is written down here once more, by the rules and apart from `engine.walk`: so that what the
    product's drivers do can be held against it.
    """

    def __init__(self, *plans: Plan, name: str = "ann", known: Known = nothing_known, count: Count = uncounted) -> None:
        self.key = StayKey(name)
        self.stay: Stay = NOBODY
        self.log: list[str] = []
        self.taken: list[tuple[Plan, int, Step]] = []
        self.calls: list[tuple[int, int, Effect]] = []
        self.versions = Versions("prod", plans[0].journey, 1)
        for plan in plans:
            self.versions.publish(plan)
        self._world = World(known, count=count)

    @property
    def plan(self) -> Plan | None:
        """That of the version they are inside, or would enter."""
        return self.versions.plans[self.stay.version] if self.stay.place >= 0 else self.versions.entering()[0]

    def stimulate(self, stimulus: Stimulus, at: int) -> Result | None:
        """One transition; None where there is no version to enter."""
        plan = self.plan
        if plan is None:
            self.log.append(f"! {self.versions.entering()[1]}")
            return None
        result = transition(plan, self.key, self.stay, stimulus, max(at, self.stay.since), self._world)
        self.stay = result.stay
        self.taken += [(plan, self.stay.entry, step) for step in result.steps]
        self.log += [line(plan.shapes[step.shape], step) for step in result.steps]
        for n, effect in result.effects:
            self.calls.append((self.stay.entry, n, effect))
            self.log.append(f"{'call' if isinstance(effect, Call) else 'fetch'} {called(effect)}")
        if result.discard:
            self.log.append(f"! {result.discard}")
        return result

    def hear(self, name: str, at: int, payload: Mapping[str, Any]) -> bool:
        """An event, behind the timers due before it; False when it has to wait for an answer."""
        self.until(at - 1, at)
        while (result := self.stimulate(EventHeard(name, payload), at)) and result.again:
            pass
        return result is None or not result.held

    def until(self, at: int, now: int | None = None) -> None:
        """Time passes, up to and including `at`. Whoever stands in a stopped version is let go of."""
        while self.stay.place >= 0:
            if self.versions.states[self.stay.version] == "stopped":
                self.stop(at if now is None else now)
                return
            plan = self.plan
            moment = due(plan, self.stay) if plan else None
            if moment is None or moment > at:
                return
            self.stimulate(TIMER_FIRED, moment)

    def answer(self, answer: Answer, at: int, n: int | None = None) -> None:
        """An answer, to the open call unless `n` names another step."""
        if self.stay.place >= 0:
            self.stimulate(Answered(self.stay.awaited if n is None else n, answer), at)

    def stop(self, at: int) -> None:
        if self.stay.place >= 0:
            self.stimulate(STOPPED, at)

    def play(self, script: str) -> list[str]:
        """Takes the person through `script`; everything that came out.

        Each part (they are separated by commas) is a second and what happens then: an event (`A`, `A 60` with n = 60),
        `tick`, `ok`, `ok x2`, `brings {"n": 1}` (what a data source answers, with `;` for commas), `http 404`,
        `timeout`, `capping`, `error`, `stop`, `close`, `exit` (merged), `late` (an answer that
        nobody waits for).
        """
        for part in script.split(","):
            second, what, *more = part.split()
            at = round(float(second) * 1000)
            match what:
                case "tick":
                    self.until(at)
                case "stop":
                    self.versions.states[max(self.versions.states)] = "stopped"
                    self.stop(at)
                case "exit":
                    if self.stay.place >= 0:
                        self.stimulate(Exited("merged"), at)
                case "close":
                    self.versions.states[max(self.versions.states)] = "closed"
                case "ok":
                    self.answer(Answer("ok", 200, int(more[0][1:]) if more else 1), at)
                case "brings":
                    self.answer(Answer("ok", 200, body=" ".join(more).replace(";", ",").encode()), at)
                case "late":
                    self.answer(Answer("ok", 200), at, self.stay.steps)
                case "http":
                    self.answer(Answer("http", int(more[0]), 1), at)
                case "timeout" | "capping" | "error":
                    self.answer(Answer(what, None, 4 if what == "timeout" else 0), at)
                case _:
                    value = {"n": int(more[0])} if more else {}
                    if not self.hear(what, at, {"_t": {"who": self.key.person, **value}}):
                        self.log.append("held")
        return self.log
