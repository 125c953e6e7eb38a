"""Finding journey versions: filters, order, pages. Pure; what is searched are rows with their status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sojourn.authoring.catalogue import Row
from sojourn.report.progress import Status

Sort = Literal[
    "name", "version", "status", "description", "startDate", "endDate", "createdAt", "createdBy", "changedAt",
    "changedBy", "publishedAt", "publishedBy",
]  # fmt: skip
SORTS: tuple[str, ...] = Sort.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; moments are epoch ms, from `_from` on and before `_to`. Nothing given: everything.

    `text` is looked for in names, descriptions and tags. Of `uses` ("event:Purchase", "sourcegroup:Weather.City")
    all, of several names, tags, statuses, kinds of entry and people one has to fit. `folded`: of each journey the one
    version of those that fit which people look for first.
    """

    text: str = ""
    names: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()
    latest: bool = False
    folded: bool = False
    uses: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    created_by: frozenset[str] = frozenset()
    created_from: int | None = None
    created_to: int | None = None
    published_by: frozenset[str] = frozenset()
    published_from: int | None = None
    published_to: int | None = None


class Listed(NamedTuple):
    """A version with its status."""

    row: Row
    status: Status


class Found(NamedTuple):
    """A page of what was found, and counts: of all that was found, and by status of what fits but for the status."""

    page: list[Listed]
    matching: int
    statuses: dict[Status, int]


def search(
    rows: Iterable[Listed], wanted: Search, sort: Sequence[tuple[str, bool]] = (), page: int = 1, size: int = 30
) -> Found:
    """`sort` holds (field, whether downwards); without one the newest versions come first."""
    fitting = [each for each in rows if _fits(each.row, wanted)]
    told = {(each.row.journey if wanted.folded else each.row.uid, each.status) for each in fitting}
    counted = Counter(status for _, status in told)
    if wanted.statuses:
        fitting = [each for each in fitting if each.status in wanted.statuses]
    if wanted.folded:
        fitting = _folded(fitting)
    for field, down in reversed(sort or (("createdAt", True),)):
        known = [each for each in fitting if _value(each, field) is not None]
        known.sort(key=lambda each: _value(each, field), reverse=down)
        fitting = known + [each for each in fitting if _value(each, field) is None]  # what is empty comes last
    return Found(fitting[(page - 1) * size : page * size], len(fitting), {**counted})


RUNNING = frozenset({"live", "publishing", "stopping"})


def _folded(listed: Iterable[Listed]) -> list[Listed]:
    """Of each journey one version: the newest that takes people in, else the newest."""
    found: dict[str, Listed] = {}
    for each in listed:
        before = found.get(each.row.journey)
        if before is None or _rank(each) > _rank(before):
            found[each.row.journey] = each
    return list(found.values())


def _rank(listed: Listed) -> tuple[bool, int]:
    return listed.status in RUNNING, listed.row.number


def moment(row: Row, what: str) -> int | None:
    """When something was done to a version ("created", "lastModified", "lastDeployed", "lastHalted"), epoch ms."""
    at = row.metadata.get(f"{what}At")
    return round(datetime.fromisoformat(at).timestamp() * 1000) if at else None


def who(row: Row, what: str) -> str | None:
    """Who has done something to a version."""
    return row.metadata.get(f"{what}By")


def _fits(row: Row, wanted: Search) -> bool:
    text = wanted.text.casefold()
    return (
        (not wanted.latest or row.latest)
        and (not wanted.names or row.name in wanted.names)
        and (not text or any(text in each.casefold() for each in (row.name, row.description, *row.tags)))
        and wanted.uses <= row.uses
        and (not wanted.tags or not wanted.tags.isdisjoint(row.tags))
        and (not wanted.starts or row.starts in wanted.starts)
        and (not wanted.created_by or who(row, "created") in wanted.created_by)
        and (not wanted.published_by or who(row, "lastDeployed") in wanted.published_by)
        and _within(moment(row, "created"), wanted.created_from, wanted.created_to)
        and _within(moment(row, "lastDeployed"), wanted.published_from, wanted.published_to)
    )


def _within(at: int | None, start: int | None, end: int | None) -> bool:
    if start is None and end is None:
        return True
    return at is not None and (start is None or start <= at) and (end is None or at < end)


_DONE = {"created": "created", "changed": "lastModified", "published": "lastDeployed"}


def _value(listed: Listed, field: str) -> Any:
    """What a version is ordered by."""
    row = listed.row
    if field == "status":
        return listed.status
    if field == "version":
        return row.number
    if field in ("name", "description"):
        return getattr(row, field).casefold() or None
    if field in ("startDate", "endDate"):
        return row.start if field == "startDate" else row.end
    what = _DONE[field[:-2]]
    return moment(row, what) if field.endswith("At") else who(row, what)
