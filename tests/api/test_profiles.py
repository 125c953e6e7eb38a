"""Records through the inlet and in bulk, and what is then known of a person [1.1-1.5, 2.2, 3.1]."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ..support.http import Answered, request
from ..support.server import wait
from .conftest import Sandbox

FIELDS = {"_t": {"crm": "string", "mail": "string", "n": "integer", "born": "dateOnly"}}
IDENTITIES = {"_t.crm": {"namespace": "CRMID", "primary": True}, "_t.mail": {"namespace": "Email"}}
PROJECT = {
    "schemas": [
        {"name": "visit", "profile": True, "fields": FIELDS, "identities": IDENTITIES},
        {"name": "person", "base": "profile", "profile": True, "fields": FIELDS, "identities": IDENTITIES},
        {
            "name": "product",
            "base": "record",
            "profile": True,
            "fields": {"_t": {"sku": "string", "price": "decimal"}},
            "identities": {"_t.sku": {"namespace": "CRMID", "primary": True}},
        },
    ],
    "datasets": [
        {"name": "visits", "schema": "visit", "profile": True},
        {"name": "other visits", "schema": "visit"},
        {"name": "people", "schema": "person", "profile": True},
        {"name": "products", "schema": "product", "profile": True},
    ],
}


@pytest.fixture
def here(sandbox: Sandbox) -> Sandbox:
    sandbox.good("POST", "/api/apply", PROJECT)
    return sandbox


def message(dataset: str, entity: dict[str, Any], schema: str | None = None) -> dict[str, Any]:
    header: dict[str, Any] = {"datasetId": dataset}
    if schema is not None:
        header["schemaRef"] = {"id": schema}
    return {"header": header, "body": {"xdmEntity": entity}}


def bulk(here: Sandbox, dataset: str, *records: Any, query: str = "") -> Answered:
    body = "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)
    headers = {"x-sandbox-name": here.name}
    return request(here.server.port, "POST", f"/api/datasets/{dataset}/records{query}", raw=body, headers=headers)


def profile(here: Sandbox, id_: str, namespace: str = "CRMID") -> Any:
    here.server.wait_settled()
    return here.good("GET", f"/api/profiles?namespace={namespace}&id={id_}")


def test_a_record_of_each_class_comes_by_the_same_road(here: Sandbox) -> None:
    event = {"_id": "e1", "timestamp": "2026-01-01T00:00:00Z", "_t": {"crm": "ann", "mail": "a@x.org"}}
    for each in (
        message("people", {"_t": {"crm": "ann", "n": 1, "born": "1990-02-03"}}),
        message("products", {"_t": {"sku": "s1", "price": 2.5}}, "product"),
        message("visits", event, "visit"),
    ):
        assert here.collect(each).status == 200
    found = profile(here, "a@x.org", "Email")
    assert found["identities"] == [{"namespace": "CRMID", "id": "ann"}, {"namespace": "Email", "id": "a@x.org"}]
    assert found["attributes"]["_t"] == {"crm": "ann", "n": 1, "born": "1990-02-03"}
    assert found["testProfile"] is False
    assert here.good("GET", "/api/profiles/events?namespace=CRMID&id=ann") == [event]
    assert here.good("GET", "/api/schemas/product/records/s1") == {"_t": {"sku": "s1", "price": 2.5}}


@pytest.mark.parametrize(
    ("sent", "code", "field"),
    [
        (message("nowhere", {}), "ERR_DATASET_UNKNOWN", "header.datasetId"),
        (message("people", {"_t": {"crm": "x"}}, "visit"), "ERR_DATASET_SCHEMA", "header.schemaRef.id"),
        (message("people", {"_t": {"n": 1}}), "ERR_RECORD_IDENTITY", "body.xdmEntity.identityMap"),
        (message("people", {"_t": {"crm": "x", "n": "1"}}), "ERR_RECORD_INVALID", "body.xdmEntity._t.n"),
        (message("products", {"_t": {"price": 1}}), "ERR_RECORD_KEY", "body.xdmEntity._t.sku"),
        (message("visits", {"_t": {"crm": "x"}}), "ERR_RECORD_MISSING", "body.xdmEntity._id"),
        (
            {"header": {"schemaRef": {"id": "person"}}, "body": {"xdmEntity": {"_t": {"crm": "x"}}}},
            "ERR_DATASET_MISSING",
            "header.datasetId",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_record_is_refused(here: Sandbox, sent: dict[str, Any], code: str, field: str) -> None:
    answer = here.collect(sent)
    assert (answer.status // 100, answer.body["code"], answer.body["field"]) == (4, code, field)


def test_records_in_bulk(here: Sandbox) -> None:
    answer = bulk(
        here, "people", {"_t": {"crm": "b", "n": 1}}, "", "{", {"_t": {"crm": "b", "n": "x"}}, {"_t": {"n": 1}}
    )
    assert answer.body["accepted"] == 1
    assert [(each["line"], each["problem"]["code"]) for each in answer.body["refused"]] == [
        (3, "ERR_JSON_MALFORMED"),
        (4, "ERR_RECORD_INVALID"),
        (5, "ERR_RECORD_IDENTITY"),
    ]
    assert answer.body["refused"][1]["problem"]["field"] == "_t.n"
    assert profile(here, "b")["attributes"]["_t"] == {"crm": "b", "n": 1}
    bulk(here, "people", {"_t": {"crm": "b", "n": 2}}, query="?moment=5")
    assert profile(here, "b")["attributes"]["_t"]["n"] == 1, "those were older"


def test_a_dataset_that_is_not_enabled_reaches_no_profile(here: Sandbox) -> None:
    event = {"_id": "e1", "timestamp": "2026-01-01T00:00:00Z", "_t": {"crm": "zoe"}}
    assert here.collect(message("other visits", event)).status == 200
    here.server.wait_settled()
    answer = here.ask("GET", "/api/profiles?namespace=CRMID&id=zoe")
    assert (answer.status, answer.body["code"]) == (404, "ERR_PERSON_UNKNOWN")
    refused = bulk(here, "other%20visits", event)
    assert (refused.status, refused.body["code"]) == (400, "ERR_DATASET_NOT_ENABLED")


def test_what_is_not_there(here: Sandbox) -> None:
    for path, code in (
        ("/api/profiles?namespace=Member&id=x", "ERR_NAMESPACE_UNKNOWN"),
        ("/api/profiles/events?namespace=Email&id=x", "ERR_PERSON_UNKNOWN"),
        ("/api/schemas/product/records/none", "ERR_LOOKUP_UNKNOWN"),
        ("/api/datasets/none/fields", "ERR_DATASET_UNKNOWN"),
    ):
        answer = here.ask("GET", path, lang="ko")
        assert (answer.status, answer.body["code"]) == (404, code)
    here.good("PUT", "/api/namespaces/Member", {})
    known = here.good("GET", "/api/identity-namespaces")
    assert {"name": "Member", "standard": False} in known  # type: ignore[operator]
    assert here.ask("GET", "/api/profiles?namespace=Member&id=x").body["code"] == "ERR_PERSON_UNKNOWN"


def test_the_fields_of_a_dataset(here: Sandbox) -> None:
    found: Any = here.good("GET", "/api/datasets/people/fields")
    assert (found["schema"], found["kind"], found["key"]) == ("person", "profile", "_t.crm")
    assert found["fields"]["_t.born"] == "dateOnly"


def test_a_namespace_or_schema_in_use_stays(here: Sandbox) -> None:
    here.good("PUT", "/api/namespaces/Member", {})
    here.good("PUT", "/api/schemas/member", {"fields": {"id": "string"}, "identities": {"id": {"namespace": "Member"}}})
    for path in ("/api/namespaces/Member", "/api/schemas/person"):
        answer = here.ask("DELETE", path)
        assert (answer.status, answer.body["code"]) == (409, "ERR_IN_USE")
    here.good("DELETE", "/api/datasets/people")
    assert here.ask("DELETE", "/api/schemas/person").status == 204


def test_nobody_is_known_in_another_sandbox(here: Sandbox, new_sandbox: Callable[[], Sandbox]) -> None:
    bulk(here, "people", {"_t": {"crm": "only-here", "n": 1}})
    wait(lambda: here.ask("GET", "/api/profiles?namespace=CRMID&id=only-here").status == 200, 10)
    other = new_sandbox()
    assert other.ask("GET", "/api/profiles?namespace=CRMID&id=only-here").status == 404


def test_profiles_are_found_by_what_stands_in_them(here: Sandbox) -> None:
    """By a part of an id or of an attribute's value, whatever its case; not by the names of fields."""
    bulk(
        here, "people",
        {"_t": {"crm": "ann", "mail": "Ann.Lee@x.org", "n": 7}, "testProfile": True},
        '{"_t": {"crm": "bob", "mail": "\\uae40@x.org"}}',
        *({"_t": {"crm": f"c{number}"}} for number in range(60)),
    )  # fmt: skip
    here.server.wait_settled()

    def found(query: str) -> list[str]:
        ids: list[str] = []
        page: Any = {"next": 0}
        while page["next"] is not None:
            page = here.good("GET", f"/api/profiles/search?after={page['next']}&{query}")
            ids += [each["identities"][0]["id"] for each in page["profiles"]]
        return ids

    assert found("text=lee%40X") == ["ann"]
    assert found("text=%EA%B9%80") == ["bob"]
    assert found("text=mail") == found("text=nobody") == []
    assert found("test=true") == ["ann"]
    assert len(found("limit=25")) == 62


def test_events_page_by_page(here: Sandbox) -> None:
    for number in range(5):
        moment = f"2026-01-01T00:00:0{number}Z"
        here.collect(message("visits", {"_id": f"e{number}", "timestamp": moment, "_t": {"crm": "ann"}}))
    here.server.wait_settled()
    page: Any = here.good("GET", "/api/profiles/events?namespace=CRMID&id=ann&limit=2&skip=2")
    assert [each["_id"] for each in page] == ["e2", "e1"]


def test_a_sandbox_with_people_in_it_stays(here: Sandbox) -> None:
    bulk(here, "people", {"_t": {"crm": "ann"}})
    here.server.wait_settled()
    refused = here.ask("DELETE", f"/api/sandboxes/{here.name}")
    assert (refused.status, refused.body["code"]) == (409, "ERR_SANDBOX_PEOPLE")
    held: Any = here.good("GET", f"/api/sandboxes/{here.name}/contents")
    assert held["profiles"] == 1 and held["documents"] > 0
    params = {"name": here.name, **{count: str(held[count]) for count in ("profiles", "journeys", "documents")}}
    assert refused.body["params"] == params
