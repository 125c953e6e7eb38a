"""A project as a folder of YAML files, and where in them a finding stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from yaml.error import MarkedYAMLError

from sojourn.errors import InputError
from sojourn.journey.finding import Finding
from sojourn.journey.project import FOLDERS, Kind, Project

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH = 100


LIMITS = "limits"
"""The folder of limits on calls, which are no documents: they have an API of their own [5.5]."""


class _Loader(_Safe):  # type: ignore[misc]
    """Dates and times of day are text, as documents have them; YAML 1.1 makes a number of 22:00."""


def _text(loader: Any, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


def _number(loader: Any, node: yaml.ScalarNode) -> Any:
    return _text(loader, node) if ":" in node.value else loader.construct_yaml_int(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)
_Loader.add_constructor("tag:yaml.org,2002:int", _number)


class ProjectFiles:
    """The documents and limits of a folder, as data; `locate` knows the lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: list[tuple[Kind, dict[str, Any]]] = []
        self.limits: list[tuple[str, Any]] = []
        """By name, which is that of the file where it says none."""
        self.findings: list[Finding] = []
        self._names: list[str] = []
        self._nodes: dict[tuple[str, str], tuple[str, yaml.Node | None]] = {}
        if not any((folder / name).is_dir() for name in (*FOLDERS.values(), LIMITS)):
            raise InputError("ERR_FILE_FOLDER", folder=str(folder))
        for kind, name in FOLDERS.items():
            for path in _yaml(folder / name):
                if (read := self._read(kind, path)) is not None:
                    self._names.append(read[0])
                    self.documents.append((kind, read[1]))
        for path in _yaml(folder / LIMITS):
            if (read := self._read("limit", path)) is not None:
                self.limits.append(read)

    def _read(self, kind: str, path: Path) -> tuple[str, Any] | None:
        """A file's name and data; None, with a finding, where it cannot be read."""
        shown = str(path)
        try:
            text = path.read_text(encoding="utf-8")
            _refuse_depth(text)
            node = yaml.compose(text, _Loader)
            _refuse_twice(node)
            data = yaml.load(text, _Loader)  # noqa: S506 - the safe loader
        except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            detail = str(getattr(error, "problem", None) or error)
            line = mark.line + 1 if mark else None
            self.findings.append(
                Finding("ERR_FILE_YAML", "error", kind, path.stem, (), {"detail": detail}, shown, line)
            )
            return None
        name = str(data.get("name", path.stem)) if isinstance(data, dict) else path.stem
        if (kind, name) in self._nodes:
            params = {"name": name, "other": self._nodes[kind, name][0]}
            self.findings.append(Finding("ERR_NAME_TWICE", "error", kind, name, ("name",), params, shown, 1))
            return None
        self._nodes[kind, name] = (shown, node)
        return name, data

    def project(self, sandbox: str = "prod") -> Project:
        """The typed project; what cannot be read as a document is in `findings`."""
        project = Project(sandbox)
        for (kind, data), name in zip(self.documents, self._names, strict=True):
            # A document without a name of its own goes by that of its file.
            self.findings += [self.locate(replace(finding, name=name)) for finding in project.add(kind, data)]
        return project

    def locate(self, finding: Finding) -> Finding:
        """The finding with its file and line: those of the deepest part of its path that the file has."""
        if finding.file or (finding.kind, finding.name) not in self._nodes:
            return finding
        file, node = self._nodes[finding.kind, finding.name]
        line = node.start_mark.line + 1 if node else 1
        for part in finding.path:
            found = _child(node, part)
            if found is None:
                break
            mark, node = found
            line = mark.start_mark.line + 1
        return finding.at(file, line)


def _yaml(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in (".yaml", ".yml"))


def _refuse_depth(text: str) -> None:
    """The C loader goes down into nested nodes without a limit of its own. Raises YAMLError before it has to."""
    depth = 0
    event: Any
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            raise MarkedYAMLError(problem=f"more than {_DEPTH} levels", problem_mark=event.start_mark)


def _refuse_twice(root: yaml.Node | None) -> None:
    """YAML lets the last of two equal keys win in silence. Raises YAMLError for the first that comes again."""
    todo, seen = [root], set()
    while todo:
        node = todo.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))  # an alias leads back to the same node
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            keys = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in keys:
                    raise MarkedYAMLError(problem=f"the key '{key.value}' is here twice", problem_mark=key.start_mark)
                keys.add((key.tag, key.value) if isinstance(key, yaml.ScalarNode) else id(key))
                todo.append(value)


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node under a key or index: (where it begins, its value)."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None
