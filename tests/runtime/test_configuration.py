"""The engine's configuration, kept up document by document, is that of a start with the documents as they are then."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sojourn.journey.compile import compile_journey
from sojourn.journey.node import Action
from sojourn.runtime import configuration
from sojourn.runtime.configuration import Configuration
from sojourn.store.entry import Changed, Published
from sojourn.store.shard import Shard

from ..engine.generator import examples

WHO = {"_t.who": {"namespace": "CRMID", "primary": True}}
SENT = {"who": {"$variable": "string"}}
PLACE = "https://example.com/place"
VARIANTS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("namespace", "Loyalty"): [{}],
    ("datatype", "place"): [
        {"fields": {"city": "string"}},
        {"fields": {"city": "integer"}},
        {"$id": PLACE, "fields": {"city": "string", "zip": "string"}},
        {"$id": PLACE, "fields": {"city": "integer"}},
    ],
    ("datatype", "other place"): [{"$id": PLACE, "fields": {"city": "string"}}],
    ("fieldgroup", "order"): [
        {"fields": {"_t": {"who": "string", "sku": "string", "home": {"$ref": "place"}}}},
        {"fields": {"_t": {"who": "string", "sku": "string", "home": {"$ref": PLACE}}}},
        {"fields": {"_t": {"who": "integer", "sku": "string"}}},
    ],
    ("fieldgroup", "orchestration-eventid"): [{"fields": {"_t": {"mine": "string"}}}],
    ("class", "thing"): [{"behavior": "record"}, {"behavior": "timeseries"}],
    ("schema", "visit"): [
        {"fieldGroups": ["order", "orchestration-eventid"], "identities": WHO, "profile": True,
         "relationships": [{"field": "_t.sku", "schema": "product"}]},
        {"fieldGroups": ["order", "orchestration-eventid"], "identities": WHO},
        {"identities": {"_t.who": {"namespace": "Loyalty", "primary": True}}, "fields": {"_t": {"who": "string"}}},
    ],
    ("schema", "person"): [
        {"base": "profile", "profile": True, "fields": {"_t": {"n": "integer", "who": "string"}}, "identities": WHO},
        {"base": "profile", "profile": True, "fields": {"_t": {"n": "string", "who": "string"}}, "identities": WHO},
        {"base": "profile", "fields": {"_t": {"n": "integer", "who": "string"}}, "identities": WHO},
    ],
    ("schema", "product"): [
        {"base": "thing", "profile": True, "fields": {"_t": {"sku": "string", "price": "decimal"}},
         "identities": {"_t.sku": {"namespace": "Loyalty", "primary": True}}},
    ],
    ("dataset", "people"): [{"schema": "person", "profile": True}, {"schema": "person"}],
    ("dataset", "visits"): [{"schema": "visit", "profile": True}, {"schema": "product", "profile": True}],
    ("segment", "big"): [{"definition": "#{ExperiencePlatform.profile._t.n} > 1"}, {}],
    ("segment", "both"): [{"definition": 'inSegment("big")'}],
    ("event", "A"): [
        {"schema": "visit", "condition": '@{A.eventType} == "A"'},
        {"schema": "visit", "condition": "@{A._t.home.city} == 1", "namespace": "CRMID", "key": "@{A._t.who}"},
        {"schema": "visit", "condition": "true", "namespace": "Email", "supplementalKey": "@{A._t.sku}"},
    ],
    ("event", "B"): [{"schema": "visit", "type": "system", "namespace": "CRMID"}],
    ("source", "ExperiencePlatform"): [
        {"fieldGroups": {"P": {"schema": "person", "fields": ["_t.n"]}}},
        {"fieldGroups": {"P": {"schema": "person"}}},
    ],
    ("source", "Weather"): [
        {"url": "https://example.com/", "fieldGroups": {"City": {"response": {"rain": True}}}},
        {"url": "https://example.org/", "fieldGroups": {"City": {"response": {"rain": 1}, "parameters": ["city"]}}},
    ],
    ("action", "send"): [
        {"url": "https://example.com/", "body": SENT},
        {"url": "https://example.com/", "body": SENT, "response": {"n": 1}},
        {"url": "https://example.com/", "body": {}},
    ],
    ("channel", "texts"): [
        {"sms": {"url": "https://sms.example.com/", "body": {"to": {"param": "to"}, "text": {"param": "text"}}}},
        {"email": {"host": "smtp.example.com", "from": {"address": "a@example.com"}}},
    ],
    ("ruleset", "calm"): [{"everywhere": True, "quietHours": {"from": "22:00", "to": "07:00"}}, {}],
}  # fmt: skip


def _journey(name: str, activities: dict[str, Any], **more: Any) -> dict[str, Any]:
    start = {"start": {"type": "event", "event": "A", "next": next(iter(activities))}}
    return {"name": name, "namespace": "CRMID", "start": "start", "activities": start | activities, **more}


def _if(name: str, condition: str) -> dict[str, Any]:
    return _journey(name, {"if": {"type": "condition", "paths": {"yes": condition}, "next": {"yes": None}}})


JOURNEYS = [
    _if("home", '@{A._t.home.city} == "Seoul"'),
    _if("price", "@{A._t.product._t.price} > 1.5"),
    _if("member", 'inSegment("both")'),
    _if("person", "#{ExperiencePlatform.P.profile._t.n} > 1"),
    _if("rain", "#{Weather.City.rain}"),
    _journey("calls", {"call": {"type": "action", "action": "send", "parameters": {"who": "@{A._t.who}"}}}),
    _journey("writes", {"text": {"type": "sms", "channel": "texts", "text": "Hello"}}),
    _journey("notes", {"note": {"type": "updateProfile", "dataset": "people", "field": "_t.n", "value": "1"}}),
    _journey("leaves", {"wait": {"type": "wait", "duration": "PT1H"}}, exitCriteria={"b": {"event": "B"}}),
    {"name": "big", "namespace": "CRMID", "start": "in", "activities": {
        "in": {"type": "segmentQualification", "segment": "big", "next": "wait"},
        "wait": {"type": "wait", "duration": "PT1H"}}},
]  # fmt: skip
SAMPLES = [
    {"_id": "1", "eventType": "A", "_t": {"who": "ann", "sku": "x", "home": {"city": "Seoul"}},
     "identityMap": {"Loyalty": [{"id": "l1"}]}},
    {"_id": "2", "_t": {"who": 7, "home": {"city": 1}}, "identityMap": {"Email": [{"id": "a@example.com"}]}},
]  # fmt: skip

Documents = dict[tuple[str, str], int | None]
"""Which variant there is of each document, None for none."""
FIRST: Documents = {**dict.fromkeys(VARIANTS, 0), ("fieldgroup", "orchestration-eventid"): None}


def _change(name: tuple[str, str], variant: int | None) -> Changed:
    body = b"" if variant is None else json.dumps({"name": name[1], **VARIANTS[name][variant]}).encode()
    return Changed(0, "prod", *name, body)


@st.composite
def _batches(draw: st.DrawFn) -> list[list[Changed]]:
    """Documents that are written or deleted, some of them together."""
    one = st.sampled_from(list(VARIANTS)).flatmap(
        lambda name: st.builds(_change, st.just(name), st.none() | st.integers(0, len(VARIANTS[name]) - 1))
    )
    return draw(st.lists(st.lists(one, min_size=1, max_size=4), min_size=1, max_size=6))


def _plans(known: Configuration) -> dict[str, Any]:
    """What there is to see of each plan."""
    return {
        f"{versions.journey} {number}": (
            [shape.content() for shape in plan.shapes], sorted(plan.paths), sorted(plan.listens), plan.looks,
            {key: len(reads) for key, reads in plan.reads.items()}, [_node(each) for each in plan.places],
        )
        for versions in known.journeys.values()
        for number, plan in versions.plans.items()
    }  # fmt: skip


def _node(place: object) -> str:
    quiet = isinstance(place, Action) and place.manner is not None and place.manner.quiet is not None
    return f"{type(place).__name__}{' with quiet hours' if quiet else ''}"


def _rest(known: Configuration) -> dict[str, Any]:
    """What there is to see but for plans."""
    here = known.sandbox("prod")
    return {
        "events": {each.name: (each.namespace, sorted(each.paths), each.business) for each in here.events.values()},
        "routes": [sorted(here.routes.match(sample), key=str) for sample in SAMPLES],
        "namespaces": here.namespaces,
        "keyed": sorted(here.keyed),
        "intakes": {each.dataset: (each.kind, sorted(each.paths), each.key_field) for each in here.intakes.values()},
        "people": {
            each.dataset: [sorted(each.identities(sample)) for sample in SAMPLES] for each in here.intakes.values()
        },
        "segments": [(each.name, sorted(each.asks), len(each.slots)) for each in known.segments("prod").order],
        "accesses": known.accesses,
    }


MOVES = (
    ("fieldgroup", "order", 1),
    ("datatype", "other place", None),
    ("datatype", "place", 2),
    ("datatype", "place", 3),
)
"""A `$ref` by `$id` that leads to another document in the end."""


@given(_batches())
@example([[_change((kind, name), variant)] for kind, name, variant in MOVES])
@example([[_change(("namespace", "Loyalty"), None)], [_change(("ruleset", "calm"), 1)]])
@examples(15, 150)
def test_kept_up_and_started_anew_are_the_same(batches: list[list[Changed]]) -> None:
    """After any changes, in any order, alone or together: the same findings about each version, the same plans, events,
    datasets and segments as if all were compiled then."""
    found: dict[str, list[str]] = {}

    def noting(*args: Any, **kwargs: Any) -> Any:
        plan, said = compile_journey(*args, **kwargs)
        found[args[1]] = sorted(f"{each.severity} {each.code} {each.path}" for each in said)
        return plan, said

    with (
        TemporaryDirectory() as folder,
        closing(Shard(Path(folder) / "shard.db")) as shard,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(configuration, "compile_journey", noting)
        shard.begin()
        known = Configuration(shard)
        for name, variant in FIRST.items():
            known.changed(_change(name, variant))
        known.settle()
        for body in JOURNEYS:
            known.published(Published(0, "prod", body["name"], body["name"], 1, json.dumps(body).encode()))
        assert [name for name, plans in found.items() if any("error" in each for each in plans)] == []
        for batch in batches:
            for entry in batch:
                known.changed(entry)
            known.settle()
            said = dict(found)
            fresh = Configuration(shard)
            assert said == found
            assert _rest(known) == _rest(fresh)
            assert _plans(known) | _plans(fresh) == _plans(known)  # which keeps a plan that is refused meanwhile
        shard.rollback()
