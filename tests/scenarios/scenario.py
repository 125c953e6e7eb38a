"""Scenarios: small stories in YAML that show what the rules of the product mean, and how they are run.

A file of `stories/` has a `title`, the numbers of the rules that it `shows`, a `journey` (or several `journeys`, the
first is the one the story is about), a `history`, and the step events that must come of it (`steps`). Lines of the
history are `TIME WHO WHAT [FIELDS]`, with these for WHAT:

    09:00 ann Order {value: 60}        an event of the shop (shop.yaml); of nobody: `09:00 shop Sale`
    09:00 ann profile {tier: gold}     a record of the profile (`timeZone`, `mail`, ... beside fields of the shop)
    09:00 ann joins chosen             an upload to an audience; also `leaves`
    09:00 ann opened welcome           what is heard of the message sent at the activity `welcome`
    09:00 ann forgotten                a privacy delete
    09:00 journey closed               also `stopped`, and `published next`: the document under `next` goes live

TIME is a time of day of `date` (2026-03-02, a Monday), `+7d 09:00` one some days later; UTC. A line of `steps` is `TIME
ACTIVITY [STATUS] [> PATH] [WHY]`, where nothing is said for the status `transitions` and the path `then`; the last
activity of a stay has `end` (endStep). Stays go by whose they are: `ann`, her second `ann#2`, with a supplemental key
`ann/o1`; in another journey `ann in other`; of somebody who was deleted since `deleted`.
`discards` counts what had no effect, by reason; `sent` has calls and messages, `goals` the branches of A/B splits,
where that is what a story is about.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sojourn import identifiers
from sojourn.engine.effect import Call, Effect, Send
from sojourn.journey.compile import compile_journey
from sojourn.journey.files import _Loader
from sojourn.journey.plan import Plan
from sojourn.journey.project import Kind, Project
from sojourn.report.agreement import Collector, Row
from sojourn.runtime.backtest import backtest
from sojourn.runtime.fixtures import Fixtures
from sojourn.runtime.inlet import Checked, InletRules
from sojourn.runtime.recorded import told
from sojourn.runtime.replay import Replay
from sojourn.store.entry import Accepted, Entry, Feedback, Forgotten, Halted, Marked, Published, Recorded, Uploaded
from sojourn.store.shard import ShardReader

from ..differential import runs

HERE = Path(__file__).parent
STORIES = HERE / "stories"
_TIME = re.compile(r"(?:\+(\d+)d )?(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?")
_LINE = re.compile(rf"({_TIME.pattern}) (\S+) (\w+)(?: (?!\{{)([\w-]+))?(?: (\{{.*\}}))?")
_STEP = re.compile(rf"({_TIME.pattern}) (\S+)(?: (?!>)(\w+))?(?: > (\w+))?(?: (\S+))?")
_FEEDBACK = ("delivered", "hardBounce", "softBounce", "opened", "clicked", "unsubscribed", "complaint")
Steps = dict[str, list[str]]


def read(text: str) -> Any:
    """YAML, of which times stay text."""
    return yaml.load(text, _Loader)


def names() -> list[str]:
    """All stories."""
    return sorted(path.stem for path in STORIES.glob("*.yaml"))


class Found(NamedTuple):
    """What came of a story, in its own words."""

    steps: Steps
    discards: dict[str, int]
    sent: list[str] | None = None
    """Calls and messages; None where the way of running it does not tell."""
    goals: dict[str, int] | None = None
    """How many of a branch of a split have reached its goal; None where the way of running it does not tell."""


class Scenario:
    """A story, read and ready to run."""

    def __init__(self, name: str) -> None:
        self._text = (STORIES / f"{name}.yaml").read_text(encoding="utf-8")
        told: dict[str, Any] = read(self._text)
        self.title, self.shows = told.pop("title"), tuple(told.pop("shows"))
        self._day = datetime.fromisoformat(f"{told.pop('date', '2026-03-02')}T00:00:00+00:00")
        self.until = self._at(told.pop("until"))
        self._answers = Fixtures(told.pop("answers", {}))
        bodies = told.pop("journeys", None) or [told.pop("journey")]
        self.project = self._shop()
        for document in told.pop("rulesets", []):
            assert self.project.add("ruleset", document) == []
        for number, body in enumerate(bodies):
            document = {"name": f"j{number}", "namespace": "CRMID", "start": next(iter(body["activities"])), **body}
            assert self.project.add("journey", {**document, "namespace": document["namespace"] or None}) == []
        self.plans = [self._plan(each) for each in self.project.journeys]
        self._next = told.pop("next", None)
        lines, wanted = told.pop("history"), told.pop("steps")
        self.expected = Found(
            {who: [self._step(line) for line in told_of] for who, told_of in wanted.items()},
            told.pop("discards", {}),
            told.pop("sent", None),
            told.pop("goals", None),
        )
        assert not told, f"{name}: what is {', '.join(told)}?"
        self._titles = {plan.uid: plan.name for plan in self.plans}
        rules = InletRules(self.project)
        self.history: list[Checked | Entry] = [
            *(self._published(self.project, plan) for plan in self.plans[1:]),
            *(self._entry(rules, number, line) for number, line in enumerate(lines)),
        ]
        kinds = {type(each) for each in self.history}
        self._durably = bool(kinds & {Recorded, Forgotten}) and not (self.plans[0].looks or self.plans[0].counts)
        self._backtested = self._next is None and Halted not in kinds
        """Whether nothing but people matters, and what became of messages: a backtest of the first journey has that."""

    # --- running it ---

    def runs(self, data: Path, *, long: bool = False) -> Iterator[tuple[str, Found]]:
        """Each way of running it, and what came of it."""
        yield "engine, one at a time", self._engine(data / "one", 1, restart=False)
        history = self._recorded(data / "one")
        if self._backtested:
            collector = Collector(self.plans[0])
            past = [each for each in history if not isinstance(each, Published)]
            outcome = backtest(
                self.project,
                self.plans[0],
                past,
                self.until,
                keep=collector.keep,
                fixtures=self._answers,
                durably=self._durably,
            )
            yield "backtest", self._found(collector.rows, outcome.discards)._replace(goals=outcome.report.goals)
        with closing(Replay(data / "replay", self.project, self.plans[0], self._answers)) as replay:
            report = replay.run(history, self.until)
        left = runs.left_behind(data / "replay")
        yield "replay", self._found(left.steps, left.discards)._replace(goals=report.goals)
        if long:
            yield "engine, all at once", self._engine(data / "all", len(self.history), restart=False)
            yield "engine, started anew after each step", self._engine(data / "anew", 1, restart=True)

    def differences(self, data: Path, *, long: bool = False) -> list[str]:
        """Where what came of it is not what the story says."""
        found = []
        for way, came in self.runs(data, long=long):
            wanted = self.expected
            if way == "backtest" and len(self.plans) > 1:  # others are not there: what they do with people is not seen
                own = {who: steps for who, steps in wanted.steps.items() if " in " not in who}
                wanted, came = wanted._replace(steps=own, discards={}), came._replace(discards={})
            found += [f"{way}: {line}" for line in _differences(wanted, came)]
        return found

    def _engine(self, data: Path, batch: int, *, restart: bool) -> Found:
        sent: list[tuple[str, str]] = []

        def answers(effect: Effect) -> Any:
            if isinstance(effect, Send):
                sent.append((effect.to[0], f"{effect.to[0]}: {effect.subject or effect.text}"))
            elif isinstance(effect, Call):
                sent.append(("", f"{effect.action} {(effect.request.body or b'').decode()}"))
            return self._answers(effect)

        with closing(runs.Durable(data, answers)) as run:
            run.append(runs.publication(self.project, self.plans[0]))
            for start in range(0, len(self.history), batch):
                run.append([self._accepted(each) for each in self.history[start : start + batch]])
                run.work(restart)
            run.append([Marked(self.until)])
            run.work(restart)
            assert run.shard.rows("quarantined") == []
        left = runs.left_behind(data)
        return self._found(left.steps, left.discards)._replace(sent=[text for _, text in sent])

    def _recorded(self, data: Path) -> list[Checked | Entry]:
        """The history as it is recorded where it has happened: with the messages that were sent there [6.31]."""
        with closing(ShardReader(data / "shard-0.db")) as shard:
            found = [told(shard, each) if isinstance(each, Feedback) else [each] for each in self.history]
        return [each for some in found for each in some]

    def _accepted(self, each: Checked | Entry) -> Entry:
        if isinstance(each, Checked):
            return Accepted(each.at, "prod", each.record, each.dataset)
        return each

    # --- reading it ---

    def _shop(self) -> Project:
        """The shop, as far as the story speaks of it."""
        made = Project()
        for kind, document in _shop():
            if kind in ("schema", "dataset") or re.search(rf"\b{document['name']}\b", self._text):
                assert made.add(kind, document) == [], document
        return made

    def _plan(self, name: str, number: int = 1, project: Project | None = None) -> Plan:
        plan, found = compile_journey(project or self.project, name, number=number)
        assert plan is not None, [str(each) for each in found]
        return plan

    def _at(self, time: str) -> int:
        match = _TIME.fullmatch(time)
        assert match is not None, f"no time: {time}"
        days, hours, minutes, seconds = match.groups()
        span = timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=float(seconds or 0))
        return round((self._day + span).timestamp() * 1000)

    def _told(self, at: int) -> str:
        """A moment as stories have it."""
        days, ms = divmod(at - round(self._day.timestamp() * 1000), 86_400_000)
        seconds = f":{ms / 1000 % 60:06.3f}".rstrip("0").rstrip(".") if ms % 60_000 else ""
        return (f"+{days}d " if days else "") + f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}{seconds}"

    def _step(self, line: str) -> str:
        match = _STEP.fullmatch(line)
        assert match is not None, f"no step: {line}"
        return line

    def _published(self, project: Project, plan: Plan, at: int = 0) -> Published:
        body = project.journeys[plan.name].model_dump_json(by_alias=True, exclude_unset=True).encode()
        return Published(at, "prod", plan.journey, plan.name, plan.version, body)

    def _entry(self, rules: InletRules, number: int, line: str) -> Checked | Entry:
        match = _LINE.fullmatch(line)
        assert match is not None, f"no line of a history: {line}"
        at, who, what, name = self._at(match[1]), match[6], match[7], match[8]
        fields: dict[str, Any] = yaml.safe_load(match[9] or "{}")
        plan = self.plans[0]
        if who == "journey":
            if what == "published":
                before = self.project.journeys[plan.name].model_dump(by_alias=True, exclude_unset=True)
                project = self._shop()
                assert project.add("journey", before | self._next) == []
                plan = self._plan(plan.name, 2, project)
                self._titles[plan.uid] = plan.name
                return self._published(project, plan, at)
            return Halted(at, "prod", plan.journey, 2 if name == "next" else 1, what == "stopped")
        if what == "profile":
            return Recorded(at, "prod", "people", [json.dumps(_record(who, fields)).encode()])
        if what in ("joins", "leaves"):
            return Uploaded(at, "prod", name, "CRMID", [who], "add" if what == "joins" else "remove")
        if what == "forgotten":
            return Forgotten(at, "prod", "token", [("CRMID", who)])
        if what in _FEEDBACK:
            stay, _, entry = who.partition("#")
            person, _, key = stay.partition("/")
            step = [line.split(" ")[2 if line[0] == "+" else 1] for line in self.expected.steps[who]].index(name)
            number = step + 1 + (1 << 20)  # of a step for which one thing was fetched before: the profile
            stay_id = identifiers.stay_id("prod", plan.uid, person, key, int(entry or 1))
            return Feedback(at, "prod", identifiers.effect_id(stay_id, number), what)  # type: ignore[arg-type]
        moment = datetime.fromtimestamp(at / 1000, UTC).isoformat()
        own = fields if who == "shop" else {"who": who, **fields}
        body = {"_id": f"{number:03}", "timestamp": moment, "eventType": what, "_shop": own}
        return rules.of_dataset(rules.intake("visits"), json.dumps(body).encode())

    # --- telling it ---

    def _found(self, rows: Counter[Row], discards: Mapping[str, int]) -> Found:
        steps: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for (person, key, entry, n, at, code, body), count in rows.items():
            assert count == 1, "a step event is written once"
            shape = json.loads(body)
            journey = self._titles[shape["version"]]
            who = (person or "deleted") + (f"/{key}" if key else "") + (f"#{entry}" if entry > 1 else "")
            who += "" if journey == self.plans[0].name else f" in {journey}"
            steps[who].append((n, self._line(at, shape, code)))
        return Found({who: [line for _, line in sorted(found)] for who, found in steps.items()}, dict(discards))

    def _line(self, at: int, shape: Mapping[str, Any], code: object) -> str:
        path = (shape["arrow"] or "").rpartition("/")[2]
        words = [self._told(at), shape["node"]]
        words += {"transitions": [], "endStep": ["end"]}.get(shape["status"], [shape["status"]])
        words += [f"> {path}"] if path not in ("", "then") else []
        words += [str(code)] if code is not None else []
        return " ".join(words)


@cache
def _shop() -> list[tuple[Kind, dict[str, Any]]]:
    """All that stories may speak of."""
    found = read((HERE / "shop.yaml").read_text(encoding="utf-8"))
    for name in found.pop("events"):
        found.setdefault("event", []).append(
            {"name": name, "schema": "visit", "condition": f'@{{{name}.eventType}} == "{name}"', "namespace": "CRMID",
             "key": f"@{{{name}._shop.who}}", "supplementalKey": f"@{{{name}._shop.order}}"}
        )  # fmt: skip
    for name in found.pop("businessEvents"):
        condition = f'@{{{name}.eventType}} == "{name}"'
        found["event"].append({"name": name, "schema": "visit", "about": "business", "condition": condition})
    return [(kind, document) for kind, documents in found.items() for document in documents]


def _record(who: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {"_shop": {"who": who}}
    for name, value in fields.items():
        if name in ("tier", "points"):
            record["_shop"][name] = value
        elif name == "mail":
            record["personalEmail"] = {"address": value}
        elif name == "phone":
            record["mobilePhone"] = {"number": value}
        elif name == "alsoKnownAs":
            record["_shop"]["mail"] = value
        elif name == "optedOutOf":
            record["consents"] = {"marketing": {value: {"val": "n"}}}
        elif name == "device":
            record["pushNotificationDetails"] = [{"appID": "shop", "platform": "apns", "token": value}]
        else:
            record[name] = value
    return record


def _differences(wanted: Found, came: Found) -> Iterator[str]:
    for who in sorted(wanted.steps.keys() | came.steps.keys()):
        left, right = wanted.steps.get(who, []), came.steps.get(who, [])
        if left != right:
            yield f"{who}: {left} was expected, {right} came"
    if wanted.discards != came.discards:
        yield f"discards: {wanted.discards} were expected, {came.discards} came"
    if None not in (wanted.sent, came.sent) and sorted(wanted.sent or ()) != sorted(came.sent or ()):
        yield f"sent: {wanted.sent} was expected, {came.sent} came"
    if None not in (wanted.goals, came.goals) and wanted.goals != came.goals:
        yield f"goals: {wanted.goals} were expected, {came.goals} came"
