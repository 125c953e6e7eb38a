"""What Schemathesis is told of our API (SCHEMATHESIS_HOOKS): a kind of body that it does not know, names there are."""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

import schemathesis

KNOWN = "SOJOURN_TEST_KNOWN"
"""The environment variable with names that there are, by the part of the path before them, as JSON."""
_known: dict[str, str] = json.loads(os.environ.get(KNOWN, "{}"))


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Every other request is about something that is there: invented names alone would find nothing but 404."""
    for name, value in (case.path_parameters or {}).items():
        before = case.operation.path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
        if before in _known and zlib.crc32(str(value).encode(errors="surrogatepass")) % 2:
            case.path_parameters[name] = _known[before]
        if isinstance(case.body, dict) and "name" in case.body and case.method == "PUT":
            case.body["name"] = case.path_parameters[name]


@schemathesis.serializer("application/x-ndjson")
def lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A record a line, where there is more than one; odd text as it is."""
    if isinstance(value, bytes | str):
        return value if isinstance(value, bytes) else value.encode(errors="surrogatepass")
    records = value if isinstance(value, list) else [value]
    return b"\n".join(json.dumps(record).encode() for record in records)
