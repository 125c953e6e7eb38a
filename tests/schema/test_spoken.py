"""What readers of JSON say, in the language of who reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sojourn.errors import InputError
from sojourn.schema.validate import Validator

from .trees import tree

FIELDS: dict[str, Any] = {
    "text": {"$type": "string", "$minLength": 2, "$maxLength": 4},
    "form": {"$type": "string", "$pattern": "^x"},
    "mail": {"$type": "string", "$format": "email"},
    "one": {"$type": "string", "$enum": ["red", "blue"]},
    "count": {"$type": "integer", "$minimum": 3},
    "even": {"$type": "integer", "$multipleOf": 2},
    "when": "dateTime",
    "on": "dateOnly",
    "list": {"$type": "list<integer>", "$maxItems": 2},
    "set": {"$type": "list<integer>", "$uniqueItems": True},
}
BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"text": 5}, "expected string, got integer", "string 유형이어야 하는데"),
    ({"text": "a"}, "expected string of length >= 2", "길이가 >= 2"),
    ({"form": "y"}, "of the form ^x", "^x 형식에 맞아야 해요"),
    ({"mail": "x"}, '"x" is no email', "email 형식이 아니에요"),
    ({"one": "green"}, "values that the field may have", "쓸 수 있는 값이 아니에요"),
    ({"count": 1}, "expected integer >= 3", "integer 값이 >= 3"),
    ({"even": 3}, "a multiple of 2", "2의 배수"),
    ({"when": "2026-01-01T00:00:00"}, "with a time zone", "시간대가 있는"),
    ({"when": "yesterday"}, "in ISO 8601", "ISO 8601"),
    ({"list": [1, 2, 3]}, "of length <= 2", "길이가 <= 2"),
    ({"set": [1, 1]}, "the same element twice", "두 번"),
]
VALIDATOR = Validator(tree(FIELDS))


@pytest.mark.parametrize(("values", "english", "korean"), BROKEN, ids=str)
def test_rules_are_said_in_both_languages(values: dict[str, Any], english: str, korean: str) -> None:
    record = {"_id": "1", "timestamp": "2024-01-01T00:00:00Z", **values}
    with pytest.raises(InputError) as caught:
        VALIDATOR.check(json.dumps(record).encode(), "")
    assert caught.value.field == next(iter(values))
    assert english in caught.value.text("en") and korean in caught.value.text("ko"), caught.value.text("ko")


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        (b"", "it ends midway", "도중에 끝났어요"),
        (b'{"_id": nope}', "byte 12", "12번째 바이트"),
        (b'{"_id": "1",}', "trailing comma", "바이트를 읽을 수 없어요"),
    ],
)
def test_what_is_no_json_is_said_in_both_languages(text: bytes, english: str, korean: str) -> None:
    with pytest.raises(InputError) as caught:
        VALIDATOR.check(text, "")
    assert caught.value.code == "ERR_JSON_MALFORMED"
    assert english in caught.value.text("en") and korean in caught.value.text("ko"), caught.value.text("ko")
