"""Activities that fetch: what they have of their data sources so far, and what they do with it [4.4].

A fetch goes out just before the first path or parameter that needs it, one at a time, top-down. While it is open the
person rests at the activity. When the answer is in, the activity is begun again from the top, at the moment at which
the person came to it: so everything comes out as before, as far as it had got, and then goes on. What was fetched is
kept with the stay, in slots of its own, until the activity is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sojourn.engine.effect import OK, Answer, Ask, Effect, Enter, Fetch, Look, Send, Write
from sojourn.engine.here import Here
from sojourn.engine.stay import Fetched, Stay
from sojourn.engine.world import World
from sojourn.expression import EvaluationError
from sojourn.expression.values import text_of
from sojourn.journey.node import Action, Arrow, Condition, Group, Need, Needs, Node, Opening, Shape, Wait, needs_of
from sojourn.journey.plan import Plan

_decode = msgspec.json.Decoder().decode


OPTED_OUT = "optedOut"
"""Why a message is skipped: the person has said no to messages of the channel [5.6]."""
Way = tuple[Arrow | None, Shape, int, int | str | None, int]
"""How an activity is left: by which arrow (None: the stay ends), with which step event: (arrow, shape, requests sent,
error code, ms that the call took)."""


class Enriched:
    """The values of a stay, and what the activity under way has fetched besides."""

    __slots__ = (
        "_answer", "_met", "_origin", "_person", "_world", "answered", "dues", "effect", "fetches", "known", "plan",
        "since", "until", "values",
    )  # fmt: skip

    def __init__(
        self, plan: Plan, person: str, since: int, world: World, values: Sequence[object],
        fetches: Sequence[tuple[int, int]] = (), answer: Answer | None = None,
    ) -> None:  # fmt: skip
        self.plan = plan
        self._person = person
        self.since = since
        self.known = world.known
        self._world = world
        self._answer = answer
        """That of the fetch that was open, if one was."""
        self._met: list[Need] = []
        self._origin: Answer = OK
        self.values = list(values)
        self.fetches = list(fetches)
        self.effect: Effect | None = None
        """What has to go out before the activity goes on."""
        self.answered: Answer | None = None
        """What was answered to the action itself."""
        self.dues: tuple[int, ...] = ()
        """When the waits of a group are over."""
        self.until: int | None = None
        """Or until when (epoch ms) it has to wait."""

    def bring(self, needs: Needs, moment: Any) -> tuple[Need, Answer] | None:
        """Fetches what is not there yet: up to the first effect that has to go out, or the first failure (returned)."""
        for need in needs:
            if need in self._met:
                continue
            self._met.append(need)
            if len(self._met) <= len(self.fetches):
                continue  # it was there when the activity was begun before
            answer, self._answer = self._answer, None
            if answer is None:
                effect = self._effect(need, moment)
                answer = self.known(effect)
                if answer is None and isinstance(effect, Fetch):
                    self.effect = effect
                    return None
            found = self._take(need, answer or OK)
            if found is not None:
                return need, found
        return None

    def ask(self, effect: Send | Write | Enter) -> Answer | None:
        """Whether a message may go, or that something is written."""
        return self._world.ask(Ask(effect, self.plan.sandbox, self.plan.namespace, self._person, self.since))

    def _effect(self, need: Need, moment: Any) -> Fetch | Look:
        if need.looking is not None:
            what, space, read, key = need.looking.what, need.looking.space, need.looking.read, need.looking.key
            whose = self._person if key is None else text_of(key(self.values)) or ""
            return Look(what, self.plan.sandbox, space, whose, self.since, read)
        assert need.ask is not None
        return Fetch(need.source, need.group, need.ask(self.values, moment), self.plan.timeout, self.plan.sandbox)

    def _take(self, need: Need, answer: Answer) -> Answer | None:
        """Puts the parts of an answer into their slots; the failure where it is none, or not of the right form."""
        self.fetches.append((answer.took, 0 if need.looking else answer.attempts))
        if answer.outcome != "ok":
            self._origin = answer
            return answer
        data = answer.found
        if data is None and answer.body is not None:
            try:
                data = _decode(answer.body)
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                data = answer.body
            if type(data) is not need.form:
                return Answer("error", answer.code)
        if data is not None:
            for slot, get in need.fills:
                self.values[slot] = get(data)
        return None

    @property
    def fetched(self) -> Fetched | None:
        """What the step event says of it all."""
        return fetched_by(self._met, self.fetches, self._origin)


def fetched_by(needs: Sequence[Need], fetches: Sequence[tuple[int, int]], origin: Answer = OK) -> Fetched | None:
    """What a step event says of fetches of the first of these needs."""
    if not fetches:
        return None
    platform = sum(need.looking is not None for need in needs[: len(fetches)])
    took, attempts = (sum(each) for each in zip(*fetches, strict=True))
    return Fetched(platform, len(fetches) - platform, took, attempts, origin.origin, origin.origin_code)


def perform(node: Node, data: Enriched, moment: Any) -> Way | None:
    """What an activity does as far as its answers are there; None where an effect has to go out (`data.effect`)."""
    try:
        if type(node) is Condition:
            return _decide(node, data, moment)
        assert type(node) is Action
        return _call(node, data, moment)
    except EvaluationError as error:
        return node.failure, node.failures["error"], 0, error.code, 0


def opened(group: Group, data: Enriched, moment: Any, here: Here, now: int) -> Way | None:
    """Works out when the waits of a group are over, for somebody who has come to it at `here.now`.

    None where an effect has to go out first (`data.effect`), or where the person rests (until `data.dues`); else the
    way past it: a moment has passed already, or could not be worked out [6.21].
    """
    dues = []
    for _, duration, node, _ in group.timers:
        due: int | None = here.now + duration
        if type(node) is Wait and node.until is not None:
            try:
                failed = data.bring(node.needs, moment)
                if failed is not None:
                    return _failed(node, *failed)
                if data.effect is not None:
                    return None
                due = node.until(data.values, moment, here)
            except EvaluationError as error:
                return node.failure, node.failures["error"], 0, error.code, 0
        if due is None:
            return node.failure, node.failures["error"], 0, "ERR_WAIT_NULL", 0
        dues.append(due)
    for due, (_, _, _, arrow) in zip(dues, group.timers, strict=True):
        if due <= now:
            return arrow, arrow.shape, 0, None, 0
    data.dues = tuple(dues)
    return None


def _decide(node: Condition, data: Enriched, moment: Any) -> Way | None:
    arrow = node.other
    for needs, (test, way) in zip(node.needs, node.paths, strict=True):
        failed = data.bring(needs, moment)
        if failed is not None:
            return _failed(node, *failed)
        if data.effect is not None:
            return None
        if test(data.values, moment):
            arrow = way
            break
    assert arrow is not None
    return arrow, arrow.shape, 0, None, 0


def _call(node: Action, data: Enriched, moment: Any) -> Way | None:
    if node.manner is not None:
        data.bring(node.needs[:1], moment)  # the profile store answers always
        if node.manner.quiet is not None:
            data.until = node.manner.quiet(data.values, data.since)
            if data.until is not None:
                return None
        if node.manner.declined(data.values):
            return outcome(node, Answer("skipped", attempts=0, reply=OPTED_OUT))
    failed = data.bring(node.needs, moment)
    if failed is not None:
        return _failed(node, *failed)
    if data.effect is not None:
        return None
    hindrance = None if node.manner is None else node.manner.hindrance(data.values, moment)
    if hindrance is not None:
        return outcome(node, Answer("skipped", attempts=0, reply=hindrance))
    effect = node.render(data.values, moment)
    answer = data.ask(effect) if isinstance(effect, Send | Write | Enter) else None
    if answer is None:
        assert not isinstance(effect, Write | Enter)
        data.answered = answer = data.known(effect)
        if answer is None:
            data.effect = effect
            return None
    return outcome(node, answer)


def _failed(node: Node, need: Need, answer: Answer) -> Way:
    assert answer.outcome != "ok" and answer.outcome != "skipped"
    return node.failure, node.fetch_failures[need][answer.outcome], 0, answer.code, answer.took


def outcome(action: Action, answer: Answer) -> Way:
    """The way on after a call."""
    if answer.outcome == "ok":
        assert action.then is not None
        return action.then, action.then.shape, answer.attempts, None, answer.took
    if answer.outcome == "skipped":
        assert action.then is not None and action.manner is not None and action.manner.skipped is not None
        return action.then, action.manner.skipped, 0, answer.reply, 0
    return action.failure, action.failures[answer.outcome], answer.attempts, answer.code, answer.took


def awaits_fetch(node: Condition | Action | Opening, stay: Stay) -> bool:
    """Whether the answer that somebody at an activity waits for is that of a fetch."""
    return type(node) is not Action or len(stay.fetches) < len(node.needs)


def cleared(node: Node, values: Sequence[object]) -> tuple[object, ...]:
    """The values without what an activity has fetched: it is not used again [4.4]."""
    found = list(values)
    for need in needs_of(node):
        for slot, _ in need.fills:
            found[slot] = None
    return tuple(found)
