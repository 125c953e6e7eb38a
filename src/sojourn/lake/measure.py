"""Metrics by dimensions, over a range and by a grain of time: `report/definitions.py`, asked of the lake [9.6, 9.7].

Counts come from the roll-up, hour by hour; the hours in which a range begins or ends are counted step by step, so a
range is exact to the millisecond. Different people and times are taken from the steps themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from sojourn.errors import InputError
from sojourn.lake.catalogue import quoted, text
from sojourn.lake.query import limited
from sojourn.lake.question import Grain, Question, made_of
from sojourn.lake.reading import Range
from sojourn.lake.table import Table
from sojourn.report.definitions import (
    DIMENSIONS,
    MESSAGE,
    MESSAGE_VERSION,
    METRICS,
    NO_TEST,
    RECORD_MEASURES,
    TIMES,
    Metric,
    Source,
)

HOUR = 3_600_000
MOST_PIECES = 10_000
SECONDS = 60.0
_MOST_ROWS = 1_000_000


Key = tuple[Any, ...]
"""(number of the piece of time, value of each dimension)."""


def ask(db: duckdb.DuckDBPyConnection, question: Question) -> Table:
    """The answer: a row for each piece of time and each combination of the dimensions' values."""
    pieces = _pieces(db, question)
    wanted = made_of(question.metrics)
    width = len(question.dimensions) + 1
    found: dict[Key, dict[str, Any]] = {}
    for names, query in _parts(question, wanted, pieces):
        for row in limited(db, query, _MOST_ROWS, SECONDS).rows:
            found.setdefault(tuple(row[:width]), {}).update(zip(names, row[width:], strict=True))
    for name in wanted:
        if METRICS[name].kind == "level":
            _level(db, question, pieces, name, found)
    return _table(question, pieces, found)


def looks(question: Question) -> tuple[list[Range], Range | None]:
    """The ranges in which single steps are looked at for an answer, and that of records, None where there are none."""
    wanted = [METRICS[name] for name in made_of(question.metrics)]
    everything: Range = question.since, question.until
    records = everything if any(metric.source != "steps" for metric in wanted) else None
    if any(metric.kind in ("people", "time") and metric.source == "steps" for metric in wanted):
        return [everything], records
    return edges(question.since, question.until, question.grain, question.zone), records


def edges(since: int | None, until: int | None, grain: Grain = "all", zone: str = "UTC") -> list[Range]:
    """The hours that are counted step by step: those in which a range begins or ends."""
    if grain != "all" and zone != "UTC":
        return [(since, until)]  # a zone may be off by half an hour
    return [(moment, moment + 1) for moment in (since, until) if moment is not None and moment % HOUR]


# --- time ---


def _pieces(db: duckdb.DuckDBPyConnection, question: Question) -> list[int]:
    """Where the pieces of the range begin (epoch ms), and where the last one ends; nothing, for one of `all`."""
    if question.grain == "all":
        return []
    since, until = question.since, question.until
    if since is None or until is None:
        first, last = db.execute("SELECT epoch_ms(min(hour)), epoch_ms(max(hour)) FROM rollup").fetchall()[0]
        since = since if since is not None else min(first or 0, until or (1 << 62))
        until = until if until is not None else max(since, last or 0) + HOUR
    begin = _floor(datetime.fromtimestamp(since / 1000, ZoneInfo(question.zone)), question.grain)
    found = [since]
    while (moment := round(begin.timestamp() * 1000)) < until:
        if moment > since:
            found.append(moment)
        begin = _next(begin, question.grain)
        if len(found) > MOST_PIECES:
            raise InputError("ERR_GRAIN_FINE", field="grain", limit=MOST_PIECES)
    return [*found, until]


def _floor(moment: datetime, grain: Grain) -> datetime:
    moment = moment.replace(minute=0, second=0, microsecond=0)
    if grain == "hour":
        return moment
    moment = moment.replace(hour=0)
    if grain == "week":
        return moment - timedelta(days=moment.weekday())
    return moment.replace(day=1) if grain == "month" else moment


def _next(moment: datetime, grain: Grain) -> datetime:
    if grain == "hour":
        return datetime.fromtimestamp(moment.timestamp() + 3600, moment.tzinfo)
    if grain == "month":
        return (moment.replace(day=1) + timedelta(days=32)).replace(day=1)
    return moment + timedelta(days=7 if grain == "week" else 1)


def _moment(ms: int) -> str:
    return f"epoch_ms({ms})"


def _piece(pieces: list[int], column: str) -> str:
    """The number of the piece that a moment is in, as SQL: how many of the later ones have begun."""
    starts = pieces[1:-1]
    if not starts:
        return "0"
    step = starts[1] - starts[0] if len(starts) > 1 else 0
    if step and all(later - earlier == step for earlier, later in pairwise(starts)):
        # Whole numbers only: floats cost more than all the rest of a query. The first piece is a step long at most.
        return f"greatest(0, (epoch_ms({column}) - {starts[0] - step}) // {step})"
    listed = ", ".join(map(_moment, starts))
    return f"len(list_filter([{listed}], lambda b: b <= {column}))"


def between(column: str, since: int | None, until: int | None) -> str:
    bounds = [f"{column} >= {_moment(since)}"] if since is not None else []
    bounds += [f"{column} < {_moment(until)}"] if until is not None else []
    return " AND ".join(bounds) or "true"


_STEPS = (
    "SELECT timestamp AS moment, shape, code, 1::UINTEGER AS steps, attempts, "
    "(coalesce(fetches_platform, 0) + coalesce(fetches_custom, 0))::UINTEGER AS fetches FROM steps WHERE "
)
_HOURS = "SELECT hour AS moment, shape, code, steps, attempts, fetches FROM rollup WHERE "


def _counted(since: int | None, until: int | None, pieces: list[int]) -> str:
    """The rows of a range as SQL, its whole hours rolled up: `at`, `shape`, `code`, `steps`, `attempts`, `fetches`."""
    first = None if since is None else -(-since // HOUR) * HOUR
    last = None if until is None else until // HOUR * HOUR
    within_hours = any(start % HOUR for start in pieces[1:-1])
    if within_hours or (first is not None and last is not None and first >= last):
        return f"({_STEPS}{between('timestamp', since, until)})"
    parts = [_HOURS + between("hour", first, last)]
    if since != first:
        parts.append(_STEPS + between("timestamp", since, first))
    if until != last:
        parts.append(_STEPS + between("timestamp", last, until))
    return f"({' UNION ALL '.join(parts)})"


def _summed(question: Question, since: int | None, pieces: list[int]) -> str:
    """The rows since then by piece of time, shape and, where that is asked for, code: there are few, to be named."""
    by = [f"{_piece(pieces, 'moment')} AS piece", "shape"]
    by += ["code"] if any("c.code" in _sql(name) for name in (*question.dimensions, *question.filters)) else []
    sums = ", ".join(f"sum({name}) AS {name}" for name in ("steps", "attempts", "fetches"))
    return f"(SELECT {', '.join(by)}, {sums} FROM {_counted(since, question.until, pieces)} GROUP BY ALL)"


# --- the parts of an answer, each a query ---


def _parts(question: Question, wanted: list[str], pieces: list[int]) -> Iterator[tuple[list[str], str]]:
    """The metrics that are found together, and the query that finds them."""
    counts = [name for name in wanted if METRICS[name].source == "steps" and METRICS[name].kind == "count"]
    others = [name for name in wanted if METRICS[name].source == "steps" and METRICS[name].kind in ("people", "time")]
    if counts:
        rows = f"{_summed(question, question.since, pieces)} c JOIN shapes d USING (shape)"
        yield counts, _query(question, counts, rows, "c.piece")
    if others:
        time = between("timestamp", question.since, question.until)
        rows = f"(SELECT * FROM steps WHERE {time}) s JOIN shapes d USING (shape)"
        yield others, _query(question, others, rows, _piece(pieces, "s.timestamp")).replace("c.code", "s.code")
    for source, records in _RECORDS.items():
        if names := [name for name in wanted if METRICS[name].source == source]:
            yield names, _query(question, names, records(question), _piece(pieces, "m.timestamp"), source)


def _query(question: Question, names: list[str], rows: str, piece: str, source: Source = "steps") -> str:
    columns = [piece, *(_sql(name, source) for name in question.dimensions)]
    values = [_value(METRICS[name]) for name in names]
    groups = ", ".join(str(number + 1) for number in range(len(columns)))
    where = _where(question, source)
    return f"SELECT {', '.join(columns + values)} FROM {rows} WHERE {where} GROUP BY {groups}"


def _sql(dimension: str, source: Source = "steps") -> str:
    found: str = getattr(DIMENSIONS[dimension], source)
    return found


def _where(question: Question, source: Source = "steps") -> str:
    found = ["true"]
    for name, values in question.filters.items():
        sql = _sql(name, source)
        given = ", ".join(text(value) for value in values if value is not None)
        either = [f"{sql} IN ({given})"] if given else []
        either += [f"{sql} IS NULL"] if None in values else []
        found.append(f"({' OR '.join(either) or 'false'})")
    return " AND ".join(found)


def _value(metric: Metric) -> str:
    if metric.source != "steps":
        adds = RECORD_MEASURES[metric.of]
        unique = f"count(DISTINCT CASE WHEN {adds} > 0 THEN {MESSAGE} END)"
        return unique if metric.kind == "people" else f"coalesce(sum({adds}), 0)::BIGINT"
    counts = f"d.{quoted('is ' + metric.of)}"
    if metric.kind == "time":
        return f"quantile_disc({TIMES[metric.of]}, {metric.quantile})"
    if metric.kind == "people":
        return f"count(DISTINCT CASE WHEN {counts} THEN s.person END)"
    return f"coalesce(sum(CASE WHEN {counts} THEN c.{metric.amount} END), 0)::BIGINT"


def _messages(question: Question) -> str:
    """Feedback and tracking with the journey version that each is of, without that of people in tests."""
    time = between("timestamp", question.since, question.until)
    kinds = ("feedback", "email_tracking", "push_tracking")
    records = " UNION ALL ".join(f"SELECT _experience, timestamp FROM {kind} WHERE {time}" for kind in kinds)
    uid = quoted("_experience.journeyOrchestration.stepEvents.journeyVersionID")
    versions = f"SELECT DISTINCT {uid} AS uid, journey AS name, number FROM shapes"
    return f"(SELECT * FROM ({records}) m WHERE {NO_TEST}) m LEFT JOIN ({versions}) v ON v.uid = {MESSAGE_VERSION}"


def _events(question: Question) -> str:
    """Service events."""
    return (
        f"(SELECT _experience, timestamp FROM service WHERE {between('timestamp', question.since, question.until)}) m"
    )


_RECORDS: dict[Source, Callable[[Question], str]] = {"messages": _messages, "events": _events}
"""The records of a source, as SQL."""


def _level(
    db: duckdb.DuckDBPyConnection, question: Question, pieces: list[int], name: str, found: dict[Key, dict[str, Any]]
) -> None:
    """How many there are at the end of each piece: whoever came until then, since ever, less who left."""
    came, left = (f"d.{quoted('is ' + measure)}" for measure in (METRICS[name].of, METRICS[name].over))
    columns = ["c.piece", *map(_sql, question.dimensions)]
    groups = ", ".join(str(number + 1) for number in range(len(columns)))
    net = f"coalesce(sum(c.steps * ({came}::INTEGER - {left}::INTEGER)), 0)::BIGINT"
    rows = f"{_summed(question, None, pieces)} c JOIN shapes d USING (shape)"
    query = f"SELECT {', '.join(columns)}, {net} FROM {rows} WHERE {_where(question)} GROUP BY {groups}"
    moves: dict[Key, dict[int, int]] = {}
    for piece, *rest in limited(db, query, _MOST_ROWS, SECONDS).rows:
        moves.setdefault(tuple(rest[:-1]), {})[piece] = rest[-1]
    for key, by_piece in moves.items():
        inside = 0
        for piece in range(max(1, len(pieces) - 1)):
            inside += by_piece.get(piece, 0)
            if inside or (piece, *key) in found:
                found.setdefault((piece, *key), {})[name] = inside


# --- the table ---


def _table(question: Question, pieces: list[int], found: Mapping[Key, dict[str, Any]]) -> Table:
    columns = [("time", "TIMESTAMP")] if pieces else []
    columns += [(name, "VARCHAR") for name in question.dimensions]
    columns += [(name, "DOUBLE" if METRICS[name].kind == "rate" else "BIGINT") for name in question.metrics]
    if not question.dimensions:  # a time in which nothing happened is told, not left out
        found = {(piece,): {} for piece in range(max(1, len(pieces) - 1))} | dict(found)
    times = [[datetime.fromtimestamp(piece / 1000, UTC).replace(tzinfo=None)] for piece in pieces] or [[]]
    rows = [
        [*times[piece], *key, *(_told(name, values) for name in question.metrics)]
        for (piece, *key), values in found.items()
    ]
    _sort(rows, question, [name for name, _ in columns])
    return Table(columns, rows[: question.limit], len(rows) > question.limit)


def _told(name: str, values: Mapping[str, Any]) -> Any:
    metric = METRICS[name]
    if metric.kind == "rate":
        part, over = values.get(metric.of) or 0, values.get(metric.over) or 0
        over += part if metric.joined else 0
        return part / over if over else None
    return values.get(name, None if metric.kind == "time" else 0)


def _sort(rows: list[list[Any]], question: Question, names: list[str]) -> None:
    """By the names of the dimensions, then by what was asked for, then by time: each sort leaves the last as it was."""
    first = 1 if question.grain != "all" else 0
    last = first + len(question.dimensions)
    rows.sort(key=lambda row: [(each is None, each or "") for each in row[first:last]])
    given = question.order or f"-{question.metrics[0]}"
    place, down = names.index(given.removeprefix("-")), given.startswith("-")
    some = [row for row in rows if row[place] is not None]
    some.sort(key=itemgetter(place), reverse=down)
    rows[:] = some + [row for row in rows if row[place] is None]
    if first and not question.order:
        rows.sort(key=itemgetter(0))
