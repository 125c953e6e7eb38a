"""What activities are called: by label, by what they name, by kind; alike on the canvas and in sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sojourn.journey.document import JourneyDocument
from sojourn.journey.names import Called, names
from sojourn.messages import catalogue, text

from .test_findings import findings, written

STUDIO = Path(__file__).parents[2] / "studio/src"
JOURNEY = {
    "name": "called",
    "start": "a",
    "activities": {
        "a": {"type": "event", "event": "Purchase", "next": "b"},
        "b": {"type": "condition", "paths": {"big": "true"}, "next": {"big": "c", "other": "d"}},
        "c": {"type": "wait", "duration": "P1D", "next": "e"},
        "d": {"type": "wait", "duration": "P2D", "label": "Patience", "next": "f"},
        "e": {"type": "wait", "duration": "P3D", "next": "g"},
        "f": {"type": "event", "event": "Purchase", "label": "Wait 2", "next": "h"},
        "g": {"type": "event", "event": "Purchase", "next": "h"},
        "h": {"type": "end"},
        "i": {"type": "end"},
    },
}


def test_names() -> None:
    document = JourneyDocument.model_validate(JOURNEY)
    assert names(document, "en") == {
        "a": "Purchase",
        "b": "Condition",
        "c": "Wait",
        "d": "Patience",
        "e": "Wait 3",
        "f": "Wait 2",
        "g": "Purchase 2",
        "h": "End",
        "i": "End",
    }
    assert [names(document, "ko")[id_] for id_ in "bceh"] == ["조건", "대기", "대기 2", "종료"]


def test_an_id_is_said_by_its_name_in_the_language_of_the_sentence() -> None:
    called = Called("e", JourneyDocument.model_validate(JOURNEY))
    assert (called, text("ERR_LOOP", {"activity": called})) == (
        "e",
        "A path comes back to 'Wait 3', but a journey cannot loop.",
    )
    assert text("ERR_LOOP", {"activity": called}, "ko").startswith("경로가 '대기 2' 활동으로")
    assert Called("gone", called.document).said("en") == "gone"


def test_whoever_writes_files_reads_keys(tmp_path: Path) -> None:
    folder = written(tmp_path)
    with (folder / "journeys/j.yaml").open("a", encoding="utf-8") as file:
        file.write("  alone: {type: wait, duration: P1D}\n")
    (found,) = findings(folder)
    assert found.text() == "No path leads to 'alone', so nobody ever gets there."
    assert replace(found, file=None).text() == "No path leads to 'Wait', so nobody ever gets there."
    assert found.to_json()["params"] == {"activity": "alone"}


def test_kinds_are_called_alike_in_the_studio() -> None:
    words = (STUDIO / "canvas/words.ts").read_text("utf-8")
    kinds = {code: message for code, message in catalogue().items() if code.startswith("INFO_ACTIVITY_")}
    assert len(kinds) == 19
    for code, message in kinds.items():
        first, *rest = code.removeprefix("INFO_ACTIVITY_").lower().split("_")
        assert f'  {first}{"".join(word.title() for word in rest)}: ["{message.en}", "{message.ko}"],\n' in words
