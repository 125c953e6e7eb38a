"""Why a stay went the way it went, told to people in English or Korean [6.34].

All of it is read off the story of the stay: what a decision saw stands with its step event, so nothing is worked out
again that could come to something else today.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sojourn.journey.document import JourneyDocument
from sojourn.journey.names import names
from sojourn.messages import Language, known, label, text
from sojourn.report.story import HEARS

_UNITS = (
    (86_400_000, "d", "일"),
    (3_600_000, "h", "시간"),
    (60_000, "min", "분"),
    (1_000, "s", "초"),
    (1, "ms", "밀리초"),
)
_SHORT = 80


def explained(story: Mapping[str, Any], document: JourneyDocument, language: Language = "en") -> dict[str, Any]:
    """A story with the decisions of each move, and with `lines` that tell it: moment, number of the move, sentence."""
    called = names(document, language)
    moves = [{**move, "decisions": decisions(move, document)} for move in story["moves"]]
    lines = [
        {"at": move["at"], "n": move["n"], "text": line}
        for move in moves
        for line in _lines(story, move, called.get(move["activity"], move["activity"]), language)
    ]
    last = moves[-1]
    if story["phase"] == "running":
        where = ", ".join(f"'{called.get(id_, id_)}'" for id_ in story["standsAt"])
        told = text("INFO_EXPLAIN_HERE", {"where": where}, language)
        lines.append({"at": last["at"], "n": last["n"], "text": told})
    return {**story, "moves": moves, "lines": lines}


def decisions(move: Mapping[str, Any], document: JourneyDocument) -> list[dict[str, Any]]:
    """What a condition asked, path by path, and what came of it: the first that holds is taken, the rest not asked."""
    activity = document.activities.get(move["activity"])
    asked = dict(activity.conditions()) if activity is not None and move["type"] == "condition" else {}
    taken = (move["arrow"] or "").partition("/")[2]
    if move["error"] is not None or move["status"] not in ("transitions", "endStep"):
        return [{"path": path, "condition": condition, "outcome": None} for path, condition in asked.items()]
    found: list[dict[str, Any]] = []
    outcome: bool | None = False
    for path, condition in asked.items():
        if path == taken:
            found.append({"path": path, "condition": condition, "outcome": True})
            outcome = None
        else:
            found.append({"path": path, "condition": condition, "outcome": outcome})
    return found


def _lines(story: Mapping[str, Any], move: Mapping[str, Any], label: str, language: Language) -> Iterator[str]:
    path = (move["arrow"] or "").partition("/")[2]
    failed = move["error"] is not None
    code = _code(move, path, story)
    conditions = "; ".join(each["condition"] for each in move["decisions"] if each["outcome"] is False)
    held = next((each["condition"] for each in move["decisions"] if each["outcome"]), "")
    facts = {
        "person": story["person"],
        "entry": story["entry"],
        "took": span(move["took"], language),
        "path": path,
        "condition": held or conditions,
        "action": move["action"] or "",
        "fetch": move["fetch"] or "",
        "attempts": move["attempts"],
        "error": " ".join([_in_words("INFO_FAILURE_", each, language) for each in _failure(move)]),
        "reason": _reason(str(move["code"] or ""), language),
    }
    line = text(code, {"label": label, **facts}, language)
    if move["seen"]:
        values = ", ".join(f"{name} = {shown(value)}" for name, value in move["seen"].items())
        line += " " + text("INFO_EXPLAIN_SAW", {"values": values}, language)
    if failed and move["arrow"] is not None:
        line += " " + text("INFO_EXPLAIN_ALTERNATIVE", {}, language)
    yield line
    if move["ended"] and move["status"] not in ("exited", "stopped"):
        completed = not failed or move["arrow"] is not None
        if move["status"] != "instanceTimedOut":
            yield text("INFO_EXPLAIN_COMPLETED" if completed else "INFO_EXPLAIN_FAILED", {}, language)


def _code(move: Mapping[str, Any], path: str, story: Mapping[str, Any]) -> str:
    """Which sentence tells a move."""
    cut = {
        "instanceTimedOut": "INFO_EXPLAIN_OVER",
        "stopped": "INFO_EXPLAIN_STOPPED",
        "exited": "INFO_EXPLAIN_EXITED",
        "skipped": "INFO_EXPLAIN_SKIPPED",
    }.get(move["status"])
    if cut is not None:
        return cut
    if move["entrance"]:
        return "INFO_EXPLAIN_REENTERED" if move["reentrance"] else "INFO_EXPLAIN_ENTERED"
    if move["fetch"] is not None:
        return "INFO_EXPLAIN_FETCH"
    if move["error"] is not None:
        return "INFO_EXPLAIN_ERROR" if move["action"] is None else "INFO_EXPLAIN_CALL_FAILED"
    if move["type"] in HEARS:
        return "INFO_EXPLAIN_NOT_HEARD" if path == "timeout" else "INFO_EXPLAIN_HEARD"
    if move["type"] == "condition":
        return "INFO_EXPLAIN_PATH" if any(each["outcome"] for each in move["decisions"]) else "INFO_EXPLAIN_OTHER"
    return _DONE.get(move["type"], "INFO_EXPLAIN_CALLED")


def _failure(move: Mapping[str, Any]) -> list[object]:
    """What kind of error it was, and its code where that says more."""
    return [each for each in dict.fromkeys((move["error"], move["code"])) if each is not None]


def _reason(code: str, language: Language) -> str:
    """Why a message was skipped, or why somebody left."""
    kind, _, name = code.partition(".")
    if kind == "exitCriteria":
        return text("INFO_REASON_EXIT_CRITERIA", {"name": name}, language)
    return _in_words("INFO_REASON_", code, language)


def _in_words(family: str, code: object, language: Language) -> str:
    """A code of ours in the reader's words; what others have named stays as it is."""
    return label(family, str(code), language) if known(family, str(code)) else str(code)


_DONE = {"wait": "INFO_EXPLAIN_WAITED", "jump": "INFO_EXPLAIN_JUMPED", "updateProfile": "INFO_EXPLAIN_WRITTEN"}


def when(ms: int) -> str:
    """A moment, in UTC."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


def span(ms: int, language: Language) -> str:
    """A duration by its two largest units."""
    parts: list[str] = []
    for size, short, korean in _UNITS:
        count, ms = divmod(ms, size)
        if count and len(parts) < 2:
            parts.append(f"{count}{korean}" if language == "ko" else f"{count} {short}")
    return " ".join(parts) or ("0초" if language == "ko" else "0 s")


def shown(value: object) -> str:
    """A value as it stands in a sentence."""
    found = json.dumps(value, ensure_ascii=False, default=str)
    return found if len(found) <= _SHORT else f"{found[:_SHORT]}…"
