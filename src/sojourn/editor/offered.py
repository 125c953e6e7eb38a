"""The fields that an editor lets people choose from, as a list: each with its place, its type and what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sojourn.editor.context import PROPERTIES
from sojourn.editor.operators import SEGMENT
from sojourn.editor.visible import Visible
from sojourn.expression import Scope
from sojourn.expression.printer import name as quoted_part
from sojourn.expression.printer import quoted
from sojourn.expression.tree import OPENINGS
from sojourn.messages import Language, label
from sojourn.schema.fields import Field

MOST = 5_000
"""Fields in one answer."""


@dataclass(frozen=True, slots=True)
class OfferedField:
    """A field: what stands for it in an expression, what it is of (`event`, `source`, `action`, `segment`), the names
    that lead to it, and what it is called."""

    reference: str
    root: str
    path: tuple[str, ...]
    title: str
    type: str
    values: tuple[str, ...] = ()
    """Values that its schema proposes."""
    params: tuple[str, ...] = ()
    """The dynamic values that its data source is asked with."""


def offered(visible: Visible, scope: Scope, language: Language = "en") -> list[OfferedField]:
    """All single fields, event by event and source by source, then the segments."""
    found = [*_fields(visible, scope, language)][:MOST]
    segments = [
        OfferedField(f"inSegment({quoted(name)})", SEGMENT, (name,), name, SEGMENT) for name in visible.segments
    ]
    return found + segments


def _fields(visible: Visible, scope: Scope, language: Language) -> Iterator[OfferedField]:
    for kind, root in visible.roots.items():
        for path, leaf in root.leaves():
            if len(path) > 1 and leaf.kind not in ("any", "map"):
                reference = f"{OPENINGS[kind]}{'.'.join(map(quoted_part, path))}}}"
                title = label("INFO_PROPERTY_", path[1], language) if path[0] == PROPERTIES else _title(leaf, language)
                asked = (scope.params(*path[:2]) or {}) if kind == "source" else {}
                yield OfferedField(
                    reference, kind, path, title or path[-1], leaf.type_name(), tuple(leaf.values), tuple(asked)
                )


def _title(field: Field, language: Language) -> str:
    return field.titles.get(language, field.title)
