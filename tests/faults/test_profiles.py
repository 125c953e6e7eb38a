"""SIGKILL while records come in bulk: what was answered is there, what is sent again has its effect once."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any

from ..api.test_profiles import PROJECT
from ..support.http import request
from ..support.server import RunningServer

PEOPLE, CHUNKS = 40, 12


def chunk(number: int) -> tuple[str, bytes]:
    """Every second one attributes, the others events, of all people."""
    records: list[dict[str, Any]] = []
    for person in range(PEOPLE):
        if number % 2:
            at = f"2026-01-01T00:{number:02}:00Z"
            records.append({"_id": f"e{number}-{person}", "timestamp": at, "_t": {"crm": f"p{person}"}})
        else:
            records.append({"_t": {"crm": f"p{person}", "mail": f"p{person // 2}@x.org", "n": number}})
    return ("visits" if number % 2 else "people"), "\n".join(map(json.dumps, records)).encode()


def test_killed_between_any_two_chunks(server: RunningServer) -> None:
    server.start()
    server.post("/api/apply", PROJECT)
    for number in range(CHUNKS):
        dataset, body = chunk(number)
        for attempt in range(2):  # the second one as by a sender who has not heard of the first
            try:
                address = f"/api/datasets/{dataset}/records?moment={number}"
                answer = request(server.port, "POST", address, raw=body, timeout=20)
                assert (answer.status, answer.body["accepted"]) == (200, PEOPLE)
            except (OSError, HTTPException):
                pass
            if attempt == 0 and number % 3 == 0:
                server.kill_engine()
            if attempt == 0 and number % 4 == 1:
                server.kill()
                server.start()
    server.wait_settled()
    assert server.get("/api/quarantine") == []
    for person in range(PEOPLE):
        found = server.get(f"/api/profiles?namespace=CRMID&id=p{person}")
        assert found["attributes"]["_t"]["n"] == CHUNKS - 2
        assert len(found["identities"]) == 3, "two of them share an address: they are one"
        events = server.get(f"/api/profiles/events?namespace=CRMID&id=p{person}")
        pair = (person // 2 * 2, person // 2 * 2 + 1)
        assert sorted(each["_id"] for each in events) == sorted(
            f"e{number}-{each}" for number in range(1, CHUNKS, 2) for each in pair
        )
