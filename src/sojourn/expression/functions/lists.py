"""List functions."""

from __future__ import annotations

from sojourn.expression.functions.table import category, forms, function
from sojourn.expression.types import SCALARS

FUNCTIONS = category(
    "List",
    function(
        "in",
        "Whether the value equals an element of the list; both of the same type.",
        forms("T, list<T> -> boolean", over=SCALARS, code="{0} in {1}"),
        example=("in(4, [4, 5, 3, 4])", "true"),
    ),
)
