"""What holds for whatever journey and whatever happens."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sojourn import identifiers
from sojourn.engine.effect import Answer, Effect, Look
from sojourn.engine.moment import stay_id
from sojourn.engine.stay import AWAY, NOBODY, Stay, StayKey
from sojourn.engine.stimulus import STOPPED, TIMER_FIRED, Answered, EventHeard, Exited, Stimulus
from sojourn.engine.transition import due, transition
from sojourn.journey.node import Group
from sojourn.journey.plan import Plan
from sojourn.report.metrics import report

from .generator import ENDINGS, PAYLOADS, SCRIPTS, examples, journeys
from .world import BODIES, Person, compiled, project, some_answer

START = 1_000
ENCODER, DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Stay)


def play(plan: Plan, script: list[Any], ending: str = "", *, stored: bool = False) -> Person:
    """Walks somebody through a script. With `stored` their stay is written and read before each stimulus."""
    person, at = Person(plan), START
    for number, (kind, pause, *facts) in enumerate(script):
        at += pause
        if number == len(script) * 2 // 3 and ending:
            person.versions.states[1] = "stopped" if ending == "stop" else "closed"
        if stored:
            person.stay = DECODER.decode(ENCODER.encode(person.stay))
        if kind == "event":
            if not person.hear(facts[0], at, {"_t": facts[1]}):
                person.log.append("held")
        elif kind == "tick":
            person.until(at)
        elif kind == "answer":
            body = BODIES[at // 500 % len(BODIES)]
            person.answer(Answer(facts[0], 500 if facts[0] == "http" else None, body=body), at)
        else:
            person.answer(Answer("ok", 200), at, facts[0])
    return person


@given(journeys(), SCRIPTS, ENDINGS)
@examples(250)
def test_what_comes_out_is_in_order(document: dict[str, Any], script: list[Any], ending: str) -> None:
    """[6.26, 6.29, 9.1]"""
    plan = compiled(project(**document))
    person = play(plan, script, ending)
    inside = person.stay.place >= 0
    assert inside == (due(plan, person.stay) is not None)
    assert inside or person.stay.dues == ()  # who has left has no timers

    # Steps are numbered 1, 2, ... in each stay; the first is the entrance, and only the last ends it.
    assert person.stay.entry == len({entry for _, entry, _ in person.taken})
    for entry in range(1, person.stay.entry + 1):
        steps = [step for _, whose, step in person.taken if whose == entry]
        shapes = [plan.shapes[step.shape] for step in steps]
        assert [step.n for step in steps] == list(range(1, len(steps) + 1))
        assert [shape.entrance for shape in shapes] == [True] + [False] * (len(steps) - 1)
        assert all(shape.reentrance == (entry > 1) for shape in shapes[:1])
        assert [shape.ended for shape in shapes[:-1]] == [False] * (len(steps) - 1)
        assert shapes[-1].ended != (inside and entry == person.stay.entry)
        assert all(earlier.at <= later.at for earlier, later in itertools.pairwise(steps))
        assert all(later.took == later.at - earlier.at for earlier, later in itertools.pairwise(steps))
    if inside:
        assert person.stay.steps == len([1 for _, entry, _ in person.taken if entry == person.stay.entry])

    # Nobody gets lost.
    counts = Counter(step.shape for _, _, step in person.taken)
    found = report((plan.shapes[shape], steps, 0) for shape, steps in counts.items())
    assert found.entered == person.stay.entry
    assert found.entered == found.completed + found.failed + found.exited + found.stopped + inside
    assert found.current == inside

    # Every effect has an id of its own.
    ids = [identifiers.effect_id(stay_id(plan, person.key, entry), n) for entry, n, _ in person.calls]
    assert len(set(ids)) == len(ids)


@given(journeys(), SCRIPTS, ENDINGS)
@examples(120)
def test_a_stay_survives_storage(document: dict[str, Any], script: list[Any], ending: str) -> None:
    """A stay that is written and read between any two stimuli behaves just as one that stays in memory."""
    made = project(**document)
    plan, again = compiled(made), compiled(made)  # as after a restart: compiled anew
    left, right = play(plan, script, ending), play(again, script, ending, stored=True)
    assert left.log == right.log
    assert [(entry, step) for _, entry, step in left.taken] == [(entry, step) for _, entry, step in right.taken]
    assert left.calls == right.calls
    assert ENCODER.encode(left.stay) == ENCODER.encode(right.stay)


def stimuli(plan: Plan, stay: Stay) -> st.SearchStrategy[Stimulus]:
    """Any stimulus, with a liking for what the person waits for."""
    names = sorted(plan.listens)
    place = plan.places[stay.place] if stay.place >= 0 else None
    if isinstance(place, Group):
        names = [*names, *place.listeners]
    brought = [Answer("ok", 200, body=body) for body in BODIES]
    answers = st.sampled_from([Answer("ok", 200), Answer("http", 404), Answer("timeout"), Answer("error"), *brought])
    numbers = st.integers(0, 3) | st.just(stay.awaited)
    return st.one_of(
        st.builds(EventHeard, st.sampled_from(names), PAYLOADS.map(lambda payload: {"_t": payload})),
        st.builds(Answered, numbers, answers),
        st.just(TIMER_FIRED),
        st.just(STOPPED),
        st.just(Exited("merged")),
    )


@given(journeys(), st.data())
@examples(250)
def test_the_function_is_pure(document: dict[str, Any], data: st.DataObject) -> None:
    """[6.29] The same arguments give the same result; the stay and the payload that went in are as they were."""
    plan, key, stay, now = compiled(project(**document)), StayKey("ann"), NOBODY, START
    for _ in range(data.draw(st.integers(1, 10))):
        now += data.draw(st.sampled_from([0, 1, 1_000, 5_000, 3_600_000]))
        stimulus = data.draw(stimuli(plan, stay))
        before, heard = ENCODER.encode(stay), copy.deepcopy(stimulus)
        first = transition(plan, key, stay, stimulus, now)
        second = transition(plan, key, stay, stimulus, now)
        assert first == second
        assert ENCODER.encode(stay) == before and stimulus == heard
        if first.discard or first.held:
            assert first.stay is stay and not first.steps and not first.effects
        if first.stay.place == AWAY:
            assert first.stay.dues == () and not first.effects
        else:
            assert len(first.effects) <= 1
            moment = due(plan, first.stay)
            assert moment is not None and moment <= first.stay.entered + plan.global_timeout
        for n, effect in first.effects:
            assert n == first.stay.awaited and effect.timeout == plan.timeout
        stay = first.stay


def known(effect: Effect | Look) -> Answer:
    assert not isinstance(effect, Look)
    return some_answer(effect)


def pass_time(person: Person, plan: Plan, until: int) -> None:
    """Time passes from moment to moment, and stands still while a call is open [6.30]."""
    while True:
        while person.stay.place >= 0 and not isinstance(plan.places[person.stay.place], Group):
            person.answer(known(person.calls[-1][2]), person.stay.since)
        moment = due(plan, person.stay)
        if moment is None or moment > until:
            return
        person.stimulate(TIMER_FIRED, moment)


@given(journeys(), SCRIPTS)
@examples(150)
def test_answers_that_are_known_change_nothing(document: dict[str, Any], script: list[Any]) -> None:
    """[6.31] An effect answered inside the transition leads where the same answer would have led afterwards."""
    plan = compiled(project(**document))
    later, at_once = Person(plan), Person(plan, known=known)
    at = START
    for kind, pause, *facts in script:
        at += pause
        pass_time(later, plan, at - 1)
        if kind == "event":
            assert at_once.hear(facts[0], at, {"_t": facts[1]})
            while not later.hear(facts[0], at, {"_t": facts[1]}):  # a timer was first, and led to a call
                later.answer(known(later.calls[-1][2]), later.stay.since)
        else:
            at_once.until(at)
        pass_time(later, plan, at if kind != "event" else at - 1)
    pass_time(later, plan, at)
    at_once.until(at)
    assert later.taken == at_once.taken
    assert later.stay == at_once.stay
    assert at_once.calls == []
