"""Fields of records that an event refers to: in conditions and action parameters, not in keys nor event conditions."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sojourn.engine.effect import Call
from sojourn.journey.events import compile_event
from sojourn.journey.project import Project
from sojourn.runtime.backtest import backtest
from sojourn.runtime.inlet import InletRules
from sojourn.store.entry import Accepted, Recorded

from ..differential import runs
from ..engine.world import compiled

FIELDS = {"_t": {"who": "string", "sku": "string", "shop": "integer"}}
PATHS = {
    "dear": "@{Buy._t.product._t.price} > 10",
    "red": "in('red', @{Buy._t.product._t.tags}) and @{Buy._t.shops.city} == 'Seoul'",
    "unknown": "@{Buy._t.product._t.price} is null",
}


def project(condition: str = '@{Buy.eventType} == "Buy"', key: str = "@{Buy._t.who}") -> Project:
    product = {"_t": {"sku": "string", "price": "decimal", "tags": "list<string>"}}
    made = Project()
    documents: dict[str, list[dict[str, Any]]] = {
        "schema": [
            {
                "name": "buy",
                "fields": FIELDS,
                "relationships": [
                    {"field": "_t.sku", "schema": "product"},
                    {"field": "_t.shop", "schema": "shops"},
                ],
            },
            _record("product", product, "_t.sku"),
            _record("shops", {"id": "string", "city": "string"}, "id"),
        ],
        "dataset": [{"name": name, "schema": name, "profile": True} for name in ("product", "shops")],
        "event": [{"name": "Buy", "schema": "buy", "condition": condition, "namespace": "CRMID", "key": key}],
        "action": [{"name": "send", "url": "https://example.com/", "body": {"price": {"$variable": "decimal"}}}],
        "journey": [
            {
                "name": "j",
                "namespace": "CRMID",
                "start": "s",
                "activities": {
                    "s": {"type": "event", "event": "Buy", "next": "x"},
                    "x": {"type": "condition", "paths": PATHS, "next": {"dear": "send"}},
                    "send": {
                        "type": "action", "action": "send",
                        "parameters": {"price": "@{Buy._t.product._t.price} * 2.0"},
                    },
                },
            }
        ],
    }  # fmt: skip
    for kind, found in documents.items():
        for document in found:
            assert made.add(kind, document) == []  # type: ignore[arg-type]
    return made


def _record(name: str, fields: dict[str, Any], key: str) -> dict[str, Any]:
    identities = {key: {"namespace": "CRMID", "primary": True}}
    return {"name": name, "base": "record", "profile": True, "fields": fields, "identities": identities}


def test_the_record_that_a_field_names(tmp_path: Path) -> None:
    """[2.2] Live, replayed and backtested alike; without such a record all its fields are null."""
    made = project()
    plan = compiled(made)
    rules = InletRules(made)

    def line(dataset: str, entity: dict[str, Any]) -> Any:
        return rules.line(json.dumps({"header": {"datasetId": dataset}, "body": {"xdmEntity": entity}}).encode())

    records = [
        line("product", {"_t": {"sku": "a", "price": 12.5, "tags": ["blue"]}}),
        line("product", {"_t": {"sku": "b", "price": 2.5, "tags": ["red", "green"]}}),
        line("shops", {"id": "7", "city": "Seoul"}),
    ]
    bought: list[tuple[str, dict[str, Any]]] = [
        ("ann", {"sku": "a"}),
        ("bob", {"sku": "b", "shop": 7}),
        ("cid", {"sku": "c"}),
        ("dan", {"sku": "b"}),
        ("eve", {}),
    ]
    events = runs.checked(made, [runs.record(f"{n}", n, "Buy", who, more) for n, (who, more) in enumerate(bought)])
    outcome = backtest(made, plan, [*records, *events], 10_000)
    arrows = outcome.report.activities["x"].arrows
    assert arrows == {"x/dear": 1, "x/red": 1, "x/unknown": 2, "x/other": 1} and outcome.calls == {"send": 1}
    found = runs.replayed(tmp_path / "replay", made, plan, [*records, *events], 10_000)
    assert len(found.steps) == 11

    with closing(runs.Durable(tmp_path / "live")) as run:
        run.append(runs.publication(made, plan))
        run.append([Recorded(each.at, "prod", each.dataset, [each.record]) for each in records])
        run.append([Accepted(each.at, "prod", each.record) for each in events[:1]])
        while run.engine.turn():
            pass
        ((_, effect),) = run.port.open
        assert isinstance(effect, Call)
        assert json.loads(effect.request.body or b"") == {"price": 25.0}
        run.append([Accepted(each.at, "prod", each.record) for each in events[1:]])
        run.work()
    assert runs.difference(runs.left_behind(tmp_path / "live"), found) == []


@pytest.mark.parametrize("field", ["condition", "key"])
def test_not_in_an_event_itself(field: str) -> None:
    """[2.2, 3.4]"""
    condition = "@{Buy._t.product._t.price} > 1" if field == "condition" else "@{Buy.eventType} == 'Buy'"
    made = project(condition, "@{Buy._t.product._t.sku}" if field == "key" else "@{Buy._t.who}")
    _, found = compile_event(made, made.events["Buy"])
    assert [(each.code, each.path) for each in found] == [("ERR_EXPR_UNKNOWN_FIELD", (field,))]
