"""What stands on a document, and keeps it as it is [2.5, 3.7, 4.3, 5.2]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sojourn.authoring.reading import Reading
from sojourn.journey.change import forbidden
from sojourn.journey.finding import Finding
from sojourn.journey.project import MODELS, REGISTRY, Kind, Project, said
from sojourn.journey.uses import FIELD_GROUP, Name, below, closure, named_directly, naming
from sojourn.report.progress import RUNNING


@dataclass(frozen=True, slots=True)
class Use:
    """A document that stands on another; of journeys the version, its status, and whether it runs."""

    kind: Kind
    name: str
    version: int | None = None
    status: str | None = None
    running: bool = False
    """Live, or closed with people inside."""
    field_groups: frozenset[str] = frozenset()
    """Those that it uses, where it stands on a data source."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + (f" v{self.version}" if self.version is not None else "")


class Uses(Reading):
    """Knows who uses what."""

    def _changes_in_use(self, before: Project, after: Project, about: set[Name]) -> list[Finding]:
        """Changes that what stands on a document could not take up [2.5, 3.7, 5.2]."""
        found: list[Finding] = []
        for kind, name in about:
            if kind == "journey" or name not in before.of(kind):
                continue
            using, drafts = self._holding(before, kind, name)
            paths = list(forbidden(before, after, kind, name, drafts=drafts)) if using else []
            if kind == "source":
                used = frozenset().union(*(use.field_groups for use in self._journeys_with(before, kind, name)))
                paths = [path for path in paths if path[0] != "fieldGroups" or path[1] in used]
            if paths:
                params = {"kind": said(kind), "users": ", ".join(using)}
                found += [Finding("ERR_CHANGE_IN_USE", "error", kind, name, path, params) for path in paths]
        return found

    def _holding(self, project: Project, kind: Kind, name: str) -> tuple[list[str], bool]:
        """What keeps a document as it is, and whether that is drafts alone: journeys that run, of an event, a source
        or an action also drafts [3.7, 4.3, 5.2]; of what schemas are made of also datasets, and a schema's own word
        that it is for profiles [2.5]."""
        uses = list(self._journeys_with(project, kind, name))
        running = [str(use) for use in uses if use.running]
        drafts = kind in ("event", "source", "action")
        found = running + [str(use) for use in uses if drafts and use.status == "draft" and not use.running]
        if kind in REGISTRY:
            found += [
                f"schema {schema.name} (profile)"
                for schema in project.schemas.values()
                if schema.profile and (kind, name) in {("schema", schema.name), *closure(schema, project)}
            ]
            found += [
                f"dataset {dataset.name}"
                for dataset in project.datasets.values()
                if (kind, name) in closure(dataset, project)
            ]
        return found, not running

    def used_in(self, sandbox: str, kind: Kind, name: str) -> list[Use]:
        """Everything that names a document, and the journey versions that stand on it [3.7]. Raises NotFoundError."""
        self.document(sandbox, kind, name)
        project = self.project(sandbox)
        others = [Use(user, named) for user, named in naming(project, kind, name)]
        return others + list(self._journeys_with(project, kind, name))

    def use_counts(self, sandbox: str, kind: Kind) -> Counter[str]:
        """How many documents and journey versions use each document of a kind: what `used_in` counts, of all."""
        project = self.project(sandbox)
        found = Counter(name for of, name in named_directly(project) if of == kind)
        known: dict[Name, set[Name]] = {}
        for row in self.catalogue(sandbox):
            stands_on: set[Name] = set()
            for each in (use.partition(":") for use in row.uses):
                if each[0] in MODELS:
                    name: Name = (each[0], each[2])
                    if name not in known:
                        known[name] = below({name}, project)
                    stands_on |= known[name]
            found.update(name for of, name in stands_on if of == kind)
        return found

    def _journeys_with(self, project: Project, kind: Kind, name: str) -> Iterator[Use]:
        """The journey versions that stand on a document."""
        start = f"{FIELD_GROUP}:{name}."
        for row in self.catalogue(project.sandbox):
            named = [use.partition(":") for use in row.uses]
            if (kind, name) in below({(each, of) for each, _, of in named if each in MODELS}, project):
                groups = (use.removeprefix(start) for use in row.uses if kind == "source" and use.startswith(start))
                running = self.status(row) in RUNNING
                yield Use("journey", row.name, row.number, row.asked, running, frozenset(groups))
