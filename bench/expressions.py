"""`expression_*`: the expression language beside hand-written Python and beside two implementations of CEL.

Ten conditions as marketers write them, each with a null-safe twin written by hand over the same values. Those that CEL
can say too are evaluated by all three on the same payloads: ours and the two of CEL each read their fields from the
payload, as they do in use.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psutil

from sojourn.engine.moment import Moment
from sojourn.expression import Expression, Kind, Reference, Slot, Type, compile_expression
from sojourn.expression.access import getter
from sojourn.journey.scope import EventScope
from sojourn.schema.fields import Field

TERMS = 100
CONDITIONS = 10_000
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
FIELDS = {
    "value": "decimal", "quantity": "integer", "kind": "string", "city": "string", "email": "string",
    "member": "boolean", "at": "dateTime", "discount": "decimal", "shipping": "decimal", "phone": "string",
}  # fmt: skip
ROOT = Field("object", {name: Field(kind) for name, kind in FIELDS.items()})
Twin = Callable[[Sequence[Any]], bool]


class Case(NamedTuple):
    """A condition, its twin over the values of FIELDS in order, and how CEL says it, if it can."""

    source: str
    twin: Twin
    cel: str = ""


def _both(values: Sequence[Any]) -> bool:
    value, kind = values[0], values[2]
    return value is not None and value >= 50 and kind is not None and kind == "order"


def _either(values: Sequence[Any]) -> bool:
    city, member = values[3], values[5]
    return (city is not None and (city == "Seoul" or city == "Busan")) or member is True


def _sum(values: Sequence[Any]) -> bool:
    value, discount, shipping = values[0], values[7], values[8]
    if value is None or discount is None or shipping is None:
        return False
    return bool(value - discount + shipping > 100)


def _reachable(values: Sequence[Any]) -> bool:
    email, phone = values[4], values[9]
    return email is not None or phone is not None


def _choice(values: Sequence[Any]) -> bool:
    value = values[0]
    limit = 50.0 if values[5] is True else 100.0
    return value is not None and value >= limit


def _mail(values: Sequence[Any]) -> bool:
    email = values[4]
    return email is not None and email.lower().endswith("@example.com")


def _recent(values: Sequence[Any]) -> bool:
    at = values[6]
    return at is not None and NOW - timedelta(days=30) <= at <= NOW


CASES = (
    Case("@{P.value} >= 50", lambda v: v[0] is not None and v[0] >= 50, "value >= 50.0"),
    Case('@{P.value} >= 50 and @{P.kind} == "order"', _both, 'value >= 50.0 && kind == "order"'),
    Case(
        'in(@{P.city}, ["Seoul", "Busan", "Incheon", "Daegu"])',
        lambda v: v[3] is not None and v[3] in ("Seoul", "Busan", "Incheon", "Daegu"),
        'city in ["Seoul", "Busan", "Incheon", "Daegu"]',
    ),
    Case(
        '@{P.city} == "Seoul" or @{P.city} == "Busan" or @{P.member}',
        _either,
        'city == "Seoul" || city == "Busan" || member',
    ),
    Case(
        "@{P.value} - @{P.discount} + @{P.shipping} > 100",
        _sum,
        "value - discount + shipping > 100.0",
    ),
    Case(
        'not (startWith(@{P.phone}, "+82") or @{P.quantity} < 2)',
        lambda v: not ((v[9] is not None and v[9].startswith("+82")) or (v[1] is not None and v[1] < 2)),
        '!(phone.startsWith("+82") || quantity < 2)',
    ),
    Case("@{P.email} is not null or @{P.phone} is not null", _reachable),
    Case("@{P.value} >= (if (@{P.member}) then (50.0) else (100.0))", _choice, "value >= (member ? 50.0 : 100.0)"),
    Case('endWithIgnoreCase(@{P.email}, "@example.com")', _mail),
    Case("inLastDays(@{P.at}, 30)", _recent),
)

PAYLOADS: list[dict[str, Any]] = [
    {
        "value": 12.5 * (number % 17), "quantity": number % 5, "kind": ("order", "quote")[number % 2],
        "city": ("Seoul", "Paris", "Busan", "Oslo", "Daegu")[number % 5], "email": f"P{number}@Example.com",
        "member": number % 3 == 0, "at": f"2026-02-{1 + number % 28:02}T09:00:00Z", "discount": 1.5 * (number % 7),
        "shipping": 4.0, "phone": ("+8210", "+331")[number % 2] + str(number),
    }
    for number in range(200)
]  # fmt: skip


def expressions(quick: bool) -> dict[str, float]:
    """Evaluations by rate, as ratios; compiling in ms; memory in MB."""
    seconds = 0.08 if quick else 0.4
    return {
        "expression_per_twin": _per_twin(seconds),
        **_per_cel(seconds),
        "expression_compile_ms": _compile_ms(20 if quick else 100),
        "expression_mb_10k": _megabytes(1_000 if quick else CONDITIONS),
    }


class _Row:
    """The names of FIELDS, each in a slot of its own."""

    def root(self, kind: Kind) -> Field:
        return Field("object", {"P": ROOT})

    def params(self, source: str, group: str) -> None:
        return None

    def resolve(self, reference: Reference, field: Field) -> Slot:
        return Slot(list(FIELDS).index(reference.path[-1]))


def _compiled(source: str) -> Expression:
    return compile_expression(source, _Row(), Type.parse("boolean"))


def _per_twin(seconds: float) -> float:
    """The mean over the conditions of our rate by the twin's."""
    gets = [getter((name,), Type.parse(kind)) for name, kind in FIELDS.items()]
    rows = [tuple(get(payload) for get in gets) for payload in PAYLOADS]
    rows += [tuple(None if (number + index) % 4 == 0 else value for index, value in enumerate(row))
             for number, row in enumerate(rows[:50])]  # fmt: skip
    moment = Moment(str, 1, round(NOW.timestamp() * 1000), lambda name, at: False)
    ratios = []
    for case in CASES:
        evaluate = _compiled(case.source).evaluate
        for row in rows:
            if evaluate(row, moment) is not case.twin(row):
                raise RuntimeError(f"{case.source} and its twin differ on {row}")
        ours, twins = _rates(lambda row, f=evaluate: f(row, moment), case.twin, rows, seconds)  # type: ignore[misc]
        ratios.append(ours / twins)
    return sum(ratios) / len(ratios)


def _per_cel(seconds: float) -> dict[str, float]:
    """Our rate by theirs, the least of the conditions that all can say."""
    import cel  # here, as both are slow to load and the process that measures memory needs neither
    import celpy
    from celpy.adapter import json_to_cel

    python, native = [], []
    environment = celpy.Environment()
    for case in CASES:
        if not case.cel:
            continue
        scope = EventScope("P", ROOT)
        expression = compile_expression(case.source, scope, Type.parse("boolean"))
        gets, evaluate = scope.gets(), expression.evaluate

        def ours(payload: Mapping[str, Any], gets: Any = gets, evaluate: Any = evaluate) -> object:
            return evaluate([get(payload) for get in gets], None)

        program = environment.program(environment.compile(case.cel))
        given: list[Any] = [json_to_cel(payload) for payload in PAYLOADS[:50]]
        fast = cel.compile(case.cel)
        for payload, converted in zip(PAYLOADS, given, strict=False):
            answers = {bool(ours(payload)), bool(program.evaluate(converted)), bool(fast.execute(payload))}
            if len(answers) != 1:
                raise RuntimeError(f"{case.source} and {case.cel} differ on {payload}")
        mine, its = _rates(ours, fast.execute, PAYLOADS, seconds)
        native.append(mine / its)
        slow = _rate(program.evaluate, given, seconds)
        python.append(mine / slow)
    return {"expression_per_cel_python": min(python), "expression_per_cel_native": min(native)}


def _rates(
    left: Callable[[Any], object], right: Callable[[Any], object], rows: Sequence[Any], seconds: float
) -> tuple[float, float]:
    """The best rates of two, taken in turns: a machine changes its speed within the second."""
    pairs = [(_rate(left, rows, seconds / 4), _rate(right, rows, seconds / 4)) for _ in range(4)]
    return max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)


def _rate(evaluate: Callable[[Any], object], rows: Sequence[Any], seconds: float) -> float:
    count = 0
    begun = time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds:
        for row in rows:
            evaluate(row)
        count += len(rows)
    return count / took


def _compile_ms(rounds: int) -> float:
    """A condition of TERMS terms, from text to function; the median."""
    taken = []
    for number in range(rounds):
        terms = [f'(@{{P.value}} >= {number + term} and @{{P.kind}} == "k{term}")' for term in range(TERMS // 2)]
        begun = time.perf_counter()
        _compiled(" or ".join(terms))
        taken.append(1_000 * (time.perf_counter() - begun))
    return sorted(taken)[len(taken) // 2]


def _megabytes(count: int) -> float:
    """What CONDITIONS compiled conditions take, by `count` of them in a process of their own."""
    done = subprocess.run([sys.executable, "-m", __name__, str(count)], capture_output=True, text=True, check=True)
    return float(done.stdout) * CONDITIONS / count


def _measure_memory(count: int) -> None:
    process = psutil.Process()
    kept = [_compiled(case.source) for case in CASES]
    before = process.memory_info().rss
    for number in range(count):
        source = CASES[number % len(CASES)].source
        kept.append(_compiled(f"{source} or @{{P.quantity}} == {number}"))
    print((process.memory_info().rss - before) / 1e6)


if __name__ == "__main__":
    _measure_memory(int(sys.argv[1]))
