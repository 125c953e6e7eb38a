"""Which records may come in: the checks of the streaming inlet, the same for HTTP and for files [3.1]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sojourn.errors import InputError, NotFoundError
from sojourn.journey.dataset import Intake, compile_dataset
from sojourn.journey.events import event_id_in, event_id_of
from sojourn.journey.project import Project
from sojourn.messages import Said
from sojourn.schema.fields import merge
from sojourn.schema.registry import EXPERIENCE_EVENT
from sojourn.schema.validate import Validator, decode_error

MAX_RECORD_BYTES = 1_000_000
_FIRST, _BEYOND = -62_135_596_800_000, 253_402_300_800_000
"""The moments that a date can show: the years 1 to 9999 in UTC, epoch ms."""


class Checked(msgspec.Struct, frozen=True, gc=False):
    """A record that may come in: its JSON text, its `_id`, and its timestamp as epoch ms.

    `dataset` is the one it goes to, where that is enabled for profile [1.5]. A profile or lookup record has neither
    `_id` nor timestamp: it is no `event`.
    """

    record: bytes
    id: str
    at: int
    dataset: str = ""
    event: bool = True


class _SchemaRef(msgspec.Struct, gc=False):
    id: str


class _Header(msgspec.Struct, rename="camel", gc=False):
    schema_ref: _SchemaRef | None = None
    ims_org_id: str | None = None
    dataset_id: str | None = None


class _Body(msgspec.Struct, rename="camel", gc=False):
    xdm_entity: msgspec.Raw


class _Message(msgspec.Struct, gc=False):
    body: _Body
    header: _Header | None = None


class _Line(msgspec.Struct, gc=False):
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Batch(msgspec.Struct, gc=False):
    messages: list[msgspec.Raw]


_MESSAGE = msgspec.json.Decoder(_Message)
_LINE = msgspec.json.Decoder(_Line)
_BATCH = msgspec.json.Decoder(_Batch)


class InletRules:
    """The checks for one sandbox, compiled from its documents."""

    def __init__(self, project: Project) -> None:
        self.sandbox = project.sandbox
        trees = {name: tree for name in project.schemas if (tree := project.root(name)) is not None}
        self._validators = {name: Validator(tree) for name, tree in trees.items()}
        self._intakes = {
            name: intake
            for name, dataset in project.datasets.items()
            if (intake := compile_dataset(project, dataset)[0]) is not None
        }
        kinds = {name: project.registry.kind_of(schema) for name, schema in project.schemas.items()}
        self._others = {name for name, kind in kinds.items() if kind != "experienceevent"}
        root = project.registry.tree(project.registry.classes[EXPERIENCE_EVENT])
        for name, tree in trees.items():
            if name not in self._others:
                root = merge(root, tree.optional())
        # A record that names no schema has to agree with every schema that knows a field of it; it need not have any.
        self._any = Validator(root)
        self._event_ids = {
            event_id_of(project.sandbox, event) for event in project.events.values() if event.type == "system"
        }

    def message(self, text: bytes | msgspec.Raw) -> Checked:
        """Checks one ingestion message (header and body). Raises InputError naming field and rule."""
        try:
            message = _MESSAGE.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unread(error) from None
        header = message.header
        schema = header.schema_ref.id if header and header.schema_ref else None
        text = bytes(message.body.xdm_entity)
        if header and header.dataset_id:
            return self.of_dataset(self.intake(header.dataset_id, schema), text, "body.xdmEntity")
        return self.record(text, "body.xdmEntity", schema)

    def intake(self, dataset: str, schema: str | None = None, field: str = "header.datasetId") -> Intake:
        """The dataset that `field` names; `schema` is the header's, if it has one. Raises InputError."""
        found = self._intakes.get(dataset)
        if found is None:
            known = ", ".join(self._intakes) or "-"
            raise NotFoundError("ERR_DATASET_UNKNOWN", field=field, name=dataset, known=known)
        if schema is not None and schema.rpartition("/")[2] != found.schema:
            params = {"dataset": dataset, "expected": found.schema, "found": schema}
            raise InputError("ERR_DATASET_SCHEMA", field="header.schemaRef.id", **params)
        return found

    def of_dataset(self, intake: Intake, text: bytes, where: str = "") -> Checked:
        """Checks a record of a dataset. Raises InputError naming field and rule."""
        dataset = intake.dataset if intake.enabled else ""
        if intake.kind == "experienceevent":
            found = self.record(text, where, intake.schema)
            return Checked(text, found.id, found.at, dataset) if dataset else found
        if len(text) > MAX_RECORD_BYTES:
            raise InputError("ERR_RECORD_SIZE", field=where or None, size=len(text), limit=MAX_RECORD_BYTES)
        self._validators[intake.schema].check(text, where)
        record = intake.read(text)
        if intake.kind == "profile" and not intake.identities(record):
            raise InputError("ERR_RECORD_IDENTITY", field=f"{where}.identityMap".lstrip("."))
        if intake.kind == "record" and intake.key(record) is None:
            raise InputError("ERR_RECORD_KEY", field=f"{where}.{intake.key_field}".lstrip("."), name=intake.key_field)
        return Checked(text, "", 0, dataset, event=False)

    def lines(self, texts: Sequence[bytes]) -> list[Checked]:
        """Checks lines of a history file. Raises InputError, for the first that has a fault."""
        whole, longest = b"".join(texts), max(map(len, texts), default=0)
        if b'"xdmEntity"' not in whole and b'"eventID"' not in whole and longest <= MAX_RECORD_BYTES:
            found = self._any.check_many(texts) or ()
            ids, moments = [each.f0 for each in found], [_moment(each) for each in found]
            if found and all(ids) and min(moments) >= _FIRST and max(moments) < _BEYOND:
                return list(map(Checked, texts, ids, moments))
        return [self.line(text) for text in texts]

    def line(self, text: bytes) -> Checked:
        """Checks one line of a history file: an ingestion message or a bare xdmEntity."""
        if b'"xdmEntity"' not in text:
            return self.record(text)
        try:
            bare = _LINE.decode(text).body is msgspec.UNSET
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise decode_error(error) from None
        return self.record(text) if bare else self.message(text)

    def record(self, text: bytes, where: str = "", schema: str | None = None) -> Checked:
        """Checks an xdmEntity against its schema. Raises InputError naming field and rule."""
        if len(text) > MAX_RECORD_BYTES:
            raise InputError("ERR_RECORD_SIZE", field=where or None, size=len(text), limit=MAX_RECORD_BYTES)
        if schema is not None and schema.rpartition("/")[2] in self._others:
            raise InputError("ERR_DATASET_MISSING", field="header.datasetId", schema=schema)
        checked = (self._any if schema is None else self._validator(schema)).check(text, where)
        if not checked.f0:  # the class's own two required fields come first: _id, timestamp
            raise InputError("ERR_RECORD_ID", field=f"{where}._id" if where else "_id")
        if b'"eventID"' in text:
            self._check_event_id(text, where)
        at = _moment(checked)
        if not _FIRST <= at < _BEYOND:
            field = f"{where}.timestamp" if where else "timestamp"
            raise InputError("ERR_RECORD_INVALID", field=field, rule=Said("INFO_RULE_YEARS"))
        return Checked(text, checked.f0, at)

    def _validator(self, schema: str) -> Validator:
        found = self._validators.get(schema.rpartition("/")[2])
        if found is None:
            known = ", ".join(self._validators) or "-"
            raise NotFoundError("ERR_SCHEMA_UNKNOWN", field="header.schemaRef.id", name=schema, known=known)
        return found

    def _check_event_id(self, text: bytes, where: str) -> None:
        try:
            payload: dict[str, Any] = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise decode_error(error, where) from None
        event_id = event_id_in(payload)
        if event_id is not None and event_id not in self._event_ids:
            field = f"{where}._experience.campaign.orchestration.eventID".lstrip(".")
            raise InputError("ERR_EVENT_ID_UNKNOWN", field=field, event_id=event_id)


def _moment(checked: Any) -> int:
    seconds: float = checked.f1.timestamp()
    return round(seconds * 1000)


def split_batch(text: bytes) -> list[msgspec.Raw]:
    """The messages of a batch body. Raises InputError."""
    try:
        return _BATCH.decode(text).messages
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unread(error) from None


def _unread(error: Exception) -> InputError:
    """What is wrong with the form of a message: with a field of it, or with the body as a whole."""
    made = decode_error(error)
    made.field = made.field or "body"
    return made
