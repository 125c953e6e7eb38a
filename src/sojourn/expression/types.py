"""The types of the expression language (rule 7.1) and what converts into what without being asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A type: a scalar, `object`, `any`, `null`, or a `list` of `item`. Equal by value, hashable.

    Python values: str, int, float, bool, date, naive datetime, aware datetime, timedelta, list, dict, None.
    `any` is a raw JSON value whose type shows only at run time; `null` is the type of a bare `null`.
    """

    name: str
    item: Type | None = None

    def __str__(self) -> str:
        return f"list<{self.item}>" if self.item else self.name

    @staticmethod
    def parse(text: str) -> Type:
        """The type that `text` names, such as "list<string>". Raises ValueError for anything else."""
        depth = 0
        while text.startswith("list<") and text.endswith(">") and depth < MAX_LIST_DEPTH:
            text, depth = text[5:-1], depth + 1
        if text not in NAMES:
            raise ValueError(f"{text!r} is not a type")
        found = Type(text)
        for _ in range(depth):
            found = Type("list", found)
        return found


MAX_LIST_DEPTH = 30
SCALARS = ("string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration")
NAMES = frozenset((*SCALARS, "object", "null", "any"))

STRING, INTEGER, DECIMAL, BOOLEAN, DATE_ONLY, DATE_TIME_ONLY, DATE_TIME, DURATION = map(Type, SCALARS)
OBJECT, NULL, ANY = Type("object"), Type("null"), Type("any")
ERROR = Type("error")
"""The type of what is already reported: it fits everywhere, so that one mistake gives one diagnostic."""

NUMBERS = frozenset((INTEGER, DECIMAL))


def list_of(item: Type) -> Type:
    """The type of a list of `item`."""
    return Type("list", item)


def is_list(kind: Type) -> bool:
    """Whether `kind` is a list of something."""
    return kind.item is not None


def fits(source: Type, target: Type) -> bool:
    """Whether a value of `source` may stand where `target` is asked for.

    Only null, `any` (read as the target at run time, null where it does not fit) and what the target leaves open
    convert by themselves; integers do not become decimals (rule 7.4).
    """
    if source == target or ERROR in (source, target) or target == ANY or source in (NULL, ANY):
        return True
    if source.item and target.item:
        return fits(source.item, target.item)
    return False
