"""What the readers of JSON say of a value that breaks a rule, or of what is no JSON, as sentences of ours: theirs are
English alone."""

from __future__ import annotations

import re

from sojourn.messages import Said

_NAMES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "timedelta": "duration"}
"""msgspec's names of types, as JSON Schema has them or near them."""
_SAYINGS = [
    (re.compile(rule, re.DOTALL), "INFO_VALUE_" + code)
    for rule, code in (
        (r"Expected `(?P<wanted>.+)`, got `(?P<found>.+)`", "TYPE"),
        (r"Expected `(?P<wanted>.+)` of length (?P<bound>[<>=]+ \d+)", "LENGTH"),
        (r"Expected `(?P<wanted>.+)` (?P<bound>[<>]=? .+)", "BOUND"),
        (r"Expected `(?P<wanted>.+)` that's a multiple of (?P<bound>.+)", "MULTIPLE"),
        (r"Expected `(?P<wanted>.+)` matching regex '?(?P<pattern>.+?)'?", "PATTERN"),
        (r"Expected `(?P<wanted>.+)` with a timezone component", "ZONE"),
        (r"Expected `(?P<wanted>.+)` with no timezone component", "NO_ZONE"),
        (r"Invalid enum value (?P<found>.+)", "CHOICE"),
        (r"(?P<found>.+) is not one of (?P<known>.+)", "CHOICES"),
        (r"Invalid (?:RFC3339|ISO8601) encoded (?P<wanted>\w+)", "FORM"),
        (r"(?P<found>.+) is not a \"(?P<wanted>[\w-]+)\"", "FORMAT"),
        (r"(?P<found>.+) has non-unique elements", "UNIQUE"),
        (r"Object contains unknown field `(?P<found>.+)`", "UNKNOWN"),
        (r"Input data was truncated", "ENDS"),
        (r"(?:JSON is malformed: )?(?P<why>.+) \(byte (?P<at>\d+)\)", "BYTE"),
        (r"(?P<why>.+) \(character (?P<at>\d+)\)", "CHARACTER"),
    )
]


def spoken(rule: str) -> Said | str:
    """A rule that is broken, in the language of the reader; as it came where it is a rare one."""
    for pattern, code in _SAYINGS:
        if match := pattern.fullmatch(rule):
            return Said(code, {name: _named(value) for name, value in match.groupdict().items()})
    return rule


def _named(value: str) -> str:
    """Types by their common names; null is not told, as it counts as missing."""
    words = value.split(" | ")
    return " | ".join(_NAMES.get(word, word) for word in words if word != "null" or len(words) == 1)
