"""Step events in columns: what a file keeps of a row, and how the public fields come from it and its shape [9.2].

`report/steps.expand` says what the fields of a step event are. Here it is asked once for each shape: what it says
that is the same for all rows of the shape is looked up, the rest (`ROW`) is computed in SQL from the row. So a file
keeps an id, a moment and a few numbers for an event, and any of 80 fields can be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sojourn import identifiers
from sojourn.journey.node import Shape
from sojourn.lake.catalogue import STEPS, flat, leaves, quoted
from sojourn.report.measures import MEASURES
from sojourn.report.steps import JourneyName, expand

COLUMNS = {
    "_id": "UUID",
    "timestamp": "TIMESTAMP",
    "shape": "UINTEGER",
    "n": "UINTEGER",
    "person": "VARCHAR",
    "took": "BIGINT",
    "attempts": "UINTEGER",
    "code": "VARCHAR",
    "fetches_platform": "UINTEGER",
    "fetches_custom": "UINTEGER",
    "fetch_took": "BIGINT",
    "fetch_attempts": "UINTEGER",
    "fetch_origin": "VARCHAR",
    "fetch_origin_code": "VARCHAR",
}
"""Of a file of steps. Those of a person who was deleted have neither `_id` nor `person`."""

_STEP = "_experience.journeyOrchestration.stepEvents."
_STAY = "xor(s._id::UHUGEINT, s.n::UHUGEINT)"
_FETCHED = "s.fetches_platform IS NOT NULL"
ROW = {
    "_id": "s._id::VARCHAR",
    "timestamp": "s.timestamp",
    "identityMap": "CASE WHEN d.namespace IS NULL THEN MAP {} "
    'ELSE MAP {d.namespace: [struct_pack(id := s.person, "primary" := true)]} END',
    _STEP + "stepID": "s._id::VARCHAR",
    _STEP + "instanceID": f"{_STAY}::UUID::VARCHAR",
    _STEP + "parentStepID": f"CASE WHEN s.n > 1 THEN xor({_STAY}, (s.n - 1)::UHUGEINT)::UUID::VARCHAR END",
    _STEP + "externalKey": "s.person",
    _STEP + "profileID": "s.person",
    "_experience.journeyOrchestration.profile.ID": "s.person",
    _STEP + "processingTime": "s.took",
    _STEP + "actionExecutionTime": "s.took",
    _STEP + "attempts": "s.attempts::BIGINT",
    _STEP + "actionExecutionErrorCode": "s.code",
    _STEP + "exitReason": "s.code",
    _STEP + "skipReason": "s.code",
    _STEP + "fetchCount": "s.fetches_platform::BIGINT + s.fetches_custom",
    _STEP + "fetchPlatformCount": "s.fetches_platform::BIGINT",
    _STEP + "fetchCustomCount": "s.fetches_custom::BIGINT",
    _STEP + "fetchTotalTime": "s.fetch_took",
    _STEP + "fetchPlatformTotalTime": f"CASE WHEN {_FETCHED} THEN 0 END",
    _STEP + "fetchCustomTotalTime": "s.fetch_took",
    _STEP + "fetchAttempts": "s.fetch_attempts::BIGINT",
    _STEP + "fetchErrorCode": f"CASE WHEN {_FETCHED} THEN s.code END",
    _STEP + "fetchOriginError": "s.fetch_origin",
    _STEP + "fetchOriginErrorCode": "s.fetch_origin_code",
}
"""The fields that differ between rows of one shape, as SQL over a row `s` and its shape `d`."""
_OF_EVERY_SHAPE = frozenset(("_id", "timestamp", "identityMap"))
_IF_FETCHED = frozenset(_STEP + name for name in ("fetchTypeInError", "fieldgroupIdInError", "fetchError"))
_CONSTANT = [leaf for leaf in leaves(STEPS) if leaf.path not in ROW]


def field(path: str) -> str:
    """A public field of a step event, as SQL over a row `s` and its shape `d`."""
    if path in _OF_EVERY_SHAPE:
        return ROW[path]
    if path in ROW:
        return f"CASE WHEN d.{quoted('has ' + path)} THEN {ROW[path]} END"
    if path in _IF_FETCHED:
        return f"CASE WHEN {_FETCHED} THEN d.{quoted(path)} END"
    return f"d.{quoted(path)}"


SHAPE_COLUMNS = {
    "shape": "UINTEGER",
    "version": "UINTEGER",
    "namespace": "VARCHAR",
    "journey_uid": "VARCHAR",
    "journey": "VARCHAR",
    "number": "UINTEGER",
    "node": "VARCHAR",
    "kind": "VARCHAR",
    "label": "VARCHAR",
    "status": "VARCHAR",
    "arrow": "VARCHAR",
    "event": "VARCHAR",
    "action": "VARCHAR",
    "source": "VARCHAR",
    "field_group": "VARCHAR",
    "error": "VARCHAR",
    "goal": "VARCHAR",
    "ended": "BOOLEAN",
    **{f"is {name}": "BOOLEAN" for name in MEASURES},
    **{f"has {path}": "BOOLEAN" for path in ROW if path not in _OF_EVERY_SHAPE},
    **{leaf.path: leaf.type for leaf in _CONSTANT},
}
"""Of the table of shapes. `version` is the same number for all shapes of a journey version."""


def shape_row(journey: JourneyName, number: int, version: int, shape: Shape) -> dict[str, Any]:
    """What all rows of a shape share. `number` is the journey version's, `version` names it among all of them."""
    step = [shape.number, 2, 0, 0, 0, 0, [0, 0, 0, 0, "", 0]]
    said = dict(flat(next(expand(journey, number, "", "", 1, [(shape, step)]))))
    source, _, group = (shape.fetch or "").partition(".")
    return {
        "shape": shape.number,
        "version": version,
        "namespace": journey.namespace,
        "journey_uid": journey.uid,
        "journey": journey.name,
        "number": number,
        "node": shape.node,
        "kind": shape.node_type,
        "label": shape.label,
        "status": shape.status,
        "arrow": shape.arrow,
        "event": journey.events.get(shape.node),
        "action": shape.action,
        "source": source or None,
        "field_group": group or None,
        "error": shape.error,
        "goal": shape.goal,
        "ended": shape.ended,
        **{f"is {name}": measure.counts(shape) for name, measure in MEASURES.items()},
        **{f"has {path}": path in said for path in ROW if path not in _OF_EVERY_SHAPE},
        **{leaf.path: said.get(leaf.path) for leaf in _CONSTANT},
    }


class Line(msgspec.Struct, gc=False, omit_defaults=True):
    """A row of `COLUMNS` on its way into DuckDB, with letters for names: `v` is the shape's version."""

    t: int
    s: int
    v: int
    n: int
    k: int
    i: str | None = None
    p: str | None = None
    a: int = 0
    c: str | None = None
    fp: int | None = None
    fc: int | None = None
    ft: int | None = None
    fa: int | None = None
    fo: str | None = None
    foc: str | None = None
    b: int = 0
    """The batch that it came with, where that matters."""


LINE_TYPES = {
    "t": "BIGINT", "s": "UINTEGER", "v": "UINTEGER", "n": "UINTEGER", "k": "BIGINT", "i": "UUID", "p": "VARCHAR",
    "a": "UINTEGER", "c": "VARCHAR", "fp": "UINTEGER", "fc": "UINTEGER", "ft": "BIGINT", "fa": "UINTEGER",
    "fo": "VARCHAR", "foc": "VARCHAR", "b": "BIGINT",
}  # fmt: skip
FROM_LINES = (
    "i AS _id, epoch_ms(t) AS timestamp, s AS shape, n, p AS person, k AS took, coalesce(a, 0::UINTEGER) AS attempts, "
    "c AS code, fp AS fetches_platform, fc AS fetches_custom, ft AS fetch_took, fa AS fetch_attempts, "
    "fo AS fetch_origin, foc AS fetch_origin_code"
)
"""`COLUMNS` from the fields of a `Line`."""


def lines(
    sandbox: str, versions: Mapping[int, tuple[int, str]], row: tuple[int, int, str, str, int, Iterable[Any]]
) -> Iterator[Line]:
    """The rows of one stretch of a stay; `versions` says of each shape which version it belongs to, and its uid."""
    _, _, person, supplemental, entry, steps = row
    head, tail, at_version = "", 0, ""
    for shape, n, at, took, attempts, code, *fetched in steps:
        version, uid = versions[shape]
        line = Line(at, shape, version, n, took, a=attempts, c=None if code is None else str(code))
        if entry:
            if uid != at_version:  # once for a stretch: no stay is in two versions
                stay = identifiers.stay_id(sandbox, uid, person, supplemental, entry)
                head, tail, at_version = stay[:28], int(stay[28:], 16), uid
            line.i, line.p = f"{head}{tail ^ n:08x}", person
        if fetched and fetched[0] is not None:
            line.fp, line.fc, line.ft, line.fa, *origin = fetched[0]
            if origin:
                line.fo = origin[0]
                line.foc = None if len(origin) < 2 or origin[1] is None else str(origin[1])
        yield line
