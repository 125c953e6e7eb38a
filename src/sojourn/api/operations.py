"""The REST API of running a server: health, clock, quarantine. Handlers block, in worker threads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.errors import NotFoundError, RuleError
from sojourn.journey.types import epoch_ms
from sojourn.store.entry import Retried
from sojourn.store.journal import Job

router = routes_at("/api", tags=["operations"])
Item = Annotated[int, Path(ge=0, lt=2**63)]
Some = Annotated[list[str] | None, Query(max_length=100, description="one of these")]
_FAILING = {"description": "The same, where something fails", "content": {"application/json": {}}}


class ClockBody(BaseModel):
    """The moment to move virtual time on to."""

    now: AwareDatetime

    @field_validator("now")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        """Near the ends of the calendar a moment may have no name in UTC."""
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise RuleError("INFO_RULE_YEARS") from None


class ItemsBody(BaseModel):
    """Several things that were set aside, by their numbers."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[Annotated[int, Field(ge=0, lt=2**63)]], Field(min_length=1, max_length=1_000)]


@router.get("/health", responses={503: _FAILING})
def health(server: ServerOf, response: Response) -> dict[str, Any]:
    """Whether the server takes events and the engine works on them. 503 where it does not."""
    status = server.status()
    begun = status["log"]["processed"] >= 0
    healthy = begun and status["engine"]["alive"] and not status["engine"]["error"]
    response.status_code = 200 if healthy else 503
    return {"status": "ok" if healthy else "failing", "engine": status["engine"]}


@router.get("/status")
def status(server: ServerOf) -> dict[str, Any]:
    """What was accepted, how far the engine is, and what the time is."""
    return server.status()


@router.get("/clock")
def clock(server: ServerOf) -> dict[str, Any]:
    """Journey time."""
    found: dict[str, Any] = server.status()["clock"]
    return found


@router.post("/clock", status_code=202)
def set_clock(server: ServerOf, body: ClockBody) -> dict[str, Any]:
    """Moves virtual time on: everything due until then, that moment included, happens."""
    server.set_clock(epoch_ms(body.now))
    return {"now": epoch_ms(body.now)}


@router.get("/quarantine")
def quarantine(
    server: ServerOf,
    after: Annotated[int, Query(ge=0, lt=2**63, description="the last number of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
    text: Annotated[str, Query(max_length=200, description="a part of its reason, journey, person or content")] = "",
    journey: Some = None,
    reason: Some = None,
    sandbox: Some = None,
) -> list[dict[str, Any]]:
    """What could not be processed and was set aside, the longest there first."""
    shard = server.require_shard()
    names = {row[0]: row[3] for row in shard.rows("journeys")}
    found = shard.rows(
        "quarantined_after", after, limit, _json(sandbox),
        _json(journey and [id_ for id_, name in names.items() if name in journey]), _json(reason), text,
        _json([id_ for id_, name in names.items() if text and text.lower() in name.lower()]),
    )  # fmt: skip
    return [
        {
            "id": id_, "sandbox": in_, "journey": names.get(of), "person": person, "at": at, "kind": kind,
            "payload": payload.decode("utf-8", "replace"), "reason": why,
        }
        for id_, in_, of, person, _, at, kind, payload, why in found
    ]  # fmt: skip


def _json(values: list[Any] | None) -> str | None:
    """A list for SQL; None for all that there are."""
    return None if values is None else json.dumps(values)


@router.post("/quarantine/retry", status_code=202, responses={404: {}})
def retry_several(server: ServerOf, body: ItemsBody) -> dict[str, list[int]]:
    """Processes several things set aside once more, or none if one is not there."""
    _settle(server, body.items, drop=False)
    return {"items": body.items}


@router.post("/quarantine/drop", status_code=202, responses={404: {}})
def drop_several(server: ServerOf, body: ItemsBody) -> dict[str, list[int]]:
    """Gives several things set aside up, or none if one is not there."""
    _settle(server, body.items, drop=True)
    return {"items": body.items}


@router.post("/quarantine/{item}/retry", status_code=202)
def retry(server: ServerOf, item: Item) -> dict[str, int]:
    """Processes something set aside once more."""
    _settle(server, [item], drop=False)
    return {"id": item}


@router.delete("/quarantine/{item}", status_code=202)
def drop(server: ServerOf, item: Item) -> dict[str, int]:
    """Gives something set aside up."""
    _settle(server, [item], drop=True)
    return {"id": item}


def _settle(server: Server, items: list[int], *, drop: bool) -> None:
    """Tries what was set aside once more, or gives it up. Raises NotFoundError."""
    for item in items:
        if not server.require_shard().rows("quarantined_item", item):
            raise NotFoundError("ERR_QUARANTINE_UNKNOWN", field="item", id=item)

    def work(job: Job) -> None:
        for item in dict.fromkeys(items):
            job.append(Retried(job.at, item, drop))
            job.record("quarantine.drop" if drop else "quarantine.retry", None, str(item))

    server.journal.run(work).result()
