"""Activities that decide which way somebody goes: the conditions [6.20]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from sojourn import identifiers
from sojourn.errors import RuleError
from sojourn.expression.functions.conversion import milliseconds
from sojourn.journey.activity.base import BOOLEAN, ERROR, OTHER, THEN, BaseActivity, Onward, Target, Ways, together
from sojourn.journey.node import Arrow, Choice, Condition, Here, Node
from sojourn.journey.types import (
    WEEKDAYS,
    ActivityId,
    Expression,
    LocalMoment,
    PathName,
    Percentage,
    TimeOfDay,
    Weekday,
    local_of,
    time_of,
)
from sojourn.schema.document import Document

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder

CAP_PERIOD = 180 * 24 * 3600 * 1000
"""After so many ms the count of a profile cap begins anew [6.20]."""
_DAY = timedelta(days=1)
Choose = Callable[[Here], tuple[Arrow, object]]


class _Paths(BaseActivity):
    """A condition of any kind: paths of its own top-down, the first that matches is taken; `other` is for the rest."""

    allowed: ClassVar[tuple[str, ...]] = (OTHER,)

    next: dict[PathName, Target] = {}

    def branches(self) -> Iterable[str]:
        paths: Mapping[str, object] = self.paths  # type: ignore[attr-defined]
        return paths

    def ways(self) -> dict[str, tuple[str, ...]]:
        order = [*self.branches(), *(name for name in (OTHER, ERROR) if name in self.next), *self.next]
        return {name: together(self.next.get(name)) for name in order}

    def arrows(self) -> dict[str, tuple[str, ...]]:
        ways = self.ways()
        return ways if OTHER in ways else {**ways, OTHER: ()}


class ConditionActivity(_Paths):
    """Data source condition [6.20]: the first path whose expression holds."""

    allowed: ClassVar = (OTHER, ERROR)

    type: Literal["condition"]
    paths: Annotated[dict[PathName, Expression], Field(min_length=1, max_length=50)]

    def conditions(self) -> Iterator[tuple[str, str]]:
        yield from self.paths.items()

    def expressions(self) -> Iterator[str]:
        yield from self.paths.values()

    def node(self, build: Builder, id_: str) -> Node:
        return Condition(id_, "condition", self.label or id_)

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        paths, needs = [], []
        for name, source in self.paths.items():
            test, asked = build.evaluate(source, BOOLEAN, ("activities", node.id, "paths", name))
            paths.append((test, build.links.arrow(node, name, ways[name])))
            needs.append(asked)
        node.paths = tuple(paths)
        if any(needs):
            node.needs = tuple(needs)
            build.links.place(node)
        node.other = build.links.arrow(node, OTHER, ways.get(OTHER, ()))


class _Choosing(_Paths):
    """A condition that goes by who it is and when; what it sees is called `sees` in what it asks [6.34]."""

    sees: ClassVar[str]

    def node(self, build: Builder, id_: str) -> Node:
        return Choice(id_, "condition", self.label or id_, sees=self.sees)

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        arrows = [build.links.arrow(node, name, ways[name]) for name in self.branches()]
        other = build.links.arrow(node, OTHER, ways.get(OTHER, ()))
        node.choose = self.chooser(build, node.id, arrows, other)

    def chooser(self, build: Builder, id_: str, arrows: list[Arrow], other: Arrow) -> Choose:
        """What says the way, one of its paths' arrows or the other, and by what."""
        raise NotImplementedError


class Hours(Document):
    """When a path is open: `days` of the week, from `from` until before `to`.

    Hours that pass midnight belong to the day on which they begin.
    """

    from_: Annotated[TimeOfDay, Field(alias="from")] = "00:00"
    to: TimeOfDay | Literal["24:00"] = "24:00"
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = list(WEEKDAYS)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.from_ == self.to:
            raise RuleError("INFO_RULE_FROM_TO_DIFFER")
        return self

    def open(self) -> Callable[[datetime], bool]:
        """Whether a local moment is within."""
        start = time_of(self.from_)
        end = time.max if self.to == "24:00" else time_of(self.to)
        days = frozenset(WEEKDAYS.index(day) for day in self.days)
        late = self.to == "24:00"

        def within(local: datetime) -> bool:
            at, today = local.time(), local.weekday() in days
            if start < end:
                return today and start <= at and (late or at < end)
            return today if at >= start else (local.weekday() - 1) % 7 in days and at < end

        return within


class TimeConditionActivity(_Choosing):
    """Time condition [6.20]: the first path that is open at the time of day and of the week."""

    sees: ClassVar = "time"

    type: Literal["timeCondition"]
    paths: Annotated[dict[PathName, Hours], Field(min_length=1, max_length=50)]

    def conditions(self) -> Iterator[tuple[str, str]]:
        for name, hours in self.paths.items():
            days = "" if len(set(hours.days)) == len(WEEKDAYS) else f", {'/'.join(hours.days)}"
            yield name, f"{hours.from_} <= time < {hours.to}{days}"

    def chooser(self, build: Builder, id_: str, arrows: list[Arrow], other: Arrow) -> Choose:
        build.local()
        ways = tuple((hours.open(), arrow) for hours, arrow in zip(self.paths.values(), arrows, strict=True))

        def choose(here: Here) -> tuple[Arrow, object]:
            local = here.local()
            return next((arrow for is_open, arrow in ways if is_open(local)), other), local.replace(tzinfo=None)

        return choose


class Dates(Document):
    """When a path is open: from `from` until before `to`; one of the two may be left out."""

    from_: Annotated[LocalMoment | None, Field(alias="from")] = None
    to: LocalMoment | None = None

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.from_ is None and self.to is None:
            raise RuleError("INFO_RULE_FROM_OR_TO")
        if self.from_ is not None and self.to is not None and local_of(self.from_) >= local_of(self.to):
            raise RuleError("INFO_RULE_FROM_BEFORE_TO")
        return self


class DateConditionActivity(_Choosing):
    """Date condition [6.20]: the first path that is open at the date."""

    sees: ClassVar = "date"

    type: Literal["dateCondition"]
    paths: Annotated[dict[PathName, Dates], Field(min_length=1, max_length=50)]

    def conditions(self) -> Iterator[tuple[str, str]]:
        for name, dates in self.paths.items():
            start, end = f"{dates.from_} <= " if dates.from_ else "", f" < {dates.to}" if dates.to else ""
            yield name, f"{start}date{end}"

    def chooser(self, build: Builder, id_: str, arrows: list[Arrow], other: Arrow) -> Choose:
        build.local()
        ways = tuple(
            (each.from_ and local_of(each.from_), each.to and local_of(each.to), arrow)
            for each, arrow in zip(self.paths.values(), arrows, strict=True)
        )

        def choose(here: Here) -> tuple[Arrow, object]:
            zone, now = here.zone, here.now
            way = next(
                (
                    arrow
                    for start, end, arrow in ways
                    if (not start or milliseconds(start.replace(tzinfo=zone)) <= now)
                    and (not end or now < milliseconds(end.replace(tzinfo=zone)))
                ),
                other,
            )
            return way, here.local().replace(tzinfo=None)

        return choose


class PercentageSplitActivity(_Choosing):
    """Percentage split [6.20]: each path has its share of people, who go the same way each time."""

    sees: ClassVar = "draw"

    type: Literal["percentageSplit"]
    paths: Annotated[dict[PathName, Percentage], Field(min_length=1, max_length=50)]

    @field_validator("paths")
    @classmethod
    def _at_most_all(cls, paths: dict[str, float]) -> dict[str, float]:
        _check_shares(paths.values())
        return paths

    def conditions(self) -> Iterator[tuple[str, str]]:
        yield from zip(self.paths, _drawn(self.paths.values()), strict=True)

    def rehearsed(self, wait: timedelta, path: str | None) -> Self:
        chosen = path if path in self.paths else next(iter(self.paths))
        shares = {name: 100.0 if name == chosen else 0.0 for name in self.paths}
        return self.model_copy(update={"paths": shares})

    def chooser(self, build: Builder, id_: str, arrows: list[Arrow], other: Arrow) -> Choose:
        return shared_out(build.uid, id_, self.paths.values(), arrows, other)


class Branch(Document):
    """A branch of an A/B split: its `share` of people (percent), and its `goal`, an activity."""

    share: Percentage
    goal: ActivityId


class ABSplitActivity(_Choosing):
    """A/B split [6.25]: each path has its share of people, and a goal. It is reached by those of the branch who come by
    the goal's activity: leave it by its own way, not by its timeout or in error."""

    sees: ClassVar = "draw"

    type: Literal["abSplit"]
    paths: Annotated[dict[PathName, Branch], Field(min_length=2, max_length=20)]

    @field_validator("paths")
    @classmethod
    def _at_most_all(cls, paths: dict[str, Branch]) -> dict[str, Branch]:
        _check_shares(each.share for each in paths.values())
        return paths

    def conditions(self) -> Iterator[tuple[str, str]]:
        yield from zip(self.paths, _drawn(each.share for each in self.paths.values()), strict=True)

    def rehearsed(self, wait: timedelta, path: str | None) -> Self:
        chosen = path if path in self.paths else next(iter(self.paths))
        shares = {
            name: each.model_copy(update={"share": 100.0 if name == chosen else 0.0})
            for name, each in self.paths.items()
        }
        return self.model_copy(update={"paths": shares})

    def chooser(self, build: Builder, id_: str, arrows: list[Arrow], other: Arrow) -> Choose:
        for (name, branch), arrow in zip(self.paths.items(), arrows, strict=True):
            arrow.mark = build.goal(branch.goal, arrow.id, ("activities", id_, "paths", name, "goal"))
        return shared_out(build.uid, id_, (each.share for each in self.paths.values()), arrows, other)


def _check_shares(shares: Iterable[float]) -> None:
    if round(sum(shares), 6) > 100:
        raise RuleError("INFO_RULE_PERCENTAGES")


def _drawn(shares: Iterable[float]) -> Iterator[str]:
    """What a share asks of the draw that gives it."""
    start = 0.0
    for share in shares:
        yield f"{share:g} %: {start:g} <= draw < {start + share:g}"
        start += share


def shared_out(version: str, id_: str, shares: Iterable[float], arrows: list[Arrow], other: Arrow) -> Choose:
    """Gives each arrow its share of people in percent, by a hash of version, activity and key."""
    bounds = tuple(zip((round(each, 6) for each in accumulate(shares)), arrows, strict=True))

    def choose(here: Here) -> tuple[Arrow, object]:
        drawn = 100 * identifiers.share(version, id_, here.person, here.supplemental)
        return next((arrow for bound, arrow in bounds if drawn < bound), other), round(drawn, 4)

    return choose


class ProfileCapActivity(Onward):
    """Profile cap [6.20]: `then` for as many people as `limit` says, `other` for those who come later.

    The count is that of the version; it begins anew 180 days after its first.
    """

    allowed: ClassVar = (THEN, OTHER)

    type: Literal["profileCap"]
    limit: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1000

    def conditions(self) -> Iterator[tuple[str, str]]:
        yield THEN, f"count < {self.limit}"

    def arrows(self) -> dict[str, tuple[str, ...]]:
        ways = self.ways()
        return ways if OTHER in ways else {**ways, OTHER: ()}

    def node(self, build: Builder, id_: str) -> Node:
        build.shared()
        return Choice(id_, "condition", self.label or id_, sees="count")

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        within, over = build.links.arrow(node, THEN, ways[THEN]), build.links.arrow(node, OTHER, ways.get(OTHER, ()))
        id_, limit = node.id, self.limit

        def choose(here: Here) -> tuple[Arrow, object]:
            count = here.take(id_, limit, CAP_PERIOD)
            return within if count < limit else over, count

        node.choose = choose
