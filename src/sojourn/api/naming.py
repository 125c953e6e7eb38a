"""Parts of journeys that query parameters name: what no version of the journey has is refused."""

from __future__ import annotations

from collections.abc import Iterable

from sojourn.authoring.versions import Version
from sojourn.errors import NotFoundError
from sojourn.journey.finding import nearest
from sojourn.report.story import ways_of


def refuse_unknown_activities(versions: list[Version], **named: str | None) -> None:
    """Raises NotFoundError for the first parameter that names no activity; None and "" name nothing."""
    for field, name in named.items():
        if name and not any(name in version.document.activities for version in versions):
            raise _unknown("ERR_ACTIVITY_UNKNOWN", field, name, (each.document.activities for each in versions))


def refuse_unknown_paths(versions: list[Version], **named: str | None) -> None:
    """Raises NotFoundError for the first parameter that names no path, ACTIVITY/PATH."""
    for field, name in named.items():
        paths = [ways_of(version.document) for version in versions] if name else []
        if name and not any(name in each for each in paths):
            raise _unknown("ERR_WAY_UNKNOWN", field, name, paths)


def _unknown(code: str, field: str, name: str, known: Iterable[Iterable[str]]) -> NotFoundError:
    names = dict.fromkeys(each for some in known for each in some)
    return NotFoundError(code, field=field, name=name, known=nearest(names, name))
