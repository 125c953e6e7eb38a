"""Why something was not done is told in words: every code of ours has some, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from sojourn.engine.enrich import OPTED_OUT
from sojourn.journey.node import Error
from sojourn.messages import known, label
from sojourn.runtime.contacts import SUPPRESSED, TOO_OFTEN


@pytest.mark.parametrize("error", get_args(Error))
def test_kinds_of_errors_have_words(error: str) -> None:
    assert known("INFO_FAILURE_", error)


@pytest.mark.parametrize("reason", ["merged", "privacy", OPTED_OUT, SUPPRESSED, TOO_OFTEN])
def test_reasons_have_words(reason: str) -> None:
    assert label("INFO_REASON_", reason, "ko") != label("INFO_REASON_", reason, "en")


def test_what_people_named_is_no_code() -> None:
    assert not known("INFO_REASON_", "bought elsewhere")
