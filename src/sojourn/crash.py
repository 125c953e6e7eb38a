"""Named crash points: places between two neighbouring durable operations, where tests kill the real process.

A point does nothing unless the environment variable SOJOURN_CRASH names it (`name` or `name:k`, the k-th passing).
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "journal-before-commit",
    "journal-committed",
    "engine-begun",
    "engine-before-commit",
    "engine-committed",
    "audience-read",
    "audience-entered",
    "call-before",
    "call-between-attempts",
    "call-after",
    "lake-files-written",
    "lake-before-commit",
    "lake-committed",
    "migration-before-commit",
    "migration-committed",
)
_armed, _, _count = os.environ.get("SOJOURN_CRASH", "").partition(":")
_left = int(_count or 1)


def crash_point(name: str) -> None:
    """Kills this process (SIGKILL) when `name` is the armed point and this is its k-th passing."""
    global _left  # noqa: PLW0603
    if name == _armed:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
