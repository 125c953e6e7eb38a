"""Data sources: what a field group brings, the forms of authentication, and what may change in use [4]."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sojourn.expression import Type
from sojourn.journey.authentication import CustomAuthentication, selected
from sojourn.journey.change import forbidden
from sojourn.journey.compile import check_project
from sojourn.journey.finding import errors
from sojourn.journey.project import Project
from sojourn.journey.source import SourceDocument
from sojourn.journey.uses import closure

WEATHER = {
    "name": "Weather",
    "url": "https://api.example.com/weather",
    "fieldGroups": {
        "byCity": {
            "parameters": {"city": "string", "days": "integer"},
            "response": {
                "main": {"temp": 21, "on": "2026-03-01"},
                "alerts": [{"code": "A"}, {"code": "B", "level": 2}],
            },
            "types": {"main.temp": "decimal", "alerts.level": "decimal"},
        }
    },
}


def project(data: dict[str, Any], *more: tuple[str, dict[str, Any]]) -> Project:
    found = Project()
    for kind, each in (("source", data), *more):
        assert found.add(kind, each) == []  # type: ignore[arg-type]
    return found


def changed(path: str, value: Any, data: dict[str, Any] = WEATHER) -> dict[str, Any]:
    """The document with something else at a dotted path; None takes it away."""
    copy: dict[str, Any] = json.loads(json.dumps(data))
    *way, last = path.split("/")
    here = copy
    for part in way:
        here = here[part]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return copy


def test_an_example_gives_the_fields() -> None:
    """All items of a list count; types are as the user corrects them."""
    group = project(WEATHER).sources["Weather"].field_groups["byCity"]
    kinds = {path: group.root.changed(tuple(path.split(".")), lambda field: field) for path in ("main", "alerts")}
    assert all(kinds.values())
    main, alerts = group.root.fields["main"], group.root.fields["alerts"]
    assert {name: field.kind for name, field in main.fields.items()} == {"temp": "decimal", "on": "dateOnly"}
    assert alerts.item is not None
    assert {name: field.kind for name, field in alerts.item.fields.items()} == {"code": "string", "level": "decimal"}
    assert group.parameter_types == {"city": Type.parse("string"), "days": Type.parse("integer")}


def test_parameters_that_are_only_listed_take_anything() -> None:
    data = changed("fieldGroups/byCity/parameters", ["lat", "lon"])
    group = project(data).sources["Weather"].field_groups["byCity"]
    assert group.parameter_types == {"lat": Type.parse("any"), "lon": Type.parse("any")}


def test_a_statement_gives_rows() -> None:
    data = {
        "name": "Shop",
        "database": "sqlite:////srv/shop.db",
        "fieldGroups": {"orders": {"statement": "SELECT id FROM orders", "fields": {"id": "integer"}}},
    }
    root = project(data).sources["Shop"].field_groups["orders"].root
    assert root.fields["rows"].type_name() == "list<object>"


PASTED: dict[str, Any] = {
    "type": "customAuthorization",
    "authorizationType": "Bearer",
    "endpoint": "https://login.example.com/oauth2/token",
    "method": "POST",
    "headers": {"Authorization": "Basic EncodeBase64(client:secret)"},
    "body": {"bodyType": "form", "bodyParams": {"grant_type": "password", "username": "u", "password": "p"}},
    "tokenInResponse": "json://access_token",
    "cacheDuration": {"duration": 5, "timeUnit": "seconds"},
}
"""A payload in the literal form that people have at hand."""


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({}, ("bearer", "")),
        ({"authorizationType": "header", "tokenTarget": "x-token"}, ("header", "x-token")),
        ({"authorizationType": "queryParam", "tokenTarget": {"name": "token"}}, ("queryParam", "token")),
        ({"authorizationType": "QUERYPARAM", "tokenTarget": {"type": "header", "name": "t"}}, ("header", "t")),
        ({"tokenInResponse": "response", "cacheDuration": {"expiryInResponse": "json://ttl", "timeUnit": "Minutes"}},
         ("bearer", "")),
    ],
)  # fmt: skip
def test_a_pasted_token_payload_works(change: dict[str, Any], target: tuple[str, str]) -> None:
    """By itself, and with the key `authentication` around it as the field of a document."""
    pasted = json.loads(json.dumps({"authentication": PASTED | change}))
    source = SourceDocument.model_validate({**WEATHER, **pasted})
    assert isinstance(source.authentication, CustomAuthentication)
    assert source.authentication.target == target


@pytest.mark.parametrize(
    ("answer", "path", "found"),
    [
        ({"access_token": "t"}, "json://access_token", "t"),
        ({"data": {"token": "t"}}, "json:// data.token", "t"),
        ({"data": "t"}, "json://data.token", None),
        (["t"], "json://access_token", None),
    ],
)
def test_where_a_token_stands(answer: Any, path: str, found: Any) -> None:
    assert selected(answer, path) == found


JOURNEY = {
    "name": "j",
    "start": "s",
    "activities": {
        "s": {"type": "event", "event": "A", "next": "c"},
        "c": {
            "type": "condition",
            "paths": {"hot": "#{Weather.byCity.main.temp, params: {city: #{Geo.city.name, params: {}}, days: 1}} > 30"},
        },
    },
}


def test_a_journey_stands_on_the_sources_of_its_expressions() -> None:
    """On those too that the parameters of another name."""
    geo = {"name": "Geo", "url": "https://geo.example.com/", "fieldGroups": {"city": {"response": {"name": "Rome"}}}}
    found = project(WEATHER, ("source", geo), ("journey", JOURNEY))
    assert closure(found.journeys["j"], found) == {("source", "Weather"), ("source", "Geo")}


@pytest.mark.parametrize(
    ("after", "where"),
    [
        (changed("url", "https://other.example.com/"), []),
        (changed("fieldGroups/byCity/response/wind", 3), []),
        (changed("fieldGroups/byCity/cacheDuration", "PT5M"), []),
        (changed("fieldGroups/more", {"response": {"a": 1}}), []),
        (changed("fieldGroups/byCity", None), [("fieldGroups", "byCity")]),
        (changed("fieldGroups/byCity/response", {"main": {"temp": 1}, "alerts": [{"level": 1}]}),
         [("fieldGroups", "byCity", "main", "on"), ("fieldGroups", "byCity", "alerts", "code")]),
        (changed("fieldGroups/byCity/types", {"main.temp": "string", "alerts.level": "decimal"}),
         [("fieldGroups", "byCity", "main", "temp")]),
        (changed("fieldGroups/byCity/parameters/days", None), [("fieldGroups", "byCity", "parameters")]),
    ],
)  # fmt: skip
def test_what_may_change_in_use(after: dict[str, Any], where: list[tuple[str, ...]]) -> None:
    """Fields come in addition; none goes, nor do the parameters change [4.3]."""
    assert list(forbidden(project(WEATHER), project(after), "source", "Weather")) == where


def test_a_group_without_its_schema() -> None:
    """The source has the finding, whatever reads from it."""
    source = {"name": "ExperiencePlatform", "fieldGroups": {"P": {"schema": "nobody"}}}
    reads = {"type": "condition", "paths": {"yes": "#{ExperiencePlatform.P.profile.age} > 1"}, "next": {"yes": None}}
    activities = {"start": {"type": "event", "event": "A", "next": "reads"}, "reads": reads}
    journey = {"name": "j", "namespace": "CRMID", "start": "start", "activities": activities}
    event = {"name": "A", "schema": "s", "namespace": "CRMID", "condition": "true"}
    found = check_project(project(source, ("schema", {"name": "s"}), ("event", event), ("journey", journey)))
    assert [(each.code, each.kind) for each in errors(found)] == [("ERR_SCHEMA_UNKNOWN", "source")]


@pytest.mark.parametrize("group", [None, [], "statement", 1, True])
def test_a_group_that_is_none(group: Any) -> None:
    (finding,) = Project().add("source", {**WEATHER, "fieldGroups": {"byCity": group}})
    assert finding.severity == "error" and finding.field.startswith("fieldGroups.byCity")
