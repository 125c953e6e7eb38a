"""What the engine knows of the documents at its place in the log: event routes per sandbox, versions per journey."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import msgspec

from sojourn.connect.access import Accesses, accesses
from sojourn.engine.versions import Kind as VersionsKind
from sojourn.engine.versions import Versions
from sojourn.journey.compile import compile_journey
from sojourn.journey.document import JourneyDocument
from sojourn.journey.finding import errors
from sojourn.journey.plan import Plan
from sojourn.journey.project import Project
from sojourn.journey.qualification import EXITED, REALIZED, heard
from sojourn.journey.rehearse import Options, rehearsed
from sojourn.journey.segment import Segments
from sojourn.journey.uses import Name, names_in
from sojourn.limits.rule import KINDS, Rules, over
from sojourn.runtime.batch import Shapes
from sojourn.runtime.rehearsal import Rehearsal, Rehearsals
from sojourn.runtime.removal import Removing
from sojourn.runtime.sandbox import RECORD_ID, Sandbox
from sojourn.schema.lens import lens, lens_of_many
from sojourn.store.entry import Amended, Changed, Dismissed, Halted, Published, Rehearsed, Removed, Renamed
from sojourn.store.shard import Shard

log = logging.getLogger(__name__)

TIMESTAMP = ("timestamp",)


class Configuration:
    """Read from the shard at the start, kept up with control entries. Rebuilt from the shard after a rollback."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._shapes = Shapes(shard)
        self._sandboxes: dict[str, Sandbox] = {}
        self.journeys: dict[int, Versions] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._bodies: dict[tuple[int, int], bytes] = {}
        self._names: dict[tuple[int, int], frozenset[Name]] = {}
        """What versions name in their documents; not there: the version is to be compiled."""
        self._unsettled: set[str] = set()
        self.unswept: list[tuple[int, int]] = []
        self.limits: Rules = {}
        """The caps and the throttling in force; another dictionary after each change."""
        self.accesses: Accesses = {}
        """How data sources and actions are called; another dictionary after each change."""
        self.qualifying = False
        """Whether a journey begins, goes on or ends by segments."""
        self.rehearsals = Rehearsals(shard)
        running = self.rehearsals.running
        for sandbox, kind, name, body in shard.rows("documents"):
            self._document(sandbox, kind, name, body.encode())
        for id_, sandbox, uid, _ in shard.rows("journeys"):
            self.journeys[id_] = Versions(sandbox, uid, id_, running[id_].kind if id_ in running else "live")
            self._ids[sandbox, uid] = id_
        self.removals = Removing(shard)
        for id_ in (*self.rehearsals.ended, *self.removals.journeys):
            self._drop(id_)
        for id_, number, _, state, body, _, swept in shard.rows("versions"):
            if id_ not in self.journeys or state == "removed":
                continue
            self._bodies[id_, number] = body.encode()
            self.journeys[id_].states[number] = state
            if not swept:
                self.unswept.append((id_, number))
        self.settle()

    def sandbox(self, name: str) -> Sandbox:
        if name not in self._sandboxes:
            self._sandboxes[name] = Sandbox(Project(name))
        return self._sandboxes[name]

    def segments(self, sandbox: str) -> Segments:
        """The segments of a sandbox that can be evaluated."""
        return self.sandbox(sandbox).segments

    @property
    def counts(self) -> bool:
        """Whether it matters who of several people comes first."""
        return any(here.counts for here in self._sandboxes.values())

    def journey(self, sandbox: str, uid: str) -> Versions:
        """The versions of a journey, by its id."""
        return self.journeys[self._ids[sandbox, uid]]

    def running(self, sandbox: str, uid: str) -> Versions | None:
        """The versions of a draft that runs apart, None once it has ended."""
        return self.journeys.get(self._ids.get((sandbox, uid), 0))

    def in_namespace(self, sandbox: str, namespace: str) -> list[Versions]:
        """The journeys of a sandbox whose people go by ids of this namespace."""
        return [
            versions
            for versions in self.journeys.values()
            if versions.sandbox == sandbox and any(plan.namespace == namespace for plan in versions.plans.values())
        ]

    # --- control entries; each writes the shard and then what is in memory ---

    def changed(self, entry: Changed) -> None:
        """A document was written or deleted, a limit deployed. Live journeys take up what may change [3.7, 5.2]."""
        if entry.body:
            self._shard.rows("put_document", entry.sandbox, entry.kind, entry.name, entry.body.decode())
        else:
            self._shard.rows("delete_document", entry.sandbox, entry.kind, entry.name)
        self._document(entry.sandbox, entry.kind, entry.name, entry.body)
        if entry.kind in KINDS:
            for sandbox, name in over(self.limits):  # nothing waits there any more
                self.changed(Changed(entry.at, sandbox, entry.kind, name, b""))

    def renamed(self, entry: Renamed) -> None:
        """A document has another name, and all texts follow; nobody inside a journey notices [3.7]."""
        if entry.kind == "journey":
            self._shard.rows("rename_journey", entry.new, entry.sandbox, entry.old)
        else:
            self._shard.rows("delete_document", entry.sandbox, entry.kind, entry.old)
            self._document(entry.sandbox, entry.kind, entry.old, b"")
            for kind, name, body in [(entry.kind, entry.new, entry.body), *entry.others]:
                self._shard.rows("put_document", entry.sandbox, kind, name, body.decode())
                self._document(entry.sandbox, kind, name, body)
        for journey, number, body in entry.versions:
            self._reword(entry.sandbox, journey, number, body)
        for versions in self.journeys.values():
            if versions.sandbox == entry.sandbox:
                for old, new in _keys_renamed(entry):
                    self._shard.rows("rename_held", new, versions.id, old)
                    self._shard.rows("rename_entrants", new, versions.id, old)

    def amended(self, entry: Amended) -> None:
        """A version has other texts; people stay where they are [6.4]."""
        self._reword(entry.sandbox, entry.journey, entry.number, entry.body)

    def _reword(self, sandbox: str, journey: str, number: int, body: bytes) -> None:
        """Gives a version's document another text, wherever it runs."""
        for id_ in (self._ids.get((sandbox, journey), 0), *self.rehearsals.of(journey)):
            if (id_, number) in self._bodies:
                self._bodies[id_, number] = body
                self._names.pop((id_, number), None)
                self._unsettled.add(sandbox)
                self._shard.rows("set_body", body.decode(), id_, number)

    def removed(self, entry: Removed) -> int | None:
        """Versions are deleted: the journey's short number, None where it never ran."""
        id_ = self._ids.get((entry.sandbox, entry.journey))
        if id_ is None:
            return None
        for number in entry.numbers:
            self.journeys[id_].states.pop(number, None)
            self.journeys[id_].plans.pop(number, None)
            self._bodies.pop((id_, number), None)
            self._names.pop((id_, number), None)
        if not entry.numbers:
            self._drop(id_)
        self.removals.begin(id_, entry.numbers)
        self._listen(entry.sandbox)
        return id_

    def published(self, entry: Published) -> None:
        """A version goes live; the one before it is closed."""
        id_ = self._ids.get((entry.sandbox, entry.journey))
        if id_ is None:
            id_ = self._add(entry.sandbox, entry.journey, entry.name, "live")
        self._put(self.journeys[id_], entry.number, entry.body, entry.at)

    def rehearsed(self, entry: Rehearsed) -> Versions:
        """A draft begins to run apart: versions of its own."""
        id_ = self._add(entry.sandbox, entry.uid, entry.name, entry.kind)
        live = self._ids.get((entry.sandbox, entry.journey))
        counts = {row[0]: (row[4], row[5]) for row in self._shard.rows("shapes") if row[1] == live}
        options = msgspec.json.decode(entry.options, type=Options)
        self.rehearsals.begin(id_, Rehearsal(entry.kind, entry.journey, options, entry.at), counts)
        self._put(self.journeys[id_], entry.number, entry.body, entry.at)
        return self.journeys[id_]

    def dismissed(self, entry: Dismissed) -> int | None:
        """A draft that ran apart ends: its short number, None for one that does not run."""
        id_ = self._ids.get((entry.sandbox, entry.uid))
        if id_ is not None:
            self._drop(id_)
            self._listen(entry.sandbox)
        return id_

    def _add(self, sandbox: str, uid: str, name: str, kind: VersionsKind) -> int:
        id_ = int(self._shard.rows("add_journey", sandbox, uid, name)[0][0])
        self._ids[sandbox, uid] = id_
        self.journeys[id_] = Versions(sandbox, uid, id_, kind)
        return id_

    def _put(self, versions: Versions, number: int, body: bytes, at: int) -> None:
        """Makes a version the one that takes new people."""
        id_ = versions.id
        self._bodies[id_, number] = body
        plan = self._plan(versions, number)
        self._shard.rows("put_version", id_, number, plan.uid if plan else "", "live", body.decode(), at)
        if plan is None:
            return
        versions.publish(plan)
        for each, state in versions.states.items():
            self._shard.rows("set_state", state, id_, each)
        self._listen(versions.sandbox)

    def _drop(self, id_: int) -> None:
        """Forgets versions; what is stored of them goes by and by."""
        versions = self.journeys.pop(id_)
        del self._ids[versions.sandbox, versions.journey]
        self._bodies = {key: body for key, body in self._bodies.items() if key[0] != id_}
        self._names = {key: names for key, names in self._names.items() if key[0] != id_}
        self._shapes.drop(versions.plans.values())

    def halted(self, entry: Halted) -> None:
        """A version is closed or stopped; who is inside a stopped one is let go of by and by (`unswept`)."""
        id_ = self._ids[entry.sandbox, entry.journey]
        state = "stopped" if entry.stop else "closed"
        self.journeys[id_].states[entry.number] = state  # type: ignore[assignment]
        self._shard.rows("set_state", state, id_, entry.number)
        if entry.stop:
            self._shard.rows("set_swept", 0, id_, entry.number)
            self.unswept.append((id_, entry.number))

    def swept(self, id_: int, number: int) -> None:
        """Nobody is inside a stopped version any more."""
        self._shard.rows("set_swept", 1, id_, number)
        self.unswept.remove((id_, number))

    # --- compiling ---

    def _document(self, sandbox: str, kind: str, name: str, body: bytes) -> None:
        if kind in KINDS:
            others = {key: rule for key, rule in self.limits.items() if key != (sandbox, name)}
            self.limits = others | ({(sandbox, name): msgspec.json.decode(body, type=KINDS[kind])} if body else {})
            return
        self.sandbox(sandbox).changed(kind, name, body)  # type: ignore[arg-type]
        self._unsettled.add(sandbox)

    def settle(self) -> None:
        """Takes up what has changed; until then plans are those of the documents before. After each control entry, and
        once after many documents together."""
        for sandbox in self._unsettled:
            stale = self.sandbox(sandbox).settle()
            kinds = {kind for kind, _ in stale}
            if not kinds.isdisjoint(("source", "action", "channel")):
                others = {caller: access for caller, access in self.accesses.items() if caller.sandbox != sandbox}
                self.accesses = others | accesses(self.sandbox(sandbox).project)
            for versions in self.journeys.values():
                if versions.sandbox == sandbox:
                    for number in versions.states:
                        self._renew(versions, number, stale, whole="ruleset" in kinds)
            self._listen(sandbox)
        self._unsettled.clear()

    def _renew(self, versions: Versions, number: int, stale: set[Name], *, whole: bool) -> None:
        """Compiles a version again if it stands on what is stale; rule sets may hold for all [5.6]: then `whole`."""
        names = self._names.get((versions.id, number))
        if names is None or whole or not names.isdisjoint(stale):
            plan = self._plan(versions, number)
            if plan is not None:
                versions.plans[number] = plan

    def _plan(self, versions: Versions, number: int) -> Plan | None:
        project = self.sandbox(versions.sandbox).project
        document = JourneyDocument.model_validate_json(self._bodies[versions.id, number])
        self._names[versions.id, number] = frozenset(names_in(document))
        if versions.kind != "live":
            document = rehearsed(document, versions.kind, self.rehearsals.running[versions.id].options)
        project.journeys, project.alone = {document.name: document}, True
        plan, found = compile_journey(project, document.name, number=number, journey_id=versions.journey)
        over = versions.states.get(number) in ("closed", "stopped")  # once nobody is inside, documents may change
        for finding in errors(found):
            log.log(logging.INFO if over else logging.ERROR, "%s", finding, extra={"action": "version_refused"})
        if plan is not None:
            self._shapes.adopt(versions.id, plan)
        return plan

    def _listen(self, sandbox: str) -> None:
        here = self.sandbox(sandbox)
        listening: dict[str, list[Versions]] = {}
        origins: dict[int, list[Versions]] = {}
        reading: dict[str, list[Versions]] = {}
        paths = {RECORD_ID, *(path for event in here.events.values() for path in event.paths)}
        for intake in here.intakes.values():
            if intake.kind == "experienceevent":
                paths.update(intake.paths)
                paths.add(TIMESTAMP)
        mine = [versions for versions in self.journeys.values() if versions.sandbox == sandbox]
        for versions in mine:
            paths.update(path for plan in versions.plans.values() for path in plan.paths)
            for event in {event for plan in versions.plans.values() for event in plan.listens}:
                listening.setdefault(event, []).append(versions)
        here.counts = any(plan.counts for versions in mine for plan in versions.plans.values())
        here.watching = tuple(versions for versions in mine if any(plan.watches for plan in versions.plans.values()))
        here.looking = tuple(versions for versions in mine if any(plan.looks for plan in versions.plans.values()))
        here.named = {plan.name: versions for versions in mine if (plan := versions.newest) and versions.kind == "live"}
        for versions in mine:
            jumps = {name for plan in versions.plans.values() for name in plan.jumps}
            for target in [here.named[name] for name in jumps if name in here.named]:
                origins.setdefault(target.id, []).append(versions)
        for versions in mine:
            versions.origins = tuple(origins.get(versions.id, ()))
            plans = versions.plans.values()
            for business in {plan.audience.business for plan in plans if plan.audience is not None}:
                if business is not None and versions.kind != "test":
                    reading.setdefault(business, []).append(versions)
            versions.guarded = bool(versions.origins) or any(plan.pace or plan.audience for plan in plans)
        watched: dict[str, list[Versions]] = {}
        for versions in here.watching:
            for segment in {segment for plan in versions.plans.values() for segment in plan.watched}:
                watched.setdefault(segment, []).append(versions)
        here.watched = {segment: tuple(journeys) for segment, journeys in watched.items()}
        self.qualifying = any(
            plan.audience is not None or plan.watched or any(key.startswith("segment:") for key in plan.listens)
            for versions in self.journeys.values()
            for plan in versions.plans.values()
        )
        here.listening = {event: tuple(journeys) for event, journeys in listening.items()}
        here.reading = {event: tuple(journeys) for event, journeys in reading.items()}
        here.read, here.read_many = lens(paths), lens_of_many(paths)


def _keys_renamed(entry: Renamed) -> Iterator[tuple[str, str]]:
    """What is heard by another key from now on."""
    if entry.kind == "event":
        yield entry.old, entry.new
    elif entry.kind == "segment":
        yield from ((heard(entry.old, status), heard(entry.new, status)) for status in (REALIZED, EXITED))
