"""Alerts and mailings follow a journey that gets another name: figures are asked by the names of now."""

from __future__ import annotations

from typing import Any

import msgspec

from sojourn.store.journal import Job


def follow(job: Job, sandbox: str, old: str, new: str) -> None:
    """Lets what asks for the journey `old` ask for `new`, in the turn that renames it. Queries are left as written."""
    for _, name, body, *_ in job.rows("alerts", sandbox):
        alert = msgspec.json.decode(body)
        if _follows(alert, old, new):
            job.rows("put_alert", sandbox, name, msgspec.json.encode(alert).decode())
    for _, name, body, due in job.rows("mailings", sandbox):
        mailing = msgspec.json.decode(body)
        if _follows(mailing.get("figures") or {}, old, new):
            job.rows("put_mailing", sandbox, name, msgspec.json.encode(mailing).decode(), due)


def _follows(asked: dict[str, Any], old: str, new: str) -> bool:
    names = (asked.get("filters") or {}).get("journey") or []
    if old not in names:
        return False
    asked["filters"]["journey"] = [new if name == old else name for name in names]
    return True
