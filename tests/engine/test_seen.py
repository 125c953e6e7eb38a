"""What a decision saw is exact [6.34]: judged again by those values alone, it comes out the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn import identifiers
from sojourn.engine.moment import Moment
from sojourn.engine.stay import StayKey, Step
from sojourn.expression import Constant, EvaluationError, Reference, Slot, Type, compile_expression
from sojourn.journey.activity.conditions import (
    ABSplitActivity,
    ConditionActivity,
    DateConditionActivity,
    PercentageSplitActivity,
    TimeConditionActivity,
)
from sojourn.journey.builder import Builder
from sojourn.journey.plan import Plan
from sojourn.journey.seen import LONGEST_TEXT, MORE, MOST_ELEMENTS, named, short
from sojourn.journey.types import local_of
from sojourn.runtime.backtest import backtest
from sojourn.runtime.fixtures import Fixtures
from sojourn.schema.fields import Field

from ..differential.runs import checked
from ..differential.test_agreement import HISTORIES, UNTIL, history
from .generator import examples, journeys
from .world import compiled, project

ANSWERS = {
    "W.now": {"*": {"n": 2, "text": "x", "day": "1970-01-01"}},
    "W.of": {'q=x': {"n": 1, "text": "x"}, "*": {"n": 3, "text": "y", "day": "1970-01-01"}},
}  # fmt: skip
BOOLEAN = Type.parse("boolean")


class Seen:
    """A scope whose fields stand where the step event has them, by their names."""

    def __init__(self, builder: Builder, names: Sequence[str]) -> None:
        self._scope = builder.scope
        self._names = names

    def root(self, kind: Any) -> Field:
        return self._scope.root(kind)

    def params(self, source: str, group: str) -> Mapping[str, Type] | None:
        return self._scope.params(source, group)

    def resolve(self, reference: Reference, field: Field) -> Slot | Constant:
        if named(reference) in self._names:
            return Slot(self._names.index(named(reference)))
        found = self._scope.resolve(reference, field)
        assert isinstance(found, Constant), f"{named(reference)} was looked at and is not kept"
        return found


def chosen(activity: Any, seen: Any) -> str:
    """The path of a condition that goes by who it is and when, judged by what it saw."""
    match activity:
        case PercentageSplitActivity() | ABSplitActivity():
            shares: list[Any] = [getattr(each, "share", each) for each in activity.paths.values()]
            fits = [seen < sum(shares[: n + 1]) for n in range(len(shares))]
        case TimeConditionActivity():
            fits = [hours.open()(seen) for hours in activity.paths.values()]
        case DateConditionActivity():
            bounds = [[each and local_of(each) for each in (of.from_, of.to)] for of in activity.paths.values()]
            fits = [(not start or start <= seen) and (not end or seen < end) for start, end in bounds]
        case _:
            return "then" if seen < activity.limit else "other"
    return next((path for path, fit in zip(activity.paths, fits, strict=True) if fit), "other")


@given(journeys(), HISTORIES)
@settings(examples(8, 500), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_decisions_are_explained_by_what_they_saw(document: dict[str, Any], heard: list[Any]) -> None:
    made = project(**document)
    plan = compiled(made)
    builder = Builder(made, made.journeys["j"], 1, plan.journey)
    builder.build()
    shapes = {shape.number: shape for shape in plan.shapes}

    def judge(plan_: Plan, key: StayKey, entry: int, steps: Sequence[Step]) -> None:
        for step in steps:
            shape = shapes[step.shape]
            activity = made.journeys["j"].activities[shape.node]
            if shape.sees in (("time",), ("date",), ("draw",), ("count",)) and step.seen is not None:
                assert shape.arrow == f"{shape.node}/{chosen(activity, step.seen)}"
                continue
            if not isinstance(activity, ConditionActivity) or shape.status not in ("transitions", "endStep", "error"):
                continue
            if shape.fetch is not None:
                continue
            stay = identifiers.stay_id("prod", plan.uid, key.person, key.supplemental, entry)
            moment = Moment(partial(str, stay), step.n, step.at - step.took, lambda segment, at: False)
            values = [step.seen] if len(shape.sees) == 1 else step.seen or ()
            builder.scope.stand_at(shape.node, activity.label or shape.node)
            taken: str | None = "other"
            try:
                for path, source in activity.paths.items():
                    expression = compile_expression(source, Seen(builder, shape.sees), BOOLEAN)
                    if expression.evaluate(values, moment):
                        taken = path
                        break
            except EvaluationError as error:
                assert (shape.status, step.code) == ("error", error.code)
                continue
            assert shape.arrow == f"{shape.node}/{taken}"

    records = checked(made, history(heard))
    backtest(made, plan, records, UNTIL, keep=judge, fixtures=Fixtures(ANSWERS))


LEAVES = st.none() | st.integers() | st.text(max_size=400) | st.booleans()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=40) | st.dictionaries(st.text(), inner), max_leaves=60
)


@given(VALUES)
@settings(examples(50))
def test_what_is_kept_is_short_and_says_what_is_left_out(value: Any) -> None:
    found = short(value)
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        assert found == {"$text": value[:LONGEST_TEXT], MORE: len(value) - LONGEST_TEXT}
    elif isinstance(value, list) and len(value) > MOST_ELEMENTS:
        assert isinstance(found, list)
        assert (len(found), found[-1]) == (MOST_ELEMENTS + 1, {MORE: len(value) - MOST_ELEMENTS})
    elif not isinstance(value, list | dict):
        assert found == value
