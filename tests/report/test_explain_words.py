"""Why something was not done is told in words: every code of ours has some, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from sojourn.engine.enrich import OPTED_OUT
from sojourn.engine.result import Discard
from sojourn.journey.node import Error
from sojourn.messages import catalogue, known, label
from sojourn.report.tracing import ABOUT_NOBODY
from sojourn.runtime.contacts import SUPPRESSED, TOO_OFTEN

STUDIO = Path(__file__).parents[2] / "studio/src"


@pytest.mark.parametrize("error", get_args(Error))
def test_kinds_of_errors_have_words(error: str) -> None:
    assert known("INFO_FAILURE_", error)


@pytest.mark.parametrize("reason", ["merged", "privacy", OPTED_OUT, SUPPRESSED, TOO_OFTEN])
def test_reasons_have_words(reason: str) -> None:
    assert label("INFO_REASON_", reason, "ko") != label("INFO_REASON_", reason, "en")


@pytest.mark.parametrize("reason", [*get_args(Discard), ABOUT_NOBODY])
def test_reasons_of_events_without_effect_have_words(reason: str) -> None:
    assert f"INFO_DISCARDED_{reason.upper()}" in catalogue()
    assert f"\n  {reason}: [" in (STUDIO / "pages/report/words.ts").read_text("utf-8")


def test_what_people_named_is_no_code() -> None:
    assert not known("INFO_REASON_", "bought elsewhere")
