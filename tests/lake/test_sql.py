# ruff: noqa: E501  # queries and what they give, each on a line
"""SQL from users: what is refused, and what the rest means [9.5]."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sojourn.errors import InputError
from sojourn.lake import query
from sojourn.lake.catalogue import TABLES
from sojourn.lake.manifest import Manifest
from sojourn.lake.reading import Lake
from sojourn.lake.sql import translated
from sojourn.lake.table import plain
from sojourn.lake.writing import Writer
from sojourn.report.facts import Discarded, Fact
from sojourn.store.shard import ShardReader

from .history import SANDBOX, History

NOW = 1_700_000_000_000
"""2023-11-14T22:13:20Z"""
HOUR = 3_600_000
EVIL = {
    "ERR_QUERY_READ_ONLY": [
        "INSERT INTO journeys VALUES (1)", "DELETE FROM journeys", "UPDATE journeys SET name = 'x'", "DROP TABLE journeys",
        "CREATE TABLE x AS SELECT 1", "CREATE MACRO f() AS 1", "ALTER TABLE journeys ADD COLUMN x INT", "SELECT 1 INTO x",
        "COPY journeys TO '/tmp/x'", "COPY (SELECT 1) TO '/tmp/x.csv'", "ATTACH '/etc/passwd' AS x", "DETACH x",
        "INSTALL httpfs", "LOAD httpfs", "SET memory_limit = '100GB'", "RESET memory_limit", "PRAGMA database_list",
        "EXPORT DATABASE '/tmp/x'", "IMPORT DATABASE '/tmp/x'", "CALL pragma_version()", "CHECKPOINT", "VACUUM",
        "USE memory", "BEGIN", "COMMIT", "EXPLAIN SELECT 1", "DESCRIBE journeys", "SHOW TABLES", "PREPARE p AS SELECT 1",
        "EXECUTE p", "WITH x AS (DELETE FROM journeys RETURNING 1) SELECT * FROM x", "SELECT * FROM journeys FOR UPDATE",
        "TRUNCATE journeys", "GRANT ALL ON journeys TO x", "MERGE INTO journeys USING journeys ON true WHEN MATCHED THEN DELETE",
    ],
    "ERR_QUERY_FUNCTION": [
        "SELECT * FROM read_parquet('/srv/**/*.parquet')", "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_json_auto('x')",
        "SELECT * FROM duckdb_settings()", "SELECT * FROM pragma_database_list()", "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')", "SELECT * FROM query('SELECT 1')", "SELECT * FROM query_table('steps')",
        "SELECT * FROM sniff_csv('/etc/passwd')", "SELECT * FROM parquet_metadata('x')", "SELECT * FROM range(10)",
        "SELECT nextval('x')", "SELECT (SELECT max(content) FROM read_text('/etc/passwd'))",
        "WITH x AS (SELECT * FROM read_blob('/etc/shadow')) SELECT * FROM x",
    ],
    "ERR_QUERY_TABLE": [
        "SELECT * FROM '/etc/passwd'", "SELECT * FROM 'lake/other/step/*/*.parquet'", 'SELECT * FROM "x.parquet"',
        "SELECT * FROM steps", "SELECT * FROM shapes", "SELECT * FROM step_tail", "SELECT * FROM other.journeys",
        "SELECT * FROM information_schema.tables", "SELECT * FROM duckdb_tables", "SELECT * FROM sqlite_master",
        "SELECT * FROM memory.main.journeys", "SELECT * FROM \"flat journeys\"", "SELECT * FROM journeys, rollup",
        "SELECT * FROM (SELECT * FROM (WITH y AS (SELECT 1) SELECT * FROM y)) z, y", "SELECT * FROM nothing",
    ],
    "ERR_QUERY_ONE": ["", ";", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE journeys", "-- nothing"],
    "ERR_QUERY_SYNTAX": [
        "SELECT * FROM glob('/*')", "SELECT * FROM journeys WHERE AND", "SELEC 1", "SELECT 'x", "FROM", "(" * 400,
        "SELECT * FROM journeys WHERE WHERE true",
    ],
    "ERR_QUERY_PARAMETER": ["SELECT * FROM journeys WHERE name = ?", "SELECT $1", "SELECT :name"],
    "ERR_QUERY_PATTERN": ["SELECT date_format(timestamp, 'QQQQQQ') FROM journeys"],
    "ERR_QUERY_LONG": ["SELECT '" + "x" * 100_000 + "'"],
    "ERR_QUERY_VALUE": [
        "SELECT length(lpad('x', 2000000000, 'y'))", "SELECT rpad(name, 2 * 1000000000) FROM journeys",
        "SELECT length(repeat(repeat('xy', 100000), 8000))", "SELECT space(1000001)", "SELECT len(range(200000000))",
        "SELECT len(generate_series(-3, 1000000000, 2))", "SELECT len(list_resize([1], 200000000))",
        "SELECT name FROM journeys WHERE length(format('{:>800000000}', name)) = 3", "SELECT printf('%800000000d', 1)",
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", EVIL)
def test_what_is_no_question_is_refused(code: str) -> None:
    """Writing, files, other databases, extensions, settings, other tables: none of it comes near DuckDB."""
    for sql in EVIL[code]:
        with pytest.raises(InputError) as refused:
            translated(sql, NOW)
        assert refused.value.code in (code, "ERR_QUERY_READ_ONLY" if code == "ERR_QUERY_FUNCTION" else code), sql
        assert refused.value.text("en") and refused.value.text("ko")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Two sandboxes with a journey each; of the first some rows are in files and some in the shard alone."""
    history = History(tmp_path_factory.mktemp("sql"))
    for sandbox in (SANDBOX, "other"):
        journey = history.journey("hello", sandbox=sandbox)
        uid = history.uid("hello", sandbox=sandbox)

        def shape(node: str, kind: str, journey: int = journey, uid: str = uid, **more: Any) -> int:
            content = {"version": uid, "node": node, "node_type": kind, "label": f"the {node}", "status": "transitions"}
            return history.shape(journey, 1, content | more)

        enters = shape("start", "event", entrance=True)
        sends = shape("thanks", "action", action="send")
        fails = shape("thanks", "action", action="send", status="error", error="http", ended=True)
        for number in range(4):
            at = NOW - number * 30 * HOUR
            last = (
                (fails, 2, at + 1500, 1500, 3, 503, None) if number == 3 else (sends, 2, at + 700, 700, 1, None, None)
            )
            history.batch([(journey, 1, f"{sandbox}-{number}", "", 1, [(enters, 1, at, 0, 0, None, None), last])])
        history.facts("discard", [Discarded(NOW - 5, sandbox, 0, "Seen", f"{sandbox}-9", "EVENT_WITH_NO_JOURNEY")])
        history.facts(
            "discard", [Discarded(NOW - 4, sandbox, journey, "Bought", f"{sandbox}-0", "reentranceNotAllowed")]
        )
        if sandbox == SANDBOX:
            manifest, shard = Manifest(history.data), ShardReader(history.data / "shard-0.db")
            writer = Writer(manifest, shard)
            while writer.export(now=True):
                pass
            for each in (writer, manifest, shard):
                each.close()
    body = b'{"eventType": "message.feedback", "_experience": {"customerJourneyManagement": {"messageDeliveryfeedback": {"feedbackStatus": "sent"}, "messageExecution": {"messageExecutionID": "m1"}}}}'
    history.facts("record", [Fact(NOW, SANDBOX, "feedback", ("prod-0",), body)])
    reading = Lake(history.data)
    yield reading
    reading.close()
    history.shard.close()


def answer(lake: Lake, sql: str, sandbox: str = SANDBOX, rows: int = 1000) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in query.run(lake, sandbox, sql, NOW, rows).rows]


STEP = "_experience.journeyOrchestration.stepEvents"
SERVICE = "_experience.journeyOrchestration.serviceEvents"
QUESTIONS: list[tuple[str, list[tuple[Any, ...]]]] = [
    # what the manual's examples ask, in other words
    (f"SELECT {STEP}.nodeName AS n, COUNT(1) c FROM journey_step_events WHERE {STEP}.nodeType = 'action' GROUP BY {STEP}.nodeName",
     [("action - the thanks", 4)]),
    (f"SELECT count(DISTINCT {STEP}.profileID) FROM journey_step_events WHERE {STEP}.nodeType = 'start'", [(4,)]),
    (f"SELECT count(DISTINCT _id) FROM journey_step_events WHERE {STEP}.actionExecutionError IS NOT NULL", [(1,)]),
    (f"SELECT {STEP}.actionExecutionErrorCode, {STEP}.attempts FROM journey_step_events e WHERE {STEP}.actionExecutionErrorCode LIKE '5%'",
     [("503", 3)]),
    (f"SELECT e.{STEP}.stepStatus, count(*) FROM journey_step_events AS e WHERE e.{STEP}.instanceEnded GROUP BY 1", [("error", 1)]),
    (f"SELECT DATE(timestamp) d, count(*) FROM journey_step_events WHERE {STEP}.entrance AND DATE(timestamp) > (now() - interval '3' day) GROUP BY DATE(timestamp) ORDER BY d DESC",
     [("2023-11-14", 1), ("2023-11-13", 1), ("2023-11-12", 1)]),
    (f"SELECT count(*) FROM journey_step_events WHERE {STEP}.entrance AND timestamp > (now() - interval '31 hour')", [(2,)]),
    (f"SELECT DATE_FORMAT(timestamp, 'yyyy/MM/dd HH:mm') AS at, count({STEP}.instanceID) FROM journey_step_events WHERE {STEP}.nodeType = 'start' GROUP BY at ORDER BY at LIMIT 1",
     [("2023/11/11 04:13", 1)]),
    (f"WITH a AS (SELECT e.timestamp AS ts, e.{STEP}.instanceID AS id FROM journey_step_events AS e), b AS (SELECT id, min(ts) f, max(ts) l FROM a WHERE id IS NOT NULL GROUP BY id) SELECT DATEDIFF(millisecond, f, l) d, COUNT() FROM b GROUP BY d ORDER BY d",
     [(700, 3), (1500, 1)]),
    (f"SELECT {SERVICE}.dispatcher.eventID, _experience.journeyOrchestration.profile.ID FROM journey_step_events WHERE {SERVICE}.dispatcher.eventCode = 'discard' AND {SERVICE}.dispatcher.eventType = 'EVENT_WITH_NO_JOURNEY'",
     [("Seen", "prod-9")]),
    (f"SELECT {SERVICE}.stateMachine.eventCode, _experience.journeyOrchestration.journey.versionID IS NOT NULL FROM journey_step_events WHERE {SERVICE}.stateMachine.eventType = 'discard'",
     [("reentranceNotAllowed", True)]),
    ("SELECT _experience.customerJourneyManagement.messageDeliveryFeedback.feedbackStatus AS s, count(1) FROM cjm_message_feedback_event_dataset WHERE _experience.customerJourneyManagement.messageExecution.messageExecutionID IN ('m1') GROUP BY 1",
     [("sent", 1)]),
    ("SELECT date_trunc('day', timestamp) AS d, SUM(CASE WHEN _experience.customerjourneymanagement.messagedeliveryfeedback.feedbackstatus = 'sent' THEN 1 ELSE 0 END) FROM ajo_message_feedback_event_dataset GROUP BY date_trunc('day', timestamp)",
     [("2023-11-14T00:00:00.000Z", 1)]),
    ("SELECT name, version, _experience.journeyOrchestration.journey.description FROM journeys", [("hello", "1.0", "of hello")]),
    (f"SELECT count(*) FROM journey_step_events s JOIN journeys j ON s.{STEP}.journeyVersionID = j.journeyVersionID", [(9,)]),
    (f"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {STEP}.actionExecutionTime) FROM journey_step_events WHERE {STEP}.actionType = 'customHttpAction'",
     [(700.0,)]),
    (f"SELECT count(*) FROM (SELECT * FROM journey_step_events) x WHERE x.{STEP}.nodeID = 'thanks'", [(4,)]),
    (f"SELECT identityMap['CRMID'][1].id FROM journey_step_events WHERE {STEP}.nodeID = 'start' ORDER BY timestamp DESC LIMIT 1", [("prod-0",)]),
    (f"SELECT to_json({SERVICE}.stateMachine)::VARCHAR LIKE '%reentrance%' FROM journey_step_events WHERE _experience.journeyOrchestration.serviceType = 'stateMachine'",
     [(True,)]),
    (f"SELECT 1 FROM journeys UNION ALL SELECT count(*) FROM journey_step_events WHERE {STEP}.nodeID = 'start' ORDER BY 1", [(1,), (4,)]),
    ("SELECT timestamp >= to_date('2023-11-14') FROM cjm_message_feedback_event_dataset", [(True,)]),
    ("SELECT count(*) FROM cjm_push_tracking_experience_event_dataset", [(0,)]),
    ("SELECT `name` FROM journeys", [("hello",)]),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_questions(lake: Lake, number: int) -> None:
    sql, expected = QUESTIONS[number]
    assert [tuple(map(plain, row)) for row in answer(lake, sql)] == expected, translated(sql, NOW)


def test_a_sandbox_sees_its_own(lake: Lake) -> None:
    """[1.3] Neither in a dataset nor by the names of files."""
    people = f"SELECT DISTINCT {STEP}.profileID p FROM journey_step_events WHERE {STEP}.nodeType = 'start' ORDER BY p"
    assert answer(lake, people) == [(f"prod-{number}",) for number in range(4)]
    assert answer(lake, people, "other") == [(f"other-{number}",) for number in range(4)]
    assert answer(lake, "SELECT count(*) FROM journeys", "empty") == [(0,)]


def test_what_the_parser_might_let_through_duckdb_does_not(lake: Lake, tmp_path: Path) -> None:
    """The lock holds without the parser: files, settings, extensions, other databases."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with duckdb.connect() as db, lake.laid_out(db, SANDBOX):
        query.lock(db, lake.folder / SANDBOX)
        assert db.execute("SELECT count(*) FROM journey_step_events").fetchall() == [(10,)]
        for sql in (
            f"SELECT * FROM read_csv('{secret}')", f"SELECT * FROM '{secret}'", f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
            f"ATTACH '{tmp_path}/x.db'", "SET enable_external_access = true", "SET allowed_directories = ['/']",
            "SET lock_configuration = false", "INSTALL httpfs", "LOAD httpfs", f"SELECT * FROM glob('{tmp_path}/*')",
            f"SELECT * FROM read_parquet('{lake.folder}/other/**/*.parquet')", f"SELECT * FROM read_text('{secret}')",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error):
                db.execute(sql).fetchall()


def test_values_of_common_sizes_are_made(lake: Lake) -> None:
    sql = (
        "SELECT lpad('x', 3, 'y'), rpad('x', 2 + 1), repeat('ab', 2), format('{:>3} of 123456789', 'x'), "
        "printf('%3d of 123456789', 1), len(range(0, 1000000, 2))"
    )
    assert answer(lake, sql) == [("yyx", "x  ", "abab", "  x of 123456789", "  1 of 123456789", 500_000)]


def test_limits(lake: Lake) -> None:
    """Time, rows and memory are bounded, and said to be."""
    many = " CROSS JOIN ".join(f"journey_step_events e{number}" for number in range(12))
    with pytest.raises(InputError) as late:
        query.run(lake, SANDBOX, f"SELECT sum(length(e0._id || e11._id)) FROM {many}", NOW, 10, seconds=0.3)
    assert late.value.code == "ERR_QUERY_TIME"
    found = query.run(lake, SANDBOX, f"SELECT {STEP}.nodeID FROM journey_step_events", NOW, 3)
    assert len(found.rows) == 3 and found.truncated and found.columns == [("nodeID", "VARCHAR")]
    for sql, code in (
        ("SELECT nothing FROM journeys", "ERR_QUERY_FAILED"),
        ("SELECT error('x' || name) FROM journeys", "ERR_QUERY_FAILED"),
        ("SELECT name::INTEGER FROM journeys", "ERR_QUERY_FAILED"),
    ):
        with pytest.raises(InputError) as failed:
            answer(lake, sql)
        assert failed.value.code == code and str(lake.folder) not in str(failed.value)


def test_only_what_is_asked_is_read() -> None:
    """Fields are columns wherever a query names fields; the nested tables serve what names more."""
    flat = translated(f"SELECT {STEP}.nodeID FROM journey_step_events WHERE timestamp > now()", NOW)
    assert '"flat journey_step_events"' in flat and "struct" not in flat
    for sql in ("SELECT * FROM journey_step_events", f"SELECT {STEP} FROM journey_step_events"):
        assert "flat" not in translated(sql, NOW)
    assert set(TABLES) == {
        "journey_step_events", "journeys", "cjm_message_feedback_event_dataset",
        "cjm_email_tracking_experience_event_dataset", "cjm_push_tracking_experience_event_dataset",
    }  # fmt: skip
