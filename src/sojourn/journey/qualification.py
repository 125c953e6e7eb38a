"""What journeys hear of a segment: that somebody has entered it or left it [6.17], and what they may use of that."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from sojourn.schema.fields import Field

CONTEXT = "SegmentQualification"
"""The name under which expressions see the latest qualification [7.2]."""
REALIZED, EXITED = "realized", "exited"
FIELDS = Field(
    "object",
    {"status": Field("string"), "lastQualificationTime": Field("dateTime"), "segmentId": Field("string")},
)


def heard(segment: str, status: str) -> str:
    """The key by which a qualification is heard."""
    return f"segment:{segment}:{status}"


def record(segment_id: str, status: str, at: int) -> bytes:
    """A qualification of a moment (epoch ms) as the payload that journeys hear, JSON."""
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return msgspec.json.encode({"status": status, "lastQualificationTime": moment, "segmentId": segment_id})
