"""Text to written tree. Lark builds the nodes bottom-up, so neither depth nor length of a text can recurse here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, UnexpectedToken

from sojourn.expression.diagnostics import Problems, nearest
from sojourn.expression.tree import (
    OPENINGS,
    Call,
    Conditional,
    Field,
    Kind,
    Listing,
    Param,
    Place,
    Postfix,
    Prefix,
    Run,
    Step,
    Value,
    Written,
)
from sojourn.expression.types import BOOLEAN, DECIMAL, INTEGER, NULL, STRING

MAX_LENGTH = 10_000
"""Longest source, in code points."""
MAX_DEPTH = 40
"""Deepest nesting. Python itself takes 200 brackets; a level of ours prints as at most four."""
MAX_RUN = 200
"""Most terms of one unbroken arithmetic run; `and` and `or` have no limit."""

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_WORDS = {
    "KIND": ["numeric", "integer", "decimal"],
    "DEFAULT": ["defaultValue"],
    "PARAMS": ["params"],
    **{
        word.upper(): [word]
        for word in ("and", "or", "not", "is", "has", "null", "true", "false", "if", "then", "else")
    },
}
_SHOWN = {
    "COMPARE": "==", "PLUS": "+", "MINUS": "-", "TIMES": "*", "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]",
    "OPEN": "@{", "LBRACE": "{", "CLOSE": "}", "_COMMA": ",", "_COLON": ":", "_DOT": ".",
    "PART": "name", "STRING": "'name'",
}  # fmt: skip
_SLIPS = {"&&": "and", "||": "or", "!": "not", "=": "==", "<>": "!=", "===": "==", "&": "and", "|": "or"}
_SLIP = re.compile(r"&&|\|\||===|<>|[&|!]|=(?!=)|\w+")


class _TooDeep(Exception):
    def __init__(self, code: str, limit: int, start: int, end: int) -> None:
        self.code, self.limit, self.start, self.end = code, limit, start, end


def unescape(quoted: str) -> str:
    """The text of a string literal; unknown escapes stay as they are, so that a regex's `\\d` survives."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner

    def character(found: re.Match[str]) -> str:
        mark = found[1]
        return chr(int(mark[1:], 16)) if len(mark) > 1 else _ESCAPES.get(mark, found[0])

    # Escapes may spell a surrogate pair; one that stays alone is no character and cannot be written anywhere.
    text = _ESCAPE.sub(character, inner)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Build(Transformer[Token, Written]):
    """Makes the nodes while the parser reduces. Children are tokens and finished nodes."""

    def start(self, items: Sequence[Written]) -> Written:
        return items[0]

    def _literal(self, token: Token, value: object, kind: object) -> Value:
        return Value(token.start_pos, token.end_pos, 1, value, kind)  # type: ignore[arg-type]

    def string(self, items: Sequence[Token]) -> Written:
        return self._literal(items[0], unescape(items[0]), STRING)

    def integer(self, items: Sequence[Token]) -> Written:
        # 25 digits are out of range however they continue; Python refuses to read thousands of them
        return self._literal(items[0], int(items[0].lstrip("0")[:25] or "0"), INTEGER)

    def decimal(self, items: Sequence[Token]) -> Written:
        return self._literal(items[0], float(items[0]), DECIMAL)

    def boolean(self, items: Sequence[Token]) -> Written:
        return self._literal(items[0], items[0] == "true", BOOLEAN)

    def null(self, items: Sequence[Token]) -> Written:
        return self._literal(items[0], None, NULL)

    def name(self, items: Sequence[Token]) -> Step:
        return Step(_start(items[0]), _end(items[0]), 1, _text(items[0]))

    def selection(self, items: Sequence[Token | Written]) -> Step:
        return Step(*_place(items), str(items[0]), True, next(iter(_nodes(items)), None))

    def default(self, items: Sequence[Written]) -> Written:
        return items[-1]

    def params(self, items: Sequence[Token | Param]) -> tuple[Param, ...]:
        return tuple(item for item in items if isinstance(item, Param))

    def param(self, items: tuple[Token, Written]) -> Param:
        return Param(_start(items[0]), items[1].end, items[1].depth, _text(items[0]), items[1])

    def reference(self, items: Sequence[Token | Step | Written | tuple[Param, ...]]) -> Written:
        kind: Kind = next((kind for kind, text in OPENINGS.items() if text == items[0]), "event")
        steps = tuple(item for item in items if isinstance(item, Step))
        params = next((item for item in items if isinstance(item, tuple)), ())
        default = next((item for item in items if not isinstance(item, Token | Step | tuple)), None)
        return Field(*_place(items, _selections(steps)), kind, steps, default, params)

    def loop(self, items: Sequence[Token | Step]) -> Written:
        first, *others = items
        steps = (self.name([first]), *(step for step in others if isinstance(step, Step)))  # type: ignore[list-item]
        return Field(*_place(items, _selections(steps)), "loop", steps)

    def call(self, items: Sequence[Token | Written]) -> Written:
        return Call(*_place(items), str(items[0]), tuple(_nodes(items)), _end(items[0]))

    def listing(self, items: Sequence[Token | Written]) -> Written:
        return Listing(*_place(items), tuple(_nodes(items)))

    def conditional(self, items: Sequence[Token | Written]) -> Written:
        condition, then, otherwise = _nodes(items)
        return Conditional(*_place(items), condition, then, otherwise)

    def grouped(self, items: Sequence[Token | Written]) -> Written:
        inner = items[1]
        if isinstance(inner, Call):
            return Call(inner.start, inner.end, inner.depth, inner.name, inner.args, inner.name_end, bare=False)
        assert not isinstance(inner, Token)
        return inner

    def prefix(self, items: Sequence[Token | Written]) -> Written:
        operator, operand = items
        assert not isinstance(operand, Token)
        if operator == "-" and isinstance(operand, Value) and operand.type in (INTEGER, DECIMAL):
            return Value(_start(operator), operand.end, 1, -operand.value, operand.type)  # type: ignore[operator]
        return Prefix(*_place(items), str(operator), operand)

    def postfix(self, items: Sequence[Token | Written]) -> Written:
        operator = " ".join(str(item) for item in items[1:])
        return Postfix(*_place(items), operator, *_nodes(items))

    def run(self, items: Sequence[Token | Written]) -> Written:
        first, *others = _nodes(items)
        operators = [str(item) for item in items if isinstance(item, Token)]
        if len(operators) >= MAX_RUN and operators[0] not in ("and", "or"):
            raise _TooDeep("ERR_EXPR_RUN", MAX_RUN, first.start, others[-1].end)
        # `/` and `%` print as calls, one in the other
        nested = sum(operator in ("/", "%") for operator in operators[1:])
        return Run(*_place(items, nested), first, tuple(zip(operators, others, strict=True)))


def _text(token: Token) -> str:
    return unescape(token) if token.type == "STRING" else str(token)


def _start(item: Token | Place | tuple[Param, ...]) -> int:
    assert not isinstance(item, tuple)
    return (item.start_pos or 0) if isinstance(item, Token) else item.start


def _end(item: Token | Place | tuple[Param, ...]) -> int:
    assert not isinstance(item, tuple)
    return (item.end_pos or 0) if isinstance(item, Token) else item.end


def _nodes(items: Sequence[Token | Written]) -> list[Written]:
    return [item for item in items if not isinstance(item, Token)]


def _selections(steps: Sequence[Step]) -> int:
    """How many levels they add: selections print as calls, one in the other."""
    return sum(step.selects for step in steps)


def _place(items: Sequence[Token | Place | tuple[Param, ...]], more: int = 0) -> tuple[int, int, int]:
    """Where a node made of `items` stands, and how deep it is; `more` levels than its deepest part and itself."""
    start, end = _start(items[0]), _end(items[-1])
    depths = [item.depth for item in items if isinstance(item, Place)]
    depths += [param.depth for item in items if type(item) is tuple for param in item]
    depth = 1 + more + max(depths, default=0)
    if depth > MAX_DEPTH:
        raise _TooDeep("ERR_EXPR_TOO_DEEP", MAX_DEPTH, start, end)
    return start, end, depth


@cache
def _parser() -> Lark:
    grammar = files("sojourn.expression").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Build())


def parse(source: str) -> Written:
    """The written tree of `source`. Raises ExpressionError with one diagnostic."""
    # Trees do not change, and a journey's compilation asks for that of an expression several times.
    return _remembered(source) if len(source) <= _SHORT else _parse(source)


_SHORT, _REMEMBERED = 500, 1_000
"""How long expressions are of which the trees are kept, and how many: what others write must not fill the memory."""


@lru_cache(_REMEMBERED)
def _remembered(source: str) -> Written:
    return _parse(source)


def _parse(source: str) -> Written:
    problems = Problems(source)
    if len(source) > MAX_LENGTH:
        problems.at("ERR_EXPR_TOO_LONG", 0, 0, length=len(source), limit=MAX_LENGTH)
        problems.fail()
    if not source.strip():
        problems.at("ERR_EXPR_EMPTY", 0, 0)
        problems.fail()
    try:
        found: Written = _parser().parse(source)  # type: ignore[assignment]
    except _TooDeep as error:
        problems.at(error.code, error.start, error.end, limit=error.limit)
    except UnexpectedInput as error:
        _explain(error, problems)
    else:
        return found
    problems.fail()


def _explain(error: UnexpectedInput, problems: Problems) -> None:
    """Says what stands where it cannot, what may stand there, and which slip it looks like."""
    source = problems.source
    last = len(source.rstrip())
    names: set[str] = set(error.interactive_parser.accepts())  # type: ignore[no-untyped-call]
    start = error.pos_in_stream or 0
    end = start + 1
    if isinstance(error, UnexpectedToken):
        start, end = (last, last) if error.token.type == "$END" else (start, error.token.end_pos or end)
    expected = None if "INTEGER" in names else _expected(names)
    if start >= last:
        problems.at("ERR_EXPR_UNFINISHED", last, last, expected=expected)
        return
    if source[start] in "\"'" and not isinstance(error, UnexpectedToken):
        problems.at("ERR_EXPR_STRING_OPEN", start, len(source), quote=source[start])
        return
    slip = _SLIP.match(source, start)
    found = slip[0] if slip else source[start:end]
    suggestion = _SLIPS.get(found) if "AND" in names or "NOT" in names else None
    if found.isidentifier():
        suggestion = nearest(found, [word for name, words in _WORDS.items() if name in names for word in words])
    if "PART" in names and _SLIP.match(found):
        suggestion = f'"{found}"'
    code = "ERR_EXPR_VALUE" if expected is None else "ERR_EXPR_SYNTAX" if expected else "ERR_EXPR_END"
    problems.at(code, start, start + len(found), found=found, expected=expected, suggestion=suggestion)


def _expected(names: set[str]) -> str:
    """The terminals as one would write them."""
    return " ".join(sorted({word for name in names for word in _WORDS.get(name, [_SHOWN.get(name, "")])} - {""}))
