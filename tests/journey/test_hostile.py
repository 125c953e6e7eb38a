"""Documents that nobody would write: findings, never a traceback [6.35]."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.journey.compile import check_project, compile_journey
from sojourn.journey.difference import plan, to_json
from sojourn.journey.document import LARGEST_JOURNEY
from sojourn.journey.finding import Finding, errors
from sojourn.journey.project import FOLDERS, Kind, Project
from sojourn.journey.uses import named_by

from .table import CASES, GOOD

KINDS: dict[str, Kind] = {folder: kind for kind, folder in FOLDERS.items()}


def documents(files: dict[str, str]) -> list[tuple[Kind, Any]]:
    """Those of files that are YAML, as JSON has them."""
    found = []
    for name, text in files.items():
        with suppress(yaml.YAMLError, ValueError):
            found.append((KINDS[name.partition("/")[0]], json.loads(json.dumps(yaml.safe_load(text), default=str))))
    return found


BASE = documents(GOOD)
JOURNEYS = [
    data
    for case in CASES
    if case.file.startswith("journeys/")
    for _, data in documents({case.file: case.text})
    if isinstance(data, dict) and data.get("activities")
]
"""Journeys of every kind of activity, each with something wrong."""
TEXTS = (
    "P9999999D", "PT-5S", "P1M", "2026-02-30", "9999-12-31T23:59:59+14:00", "Mars/Olympus", "24:00", "-0", "1e999", "s",
    "x", "CRMID", "a b", "{{", "@{A._t.n", "#{Crm.g.a}", "now()", "\ud7ff", "x" * 11_000,
)  # fmt: skip
SHORT = st.text(max_size=3)
NESTED = st.recursive(SHORT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3))
ODD = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(TEXTS) | NESTED


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in items for place in places(value, (*path, key)))]


@st.composite
def broken(draw: st.DrawFn) -> list[tuple[Kind, Any]]:
    """The good project with another journey, and odd values in some places."""
    made: list[tuple[Kind, Any]] = [each for each in copy.deepcopy(BASE) if each[0] != "journey"]
    made.append(("journey", copy.deepcopy(draw(st.sampled_from(JOURNEYS)))))
    for _ in range(draw(st.integers(1, 4))):
        _, data = draw(st.sampled_from(made[-1:] * 3 + made))
        *way, last = draw(st.sampled_from([*places(data), ("name",)][1:]))
        for step in way:
            data = data[step]
        if draw(st.integers(0, 5)) == 0 and isinstance(data, dict):
            data.pop(last, None)
        else:
            data[last] = draw(ODD)
    return made


def told(findings: list[Finding]) -> None:
    """Each can be said, in both languages."""
    for finding in findings:
        assert str(finding) and finding.to_json("ko")["message"] and finding.to_json()["message"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(broken())
def test_whatever_a_document_holds(made: list[tuple[Kind, Any]]) -> None:
    project = Project()
    found = [finding for kind, data in made for finding in project.add(kind, data)]
    found += check_project(project)
    told(found)
    for name in project.journeys:
        compiled, own = compile_journey(project, name)
        assert (compiled is None) == bool(errors(own))
        to_json(plan(name, 1, made[-1][1], None, None, {}, own))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(broken())
def test_whatever_a_draft_holds(made: list[tuple[Kind, Any]]) -> None:
    """It is taken with findings, or it is no journey; what is wrong with it is never lost."""
    project, strict = Project(), Project()
    for kind, data in made[:-1]:
        project.add(kind, data)
        strict.add(kind, data)
    *_, (_, data) = made
    wrong, refused = strict.add("journey", data), project.add_draft(data)
    assert {each.path for each in refused} <= {each.path for each in wrong}
    for name, document in project.journeys.items():
        assert list(document.wrong) == wrong
        found = check_project(project)
        told(found)
        compiled, own = compile_journey(project, name)
        assert (compiled is None) == bool(errors(own))
        assert {(each.code, each.path) for each in wrong} <= {(each.code, each.path) for each in own}
        to_json(plan(name, 1, data, None, None, {}, own))
        named_by(document)


def of_activities(start: str, activities: dict[str, Any]) -> Project:
    """The good project, with these activities in its journey."""
    project = Project()
    for kind, data in BASE:
        more = {"start": start, "activities": activities} if kind == "journey" else {}
        project.add(kind, {**data, **more})
    return project


NAMES = st.sampled_from("abcdefg")
TARGET = st.none() | NAMES | st.lists(NAMES, max_size=3)
ACTIVITY = st.one_of(
    st.fixed_dictionaries({"type": st.just("event"), "event": st.sampled_from(["A", "B", "gone"]), "next": TARGET}),
    st.fixed_dictionaries({"type": st.just("wait"), "duration": st.sampled_from(["PT5S", "P80D"]), "next": TARGET}),
    st.fixed_dictionaries({"type": st.just("end")}),
    st.fixed_dictionaries({"type": st.just("action"), "action": st.just("send"), "next": TARGET,
                           "parameters": st.just({"n": "@{A._t.n}"})}),
    st.fixed_dictionaries({"type": st.just("condition"), "paths": st.just({"p": "@{A._t.n} > 1"}),
                           "next": st.dictionaries(st.sampled_from(["p", "other", "q"]), TARGET)}),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, ACTIVITY, min_size=1))
def test_whatever_leads_where(activities: dict[str, Any]) -> None:
    """Loops, joins, groups, targets that are not there: what compiles has an end on every way."""
    told(check_project(of_activities("a", activities)))


def test_five_thousand_activities() -> None:
    """One finding, at once, for however many; as many as the setting may allow compile."""
    for count in (5_000, LARGEST_JOURNEY):
        waits = {f"w{n}": {"type": "wait", "duration": "PT1S", "next": f"w{n + 1}"} for n in range(count - 2)}
        start = {"s": {"type": "event", "event": "A", "next": "w0"}}
        project = of_activities("s", {**start, **waits, f"w{count - 2}": {"type": "end"}})
        assert [each.code for each in check_project(project)] == ["ERR_JOURNEY_SIZE"]
    assert check_project(project, activities=LARGEST_JOURNEY) == []
