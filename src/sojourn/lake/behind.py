"""Who is behind a number of a journey: those who stand at an activity, took a path, or came to an end."""

from __future__ import annotations

import duckdb

from sojourn.lake.catalogue import text
from sojourn.lake.measure import SECONDS, between
from sojourn.lake.query import limited
from sojourn.lake.question import Cursor, Found, Wanted


def people(db: duckdb.DuckDBPyConnection, wanted: Wanted, after: Cursor | None, limit: int) -> list[Found]:
    """The stays, the latest first, each once."""
    stay = "xor(s._id::UHUGEINT, s.n::UHUGEINT)"
    mine = f"steps s JOIN shapes d USING (shape) WHERE s._id IS NOT NULL AND d.journey_uid = {text(wanted.journey)}"
    if wanted.version is not None:
        mine += f" AND d.number = {wanted.version}"
    did = [between("s.timestamp", wanted.since, wanted.until)]
    if wanted.left is not None:
        did.append(f"d.node = {text(wanted.left)}")
    if wanted.dropped is not None:
        did.append(f"d.node = {text(wanted.dropped)} AND d.arrow IS NULL")
    if wanted.took is not None:
        did.append(f"d.arrow = {text(wanted.took)}")
    if wanted.outcome not in (None, "current"):
        did.append(f'd."is {wanted.outcome}"')
    latest = (
        "max(s.timestamp) AS moment, arg_max(d.number, s.n) AS version, arg_max(d.ended, s.n) AS over_, "
        "arg_max(coalesce(d.arrow, ''), s.n) AS arrow"
    )
    if wanted.outcome == "current" or wanted.here is not None:
        places = ", ".join(f"({number}, {text(arrow)})" for number, arrow in wanted.here or ())
        holds = "NOT over_"
        if wanted.here is not None:
            holds += f" AND (version, arrow) IN ({places})" if places else " AND false"
    else:
        holds = "true"
    if after is not None:
        holds += f" AND (moment, stay) < (epoch_ms({after[0]}), {text(after[1])})"
    query = (
        f"SELECT stay, person, version, epoch_ms(moment) FROM (SELECT {stay}::UUID::VARCHAR AS stay, "
        f"any_value(s.person) AS person, {latest} FROM {mine} AND {' AND '.join(did)} GROUP BY 1) "
        f"WHERE {holds} ORDER BY moment DESC, stay DESC LIMIT {limit}"
    )
    return [Found(*row) for row in limited(db, query, limit, SECONDS).rows]
