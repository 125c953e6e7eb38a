"""Custom actions: one HTTP request with constant parts and parts that each journey gives [5.1]."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import msgspec
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Given

from sojourn.errors import InputError, rule_of
from sojourn.expression import EvaluationError, Type
from sojourn.expression.values import reader, text_of
from sojourn.journey.authentication import Authentication, ClientCertificate
from sojourn.journey.body import Variable, compile_body, variables
from sojourn.journey.finding import nearest
from sojourn.journey.node import Evaluate, Values
from sojourn.journey.request import Request
from sojourn.journey.types import Identifier
from sojourn.schema.document import Description, Document, FieldPath
from sojourn.schema.fields import Field
from sojourn.schema.infer import fields_of


class Part(BaseModel):
    """A part of a request that each journey gives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variable: Annotated[
        Literal["string", "integer", "decimal", "boolean", "dateOnly", "dateTimeOnly", "dateTime", "duration"],
        Given(alias="$variable"),
    ]
    """The type of what a journey gives."""
    label: Annotated[str, Given(alias="$label", max_length=200)] = ""
    """What marketers see."""
    mandatory: Annotated[bool, Given(alias="$mandatory")] = False
    """Whether a journey has to give it."""


class ActionDocument(Document):
    """A custom action [5.1]: one HTTP request with constant and variable parts.

    A header, a query parameter or a leaf of `body` is a constant, or a variable that each journey gives:
    `{$variable: TYPE, $label: ..., $mandatory: true}`. A variable of the body goes by its path (`customer.id`).
    """

    name: Identifier
    description: Description = ""
    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    """The part of the address that is the same for all."""
    path: Part | None = None
    """What comes behind `url`, where that differs."""
    method: Literal["POST", "PUT", "GET", "PATCH", "DELETE"] = "POST"
    """The method of the request; a GET sends no body."""
    headers: dict[str, str | Part] = {}
    """Headers, constant or variable; secrets belong under `authentication`."""
    query: dict[Annotated[str, StringConstraints(pattern=r"^[^.$]", max_length=200)], str | Part] = {}
    """Query parameters, constant or variable."""
    body: dict[str, Any] = {}
    """The JSON that is sent, an example of it with variables in the place of what differs."""
    authentication: Authentication | None = None
    """How calls show who makes them."""
    client_certificate: Annotated[ClientCertificate | None, Given(alias="clientCertificate")] = None
    """What calls show in the TLS handshake."""
    response: dict[str, Any] | list[Any] | None = None
    """An example of what it answers: its fields are of use later."""
    types: dict[FieldPath, Any] = {}
    """By path, the types that the example does not show."""
    labels: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = []
    """Data-usage labels that this action may receive; a field with another one is refused in its parameters [2.5]."""

    @model_validator(mode="after")
    def _makes_sense(self) -> ActionDocument:
        try:
            self.answer  # noqa: B018 - made once, here
        except InputError as error:
            raise ValueError(str(error)) from error
        return self

    @cached_property
    def answer(self) -> Field | None:
        """The fields of what it answers, as a tree; None where nobody has said."""
        return None if self.response is None else fields_of(self.response, self.types)


Key = tuple[str, ...]
"""A part of a request, as an activity gives it: `("parameters", "customer.id")`, `("headers", "X-Id")`, `("path",)`."""


def parts(action: ActionDocument) -> Iterator[tuple[Key, Variable]]:
    """What journeys give to an action. Raises ValueError with the rule that its body breaks."""
    if action.path is not None:
        yield ("path",), _variable("path", action.path)
    for section, found in (("headers", action.headers), ("query", action.query)):
        for name, part in found.items():
            if isinstance(part, Part):
                yield (section, name), _variable(name, part)
    for variable in variables(action.body):
        yield ("parameters", variable.path), variable


def _variable(name: str, part: Part) -> Variable:
    return Variable(name, part.variable, part.label, part.mandatory)


# --- the request ---

_encode = msgspec.json.Encoder().encode
Render = Callable[[Values, Any], Request]


def compile_request(action: ActionDocument, given: Mapping[Key, Evaluate], mapping: Mapping[str, str]) -> Render:
    """What builds an action's request from a stay's values. What is not given, or null, is left out of headers and
    query, and null in the body. It raises EvaluationError for a path that is null or leads out of the address."""
    method, url = action.method, action.url
    sends = method in ("POST", "PUT", "PATCH") or bool(action.body)
    inner = {key[1]: evaluate for key, evaluate in given.items() if key[0] == "parameters"}
    body = compile_body(action.body, inner, mapping)
    headers, query = _texts("headers", action.headers, given), _texts("query", action.query, given)
    path = None if action.path is None else given.get(("path",), lambda values, moment: None)
    fixed = tuple((name, value) for name, value in action.headers.items() if isinstance(value, str))
    if path is None and not action.query and len(fixed) == len(action.headers):
        return lambda values, moment: Request(method, url, fixed, _encode(body(values, moment)) if sends else None)

    def render(values: Values, moment: Any) -> Request:
        target = url if path is None else joined(url, path(values, moment))
        if found := query(values, moment):
            target += ("&" if urlsplit(target).query else "?") + urlencode(found)
        return Request(method, target, headers(values, moment), _encode(body(values, moment)) if sends else None)

    return render


def request_with(action: ActionDocument, values: Mapping[Key, Any], mapping: Mapping[str, str]) -> Request:
    """An action's request with JSON values in the place of expressions, for a test call. Raises InputError."""
    try:
        wanted = dict(parts(action))
    except ValueError as error:
        raise InputError("ERR_ACTION_BODY", field="body", rule=rule_of(error)) from None
    for key in values:
        if key not in wanted:
            near = nearest((name[-1] for name in wanted if name[0] == key[0]), key[-1])
            raise InputError("ERR_PARAM_UNKNOWN", field=".".join(key), action=action.name, name=key[-1], known=near)
    given: dict[Key, Evaluate] = {}
    for key, variable in wanted.items():
        typed = test_value(Type.parse(variable.type), values.get(key), ".".join(key))
        if typed is None and (variable.mandatory or key == ("path",)):
            raise InputError("ERR_PARAM_MANDATORY", field=key[0], action=action.name, name=variable.path)
        given[key] = lambda values, moment, typed=typed: typed  # type: ignore[misc]
    try:
        return compile_request(action, given, mapping)((), None)
    except EvaluationError as error:
        raise InputError(error.code, field="path", **error.params) from None


def test_value(kind: Type, value: Any, field: str) -> object:
    """A JSON value for a test call as one of its type; where a text is wanted, a number will do. Raises InputError."""
    typed = reader(kind)(text_of(value) if kind.name == "string" and isinstance(value, int | float) else value)
    if value is not None and typed is None:
        raise InputError("ERR_VALUE_TYPE", field=field, type=kind)
    return typed


def _texts(
    section: str, found: Mapping[str, str | Part], given: Mapping[Key, Evaluate]
) -> Callable[[Values, Any], tuple[tuple[str, str], ...]]:
    """The names and values of headers or query parameters."""
    made: list[tuple[str, str | Evaluate]] = []
    for name, part in found.items():
        value = given.get((section, name)) if isinstance(part, Part) else part
        if value is not None:
            made.append((name, value))

    def texts(values: Values, moment: Any) -> tuple[tuple[str, str], ...]:
        all_ = ((name, each if isinstance(each, str) else text_of(each(values, moment))) for name, each in made)
        return tuple((name, text) for name, text in all_ if text is not None)

    return texts


def joined(url: str, path: object) -> str:
    """An address with a path behind it: below it, whatever the path says. Raises EvaluationError."""
    text = text_of(path)
    if text is None:
        raise EvaluationError("ERR_ACTION_PATH", path="null")
    if any(step in (".", "..") for step in text.replace("\\", "/").split("/")):
        raise EvaluationError("ERR_ACTION_PATH", path=text)
    scheme, host, static, query, _ = urlsplit(url)
    return urlunsplit((scheme, host, f"{static.rstrip('/')}/{quote(text.lstrip('/'), safe=_SAFE)}", query, ""))


_SAFE = "/:@!$&'()*+,;=~-._"
"""What may stand in a path as it is; a question mark or a `#` in a value is part of the path."""
