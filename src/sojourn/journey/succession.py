"""What a new version of a journey has to keep of the one before [6.7]."""

from __future__ import annotations

from collections.abc import Iterator

from sojourn.journey.document import JourneyDocument
from sojourn.journey.finding import Finding


def succession(before: JourneyDocument, after: JourneyDocument) -> Iterator[Finding]:
    """The same re-entrance rule (whether, how soon, and once for what), namespace and kind of entry; who enters by a
    segment, by the same one."""

    def say(code: str, *path: str, **params: object) -> Finding:
        return Finding(code, "error", "journey", after.name, path, params)

    for field in ("reentrance", "reentrance_wait", "supplemental_key"):
        if getattr(before, field) != getattr(after, field):
            name = JourneyDocument.model_fields[field].alias or field
            yield say("ERR_VERSION_REENTRANCE", name, name=name)
    if before.namespace != after.namespace:
        yield say("ERR_VERSION_NAMESPACE", "namespace", expected=before.namespace or "-")
    old, new = before.activities.get(before.start), after.activities.get(after.start)
    if old is None or new is None:
        return  # said elsewhere
    if old.type != new.type:
        yield say("ERR_VERSION_START", "activities", after.start, "type", expected=old.type)
    elif (segment := getattr(old, "segment", None)) != getattr(new, "segment", None):
        yield say("ERR_VERSION_SEGMENT", "activities", after.start, "segment", expected=segment)
