"""Journeys that write to people: whom, when, and what they do with what comes back [5.3, 5.6, 5.7, 6.18]."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from sojourn.engine.effect import Answer
from sojourn.journey.compile import compile_journey
from sojourn.report.agreement import Row
from sojourn.report.facts import Fact
from sojourn.runtime import history as history_file
from sojourn.runtime import recorded
from sojourn.store.entry import Dismissed, FeedbackKind, Rehearsed, Suppressed
from sojourn.store.shard import ShardReader

from ..differential import runs
from ..differential.test_rehearsals import apart
from .world import DOCUMENTS, HOUR, MAIL, Run, project

PEOPLE = ("ann", "ben", "cid", "dan")
ANN: dict[str, Any] = {"nick": "Ann & Co", "personalEmail": {"address": "ann@example.org"}}


def reaction(on: str, then: object = None, message: str = "m", **more: Any) -> dict[str, Any]:
    return {"type": "reaction", "message": message, "what": on, "next": then, **more}


def update(field: str, value: str, then: object = None) -> dict[str, Any]:
    return {"type": "updateProfile", "dataset": "people", "field": field, "value": value, "next": then}


def test_who_is_written_to(tmp_path: Path) -> None:
    """[5.3, 5.6] By the profile's address; whoever has none, has opted out or is suppressed is skipped and goes on."""
    made = project({"m": MAIL | {"next": "e"}, "e": {"type": "end"}})
    no: dict[str, Any] = {"consents": {"marketing": {"email": {"val": "n"}}}}
    with closing(Run(tmp_path / "live", made)) as run:
        run.person("ann", **ANN)
        run.person("bob", personalEmail={"address": "bob"})
        run.person("cid", personalEmail={"address": "cid@example.org"}, **no)
        run.person("dan", personalEmail={"address": "dan@example.org"}, consents={"marketing": {"any": {"val": "n"}}})
        run.person("eve", personalEmail={"address": "Eve@Example.org"})
        run.append([Suppressed(1, "prod", "email", "eve@example.org", "asked by phone")])
        for who in ("ann", "bob", "cid", "dan", "eve", "fay"):
            run.event("Buy", who, HOUR, what="<tea>")
        (sent,) = run.messages
        assert (sent.to, sent.subject, sent.text, sent.html) == (
            ("ann@example.org",), "Hi Ann & Co", "You bought <tea>.", "<p>&lt;tea&gt;</p>"
        )  # fmt: skip
        assert run.steps("ann")[1] == "m endStep then"
        reasons = {who: run.steps(who)[1].split()[-1] for who in ("bob", "cid", "dan", "eve", "fay")}
        assert reasons == {
            "bob": "badAddress", "cid": "optedOut", "dan": "optedOut", "eve": "suppressed", "fay": "noAddress"
        }  # fmt: skip
        assert run.steps("bob")[1] == "m skipped then badAddress"
        run.append([Suppressed(HOUR, "prod", "email", "EVE@example.org", "", remove=True)])
        run.event("Buy", "eve", 2 * HOUR)
        assert run.messages[-1].to == ("Eve@Example.org",)


def test_transactional_messages_and_addresses_by_expression(tmp_path: Path) -> None:
    mail = MAIL | {"channel": "receipts", "to": "concat(@{Buy._t.what}, '@example.org')", "subject": "{{ 'a\nb' }}"}
    text = {"type": "sms", "channel": "texts", "text": "{{ #{ExperiencePlatform.Person.points} }} points"}
    push = {"type": "push", "channel": "app", "text": "Hi", "data": {"n": "{{ @{Buy._t.n} }}"}}
    made = project({"m": mail | {"next": "t"}, "t": text | {"next": "p"}, "p": push})
    devices = [
        {"appID": "shop", "platform": "apns", "token": "one"},
        {"appID": "shop", "platform": "fcm", "token": "no configuration"},
        {"appID": "shop", "platform": "apns", "token": "gone", "denylisted": True},
        {"appID": "other", "platform": "apns", "token": "two"},
    ]
    with closing(Run(tmp_path / "live", made)) as run:
        run.person(
            "ann", points=7, mobilePhone={"number": "+49 (151) 123-456"}, pushNotificationDetails=devices,
            consents={"marketing": {"email": {"val": "n"}}},
        )  # fmt: skip
        run.event("Buy", "ann", HOUR, what="ann", n=3)
        mail_, text_, push_ = run.messages
    assert mail_.to == ("ann@example.org",)
    assert (text_.to, text_.text) == (("+49151123456",), "7 points")
    assert (push_.to, push_.data) == (("apns:one",), {"n": "3"})


def test_frequency(tmp_path: Path) -> None:
    """[5.6] The person is counted under all their ids, the channels of a rule together, in a window that moves."""
    text = {"type": "sms", "channel": "texts", "text": "Hi"}
    rules = [{"name": "r", "frequency": [{"channels": ["email", "sms"], "limit": 3, "period": "PT5H"}]}]
    with closing(Run(tmp_path / "live", project({"m": MAIL | {"next": "t"}, "t": text}, rules, rulesets=["r"]))) as run:
        run.person("ann", mobilePhone={"number": "0151123456"}, **ANN)
        for hour in (1, 2, 7):
            run.event("Buy", "ann", hour * HOUR)
        assert [each.kind for each in run.messages] == ["email", "sms", "email", "email", "sms"]
        assert run.steps("ann")[5] == "t skipped then frequency"
        run.restart()
        run.event("Buy", "ann", 7 * HOUR + 1)
        assert [each.kind for each in run.messages[5:]] == ["email"]
    other = [rules[0] | {"everywhere": True, "frequency": [{"limit": 1, "period": "P1D", "channels": ["email"]}]}]
    with closing(Run(tmp_path / "everywhere", project({"m": MAIL | {"next": "t"}, "t": text}, other))) as run:
        run.person("ann", mobilePhone={"number": "0151123456"}, **ANN)
        run.event("Buy", "ann", HOUR)
        run.event("Buy", "ann", 2 * HOUR)
        assert [each.kind for each in run.messages] == ["email", "sms", "sms"]


def test_quiet_hours(tmp_path: Path) -> None:
    """[5.6] In the profile's zone; then the message is made anew, and consent asked anew. Live and backtest agree."""
    rules = [{"name": "r", "everywhere": True, "quietHours": {"from": "21:00", "to": "08:00", "channels": ["email"]}}]
    made = project({"m": MAIL | {"next": "w"}, "w": {"type": "event", "event": "Ask"}}, rules)
    with closing(Run(tmp_path / "live", made)) as run:
        run.person("ann", timeZone="Asia/Seoul", **ANN)
        run.person("ben", personalEmail={"address": "ben@example.org"})
        run.event("Buy", "ann", 13 * HOUR)  # 22:00 in Seoul
        run.event("Buy", "ben", 13 * HOUR)
        assert [each.to for each in run.messages] == [("ben@example.org",)]
        run.event("Ask", "ann", 14 * HOUR)
        run.person("ann", at=15 * HOUR, nick="Annie")
        run.until(23 * HOUR - 1)
        assert len(run.messages) == 1
        run.restart()
        run.until(23 * HOUR)
        assert [(each.to, each.subject) for each in run.messages[1:]] == [(("ann@example.org",), "Hi Annie")]
        run.event("Buy", "cid", 13 * HOUR)
        assert run.steps("cid")[1] == "m skipped then noAddress"
        discards = runs.left_behind(run.data).discards
    assert discards == {"notAwaited": 1}


def test_reactions(tmp_path: Path) -> None:
    """[6.18] What happened before the person came to the reaction counts, if it was in this stay."""
    made = project(
        {
            "m": MAIL | {"next": {"then": "w", "error": "e"}},
            "w": {"type": "wait", "duration": "PT1H", "next": ["o", "c", "p"]},
            "o": reaction("opened", "e"),
            "c": reaction("clicked", "e"),
            "p": {"type": "wait", "duration": "PT2H", "next": "e"},
            "e": {"type": "end"},
        }
    )
    with closing(Run(tmp_path / "live", made)) as run:
        for who in ("ann", "ben", "cid"):
            run.person(who, personalEmail={"address": f"{who}@example.org"})
            run.event("Buy", who, HOUR)
        ann, ben, cid = run.port.sent
        run.feedback("clicked", HOUR + 10, ann, detail="https://example.org/")
        run.feedback("opened", HOUR + 20, ann)
        run.restart()
        run.feedback("opened", 2 * HOUR + 10, ben)
        run.feedback("unsubscribed", 2 * HOUR + 20, cid)
        run.feedback("opened", 2 * HOUR + 30, "01234567-89ab-8def-8123-456789abcdef")  # nobody knows it
        run.until(5 * HOUR)
        assert run.steps("ann")[1:] == ["m transitions then", "w transitions then", "o endStep then"]
        assert run.steps("ben")[3:] == ["o endStep then"]
        assert run.steps("cid")[3:] == ["p endStep then"]
        run.event("Buy", "ann", 6 * HOUR)
        run.feedback("opened", 6 * HOUR + 1, ann)  # of the stay before
        run.event("Buy", "cid", 6 * HOUR)
        run.until(10 * HOUR)
        assert run.steps("ann")[6:] == ["w transitions then", "p endStep then"]
        assert run.steps("cid")[5] == "m skipped then optedOut"
        assert runs.left_behind(run.data).discards == {}


def test_reactions_to_how_it_was_sent(tmp_path: Path) -> None:
    """[6.18, 6.24] Sent and failed are known with the server's answer; a bounce that comes later is a failure too."""
    made = project(
        {
            "m": MAIL | {"next": {"then": ["f", "z"], "error": ["f", "z"]}},
            "f": reaction("failed", "u", timeout="PT10H"),
            "z": reaction("sent", ["b"]),
            "b": reaction("failed", "u", timeout="PT1H"),
            "u": update("nick", "'bounced'"),
        }
    )
    refused = Answer("error", 550, reply="550 5.1.1 No such user", gone=("ben@example.org",))
    with closing(Run(tmp_path / "live", made, {"ben@example.org": refused})) as run:
        for who in ("ann", "ben", "cid"):
            run.person(who, personalEmail={"address": f"{who}@example.org"})
            run.event("Buy", who, HOUR)
        assert run.steps("ben")[1:] == ["m error error 550", "f transitions then", "u endStep then"]
        assert run.steps("ann")[1:] == ["m transitions then", "z transitions then"]
        ann = next(iter(run.port.sent))
        run.feedback("hardBounce", HOUR + 10, ann, code="5.1.1")
        assert run.steps("ann")[3:] == ["b transitions then", "u endStep then"]
        run.until(3 * HOUR)
        assert run.steps("cid")[3:] == ["b transitions timeout", "u endStep then"]
        for who in ("ann", "ben"):  # both addresses are suppressed from then on
            run.event("Buy", who, 4 * HOUR)
            assert run.steps(who)[-1] == "m skipped then suppressed"


def test_update_profile(tmp_path: Path) -> None:
    """[5.3] Within the turn: what comes next sees it, and so do segments; a null leaves the field."""
    made = project(
        {
            "u": update("points", "@{Buy._t.n} + 1", {"then": "x", "error": "e"}),
            "x": {
                "type": "condition",
                "paths": {"many": "#{ExperiencePlatform.Person.points} > 10 and inSegment('rich')"},
                "next": {"many": "v"},
            },
            "v": update("nick", "@{Buy._t.what}"),
            "e": {"type": "end"},
        }
    )
    assert made.add("segment", {"name": "rich", "definition": "#{ExperiencePlatform.profile.points} > 10"}) == []
    with closing(Run(tmp_path / "live", made)) as run:
        run.person("ann", nick="Ann")
        run.event("Buy", "ann", HOUR, n=10, what="tea")
        assert run.steps("ann")[1:] == ["u transitions then", "x transitions many", "v endStep then"]
        run.event("Buy", "ann", 2 * HOUR, n=20)
        run.event("Buy", "ben", 2 * HOUR, n=1)
        assert run.steps("ben")[1:] == ["u transitions then", "x endStep other"]
        people = run.engine._profiles
        ann, ben = (people.attributes("prod", "CRMID", who) for who in ("ann", "ben"))
        assert ann is not None and (ann["points"], ann["nick"]) == (21, "tea")
        assert ben is not None and ben["points"] == 2


def test_a_webhook(tmp_path: Path) -> None:
    body = {
        "who": "{{ #{JourneyProperties.externalKey} }}",
        "n": "{{ @{Buy._t.n} }}",
        "all": [1, "n={{ @{Buy._t.n} }}"],
    }
    headers = {"X-What": "{{ @{Buy._t.what} }}"}
    hook = {"type": "webhook", "url": "https://example.com/hook", "headers": headers, "body": body}
    made = project({"h": hook})
    with closing(Run(tmp_path / "live", made)) as run:
        run.event("Buy", "ann", HOUR, n=3, what="a\r\nb")
        assert run.steps("ann")[1:] == ["h endStep then"]
        (call,) = run.calls
    assert dict(call.request.headers) == {"X-What": "a b"}
    assert json.loads(call.request.body or b"") == {"who": "ann", "n": 3, "all": [1, "n=3"]}


def test_live_replay_and_backtest_agree(tmp_path: Path) -> None:
    """[6.31] All of it, with waits and quiet hours between."""
    rules = [
        {
            "name": "r",
            "everywhere": True,
            "quietHours": {"from": "02:00", "to": "04:00"},
            "frequency": [{"limit": 2, "period": "PT6H"}],
        }
    ]
    made = project(
        {
            "m": MAIL | {"to": "concat(@{Buy._t.who}, @{Buy._t.what})", "next": ["z", "w"]},
            "z": reaction("sent", "u"),
            "w": {"type": "wait", "duration": "PT30M", "next": "u"},
            "u": update("points", "@{Buy._t.n}", "t"),
            "t": {"type": "sms", "channel": "texts", "to": "'0151123456'", "text": "Hi", "next": "e"},
            "e": {"type": "event", "event": "Ask", "timeout": "PT2H"},
        },
        rules,
    )
    with closing(Run(tmp_path / "live", made)) as run:
        for at in range(1, 40):
            who = ("ann", "ben", "cid")[at % 3]
            what = "@example.org" if at % 5 else "?"
            run.event("Ask" if at % 4 == 0 else "Buy", who, at * HOUR // 4, what=what, n=at)
        run.until(20 * HOUR)
        history = run.history
        plan = run.plan
    found = runs.left_behind(tmp_path / "live")
    assert sum(found.steps.values()) > 60
    reasons = {row[5] for row in found.steps}
    assert {"badAddress", "frequency"} <= reasons
    assert runs.difference(found, runs.replayed(tmp_path / "replay", made, plan, history, 20 * HOUR)) == []
    assert runs.difference(found, runs.in_memory(made, plan, history, 20 * HOUR)) == []


def without_version(row: Row) -> Row:
    return (*row[:6], json.dumps(json.loads(row[6]) | {"version": ""}).encode())


def test_what_was_heard_of_messages_drives_other_runs(tmp_path: Path) -> None:
    """[6.18, 6.31] As it did live: in a replay of the log, of a file, in a backtest of a draft and a shadow of it. It
    counts for the stay in which the person was when the message was sent, if that has sent its own by then."""
    activities = {
        "m": MAIL | {"next": ["c", "z", "y"]},
        "c": reaction("clicked", "u"),
        "z": reaction("failed", "e"),
        "y": {"type": "wait", "duration": "PT20M", "next": "e"},
        "u": update("nick", "'clicked'", "w"),
        "w": {"type": "wait", "duration": "PT10M", "next": ["o", "x"]},
        "o": reaction("opened", "e"),
        "x": {"type": "wait", "duration": "PT20M", "next": "e"},
        "e": {"type": "end"},
    }
    made = project(activities)
    draft = project({"p": {"type": "wait", "duration": "PT1M", "next": "m"}, **activities})
    lines: list[dict[str, Any]] = []
    draw, until = Random(3), 20 * HOUR
    kinds: tuple[FeedbackKind, ...] = ("clicked", "clicked", "opened", "softBounce", "delivered")
    with closing(Run(tmp_path / "live", made)) as run:
        body = draft.journeys["j"].model_dump_json(by_alias=True, exclude_unset=True).encode()
        run.append([Rehearsed(0, "prod", run.plan.journey, "shadow", "shadow", "j", 2, body, b"{}")])
        for who in PEOPLE:
            address = {"address": f"{who}@example.org"}
            run.person(who, personalEmail=address)
            known = {"crm": who, "personalEmail": address}
            lines.append({"header": {"datasetId": "people"}, "body": {"xdmEntity": known}})
        for number in range(4, 32):
            who, now = PEOPLE[number % 4], number * HOUR // 4
            run.event("Buy", who, now, what="tea", n=number)
            for offset in sorted(draw.sample(range(1, 890), 3)):
                run.feedback(draw.choice(kinds), now + offset * 1_000, draw.choice(list(run.port.sent)[-3:]))
        run.feedback("unsubscribed", 10 * HOUR, list(run.port.sent)[-1], once=True)
        run.feedback("hardBounce", 10 * HOUR + 1, list(run.port.sent)[-2])
        for who in PEOPLE:
            run.event("Buy", who, 11 * HOUR)
        run.until(until)
        log = recorded.everything(run.data, "prod", 0, until)
        with closing(ShardReader(run.data / "shard-0.db")) as shard:
            facts = [msgspec.convert(row, Fact) for _, kind, rows in shard.facts() for row in rows if kind == "record"]
        lines += [json.loads(each.record) for each in run.history]
        for each in facts:
            moment = datetime.fromtimestamp(each.at / 1000, UTC).isoformat()
            lines.append(json.loads(each.body) | {"timestamp": moment})
        plan, rules = run.plan, run.rules
    live = runs.left_behind(tmp_path / "live")
    nodes = Counter(json.loads(row[6])["node"] for row in live.steps.elements() if row[3] > 2)
    assert min(nodes[id_] for id_ in activities if id_ not in "me") > 2, "each reaction is heard, and is not"
    assert {row[5] for row in live.steps} >= {"optedOut", "suppressed"}
    file = tmp_path / "history.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name, history in (("log", log), ("file", history_file.read(file, rules, until))):
        assert runs.difference(live, runs.replayed(tmp_path / name, made, plan, history, until)) == [], name
    later, _ = compile_journey(draft, "j", number=2)
    assert later is not None
    shadow, backtested = apart(tmp_path / "live", "shadow"), runs.in_memory(draft, later, log, until).steps
    before = 10 * HOUR  # nobody minds what a shadow writes
    left, right = (
        Counter(without_version(row) for row in each.elements() if row[4] < before) for each in (shadow, backtested)
    )
    assert (left - right, right - left) == (Counter(), Counter())
    assert {json.loads(row[6])["node"] for row in shadow} > {"c", "z", "y", "o", "x"}


def test_what_a_file_says_of_messages_is_of_their_supplemental_key(tmp_path: Path) -> None:
    """[6.10, 6.31] Also if the person came in with another key before the message went out."""
    activities = {
        "p": {"type": "wait", "duration": "PT3M", "next": "m"},
        "m": MAIL | {"next": ["c", "y"]},
        "c": reaction("clicked", "e"),
        "y": {"type": "wait", "duration": "PT20M", "next": "e"},
        "e": {"type": "end"},
    }
    made = project(activities, supplementalKey=True)
    assert made.add("event", DOCUMENTS["event"][0] | {"supplementalKey": "@{Buy._t.what}"}) == []
    lines: list[dict[str, Any]] = []
    with closing(Run(tmp_path / "live", made)) as run:
        for who in PEOPLE[:2]:
            run.person(who, personalEmail={"address": f"{who}@example.org"})
            known = {"crm": who, "personalEmail": {"address": f"{who}@example.org"}}
            lines.append({"header": {"datasetId": "people"}, "body": {"xdmEntity": known}})
        for number in range(3):
            for minute, what in enumerate(("tea", "milk", "jam")):
                for who in PEOPLE[:2]:
                    run.event("Buy", who, (number + 1) * HOUR + minute * 60_000 + (who == "ben"), what=what)
            run.until((number + 1) * HOUR + 290_000)
            sent = {row[2:4]: row[0] for who in PEOPLE[:2] for row in run.shard.rows("messages_of", 1, who)}
            for place, whose in enumerate((("ann", "tea"), ("ben", "tea"), ("ann", "milk"))):
                run.feedback("clicked", (number + 1) * HOUR + 300_000 + place * 60_000, sent[whose])
        run.until(6 * HOUR)
        with closing(ShardReader(run.data / "shard-0.db")) as shard:
            facts = [msgspec.convert(row, Fact) for _, kind, rows in shard.facts() for row in rows if kind == "record"]
        lines += [json.loads(each.record) for each in run.history]
        for each in facts:
            moment = datetime.fromtimestamp(each.at / 1000, UTC).isoformat()
            lines.append(json.loads(each.body) | {"timestamp": moment})
        plan, rules = run.plan, run.rules
    live = runs.left_behind(tmp_path / "live")
    heard = Counter(row[:2] for row in live.steps.elements() if json.loads(row[6])["node"] == "c")
    assert heard == {("ann", "tea"): 3, ("ben", "tea"): 3, ("ann", "milk"): 3}
    file = tmp_path / "history.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    history = history_file.read(file, rules, 6 * HOUR)
    assert runs.difference(live, runs.replayed(tmp_path / "file", made, plan, history, 6 * HOUR)) == []


def test_a_shadow_decides_as_live_would(tmp_path: Path) -> None:
    """[5.6, 6.33] Its own messages count for it, those that the live version sends in its place do not, those to
    whoever was inside before it began do."""
    rules = [{"name": "r", "everywhere": True, "frequency": [{"limit": 2, "period": "PT6H"}]}]
    made = project(
        {"m": MAIL | {"next": "w"}, "w": {"type": "wait", "duration": "PT30M", "next": "n"}, "n": MAIL}, rules
    )
    body = made.journeys["j"].model_dump_json(by_alias=True, exclude_unset=True).encode()
    draw, began = Random(5), 90 * HOUR // 60
    with closing(Run(tmp_path / "live", made)) as run:
        for who in PEOPLE:
            run.person(who, personalEmail={"address": f"{who}@example.org"})
        run.event("Buy", "ann", HOUR)
        run.append([
            Suppressed(began, "prod", "email", "dan@example.org", ""),
            Rehearsed(began, "prod", run.plan.journey, "shadow", "shadow", "j", 1, body, b"{}"),
        ])  # fmt: skip
        for number in range(40):
            run.event("Buy", draw.choice(PEOPLE), began + 1 + number * HOUR // 2)
        run.until(40 * HOUR)
        live, shadow = decided(runs.left_behind(run.data).steps, began), decided(apart(run.data, "shadow"), began)
        assert {each[:3] for each in live - shadow} == {("ann", began, node) for node in "wn"}
        assert shadow - live == {}
        assert {each[4] for each in live} == {None, "suppressed", "frequency"}
        assert sum(1 for each in live if each[4] == "frequency") > 10
        run.append([Dismissed(41 * HOUR, "prod", "shadow")])
        run.work()
        assert run.shard.connection.execute("select count(*) from shadow_contact").fetchall() == [(0,)]


def decided(rows: Counter[Row], since: int) -> Counter[Any]:
    """Who came by what, when, and how that went, without the number of the entry."""
    found: Counter[Any] = Counter()
    for row in rows.elements():
        if row[4] >= since:
            shape = json.loads(row[6])
            found[row[0], row[4], shape["node"], shape["status"], row[5]] += 1
    return found
