"""What comes in: single events and batches, duplicates, system-generated and rule-based events [3.1-3.5]."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..support import win_back
from ..support.endpoint import Endpoint
from ..support.http import request
from .conftest import Sandbox

EVENT_ID = "the-event-id"


def entity(id_: str, person: str, **more: Any) -> dict[str, Any]:
    return {
        "_id": id_,
        "timestamp": "2024-01-01T12:00:00Z",
        "identityMap": {"CRMID": [{"id": person, "primary": True}]},
        **more,
    }


def message(id_: str, person: str, **more: Any) -> dict[str, Any]:
    return {"body": {"xdmEntity": entity(id_, person, **more)}}


def listening(sandbox: Sandbox, **event: Any) -> None:
    """A journey that everybody who sends the event enters, once for each."""
    journey = {
        "name": "heard",
        "namespace": "CRMID",
        "start": "heard",
        "activities": {"heard": {"type": "event", "event": "Heard"}},
    }
    project = {
        "schemas": [{"name": "any", "fields": {"_tenant": {"value": {"$type": "decimal"}}}}],
        "events": [{"name": "Heard", "schema": "any", "namespace": "CRMID", **event}],
        "journeys": [journey],
    }
    sandbox.good("POST", "/api/apply", project)
    sandbox.good("POST", "/api/journeys/heard/publish")


def entered(sandbox: Sandbox) -> int:
    sandbox.server.wait_settled()
    report = sandbox.good("GET", "/api/journeys/heard/report")
    assert isinstance(report, dict)
    assert win_back.balanced(report)
    return int(report["entered"])


def test_a_receipt(sandbox: Sandbox) -> None:
    """2xx names the inlet, the transaction and when it was received [3.1]."""
    answer = sandbox.collect(message("r-1", "anna"))
    assert answer.status == 200
    assert answer.body["inletId"] == sandbox.name
    assert answer.body["xactionId"] and answer.body["receivedTimeMs"] > 1_700_000_000_000


def test_a_batch_has_a_status_for_each(sandbox: Sandbox) -> None:
    """Good messages of a batch are accepted whatever stands beside them, and in their order."""
    listening(sandbox, type="rule", condition="@{Heard._tenant.value} > 0")
    good = [message(f"b-{number}", f"p{number}", _tenant={"value": 1}) for number in range(3)]
    bad = [message("", "nobody"), {"body": {}}, 7]
    answer = request(
        sandbox.server.port,
        "POST",
        f"/collection/batch/{sandbox.name}",
        {"messages": [good[0], bad[0], good[1], bad[1], bad[2], good[2]]},
    )
    assert answer.status == 207
    assert [response["status"] for response in answer.body["responses"]] == [200, 400, 200, 400, 400, 200]
    codes = [response["problem"]["code"] for response in answer.body["responses"] if "problem" in response]
    assert codes == ["ERR_RECORD_ID", "ERR_RECORD_MISSING", "ERR_RECORD_INVALID"]
    assert entered(sandbox) == 3


def test_the_same_id_again(sandbox: Sandbox) -> None:
    """Accepted, without effect, in the same batch, in another, and alone; with other content too [3.2]."""
    listening(sandbox, type="rule", condition="@{Heard._tenant.value} > 0")
    first, other = message("d-1", "anna", _tenant={"value": 1}), message("d-1", "ben", _tenant={"value": 2})
    batch = request(
        sandbox.server.port, "POST", f"/collection/batch/{sandbox.name}", {"messages": [first, first, other]}
    )
    assert [response["status"] for response in batch.body["responses"]] == [200, 200, 200]
    assert [sandbox.collect(each).status for each in (first, other)] == [200, 200]
    assert entered(sandbox) == 1


def test_the_last_of_two_equal_keys_counts(sandbox: Sandbox) -> None:
    """JSON leaves it open which; here the same one counts for acceptance, for deduplication and for the engine."""
    listening(sandbox, type="rule", condition="@{Heard._tenant.value} > 0")
    twice = json.dumps(message("k-2", "anna", _tenant={"value": 1})).replace('"_id"', '"_id": "k-1", "_id"')
    assert request(sandbox.server.port, "POST", f"/collection/{sandbox.name}", raw=twice).status == 200
    assert sandbox.collect(message("k-2", "ben", _tenant={"value": 1})).status == 200
    assert entered(sandbox) == 1
    assert sandbox.collect(message("k-1", "ben", _tenant={"value": 1})).status == 200
    assert entered(sandbox) == 2


def test_a_rule_based_event(sandbox: Sandbox) -> None:
    """Only records for which the condition holds; a field that is missing is null, and null is not true [3.3]."""
    listening(sandbox, type="rule", condition='@{Heard.eventType} == "yes" and @{Heard._tenant.value} >= 10')
    records = [
        message("1", "a", eventType="yes", _tenant={"value": 10}),
        message("2", "b", eventType="yes", _tenant={"value": 9.5}),
        message("3", "c", eventType="no", _tenant={"value": 10}),
        message("4", "d", eventType="yes"),
        message("5", "e", _tenant={"value": 10}),
    ]
    assert [sandbox.collect(record).status for record in records] == [200] * 5
    assert entered(sandbox) == 1


def test_a_system_generated_event(sandbox: Sandbox) -> None:
    """Only records that carry its eventID [2.3, 3.3]."""
    listening(sandbox, type="system", eventID=EVENT_ID)
    stamped = {"campaign": {"orchestration": {"eventID": EVENT_ID}}}
    assert sandbox.collect(message("1", "a", _experience=stamped)).status == 200
    assert sandbox.collect(message("2", "b")).status == 200
    assert entered(sandbox) == 1


def test_an_event_id_of_our_own(sandbox: Sandbox) -> None:
    """Without one in the document it is derived, and shown where the event is read."""
    listening(sandbox, type="system")
    read = sandbox.good("GET", "/api/events/Heard")
    assert isinstance(read, dict)
    stamped = {"campaign": {"orchestration": {"eventID": read["eventID"]}}}
    assert sandbox.collect(message("1", "a", _experience=stamped)).status == 200
    assert entered(sandbox) == 1


def test_records_of_nobody(sandbox: Sandbox) -> None:
    """A record without the journey's identity is accepted, and nobody enters by it [3.4]."""
    listening(sandbox, type="rule", condition="@{Heard._tenant.value} > 0")
    nobodies: list[dict[str, Any]] = [
        {"identityMap": {}},
        {"identityMap": None},
        {"identityMap": {"CRMID": []}},
        {"identityMap": {"CRMID": [{}]}},
        {"identityMap": {"CRMID": [{"id": ""}]}},
        {"identityMap": {"Email": [{"id": "anna@example.com"}]}},
    ]
    for number, changes in enumerate(nobodies):
        record = {"body": {"xdmEntity": entity(f"n-{number}", "x", _tenant={"value": 1}) | changes}}
        assert sandbox.collect(record).status == 200
    assert entered(sandbox) == 0
    assert sandbox.collect(message("n-9", "somebody", _tenant={"value": 1})).status == 200
    assert entered(sandbox) == 1


def test_sandboxes_are_apart(new_sandbox: Callable[[], Sandbox], endpoint: Endpoint) -> None:
    """The same names and the same `_id` in two sandboxes have nothing to do with each other [1.3]."""
    one, two = new_sandbox(), new_sandbox()
    for sandbox in (one, two):
        listening(sandbox, type="rule", condition="@{Heard._tenant.value} > 0")
    event = message("s-1", "anna", _tenant={"value": 1})
    assert one.collect(event).status == 200
    assert (entered(one), entered(two)) == (1, 0)
    assert two.collect(event).status == 200
    assert (entered(one), entered(two)) == (1, 1)
    two.good("POST", "/api/journeys/heard/stop")
    two.server.wait_settled()
    assert one.collect(message("s-2", "ben", _tenant={"value": 1})).status == 200
    assert two.collect(message("s-2", "ben", _tenant={"value": 1})).status == 200
    assert (entered(one), entered(two)) == (2, 1)
