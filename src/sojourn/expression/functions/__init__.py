"""The functions of the language, one table (rule 7.3); add a row to the module of its category and nothing else."""

from __future__ import annotations

from sojourn.expression.functions import aggregation, conversion, date, lists, mathematics, segments, string
from sojourn.expression.functions.table import Function, Param, Signature

FUNCTIONS: dict[str, Function] = {
    **aggregation.FUNCTIONS,
    **conversion.FUNCTIONS,
    **date.FUNCTIONS,
    **lists.FUNCTIONS,
    **mathematics.FUNCTIONS,
    **segments.FUNCTIONS,
    **string.FUNCTIONS,
}

__all__ = ["FUNCTIONS", "Function", "Param", "Signature"]
