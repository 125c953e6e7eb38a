"""The JSON Schemas of the documents, for editors.

They say what one document can hold. What documents mean together is for `sojourn validate`.
"""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema

from sojourn.journey.activity import Activity, BaseActivity
from sojourn.journey.documented import describe
from sojourn.journey.project import MODELS, Kind

_RULE = re.compile(r" ?\[\d+\.\d+(?:, \d+\.\d+)*\]")
"""The numbers of rules in our docstrings: nothing to a reader of the schema."""


ACTIVITIES: dict[str, type[BaseActivity]] = {each.__name__: each for each in get_args(get_args(Activity)[0])}


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # "Globaltimeout" says no more than the key


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of document."""
    found = MODELS[kind].model_json_schema(by_alias=True, schema_generator=_Generator)
    describe(found, MODELS[kind])
    if kind == "journey":
        for name, activity in ACTIVITIES.items():
            found["$defs"][name]["x-activity"] = {
                "starts": activity.starts, "rests": activity.rests, "ways": list(activity.allowed)
            }  # fmt: skip
    _tidy(found)
    if kind == "event":
        found |= _EVENT_TYPES
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Sojourn {kind}"}
    return head | {"description": found["description"]} | found | head


_EVENT_TYPES = {
    "if": {"properties": {"type": {"const": "system"}}, "required": ["type"]},
    "then": {"properties": {"condition": {"type": "null"}}},
    "else": {"properties": {"condition": {"type": "string"}}, "required": ["condition"]},
}
"""What `EventDocument` checks in code: a rule-based event has a condition, a system-generated one has none."""


def _tidy(node: Any) -> None:
    """Closes the mappings whose keys have a pattern, and makes docstrings texts for a tooltip."""
    if isinstance(node, list):
        for item in node:
            _tidy(item)
    elif isinstance(node, dict):
        if "patternProperties" in node:
            node["additionalProperties"] = False
        if isinstance(node.get("oneOf"), list):
            node.pop("discriminator", None)  # OpenAPI's; each branch has its constant `type`
        if isinstance(node.get("description"), str):
            paragraphs = cleandoc(_RULE.sub("", node["description"])).split("\n\n")
            node["description"] = "\n\n".join(" ".join(paragraph.split("\n")) for paragraph in paragraphs)
        for value in node.values():
            _tidy(value)
