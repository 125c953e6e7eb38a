"""Every sentence Sojourn says to a person, by code (rule 12.1).

Code elsewhere names a *code* and its parameters; the words live here, one YAML file per area beside this
module, each entry in English and Korean::

    ERR_EXPR_UNKNOWN_FIELD:
      en: "'{path}' is not a field of {where}."
      ko: "'{path}' 필드가 {where}에 없습니다."
      hint: {en: "Did you mean '{suggestion}'?", ko: "'{suggestion}' 필드를 쓰려고 했나요?"}   # optional

A code is never reused for another meaning.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the catalogue: its sentence and, where there is one, what to do next."""

    en: str
    ko: str
    hint: dict[Language, str] | None = None


@cache
def catalogue() -> dict[str, Message]:
    """All messages by code. Raises ValueError when two areas define the same code."""
    found: dict[str, Message] = {}
    for area in sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".yaml")):
        entries = msgspec.yaml.decode(files(__name__).joinpath(area).read_bytes(), type=dict[str, Message])
        for code, message in entries.items():
            if code in found:
                raise ValueError(f"message code {code} is defined twice (again in {area})")
            found[code] = message
    return found


class Said(NamedTuple):
    """A sentence within another: as a parameter it is in the language of that one."""

    code: str
    params: dict[str, object] = {}

    def __str__(self) -> str:
        return text(self.code, self.params)


def text(code: str, params: dict[str, object], language: Language = "en") -> str:
    """The sentence of `code`, filled with `params`. Raises KeyError for a code or parameter that is not there."""
    message = catalogue()[code]
    return (message.ko if language == "ko" else message.en).format_map(_said(params, language))


def _said(params: dict[str, object], language: Language) -> dict[str, object]:
    return {
        name: text(value.code, value.params, language).rstrip(".") if isinstance(value, Said) else value
        for name, value in params.items()
    }


def label(family: str, name: str, language: Language = "en") -> str:
    """What a family of codes says of a name: `INFO_FUNCTION_` and `startWith` name INFO_FUNCTION_START_WITH."""
    return text(family + re.sub("(?=[A-Z])", "_", name).upper(), {}, language)


def hint(code: str, params: dict[str, object], language: Language = "en") -> str | None:
    """What to do about `code`, or None where the sentence says it all."""
    message = catalogue()[code]
    return message.hint[language].format_map(_said(params, language)) if message.hint else None
