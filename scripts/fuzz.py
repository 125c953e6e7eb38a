"""Any bytes as an expression, guided by coverage: nothing but an error of the language may come of it.

Needs the extra `fuzz` (atheris). Arguments go to libFuzzer.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))
with atheris.instrument_imports(include=["sojourn.expression"]):
    from sojourn.expression import EvaluationError, ExpressionError
    from tests.expression.test_references import VALUES
    from tests.expression.world import Now, compiled, slots

ROW = slots(VALUES)


def expression(data: bytes) -> None:
    source = data.decode("utf-8", "replace")
    with suppress(ExpressionError, EvaluationError):
        compiled(source).evaluate(ROW, Now())


if __name__ == "__main__":
    atheris.Setup(sys.argv, expression)
    atheris.Fuzz()
