"""The data sources of a project: where values come from that neither events nor journeys hold [4].

A source's *field groups* are what one call brings. Which kind of source it is shows in what it has: a `url` (HTTP), a
`database` (SQL), or neither (the built-in `ExperiencePlatform`)::

    name: Weather
    url: https://api.example.com/weather
    authentication: {type: apiKey, name: appid, value: ..., location: queryParam}
    fieldGroups:
      byCity:
        parameters: {city: string}
        response: {"main": {"temp": 21.5}, "updated": "2026-03-01"}
        types: {main.temp: decimal}
        cacheDuration: PT5M
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, StringConstraints, Tag, field_validator, model_validator
from pydantic import Field as Given

from sojourn.errors import InputError, RuleError
from sojourn.expression import Type
from sojourn.journey.authentication import Authentication, ClientCertificate
from sojourn.journey.types import Duration, Identifier
from sojourn.schema.document import Description, Document, FieldPath, Name
from sojourn.schema.fields import Field, parse_fields
from sojourn.schema.infer import fields_of
from sojourn.secrets import Secret

PLATFORM = "ExperiencePlatform"
"""The name of the built-in source [4.1]."""
ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=60)]
ParameterType = Literal[
    "any", "string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration", "list<any>",
    "list<string>", "list<integer>", "list<decimal>", "list<boolean>", "list<dateOnly>", "list<dateTimeOnly>",
    "list<dateTime>", "list<duration>",
]  # fmt: skip


_QUESTION = re.compile(r"\s*(select|with|values)\b", re.IGNORECASE)
_BOUND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
"""A parameter in a statement, as SQLAlchemy finds it."""


def _typed(value: object) -> object:
    """Parameters that are only listed take anything."""
    listed = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return dict.fromkeys(value, "any") if listed and isinstance(value, list) else value


Parameters = Annotated[dict[ParameterName, ParameterType], BeforeValidator(_typed)]
"""The dynamic values of a field group, with their types; a list of names means that each takes anything."""


class FieldGroup(Document):
    """What one call to a source brings."""

    @cached_property
    def root(self) -> Field:
        """The fields, as a tree."""
        raise NotImplementedError

    @property
    def parameter_types(self) -> Mapping[str, Type]:
        """The parameters that a reference gives, with their types."""
        return {}


class CalledGroup(FieldGroup):
    """What one call to another system brings."""

    parameters: Parameters = {}
    """The values that each expression gives, with their types."""
    cache_duration: Annotated[Duration | None, Given(alias="cacheDuration")] = None
    """How long an answer is used again for the same parameters; left out, never."""

    @property
    def parameter_types(self) -> Mapping[str, Type]:
        return {name: Type.parse(kind) for name, kind in self.parameters.items()}


class HttpGroup(CalledGroup):
    """What one call of an HTTP source brings [4.3]: the fields of the example `response`.

    The parameters of a GET go into the query; the `body` of a POST says where they go: `{"param": "city"}`.
    """

    method: Literal["GET", "POST"] = "GET"
    """How it is asked."""
    body: Any = None
    """What a POST sends."""
    response: dict[str, Any] | list[Any]
    """An example of the answer: it gives the fields and their types."""
    types: dict[FieldPath, Any] = {}
    """By path, the types that the example does not show."""

    @model_validator(mode="after")
    def _makes_sense(self) -> HttpGroup:
        if self.method == "GET" and self.body is not None:
            raise RuleError("INFO_RULE_GET_BODY")
        named = set(parameters_in(self.body))
        if unknown := sorted(named - self.parameters.keys()):
            raise RuleError("INFO_RULE_BODY_UNKNOWN", name=unknown[0])
        if self.method == "POST" and (lost := sorted(self.parameters.keys() - named)):
            raise RuleError("INFO_RULE_BODY_LOST", name=lost[0])
        self._try()
        return self

    def _try(self) -> None:
        try:
            self.root  # noqa: B018 - made once, here
        except InputError as error:
            raise ValueError(str(error)) from error

    @cached_property
    def root(self) -> Field:
        return fields_of(self.response, self.types)


class SqlGroup(CalledGroup):
    """What one statement of a SQL source brings [4.6]: `rows`, a list of objects with `fields`, one for each row.

    In the statement `:name` stands for a parameter.
    """

    statement: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    """One SELECT."""
    fields: dict[str, Any]
    """The columns and their types, as a schema's fields."""

    @model_validator(mode="after")
    def _is_one_question(self) -> SqlGroup:
        if not _QUESTION.match(self.statement):
            raise RuleError("INFO_RULE_SQL_SELECT")
        named = set(_BOUND.findall(self.statement))
        if unknown := sorted(named - self.parameters.keys()):
            raise RuleError("INFO_RULE_SQL_UNKNOWN", name=unknown[0])
        if lost := sorted(self.parameters.keys() - named):
            raise RuleError("INFO_RULE_SQL_LOST", name=lost[0])
        return self

    @field_validator("fields")
    @classmethod
    def _fields_parse(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            parse_fields(value)
        except InputError as error:
            raise ValueError(str(error)) from error
        return value

    @cached_property
    def root(self) -> Field:
        return Field("object", {"rows": Field("list", item=parse_fields(self.fields))})


class PlatformGroup(FieldGroup):
    """Fields of the built-in source [4.1]: of a schema of profiles, or of experience events."""

    schema_: Annotated[Name, Given(alias="schema")]
    """The schema whose fields it has."""
    fields: list[FieldPath] = []
    """Left out, all of them."""


def _which(group: Any) -> str:
    has = group if isinstance(group, dict) else getattr(type(group), "model_fields", ())
    return "sql" if "statement" in has else "platform" if "schema" in has or "schema_" in has else "http"


AnyGroup = Annotated[
    Annotated[HttpGroup, Tag("http")] | Annotated[SqlGroup, Tag("sql")] | Annotated[PlatformGroup, Tag("platform")],
    Discriminator(_which),
]
_GROUPS: Mapping[str, type[FieldGroup]] = {"http": HttpGroup, "sql": SqlGroup, "platform": PlatformGroup}


class SourceDocument(Document):
    """A data source [4]: HTTP (`url`), SQL (`database`), or the field groups of the built-in ExperiencePlatform."""

    name: Identifier
    description: Description = ""
    url: Annotated[str | None, StringConstraints(min_length=1, max_length=2_000)] = None
    """The address that is asked; https is better."""
    database: Annotated[str | None, StringConstraints(min_length=1, max_length=2_000)] = None
    """`sqlite:///PATH` or `postgresql://USER@HOST:PORT/NAME`."""
    password: Secret | None = None
    """The database's."""
    authentication: Authentication | None = None
    """How calls show who makes them."""
    client_certificate: Annotated[ClientCertificate | None, Given(alias="clientCertificate")] = None
    """What calls show in the TLS handshake."""
    field_groups: Annotated[dict[Identifier, AnyGroup], Given(alias="fieldGroups")] = {}
    """What can be asked, each with one call."""

    @property
    def kind(self) -> Literal["http", "sql", "platform"]:
        """What is behind it."""
        return "http" if self.url is not None else "sql" if self.database is not None else "platform"

    @model_validator(mode="after")
    def _one_kind(self) -> SourceDocument:
        if (self.kind == "platform") != (self.name == PLATFORM) or (self.url and self.database):
            raise RuleError("INFO_RULE_SOURCE_KIND", name=PLATFORM)
        if self.kind != "http" and (self.authentication or self.client_certificate):
            raise RuleError("INFO_RULE_SOURCE_URL")
        if self.kind != "sql" and self.password is not None:
            raise RuleError("INFO_RULE_SOURCE_PASSWORD")
        for name, group in self.field_groups.items():
            if not isinstance(group, _GROUPS[self.kind]):
                form = {"http": "a response", "sql": "a statement", "platform": "a schema"}[self.kind]
                raise RuleError("INFO_RULE_GROUP_FORM", name=name, form=form)
        return self


def parameters_in(body: object) -> Iterator[str]:
    """The parameters that a sent payload names: `{"param": "name"}`."""
    if is_parameter(body):
        yield body["param"]  # type: ignore[index]
    elif isinstance(body, dict):
        for child in body.values():
            yield from parameters_in(child)
    elif isinstance(body, list):
        for child in body:
            yield from parameters_in(child)


def is_parameter(body: object) -> bool:
    """Whether a part of a sent payload stands for a parameter."""
    return isinstance(body, dict) and body.keys() == {"param"} and isinstance(body["param"], str)
