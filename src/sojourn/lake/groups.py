"""The groups that are compared: how many there are of each, and how many of them came to the goal."""

from __future__ import annotations

import duckdb

from sojourn.lake.catalogue import text
from sojourn.lake.measure import SECONDS, between
from sojourn.lake.query import limited
from sojourn.lake.question import BRANCH, COMPLETED, ENTERED, HELD_OUT, Sought

Found = list[tuple[str, int, int]]
"""(name, how many, how many of them came to the goal)."""


def groups(db: duckdb.DuckDBPyConnection, sought: Sought) -> Found:
    """The groups, by name."""
    query = _people(sought) if sought.control else _stays(sought)
    return [(name, size, reached) for name, size, reached in limited(db, query, 1_000, SECONDS).rows]


def _stays(sought: Sought) -> str:
    name, first = ("d.arrow", f"d.node = {text(sought.activity)} AND d.arrow IS NOT NULL") if sought.activity else (
        "d.journey || ' v' || d.number", 'd."is entered"'
    )  # fmt: skip
    at_goal = {COMPLETED: 'd."is completed"', BRANCH: "d.goal IS NOT NULL"}.get(
        sought.goal, f"d.node = {text(sought.goal)} AND d.arrow IS NOT NULL"
    )
    mine = f"steps s JOIN shapes d USING (shape) WHERE s._id IS NOT NULL AND d.journey_uid = {text(sought.journey)}"
    stay = "xor(s._id::UHUGEINT, s.n::UHUGEINT)"
    of = "d.goal" if sought.goal == BRANCH else "NULL"  # who came by another path has another goal
    return (
        f"WITH came AS (SELECT {stay} AS stay, any_value({name}) AS name FROM {mine} AND {first} "
        f"AND {between('s.timestamp', sought.since, sought.until)} GROUP BY 1), "
        f"goal AS (SELECT DISTINCT {stay} AS stay, {of} AS name FROM {mine} AND {at_goal}) "
        "SELECT came.name, count(*), count(goal.stay) FROM came "
        "LEFT JOIN goal ON goal.stay = came.stay AND coalesce(goal.name = came.name, true) GROUP BY 1 ORDER BY 1"
    )


def _people(sought: Sought) -> str:
    entered = 'FROM steps s JOIN shapes d USING (shape) WHERE s.person IS NOT NULL AND d."is entered" AND d.journey_uid'
    service = "m._experience.journeyOrchestration"
    return (
        f"WITH came AS (SELECT s.person AS person, {text(ENTERED)} AS name, min(s.timestamp) AS moment "
        f"{entered} = {text(sought.journey)} AND {between('s.timestamp', sought.since, sought.until)} GROUP BY 1 "
        f"UNION ALL SELECT {service}.profile.ID, {text(HELD_OUT)}, min(m.timestamp) FROM service m "
        f"WHERE {service}.serviceEvents.stateMachine.eventCode = 'heldOut' "
        f"AND {service}.journey.journeyID = {text(sought.journey)} "
        f"AND {between('m.timestamp', sought.since, sought.until)} GROUP BY 1), "
        f"goal AS (SELECT s.person AS person, max(s.timestamp) AS moment {entered} = {text(sought.goal)} GROUP BY 1) "
        "SELECT came.name, count(*), count(goal.person) FROM came "
        "LEFT JOIN goal ON goal.person = came.person AND goal.moment >= came.moment GROUP BY 1 ORDER BY 1 DESC"
    )
