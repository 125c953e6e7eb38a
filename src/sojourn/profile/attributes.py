"""The fields of a record as layers: of each field the newest value, in whatever order the records arrive [1.2].

A layer holds the fields that were last set at one moment, as JSON. No field stands in two layers, so what somebody's
fields are is all layers taken together, and a record nobody has overwritten is kept as it came. A field is what is no
object: lists are replaced whole. A null says nothing: it neither sets nor clears a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sojourn.schema.lens import Read

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="deterministic").encode


class Layer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Fields of one moment (epoch ms). Of one moment, the higher `order` is the newer; `body` is a JSON object."""

    moment: int
    order: int
    body: bytes


Layers = tuple[Layer, ...]
"""The newest first, each of another (moment, order)."""


def upsert(layers: Layers, new: Layer) -> Layers:
    """The layers with those fields of `new` that are newer than what they hold; the same object if none is.

    Of two values of one moment and order the greater one, as JSON, stays: so the order of arrival decides nothing.
    """
    if not layers:
        return (new,)
    stamp = (new.moment, new.order)
    fresh = _present(_decode(new.body))
    newer: list[Layer] = []
    older: list[Layer] = []
    for layer in layers:
        there = (layer.moment, layer.order)
        if there > stamp:
            fresh = _without(fresh, _decode(layer.body))
            newer.append(layer)
        elif there == stamp:
            before = _present(_decode(layer.body))
            fresh = _greater(before, fresh)
            if fresh == before:
                return layers
        else:
            older.append(layer)
    if not fresh:
        return layers
    kept = [layer for layer in (_pruned(layer, fresh) for layer in older) if layer is not None]
    return (*newer, Layer(*stamp, _encode(fresh)), *kept)


def union(left: Layers, right: Layers) -> Layers:
    """Both people's fields, of each the newest."""
    for layer in right:
        left = upsert(left, layer)
    return left


def entity(layers: Sequence[Layer], read: Read = _decode) -> dict[str, Any]:
    """The fields, as one object. `read` (a lens) may leave out what nobody asks for."""
    found: dict[str, Any] = {}
    for layer in layers:
        found = _greater(found, _present(read(layer.body))) if found else _present(read(layer.body))
    return found


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    """Without nulls, and without objects that hold nothing else."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if type(value) is dict:
            if inner := _present(value):
                found[name] = inner
        elif value is not None:
            found[name] = value
    return found


def _without(fields: dict[str, Any], newer: dict[str, Any]) -> dict[str, Any]:
    """The fields that `newer` does not set."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        other = newer.get(name)
        if other is None:
            found[name] = value
        elif type(value) is dict and type(other) is dict and (inner := _without(value, other)):
            found[name] = inner
    return found


def _pruned(layer: Layer, newer: dict[str, Any]) -> Layer | None:
    before = _present(_decode(layer.body))
    after = _without(before, newer)
    if after == before:
        return layer
    return Layer(layer.moment, layer.order, _encode(after)) if after else None


def _greater(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """Both, and where both have a field the greater value."""
    found = dict(left)
    for name, value in right.items():
        other = found.get(name)
        if other is None:
            found[name] = value
        elif type(value) is dict and type(other) is dict:
            found[name] = _greater(other, value)
        elif other != value or type(other) is not type(value):
            found[name] = max(other, value, key=_encode)
    return found
