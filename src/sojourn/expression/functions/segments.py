"""Segment membership."""

from __future__ import annotations

from sojourn.expression.functions.table import category, forms, function

_MEMBER = "segment -> boolean"

FUNCTIONS = category(
    "Segment",
    function(
        "inSegment",
        forms(_MEMBER, code="m.in_segment({0})", moment=True),
        nulls="takes no arguments that can be null",
        example=('inSegment("VIP")', "true"),
    ),
    function(
        "inAudience",
        forms(_MEMBER, code="m.in_segment({0})", moment=True),
        nulls="takes no arguments that can be null",
        example=('inAudience("VIP")', "true"),
    ),
)
