"""Reading of a record only what anybody looks at: real records have hundreds of fields, a journey asks for a few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypedDict

import msgspec

Path = tuple[str, ...]
Read = Callable[[bytes], dict[str, Any]]
ReadMany = Callable[[Sequence[bytes]], list[dict[str, Any]]]

_whole = msgspec.json.Decoder().decode


def lens(paths: Iterable[Path]) -> Read:
    """A reader of JSON records that gives the parts at `paths` and skips the rest.

    A record in which something else than an object stands on the way to a part is read whole, as is one of which the
    empty path asks for everything. Raises msgspec.DecodeError for what is no JSON.
    """
    paths = set(paths)
    if () in paths:
        return _whole
    decode = msgspec.json.Decoder(_shape(_tree(paths))).decode

    def read(record: bytes) -> dict[str, Any]:
        try:
            return decode(record)  # type: ignore[no-any-return]
        except msgspec.ValidationError:
            return _whole(record)  # type: ignore[no-any-return]

    return read


def lens_of_many(paths: Iterable[Path]) -> ReadMany:
    """A lens for many records at once, in their order: one call for all costs less than one for each."""
    paths = set(paths)
    one = lens(paths)
    shape: Any = Any if () in paths else _shape(_tree(paths))
    decode = msgspec.json.Decoder(list[shape]).decode

    def read(records: Sequence[bytes]) -> list[dict[str, Any]]:
        try:
            return decode(b"[" + b",".join(records) + b"]")
        except msgspec.ValidationError:
            return [one(record) for record in records]

    return read


_EVERYTHING: dict[str, Any] = {}


def _tree(paths: set[Path]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in sorted(paths, key=len):
        here = tree
        for name in path[:-1]:
            here = here.setdefault(name, {})
            if here is _EVERYTHING:
                break
        else:
            here.setdefault(path[-1], _EVERYTHING)
    return tree


def _shape(tree: dict[str, Any]) -> Any:
    members = {name: Any if below is _EVERYTHING else _shape(below) | None for name, below in tree.items()}
    return TypedDict("Part", members, total=False)  # type: ignore[operator]
