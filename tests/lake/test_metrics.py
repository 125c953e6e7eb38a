# ruff: noqa: E501  # tables, a line a row
"""Metrics: each from a small history that was made by hand, against what is plain to see [9.6]."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.errors import InputError
from sojourn.lake.groups import groups
from sojourn.lake.manifest import Manifest
from sojourn.lake.measure import ask, looks
from sojourn.lake.question import Question, Sought, checked, fits
from sojourn.lake.reading import Lake
from sojourn.lake.writing import Writer
from sojourn.messages import LANGUAGES, label
from sojourn.report.definitions import DIMENSIONS, METRICS
from sojourn.report.facts import Discarded, Fact
from sojourn.report.flow import range_report
from sojourn.store.shard import ShardReader

from .history import SANDBOX, History

HOUR = 3_600_000
DAY = 24 * HOUR
T0 = 1_704_067_200_000
"""2024-01-01T00:00:00Z"""


class Made:
    """Two versions of one journey; rows are (person, entry, [(shape, at, took, attempts, code, fetched), ...])."""

    def __init__(self, folder: Path) -> None:
        self.history = History(folder)
        self.journey = self.history.journey("hello", 2)
        self.lake: Lake

    def shape(self, version: int, node: str, **more: Any) -> int:
        kind = {"start": "event", "size": "condition", "thanks": "action", "rest": "wait"}[node]
        content = {"version": self.history.uid("hello", version), "node": node, "node_type": kind, "label": node}
        return self.history.shape(self.journey, version, content | {"status": "transitions"} | more)

    def stay(self, person: str, version: int, *steps: tuple[Any, ...], entry: int = 1) -> None:
        rows = [
            (
                shape,
                n,
                at,
                took,
                more[0] if more else 0,
                more[1] if len(more) > 1 else None,
                more[2] if len(more) > 2 else None,
            )
            for n, (shape, at, took, *more) in enumerate(steps, 1)
        ]
        self.history.batch([(self.journey, version, person, "", entry, rows)])

    def export(self) -> None:
        manifest, shard = Manifest(self.history.data), ShardReader(self.history.data / "shard-0.db")
        writer = Writer(manifest, shard)
        while writer.export(now=True):
            pass
        for each in (writer, manifest, shard):
            each.close()

    def ask(self, *metrics: str, **question: Any) -> list[list[Any]]:
        asked = checked(Question(metrics=metrics, **question))
        ranges, records = looks(asked)
        with self.lake.numbers(SANDBOX, ranges, records=records) as db:
            return [list(row) for row in ask(db, asked).rows]

    def one(self, metric: str, **question: Any) -> Any:
        return self.ask(metric, **question)[0][0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Six stays of five people: some rows in files, the later ones in the shard alone."""
    it = Made(tmp_path_factory.mktemp("metrics"))
    for version in (1, 2):
        enters = it.shape(version, "start", entrance=True, arrow="start/then")
        big, other = it.shape(version, "size", arrow="size/big"), it.shape(version, "size", arrow="size/other")
        thanks = it.shape(version, "thanks", arrow="thanks/then", action="send")
        fails = it.shape(version, "thanks", action="send", status="error", error="http", ended=True)
        saved = it.shape(version, "thanks", action="send", status="timedOut", error="timeout", arrow="thanks/error")
        rests = it.shape(version, "rest", status="endStep", arrow="rest/then", ended=True)
        if version == 1:
            it.stay("ann", 1, (enters, T0, 0), (big, T0, 0), (thanks, T0 + 100, 100, 1), (rests, T0 + DAY, DAY))
            wins = it.shape(1, "rest", status="endStep", arrow="rest/then", ended=True, goal="size/other")
            it.stay("bob", 1, (enters, T0 + HOUR, 0), (other, T0 + HOUR, 0), (wins, T0 + HOUR + 2 * DAY, 2 * DAY))
            it.stay(
                "cid", 1, (enters, T0 + 2 * HOUR, 0), (big, T0 + 2 * HOUR, 0), (fails, T0 + 2 * HOUR + 300, 300, 4, 503)
            )
            it.stay("ann", 1, (enters, T0 + 3 * DAY + 1, 0), (other, T0 + 3 * DAY + 1, 0), entry=2)
            it.export()
            gone = it.shape(1, "rest", status="exited", ended=True)
            it.stay(
                "dan", 1, (enters, T0 + 3 * DAY, 0), (other, T0 + 3 * DAY, 0), (gone, T0 + 4 * DAY, DAY, 0, "merged")
            )
        else:
            fetched = (1, 2, 40, 3, None, None)
            it.stay(
                "eve",
                2,
                (enters, T0 + 5 * DAY, 0),
                (big, T0 + 5 * DAY, 0, 0, None, fetched),
                (saved, T0 + 5 * DAY + 900, 900, 2),
            )
    for at, dataset, body in MESSAGES:
        it.history.facts("record", [Fact(T0 + at, SANDBOX, dataset, ("ann",), body(it.history.uid("hello")))])  # type: ignore[arg-type]
    for reason, journey in (
        ("reentranceNotAllowed", it.journey),
        ("notAwaited", it.journey),
        ("EVENT_WITH_NO_JOURNEY", 0),
    ):
        it.history.facts("discard", [Discarded(T0 + 7, SANDBOX, journey, "Bought", "ann", reason)])
    it.lake = Lake(it.history.data)
    yield it
    it.lake.close()
    it.history.shard.close()


def record(id_: str, what: dict[str, Any], channel: str = "email", *, test: bool = False) -> Callable[[str], bytes]:
    def body(uid: str) -> bytes:
        known = {
            "messageExecution": {"messageExecutionID": id_, "journeyVersionID": uid},
            "messageProfile": {
                "isTestExecution": test,
                "channel": {"_id": f"https://ns.adobe.com/xdm/channels/{channel}"},
            },
            "emailChannelContext": {"address": f"{id_}@x.org"},
        }
        return json.dumps({"_experience": {"customerJourneyManagement": known | what}}).encode()

    return body


def feedback(status: str, failure: str = "", category: str = "sync", retries: int = 0) -> dict[str, Any]:
    why = {"messageFailure": {"type": failure, "category": category, "reason": "full"}} if failure else {}
    return {"messageDeliveryfeedback": {"feedbackStatus": status, "retryCount": retries, **why}}


def interaction(kind: str) -> dict[str, Any]:
    return {"messageInteraction": {"interactionType": kind, "label": "https://x.org"}}


MESSAGES = [
    (0, "feedback", record("m1", feedback("sent", retries=1))),
    (1, "feedback", record("m2", feedback("sent"))),
    (2, "feedback", record("m3", feedback("bounce", "Hard"))),
    (3, "feedback", record("m2", feedback("bounce", "Soft", "async"))),
    (4, "feedback", record("m4", feedback("sent"), "sms")),
    (5, "feedback", record("m5", feedback("sent"), test=True)),
    (6, "email_tracking", record("m1", interaction("open"))),
    (7, "email_tracking", record("m1", interaction("open"))),
    (8, "email_tracking", record("m1", interaction("click"))),
    (9, "email_tracking", record("m1", interaction("unsubscribe"))),
    (10, "email_tracking", record("m1", interaction("spam_complaint"))),
]
EXPECTED: dict[str, Any] = {
    "entered": 6, "completed": 2, "failed": 1, "exited": 1, "stopped": 0, "current": 2, "people": 5,
    "completionRate": 2 / 6, "failedRate": 1 / 6, "currentRate": 2 / 6, "errorRate": 2 / 18,
    "errors": 2, "errorsHandled": 1, "errorsInAction": 2, "errorsInEnrichment": 0, "errorsInEvent": 0,
    "timedOut": 1, "capped": 0, "instanceTimedOut": 0, "skipped": 0, "goals": 1, "steps": 18,
    "executedEvent": 6, "executedAction": 3, "succeededAction": 1, "executedOrchestration": 8, "executedEnrichment": 3,
    "attempts": 7, "callTimeMedian": 300, "callTimeP95": 900, "callTimeP99": 900, "fetchTimeMedian": 40, "fetchTimeP95": 40,
    "fetchTimeP99": 40, "waitingTimeMedian": DAY, "waitingTimeP95": 2 * DAY, "waitingTimeP99": 2 * DAY,
    "sent": 4, "delivered": 2, "bounced": 2, "hardBounced": 1, "softBounced": 1, "quarantined": 2, "complained": 1,
    "retried": 1, "opened": 2, "clicked": 1, "unsubscribed": 1, "uniqueOpened": 1, "uniqueClicked": 1,
    "deliveredRate": 0.5, "bounceRate": 0.5, "hardBounceRate": 0.25, "softBounceRate": 0.25, "quarantineRate": 0.5,
    "complaintRate": 0.25, "openRate": 0.5, "clickRate": 0.5, "unsubscribeRate": 0.5,
    "discarded": 3, "discardRate": 3 / 9,
}  # fmt: skip


def test_every_metric(made: Made) -> None:
    found = dict(zip(METRICS, made.ask(*METRICS)[0], strict=True))
    assert found == pytest.approx(EXPECTED) and set(EXPECTED) == set(METRICS)


def test_dimensions_filters_and_order(made: Made) -> None:
    assert made.ask("entered", "people", dimensions=("version",)) == [["hello v1", 5, 4], ["hello v2", 1, 1]]
    assert made.ask("steps", dimensions=("activity", "status"), filters={"version": ["hello v1"], "activity": ["thanks", "rest"]}) == [
        ["rest", "endStep", 2], ["rest", "exited", 1], ["thanks", "error", 1], ["thanks", "transitions", 1],
    ]  # fmt: skip
    assert made.ask("errors", dimensions=("action", "error", "errorCode"), filters={"error": ["http", "timeout"]}, order="errorCode") == [
        ["send", "http", "503", 1], ["send", "timeout", None, 1],
    ]  # fmt: skip
    assert made.ask("exited", dimensions=("exitReason",), filters={"exitReason": ["merged"]}) == [["merged", 1]]
    assert made.ask("steps", dimensions=("path",), filters={"path": [None]}) == [[None, 2]]
    assert made.ask("sent", "opened", dimensions=("channel",)) == [["email", 3, 2], ["sms", 1, 0]]
    assert made.ask("bounced", dimensions=("journey", "failureReason"), filters={"channel": ["email"]}, limit=1) == [
        ["hello", "full", 2]
    ]
    assert made.ask("current", "entered", dimensions=("version",), order="version") == [
        ["hello v1", 1, 5],
        ["hello v2", 1, 1],
    ]
    assert made.ask("discarded", "discardRate", dimensions=("journey",), order="-discarded") == [
        ["hello", 2, 2 / 8],
        [None, 1, 1.0],
    ]
    assert made.ask("discarded", dimensions=("discardReason",), order="discardReason", since=T0 + 7, until=T0 + 8) == [
        ["EVENT_WITH_NO_JOURNEY", 1], ["notAwaited", 1], ["reentranceNotAllowed", 1],
    ]  # fmt: skip
    for name in DIMENSIONS:
        metric = next(each for each in ("steps", "sent", "discarded") if fits(each, name))
        made.ask(metric, dimensions=(name,))


def test_ranges_are_exact(made: Made) -> None:
    """To the millisecond, whether an hour is rolled up or not; pieces of time add up."""
    assert made.one("entered", since=T0, until=T0 + 1) == 1
    assert made.one("entered", since=T0 + 1, until=T0 + 3 * DAY) == 2
    assert made.one("entered", since=T0 + 1, until=T0 + 3 * DAY + 1) == 3
    assert made.one("entered", since=T0 + 1, until=T0 + 3 * DAY + 2) == 4
    assert made.one("current", until=T0 + 2 * HOUR) == 2
    assert made.one("current", since=T0 + DAY, until=T0 + DAY + 1) == 1, "whoever is inside, whenever they came"
    days = made.ask("entered", "current", "completed", grain="day", since=T0, until=T0 + 6 * DAY)
    midnight = [datetime(2024, 1, day) for day in range(1, 7)]
    assert days == [
        [at, *row]
        for at, row in zip(midnight, [(3, 2, 0), (0, 1, 1), (0, 0, 1), (2, 2, 0), (0, 1, 0), (1, 2, 0)], strict=True)
    ]
    seoul = made.ask("entered", grain="day", zone="Asia/Seoul", since=T0, until=T0 + 6 * DAY)
    assert [row[0] for row in seoul[:2]] == [datetime(2024, 1, 1), datetime(2024, 1, 1, 15)]
    assert [row[1] for row in seoul] == [3, 0, 0, 2, 0, 1, 0]
    kolkata = made.ask("entered", grain="day", zone="Asia/Kolkata")
    assert sum(row[1] for row in kolkata) == 6 and kolkata[1][0] == datetime(2024, 1, 1, 18, 30)
    months = made.ask("entered", dimensions=("version",), grain="month")
    assert [row[1:] for row in months] == [["hello v1", 5], ["hello v2", 1]]
    assert [row[1] for row in made.ask("steps", grain="week", since=T0 - DAY)] == [0, 18]
    assert len(made.ask("entered", grain="hour", since=T0, until=T0 + DAY)) == 24


def test_what_cannot_be_asked(made: Made) -> None:
    for code, question in {
        "ERR_METRIC_NONE": {"metrics": ()},
        "ERR_METRIC_UNKNOWN": {"metrics": ("nothing",)},
        "ERR_DIMENSION_UNKNOWN": {"metrics": ("entered",), "dimensions": ("nothing",)},
        "ERR_METRIC_DIMENSION": {"metrics": ("currentRate",), "dimensions": ("activity",)},
        "ERR_RANGE_EMPTY": {"metrics": ("entered",), "since": 5, "until": 5},
        "ERR_REPORT_ZONE": {"metrics": ("entered",), "zone": "Mars/Olympus"},
        "ERR_ORDER_UNKNOWN": {"metrics": ("entered",), "order": "-failed"},
    }.items():
        with pytest.raises(InputError) as refused:
            checked(Question(**question))  # type: ignore[arg-type]
        assert refused.value.code == code and refused.value.text("ko")
    with pytest.raises(InputError) as fine:
        made.ask("entered", grain="hour", since=0)
    assert fine.value.code == "ERR_GRAIN_FINE"


def test_every_metric_is_told_in_words() -> None:
    for language in LANGUAGES:
        texts = [label("INFO_METRIC_", name, language) for name in METRICS]
        texts += [label("INFO_DIMENSION_", name, language) for name in DIMENSIONS]
        assert len(set(texts)) == len(texts)


@settings(max_examples=15, deadline=None)
@given(st.integers(-2, 6 * 24 + 2), st.integers(1, 6 * 24), st.integers(0, 1))
def test_identities(made: Made, start: int, length: int, odd: int) -> None:
    """[6.26] Of every range: who was inside, and who entered, is who ended somehow and who is inside. Paths add up."""
    since = T0 + start * HOUR + odd
    until = since + length * HOUR
    shard = made.lake.shard
    uid = shard.rows("journeys")[0][2]
    found = range_report(shard, SANDBOX, uid, *made.lake.counts(SANDBOX, uid, since, until))
    for each in (found, *found["versions"]):
        ends = sum(each[name] for name in ("completed", "failed", "exited", "stopped", "current"))
        assert each["currentBefore"] + each["entered"] == ends
    for version in found["versions"]:
        for id_, activity in version["flow"]["activities"].items():
            paths = [path for path in version["flow"]["paths"].values() if path["from"] == id_]
            assert activity["left"] == activity["dropped"] + sum(path["count"] for path in paths)
        size = version["flow"]["activities"]["size"]
        assert size["came"] == version["flow"]["paths"]["start/then"]["count"]
    names = ("entered", "completed", "failed", "exited", "stopped", "current")
    assert made.ask(*names, since=since, until=until) == [[found[name] for name in names]]
    assert round(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000) == T0


def test_groups_that_are_compared(made: Made) -> None:
    """Versions by their stays, and the paths of an activity by the stays that took them."""
    uid = made.lake.shard.rows("journeys")[0][2]

    def found(**sought: Any) -> list[tuple[str, int, int]]:
        with made.lake.numbers(SANDBOX) as db:
            return groups(db, Sought(uid, **sought))

    assert found() == [("hello v1", 5, 2), ("hello v2", 1, 0)]
    assert found(activity="size", goal="rest") == [("size/big", 3, 1), ("size/other", 3, 1)]
    assert found(activity="size", goal="branch") == [("size/big", 3, 0), ("size/other", 3, 1)]
    assert found(since=T0, until=T0 + 1) == [("hello v1", 1, 1)]


def test_the_control_group(tmp_path: Path) -> None:
    """People who entered and people who were held out, by who came into another journey after that."""
    history = History(tmp_path)
    journeys = {name: history.journey(name) for name in ("hello", "buys")}

    def enters(name: str, who: str, at: int) -> None:
        content = {
            "version": history.uid(name),
            "node": "start",
            "node_type": "event",
            "label": "",
            "status": "transitions",
        }
        shape = history.shape(journeys[name], 1, {**content, "entrance": True})
        history.batch([(journeys[name], 1, who, "", at - T0 + 1, [(shape, 1, at, 0, 0, None, None)])])

    for who, at, bought in (("ann", 5, 6), ("bob", 5, 4), ("cid", 5, 5), ("dan", 7, 0), ("ann", 8, 9)):
        enters("hello", who, T0 + at)
        if bought:
            enters("buys", who, T0 + bought)
    for who, at, bought in (("fay", 5, 6), ("gus", 5, 0), ("gus", 6, 0), ("hal", 5, 1)):
        held = Discarded(T0 + at, SANDBOX, journeys["hello"], "Bought", who, "heldOut")
        history.facts("discard", [held, Discarded(T0 + at, SANDBOX, journeys["buys"], "Bought", "joe", "heldOut")])
        if bought:
            enters("buys", who, T0 + bought)
    history.shard.close()
    Manifest(tmp_path).close()
    lake = Lake(tmp_path)
    uids = {row[3]: row[2] for row in lake.shard.rows("journeys")}
    sought = Sought(uids["hello"], control=True, goal=uids["buys"])
    with lake.numbers(SANDBOX) as db:
        assert groups(db, sought) == [("heldOut", 3, 1), ("entered", 4, 2)]
        assert groups(db, sought._replace(since=T0 + 6, until=T0 + 8)) == [("heldOut", 1, 0), ("entered", 1, 0)]
    lake.close()
