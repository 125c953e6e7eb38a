"""All versions of all journeys of a sandbox, as lists and searches see them: each is read once for each change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, TypeAdapter

from sojourn.authoring.versions import Asked
from sojourn.journey.document import JourneyDocument
from sojourn.journey.draft import stored
from sojourn.journey.types import epoch_ms
from sojourn.journey.uses import named_by
from sojourn.store.journal import JournalReader

_MOMENT: TypeAdapter[datetime | None] = TypeAdapter(AwareDatetime | None)


@dataclass(frozen=True, slots=True)
class Row:
    """A journey version. `uses` holds what its document names ("event:Purchase"), `starts` the kind of its entry."""

    sandbox: str
    journey: str
    name: str
    number: int
    uid: str
    asked: Asked
    latest: bool
    description: str
    tags: tuple[str, ...]
    namespace: str | None
    starts: str
    start: int | None
    end: int | None
    uses: frozenset[str]
    metadata: dict[str, str]


class Latest(MutableMapping[str, JourneyDocument]):
    """The latest version's document of each journey, by name; one is read when somebody asks for it."""

    def __init__(self, known: dict[str, Row], read: Callable[[Row], JourneyDocument]) -> None:
        self._known: dict[str, Row | JourneyDocument] = {**known}
        self._read = read

    def __getitem__(self, name: str) -> JourneyDocument:
        found = self._known[name]
        if isinstance(found, Row):
            found = self._known[name] = self._read(found)
        return found

    def __setitem__(self, name: str, document: JourneyDocument) -> None:
        self._known[name] = document

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Catalogue:
    """The rows of each sandbox."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._rows: dict[str, dict[tuple[str, int], tuple[tuple[int, str, bool], Row]]] = {}

    def rows(self, sandbox: str) -> list[Row]:
        """By name, of each journey the oldest version first."""
        known = self._rows.get(sandbox, {})
        found: dict[tuple[str, int], tuple[tuple[int, str, bool], Row]] = {}
        listed = self._reader.rows("version_revisions", sandbox)
        for place, (journey, name, number, revision) in enumerate(listed):
            latest = place + 1 == len(listed) or listed[place + 1][0] != journey
            state = (revision, name, latest)
            before = known.get((journey, number))
            if before is None or before[0] != state:
                read = self._reader.rows("version", journey, number)
                if not read:
                    continue  # deleted meanwhile
                before = state, _row((sandbox, journey, name, number, latest), *read[0])
            found[journey, number] = before
        self._rows[sandbox] = found
        return [row for _, row in found.values()]

    def latest(self, sandbox: str) -> Latest:
        """The latest version's document of each journey."""
        return Latest({row.name: row for row in self.rows(sandbox) if row.latest}, self._document)

    def live(self, sandbox: str) -> dict[str, JourneyDocument]:
        """The newest live version's document of each journey."""
        return {row.name: self._document(row) for row in self.rows(sandbox) if row.asked == "published"}

    def _document(self, row: Row) -> JourneyDocument:
        return stored(self._reader.rows("version", row.journey, row.number)[0][2])


def _row(which: tuple[str, str, str, int, bool], uid: str, asked: Asked, body: str, metadata: str, uses: str) -> Row:
    sandbox, journey, name, number, latest = which
    document: dict[str, Any] = json.loads(body)
    if asked == "draft":  # much of it may be wrong
        read = stored(body)
        document |= read.model_dump(mode="json", by_alias=True, exclude={"activities"})
    start, end = (_MOMENT.validate_python(document.get(field)) for field in ("startDate", "endDate"))
    named = json.loads(uses)
    return Row(
        sandbox=sandbox,
        journey=journey,
        name=name,
        number=number,
        uid=uid,
        asked=asked,
        latest=latest,
        description=document.get("description", ""),
        tags=tuple(document.get("tags", ())),
        namespace=document.get("namespace"),
        starts=document["activities"].get(document["start"], {}).get("type", ""),
        start=epoch_ms(start) if start else None,
        end=epoch_ms(end) if end else None,
        uses=frozenset(named if named is not None else named_by(stored(body))),
        metadata=json.loads(metadata),
    )
