"""REST for the audit log: who changed what, from what to what, when [10.2]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.journey.types import epoch_ms
from sojourn.store.audit import as_csv, as_lines

router = routes_at("/api", tags=["audit"])


class Filters(BaseModel):
    """Which changes to show: all conditions hold together, several values of one are alternatives."""

    actor: Annotated[list[str], Field(description="`jin`, with all tokens of theirs, or `jin/nightly`")] = []
    action: Annotated[list[str], Field(description="`journey.publish`, or `journey` for all of a kind")] = []
    sandbox: list[str] = []
    name: str | None = None
    text: Annotated[str | None, Field(max_length=200, description="a part of the name, whatever its case")] = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """As the store takes them."""
        return {
            "actors": self.actor, "actions": self.action, "sandboxes": self.sandbox, "name": self.name,
            "text": self.text, "since": self.since and epoch_ms(self.since),
            "until": self.until and epoch_ms(self.until),
        }  # fmt: skip


class Page(Filters):
    """A page of them."""

    after: Annotated[str, Field(description="the `next` of the page before")] = ""
    order: Literal["oldest", "newest"] = "oldest"
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Export(Filters):
    """All of them."""

    format: Literal["jsonl", "csv"] = "jsonl"


@router.get("/audit")
def audit(server: ServerOf, page: Annotated[Page, Query()]) -> dict[str, Any]:
    """Who changed what, from what to what, when; `next` goes on from there [10.2]."""
    found = server.audit.read(after=page.after, limit=page.limit, newest=page.order == "newest", **page.given())
    entries = [msgspec.to_builtins(each) for each in found]
    return {"entries": entries, "next": found[-1].id if len(found) == page.limit else None}


@router.get("/audit/export", response_class=StreamingResponse)
def export(server: ServerOf, asked: Annotated[Export, Query()]) -> StreamingResponse:
    """All changes as JSON lines or CSV."""
    found = server.audit.every(**asked.given())
    lines: Iterator[bytes] = as_csv(found) if asked.format == "csv" else as_lines(found)
    kind = "text/csv; charset=utf-8" if asked.format == "csv" else "application/jsonl"
    return StreamingResponse(
        lines, media_type=kind, headers={"Content-Disposition": f'attachment; filename="audit.{asked.format}"'}
    )
