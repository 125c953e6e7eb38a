"""`--set ACTIVITY.FIELD=VALUE`: a journey's document with one value changed, for trying things out."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from sojourn.errors import InputError
from sojourn.journey.document import JourneyDocument

_FIELDS = {field.alias or name for name, field in JourneyDocument.model_fields.items()} - {"name"}


def override(document: dict[str, Any], change: str) -> dict[str, Any]:
    """The document with `change` made: `patience.duration=P10D` is the field of an activity, `reentrance=false` one
    of the journey. The value is YAML where the field holds no text now. Raises InputError."""
    path, equals, value = change.partition("=")
    parts = path.strip().split(".")
    changed = copy.deepcopy(document)
    activities = changed.get("activities")
    inside = len(parts) > 1 and isinstance(activities, dict) and parts[0] in activities
    here: Any = activities if inside else changed
    for part in parts[:-1]:
        here = here.get(part) if isinstance(here, dict) else None
    if not equals or not isinstance(here, dict) or (len(parts) == 1 and parts[0] not in _FIELDS):
        raise InputError("ERR_SET_PATH", field="--set", path=path, journey=str(document.get("name")))
    before = here.get(parts[-1])
    try:
        here[parts[-1]] = value if before is None or isinstance(before, str) else yaml.safe_load(value)
    except yaml.YAMLError:
        here[parts[-1]] = value
    return changed
