"""Everything said to a person is in the catalogue, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import sojourn
from sojourn.messages import Message, catalogue, text
from sojourn.messages.particle import final_sound, particle

SOURCES = Path(sojourn.__file__).parent
CODE = re.compile(r"(?:ERR|WARN|INFO)_[A-Z0-9_]+")
# Words of the pattern's form that are not messages.
OTHER: frozenset[str] = frozenset(("INFO_EXPORTJOB_QUEUED", "INFO_EXPORTJOB_STARTED", "INFO_EXPORTJOB_SUCCEEDED"))
# Mails and the page of who unsubscribes: third parties read them, so they are 합니다체.
FORMAL = ("INFO_ALERT_", "INFO_MAILING_", "INFO_UNSUBSCRIBE")
# Endings of Korean sentences that are not 해요체, and what must not be said at all (studio/src/messages/text.test.ts).
OTHER_REGISTER = re.compile(r"(?:니다|니까|십시오|(?<![주보])세요|[^\s니]다|죠)(?=[.?!:(]|$)")
FORBIDDEN = re.compile(
    r"[은을이와]\([는를가과]\)|\(으\)로|에러|유효하지 않|당신|귀하|죄송|"
    r"보고서|오케스트레이션|데이터셋|프로파일|파라미터"
)


def parameters(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def literals() -> dict[str, list[str]]:
    """Every code that stands as a string in the sources, and in which files."""
    found: dict[str, list[str]] = {}
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]):
        for code in re.findall(rf"""["']({CODE.pattern})["']""", path.read_text(encoding="utf-8")):
            found.setdefault(code, []).append(str(path.relative_to(SOURCES)))
    return found


def test_no_code_stands_twice_in_a_file() -> None:
    """YAML takes the latter and says nothing."""
    for path in (SOURCES / "messages").glob("*.yaml"):
        codes = re.findall(r"^(\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(codes) == len(set(codes)), path


@pytest.mark.parametrize(("code", "message"), catalogue().items(), ids=list(catalogue()))
def test_entry_is_complete(code: str, message: Message) -> None:
    assert CODE.fullmatch(code)
    assert message.en.strip()
    assert message.ko.strip()
    assert parameters(message.en) == parameters(message.ko)
    if message.hint is not None:
        assert set(message.hint) == {"en", "ko"}
        assert message.hint["en"].strip()
        assert message.hint["ko"].strip()
        assert parameters(message.hint["en"]) == parameters(message.hint["ko"])


@pytest.mark.parametrize(("code", "message"), catalogue().items(), ids=list(catalogue()))
def test_korean_keeps_its_tone(code: str, message: Message) -> None:
    for sentence in (message.ko, *([message.hint["ko"]] if message.hint else ())):
        assert not FORBIDDEN.search(sentence)
        if code.startswith(FORMAL):
            assert not re.search(r"요(?=[.?!:(]|$)", sentence)
        else:
            assert not OTHER_REGISTER.search(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "값이 없습니다.",
        "값을 쓰세요.",
        "값을 쓰십시오",
        "값이 없다.",
        "호출하지 못했습니다: {detail}",
        "거부했습니다({detail})",
        "썼습니까?",
    ],
)
def test_other_registers_are_told(sentence: str) -> None:
    assert OTHER_REGISTER.search(sentence)


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("사과", "none"),
        ("서울", "l"),
        ("부산", "other"),
        ("v7", "l"),
        ("v2", "none"),
        ("v3", "other"),
        ("email", "l"),
        ("Amazon", "other"),
        ("win-back", "none"),
        ("'서울'", "l"),
        ("", "none"),
    ],
)
def test_final_sounds(word: str, sound: str) -> None:
    assert final_sound(word) == sound


def test_particles_follow_the_final_sound() -> None:
    assert [particle(word, "으로/로") for word in ("서울", "부산", "제주")] == ["로", "으로", "로"]
    assert text("ERR_CHANNEL_UNKNOWN", {"name": "메일"}, "ko") == "채널 구성 '메일'이 없어요."
    assert text("ERR_CHANNEL_UNKNOWN", {"name": "문자"}, "ko") == "채널 구성 '문자'가 없어요."


def test_the_scan_sees_codes() -> None:
    assert len(literals()) > 50


def test_every_code_that_is_used_has_an_entry() -> None:
    """A literal that ends in `_` is the beginning of a family: at least one entry must begin so."""
    known = set(catalogue()) | OTHER
    missing = {
        code: files
        for code, files in literals().items()
        if code not in known and not (code.endswith("_") and any(entry.startswith(code) for entry in known))
    }
    assert missing == {}
