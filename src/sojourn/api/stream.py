"""Server-sent events: what happens, told to a page as it happens.

A stream says first how things are (`snapshot`), then what changes, and ends with `end`. A page that comes back opens it
again and gets a snapshot again, so nothing has to be remembered between two connections.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

EVERY = 0.25
"""Seconds between two looks."""
SILENCE = 15.0
"""Seconds after which a comment is sent, so that nothing on the way takes the connection for dead."""
KIND = "text/event-stream"
Event = tuple[str, Any]
"""The name of an event, and its data as JSON."""
END = "end"


def described(**events: type[Any]) -> dict[int | str, dict[str, Any]]:
    """What a route that streams says of itself in the OpenAPI document: the data of each of its events."""
    told = {
        name: model.model_json_schema(ref_template="#/components/schemas/{model}") for name, model in events.items()
    }
    schema = {"description": "server-sent events", "x-events": told}  # no type: clients may see each event as an object
    return {200: {"description": "A stream of server-sent events", "content": {KIND: {"schema": schema}}}}


def stream(look: Callable[[], Iterable[Event]], closing: Callable[[], bool]) -> StreamingResponse:
    """Sends what `look` finds each time, until it says `end` or the server closes. `look` may block."""
    return StreamingResponse(_events(look, closing), media_type=KIND, headers={"Cache-Control": "no-store"})


async def _events(look: Callable[[], Iterable[Event]], closing: Callable[[], bool]) -> AsyncIterator[bytes]:
    said = time.monotonic()
    while not closing():
        for name, data in await run_in_threadpool(lambda: list(look())):
            yield b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(data))
            said = time.monotonic()
            if name == END:
                return
        if time.monotonic() - said > SILENCE:
            yield b": still here\n\n"
            said = time.monotonic()
        await asyncio.sleep(EVERY)
