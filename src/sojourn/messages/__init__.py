"""Every sentence Sojourn says to a person, by code (rule 12.1).

Code elsewhere names a *code* and its parameters; the words live here, one YAML file per area beside this
module, each entry in English and Korean::

    ERR_EXPR_UNKNOWN_FIELD:
      en: "'{path}' is not a field of {where}."
      ko: "'{path}' 필드가 {where}에 없어요."
      hint: {en: "Did you mean '{suggestion}'?", ko: "'{suggestion}' 필드를 쓰려고 했나요?"}   # optional

A code is never reused for another meaning. `{name}` stands for a value, `{name:one/other}` for a word that follows it:
in English by number, in Korean a particle by the final sound (``'{name}'{name:을/를}``), as in the studio's texts.

The tone of the Korean, here and in the studio alike, is 해요체: a sentence ends in -요, what to do is asked by
-아/어 주세요, a refusal is -(으)ㄹ 수 없어요. Buttons, labels and statuses are nouns or end in -기. Only
what third parties read is 합니다체: the mails of alerts and mailings, and the page of who unsubscribes. Never
-하십시오, an open particle such as 을(를), or 당신. tests/test_catalogue.py and studio/src/messages/text.test.ts hold
all texts to it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import msgspec

from sojourn.messages.particle import particle

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


@runtime_checkable
class Spoken(Protocol):
    """A parameter that is said in the language of its sentence."""

    def said(self, language: Language) -> str: ...


class Said(NamedTuple):
    """A sentence within another."""

    code: str
    params: dict[str, object] = {}

    def said(self, language: Language) -> str:
        """The sentence without its full stop."""
        return text(self.code, self.params, language).rstrip(".")

    def __str__(self) -> str:
        return text(self.code, self.params)


def text(code: str, params: dict[str, object], language: Language = "en") -> str:
    """The sentence of `code`, filled with `params`. Raises KeyError for a code or parameter that is not there."""
    message = catalogue()[code]
    return _filled(message.ko if language == "ko" else message.en, params, language)


class _Words(Formatter):
    """Fills a sentence of a language: what stands behind a name's colon is a choice of words."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec:
            return str(value)
        if self.language == "ko":
            return particle(str(value), format_spec)
        one, other = format_spec.split("/")
        return one if value == 1 else other


_WORDS = {language: _Words(language) for language in LANGUAGES}


def _filled(sentence: str, params: dict[str, object], language: Language) -> str:
    said = {name: value.said(language) if isinstance(value, Spoken) else value for name, value in params.items()}
    return _WORDS[language].vformat(sentence, (), said)


def label(family: str, name: str, language: Language = "en") -> str:
    """What a family of codes says of a name: `INFO_FUNCTION_` and `startWith` name INFO_FUNCTION_START_WITH."""
    return text(_of_family(family, name), {}, language)


def known(family: str, name: str) -> bool:
    """Whether the family says something of a name."""
    return _of_family(family, name) in catalogue()


def _of_family(family: str, name: str) -> str:
    return family + re.sub("(?=[A-Z])", "_", name).upper()


def hint(code: str, params: dict[str, object], language: Language = "en") -> str | None:
    """What to do about `code`, or None where the sentence says it all."""
    message = catalogue()[code]
    return _filled(message.hint[language], params, language) if message.hint else None
