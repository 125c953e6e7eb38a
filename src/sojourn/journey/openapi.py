"""A proposal of a custom action from one operation of an OpenAPI document: all that can vary is variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from sojourn.errors import InputError
from sojourn.journey.calls import header_rule
from sojourn.schema.fields import MAX_DEPTH
from sojourn.secrets import PLACEHOLDER

_METHODS = ("post", "put", "patch", "get", "delete")
_DATES = {"date-time": "dateTime", "date": "dateOnly", "duration": "duration"}
_TYPES = {"integer": "integer", "number": "decimal", "boolean": "boolean", "string": "string"}
_EXAMPLES: Mapping[str, Any] = {
    "integer": 1, "decimal": 1.5, "boolean": True, "string": "text", "dateTime": "2026-01-31T09:00:00Z",
    "dateOnly": "2026-01-31", "duration": "PT1H",
}  # fmt: skip
"""A value of each type, for an answer that shows none."""
_MOST_STEPS = 50_000
_OF_OURS = ("accept", "content-type", "authorization")


def propose(document: Any, operation: str | None = None) -> dict[str, Any]:
    """The document of an action for an operation, named by its `operationId` or as `POST /path`.

    What gives access is left open: it has `INSERT_SECRET_HERE`. Raises InputError.
    """
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise InputError("ERR_OPENAPI", field="document")
    try:
        return _Proposal(document, *_chosen(document, operation)).action()
    except (AttributeError, TypeError, KeyError, IndexError, ValueError, RecursionError):
        raise InputError("ERR_OPENAPI", field="document") from None


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield method, path, item[method]


def _chosen(document: dict[str, Any], wanted: str | None) -> tuple[str, str, dict[str, Any]]:
    known = list(_operations(document))
    names = [operation.get("operationId") or f"{method.upper()} {path}" for method, path, operation in known]
    for name, found in zip(names, known, strict=True):
        if wanted in (name, f"{found[0].upper()} {found[1]}") or (wanted is None and len(known) == 1):
            return found
    shown = ", ".join(str(name) for name in names[:30])
    raise InputError("ERR_OPENAPI_OPERATION", field="operation", name=wanted or "-", known=shown)


class _Proposal:
    def __init__(self, document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> None:
        self.document = document
        self.method = method
        self.path = path
        self.operation = operation
        self._steps = 0

    def action(self) -> dict[str, Any]:
        operation = self.operation
        name = re.sub(r"[^A-Za-z0-9_]+", "_", operation.get("operationId") or f"{self.method}{self.path}").strip("_")
        found: dict[str, Any] = {"name": name[:30] or "action"}
        if words := operation.get("summary") or operation.get("description"):
            found["description"] = " ".join(str(words).split())[:500]
        static, template = self._address()
        found |= {"url": static, **({"path": {"$variable": "string", "$label": template}} if template else {})}
        found["method"] = self.method.upper()
        for section, parts in self._parameters().items():
            if parts:
                found[section] = parts
        if body := self._body():
            found["body"] = body
        if authentication := self._authentication():
            found["authentication"] = authentication
        response = self._response()
        if isinstance(response, dict | list) and response:
            found["response"] = response
        return found

    def _address(self) -> tuple[str, str]:
        """The part of the address that is the same for all, and the rest as its template."""
        servers = [
            *self.operation.get("servers", ()), *self.document["paths"][self.path].get("servers", ()),
            *self.document.get("servers", ()),
        ]  # fmt: skip
        server: dict[str, Any] = servers[0] if servers else {"url": "https://example.com"}
        base = str(server["url"])
        for name, variable in server.get("variables", {}).items():
            base = base.replace(f"{{{name}}}", str(variable["default"]))
        whole = urljoin("https://example.com", base).rstrip("/") + self.path
        static, brace, _ = whole.partition("{")
        if not brace:
            return whole, ""
        static = static[: static.rindex("/") + 1]
        return static, whole[len(static) :]

    def _parameters(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {"headers": {}, "query": {}}
        for given in (*self.document["paths"][self.path].get("parameters", ()), *self.operation.get("parameters", ())):
            parameter = self._resolved(given)
            name, where = str(parameter["name"]), {"header": "headers", "query": "query"}.get(parameter["in"])
            if where is None or name.lower() in _OF_OURS or name[0] in ".$":
                continue
            if where == "headers" and header_rule(name, ""):
                continue
            kind = self._scalar(self._resolved(parameter.get("schema", {}))) or "string"
            found[where][name] = _variable(kind, parameter.get("description"), parameter.get("required"))
        return found

    def _body(self) -> dict[str, Any]:
        content = self._resolved(self.operation.get("requestBody", {})).get("content", {})
        media = next((each for kind, each in content.items() if "json" in kind), None)
        if media is None or self.method == "get":
            return {}
        found = self._part(media.get("schema", {}), "", False, 0)
        return found if isinstance(found, dict) and "$variable" not in found else {}

    def _part(self, given: Any, label: str, mandatory: bool, depth: int) -> Any:
        """A part of the body: a constant where one value is allowed, else variable."""
        schema = self._resolved(given)
        if "const" in schema or len(schema.get("enum", ())) == 1:
            return schema.get("const", schema.get("enum", [None])[0])
        properties = self._properties(schema, 0)
        if properties and depth < MAX_DEPTH:
            required = self._required(schema)
            return {
                name: self._part(each, str(self._resolved(each).get("title") or name), name in required, depth + 1)
                for name, each in properties.items()
            }
        if _type(schema) == "array":
            return self._list(schema, label, mandatory, depth)
        return _variable(self._scalar(schema) or "string", label, mandatory)

    def _list(self, schema: dict[str, Any], label: str, mandatory: bool, depth: int) -> Any:
        item = self._resolved(schema.get("items", {}))
        if self._properties(item, 0):
            return _variable("list<object>", label, mandatory) | {"$fields": self._fields(item, depth + 1)}
        kind = self._scalar(item)
        return _variable(f"list<{kind}>", label, mandatory) if kind else []

    def _fields(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """The fields of the objects of a list."""
        found: dict[str, Any] = {}
        for name, given in self._properties(schema, 0).items():
            each = self._resolved(given)
            if self._properties(each, 0) and depth < MAX_DEPTH:
                found[name] = self._fields(each, depth + 1)
            elif _type(each) != "array":
                found[name] = self._scalar(each) or "string"
            elif isinstance(below := self._list(each, "", False, depth), dict):
                found[name] = below if "$fields" in below else below["$variable"]
        return found

    def _response(self) -> Any:
        """An example of what the operation answers."""
        responses = self.operation.get("responses", {})
        code = next((each for each in responses if str(each).startswith("2")), None)
        content = self._resolved(responses[code]).get("content", {}) if code is not None else {}
        media: dict[str, Any] = next((each for kind, each in content.items() if "json" in kind), {})
        examples = [self._resolved(each) for each in media.get("examples", {}).values()]
        example = media.get("example", examples[0].get("value") if examples else None)
        found = self._example(media.get("schema", {}), 0) if example is None else example
        return _without_odd_names(found)

    def _example(self, given: Any, depth: int) -> Any:
        schema = self._resolved(given)
        if "example" in schema or schema.get("examples"):
            return schema.get("example", schema.get("examples", [None])[0])
        if properties := self._properties(schema, 0):
            deep = depth >= MAX_DEPTH - 1
            return {} if deep else {name: self._example(each, depth + 1) for name, each in properties.items()}
        if _type(schema) == "array":
            return [] if depth >= MAX_DEPTH - 1 else [self._example(schema.get("items", {}), depth + 1)]
        kind = self._scalar(schema)
        return _EXAMPLES[kind] if kind else None

    def _authentication(self) -> dict[str, Any] | None:
        """How the first security scheme shows who calls."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        for needs in self.operation.get("security", self.document.get("security", [])):
            for name in needs:
                scheme = self._resolved(schemes.get(name, {}))
                kind = (scheme.get("type"), str(scheme.get("scheme", "")).lower())
                token = scheme.get("flows", {}).get("clientCredentials", {}).get("tokenUrl")
                if kind[0] == "oauth2" and token:
                    scope = " ".join(needs[name])
                    return {
                        "type": "oauth2", "endpoint": token, "clientId": "CLIENT_ID", "clientSecret": PLACEHOLDER,
                        **({"scope": scope} if scope else {}),
                    }  # fmt: skip
                if kind == ("http", "basic"):
                    return {"type": "basic", "username": "USERNAME", "password": PLACEHOLDER}
                if kind[0] == "apiKey" and scheme.get("in") in ("header", "query"):
                    location = {"header": "header", "query": "queryParam"}[scheme["in"]]
                    return {"type": "apiKey", "name": scheme["name"], "value": PLACEHOLDER, "location": location}
                if kind[0] in ("http", "oauth2", "openIdConnect"):
                    return {"type": "apiKey", "name": "Authorization", "value": PLACEHOLDER}
        return None

    # --- JSON Schema ---

    def _resolved(self, given: Any) -> dict[str, Any]:
        """A part of the document, behind all its references, which lead through the document itself alone."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise ValueError("references without an end")
        for _ in range(50):
            if not isinstance(given, dict):
                return {}
            reference = given.get("$ref")
            if not isinstance(reference, str):
                return given
            if not reference.startswith("#/"):
                return {}
            given = self.document
            for part in reference[2:].split("/"):
                given = given[part.replace("~1", "/").replace("~0", "~")]
        return {}

    def _properties(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """The properties of a schema and of what it is composed of; of alternatives the first counts."""
        found: dict[str, Any] = {}
        if depth < MAX_DEPTH:
            parts = [*schema.get("allOf", ()), *schema.get("oneOf", ())[:1], *schema.get("anyOf", ())[:1]]
            for part in parts:
                found |= self._properties(self._resolved(part), depth + 1)
        found |= schema.get("properties", {})
        return {name: each for name, each in found.items() if name and "." not in name and not name.startswith("$")}

    def _required(self, schema: dict[str, Any]) -> set[str]:
        below = (self._resolved(part).get("required", ()) for part in schema.get("allOf", ()))
        return set(schema.get("required", ())).union(*below)

    def _scalar(self, schema: dict[str, Any]) -> str | None:
        composed = (self._resolved(each) for key in ("allOf", "oneOf", "anyOf") for each in schema.get(key, ()))
        for part in (schema, *composed):
            kind = _TYPES.get(_type(part))
            if kind is not None:
                return _DATES.get(str(part.get("format")), kind) if kind == "string" else kind
        return None


def _type(schema: dict[str, Any]) -> str:
    """The type of a schema; of several the first that is not null."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return str(next((each for each in kinds if each != "null"), ""))


def _variable(kind: str, label: Any, mandatory: Any) -> dict[str, Any]:
    words = " ".join(str(label or "").split())[:100]
    return {
        "$variable": kind,
        **({"$label": words} if words else {}),
        **({"$mandatory": True} if mandatory is True else {}),
    }


def _without_odd_names(value: Any) -> Any:
    """An example without what cannot be a field's name."""
    if isinstance(value, dict):
        named = {name: each for name, each in value.items() if name and "." not in name and not name.startswith("$")}
        return {name: _without_odd_names(each) for name, each in named.items()}
    if isinstance(value, list):
        return [_without_odd_names(each) for each in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)  # YAML knows dates
