"""The fields that an editor shows for one use of an expression, and what a path through them leads to (rule 7.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sojourn.editor.cursor import Path
from sojourn.expression import Scope
from sojourn.expression.printer import name as quoted_part
from sojourn.expression.tree import OPENINGS, Kind
from sojourn.schema.fields import Field


@dataclass(frozen=True)
class Visible:
    """What stands behind each kind of reference: its first names (events, sources, actions) and their fields.

    `segments` are the names that `inSegment` may be given, as far as they are known.
    """

    roots: Mapping[Kind, Field] = field(default_factory=dict)
    segments: tuple[str, ...] = ()

    @staticmethod
    def of(scope: Scope) -> Visible:
        """All that a scope has."""
        return Visible({kind: scope.root(kind) for kind in OPENINGS})

    def at(self, path: Path) -> Found | None:
        """What `path` leads to, None where nothing is known of it."""
        kind, steps = path
        root = self.roots.get(kind)
        found = Found(root) if root is not None else None
        for step in steps:
            found = found.after(step) if found is not None else None
        return found

    def named(self, part: str) -> Iterator[tuple[str, str, Field]]:
        """The single fields whose own name has `part` in it (lower case): the name, a reference to it, the field."""
        for kind, root in self.roots.items():
            for path, leaf in root.leaves():
                if path and part in path[-1].lower():
                    yield path[-1], f"{OPENINGS[kind]}{'.'.join(map(quoted_part, path))}}}", leaf


@dataclass(frozen=True, slots=True)
class Found:
    """A place in the tree of fields; `many` of them, where the way there led through a list."""

    field: Field
    many: bool = False

    def after(self, step: str) -> Found | None:
        """One step on: a name, or a selection such as `first()`."""
        here, name = self.field, step.removesuffix("()")
        if name == step:
            inside = self.inside()
            child = inside.fields.get(step) if inside.kind == "object" else None
            return Found(child, self.many or here.kind == "list") if child is not None else None
        if name == "all":
            return self if here.kind == "list" else None
        if here.kind == "list":
            return Found(here.item, self.many) if here.item and name in ("first", "last", "at") else None
        if name == "entry":
            return Found(here.item, self.many) if here.kind == "map" and here.item else None
        keys = {"keys": Field("list", item=Field("string")), "firstEntryKey": Field("string")}
        return Found(keys[name], self.many) if here.kind == "map" and name in keys else None

    def inside(self) -> Field:
        """The field itself, or what it is a list of."""
        here = self.field
        while here.kind == "list" and here.item is not None:
            here = here.item
        return here

    def type_name(self) -> str:
        """The type of a reference that ends here."""
        own = self.field.type_name()
        return own if self.field.kind == "list" or not self.many else f"list<{own}>"
