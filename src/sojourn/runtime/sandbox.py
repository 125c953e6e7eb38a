"""What the engine knows of one sandbox: its documents, and what they say, ready for use.

A document that changes makes stale what stands on it, and nothing else: all other plans stay as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sojourn.engine.route import Routes
from sojourn.engine.versions import Versions
from sojourn.journey.dataset import Intake, compile_dataset
from sojourn.journey.events import compile_event
from sojourn.journey.plan import EventPlan
from sojourn.journey.project import MODELS, Kind, Project
from sojourn.journey.segment import Segments, compile_segments
from sojourn.journey.uses import Name, Users
from sojourn.schema.lens import Read, ReadMany, lens, lens_of_many

log = logging.getLogger(__name__)

RECORD_ID = ("_id",)
REFERRED: tuple[Kind, ...] = ("class", "fieldgroup", "datatype")
"""The kinds of documents that `$ref` may name."""


@dataclass(slots=True)
class Sandbox:
    """What follows from its documents is up to date after `settle`; what concerns journeys is `Configuration`'s."""

    project: Project
    events: dict[str, EventPlan] = field(default_factory=dict)
    routes: Routes = field(default_factory=lambda: Routes(()))
    read: Read = field(default_factory=lambda: lens([RECORD_ID]))
    """Reads a record as far as events and journeys look at it."""
    read_many: ReadMany = field(default_factory=lambda: lens_of_many([RECORD_ID]))
    listening: dict[str, tuple[Versions, ...]] = field(default_factory=dict)
    namespaces: dict[str, str | None] = field(default_factory=dict)
    """The namespace of each event's key."""
    intakes: dict[str, Intake] = field(default_factory=dict)
    """The datasets that are enabled for profile, by name."""
    reading: dict[str, tuple[Versions, ...]] = field(default_factory=dict)
    """The journeys that read an audience after a business event, by its name."""
    looking: tuple[Versions, ...] = ()
    """The journeys that look at the profile store."""
    watching: tuple[Versions, ...] = ()
    """Those that somebody may have to leave when what is known of them changes."""
    watched: dict[str, tuple[Versions, ...]] = field(default_factory=dict)
    """Those of them that look at a segment, by its name."""
    counts: bool = False
    """Whether people of a journey share a counter."""
    named: dict[str, Versions] = field(default_factory=dict)
    """The journeys that others may jump into, by their names."""
    keyed: dict[str, Callable[[Mapping[str, Any]], str | None]] = field(default_factory=dict)
    """What says which supplemental key an event has, for those that have one."""
    _segments: Segments | None = None
    _users: Users = field(init=False)
    _stale: set[Name] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._users = Users(self.project)

    @property
    def segments(self) -> Segments:
        """The segments that can be evaluated; compiled when somebody asks: a whole project of them may come at once."""
        if self._segments is None:
            self._segments = compile_segments(self.project)[0]
        return self._segments

    def supplemental(self, versions: Versions, event: str, record: Mapping[str, Any]) -> str | None:
        """The supplemental key by which an event concerns a journey: empty where it has none [6.10].

        None for an event without the key that it should have. Raises EvaluationError as expressions do.
        """
        if not versions.keyed:
            return ""
        found = self.keyed[event](record) if event in self.keyed else None
        return found or None

    def changed(self, kind: Kind, name: str, body: bytes) -> None:
        """A document is another one from now on, or with an empty body there is none."""
        documents = self.project.of(kind)
        before = documents.get(name)
        if body:
            for finding in self.project.add(kind, msgspec.json.decode(body)):
                log.error("%s", finding, extra={"action": "document_refused"})
        else:
            self.project.remove(kind, name)
        after = documents.get(name)
        self._stale.add((kind, name))
        self._users.changed(kind, name)
        if kind in REFERRED and (before is None or after is None or before.id != after.id):
            self._users = Users(self.project)  # a `$ref` may lead elsewhere
            if before is not None:
                self._stale.update((each, other) for each in MODELS for other in self.project.of(each))

    def settle(self) -> set[Name]:
        """Takes up the documents that have changed; gives these, and all that stand on them."""
        stale, self._stale = self._stale | self._users.of(self._stale), set()
        kinds = {kind for kind, _ in stale}
        if "event" in kinds:
            self._take_up_events({name for kind, name in stale if kind == "event"})
        if "namespace" in kinds:  # all datasets look for people in all namespaces
            self._take_up_datasets({*self.project.datasets, *self.intakes})
        elif "dataset" in kinds:
            self._take_up_datasets({name for kind, name in stale if kind == "dataset"})
        if not kinds.isdisjoint(("segment", "schema")):
            self._segments = None
        return stale

    def _take_up_events(self, names: Set[str]) -> None:
        documents, plans = self.project.events, self.events
        fresh = {name: compile_event(self.project, documents[name])[0] for name in names if name in documents}
        found = {name: fresh[name] if name in fresh else plans.get(name) for name in documents}
        self.events = {name: plan for name, plan in found.items() if plan is not None}
        self.routes = Routes(self.events.values())
        self.namespaces = {name: plan.namespace for name, plan in self.events.items()}
        self.keyed = {name: plan.supplemental for name, plan in self.events.items() if plan.supplemental is not None}

    def _take_up_datasets(self, names: Set[str]) -> None:
        compiled = [
            compile_dataset(self.project, dataset)[0]
            for name, dataset in self.project.datasets.items()
            if name in names
        ]
        kept = {name: intake for name, intake in self.intakes.items() if name not in names}
        self.intakes = kept | {each.dataset: each for each in compiled if each is not None and each.enabled}
