"""Math functions."""

from __future__ import annotations

import math

from sojourn.expression.functions.table import category, forms, function


def _round(value: float) -> int:
    # floor(value + 0.5) would round 0.49999999999999994 up
    whole = math.floor(value)
    return whole + 1 if value - whole >= 0.5 else whole


FUNCTIONS = category(
    "Math",
    function(
        "round",
        forms("decimal -> integer", code=_round, range_of="integer"),
        forms("integer -> integer", code="{0}"),
        example=("round(-2.5)", "-2"),
    ),
    function(
        "random",
        forms("-> decimal", code="m.random()", moment=True),
        nulls="takes no arguments",
        example=("random() >= 0", "true"),
    ),
)
