"""Where a cursor stands in a text that need not be an expression yet: what is around it, and what can follow.

A scan of its own, for a parser gives up at the first error, and most texts under an editor's cursor have one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sojourn.expression.parse import unescape
from sojourn.expression.reference import SELECTIONS
from sojourn.expression.tree import LOOPS, OPENINGS, Kind

_STRING = r'(?P<string>"(?:[^"\\]|\\.)*(?:"|\\?\Z)|\'(?:[^\'\\]|\\.)*(?:\'|\\?\Z))'
_OTHER = (
    r"(?P<open>@[a-z]*\{|#\{)|(?P<mark>[][(){},:.])|(?P<operator>==|!=|<=|>=|[-<>+*/%])"
    r"|(?P<begun>@[a-z]*|[#=!])|(?P<stray>\S)"
)
_OUTSIDE = re.compile(rf"\s*(?:{_STRING}|(?P<number>\d+(?:\.\d*)?)|(?P<name>[A-Za-z_]\w*)|{_OTHER})", re.DOTALL)
_IN_PATH = re.compile(rf"\s*(?:{_STRING}|(?P<name>[\w-]+)|{_OTHER})", re.DOTALL)
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_KINDS = {opening: kind for kind, opening in OPENINGS.items()}
_PARTIAL = frozenset(("name", "number", "begun"))
_JOINING = frozenset(("and", "or", "not"))
_COMPARING = frozenset(("==", "!=", "<", "<=", ">", ">="))
_AFTER_IS = ("null", "not null", "numeric", "integer", "decimal")
_IN_REFERENCE = ("defaultValue", "params")

Expected = Literal["value", "operator", "part", "text", "word"]
Path = tuple[Kind, tuple[str, ...]]
"""A reference's kind (event, source, action) and its steps: names, and selections such as `first()`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of the text; `type` is a group's name in the patterns above, empty for none."""

    type: str
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Frame:
    """What is open around a place: a bracket with the `name` in front of it, or a reference.

    While a path is being `written` here, `kind` and `path` are what there is of it. `collection` is the path that a
    selection, such as `.all(...)`, selects from. `clause` is where the present operand of `and`, `or`, `not` or of
    the bracket begins, `term` where the present operand of a comparison does.
    """

    closer: str = ""
    name: str = ""
    commas: int = 0
    reference: bool = False
    written: bool = False
    kind: Kind = "event"
    path: tuple[str, ...] = ()
    collection: Path | None = None
    clause: int = 0
    term: int = 0


_NOTHING = Piece("", "", 0, 0)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a cursor is at.

    `expected`: a value, an operator, a part of a path (that of `path`), the inside of a text, or one of `words`.
    `prefix` of it is there already; a completion replaces `start` to `end`. `frames` are open around it, the
    outermost first, which is the text itself. `left` is the path that ends in front of the cursor, `compared` the one
    on the other side of the operator in front of it.
    """

    expected: Expected
    prefix: str
    start: int
    end: int
    frames: tuple[Frame, ...]
    path: Path | None = None
    words: tuple[str, ...] = ()
    left: Path | None = None
    compared: Path | None = None

    @property
    def collection(self) -> Path | None:
        """What the loop variable stands for elements of, if the cursor is in a selection."""
        return _collection(self.frames)


def _collection(frames: Sequence[Frame]) -> Path | None:
    return next((frame.collection for frame in reversed(frames) if frame.collection), None)


@dataclass(slots=True)
class _Scan:
    """What is known at a place of the text."""

    frames: list[Frame] = field(default_factory=lambda: [Frame()])
    awaited: Counter[str] = field(default_factory=Counter)
    """The closing marks of the frames: a stray one is told apart without looking through all of them."""
    before: Piece = _NOTHING
    earlier: Piece = _NOTHING
    closed: Frame | None = None
    path: Path | None = None
    compared: Path | None = None

    def take(self, piece: Piece) -> None:
        """Goes past a piece."""
        top, text, mark = self.frames[-1], piece.text, piece.type == "mark"
        path_before = self.path
        self.path = self.closed = None
        if top.written and not top.reference and not self._goes_on(piece):
            path_before, top.written = (top.kind, top.path), False
        self.compared = path_before if piece.type == "operator" else None
        if piece.type == "open":
            self._push(Frame("}", reference=True, written=True, kind=_KINDS.get(text, "event")))
        elif mark and text in _CLOSERS:
            self._open(top, piece)
        elif mark and text in ")]}":
            self._close(text)
        elif mark and text == ",":
            top.commas += 1
            top.written = False
            top.clause = top.term = piece.end
        elif mark and text == ":":
            top.clause = top.term = piece.end
        elif piece.type in ("name", "string") and top.written:
            top.path = (*top.path, unescape(text) if piece.type == "string" else text)
        elif text in LOOPS.values() and (collection := _collection(self.frames)):
            top.written, (top.kind, top.path) = True, collection
            top.path += ("first()",)
        elif text in _JOINING:
            top.clause = top.term = piece.end
        elif text in _COMPARING:
            top.term = piece.end
        self.earlier, self.before = self.before, piece

    def _goes_on(self, piece: Piece) -> bool:
        """Whether `piece` belongs to the path that a loop variable began."""
        selects = piece.text == "(" and self.before.text in SELECTIONS
        return selects or piece.text == "." or self.before.text == "."

    def _open(self, top: Frame, piece: Piece) -> None:
        name = self.before.text if self.before.type == "name" else ""
        frame = Frame(_CLOSERS[piece.text], name, clause=piece.end, term=piece.end)
        if top.written and name in SELECTIONS:
            frame.collection = top.kind, top.path[:-1]
            top.path = (*top.path[:-1], f"{name}()")
        self._push(frame)

    def _push(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.awaited[frame.closer] += 1

    def _close(self, text: str) -> None:
        """Closes the innermost frame that `text` closes, and those left open in it."""
        while self.awaited[text]:
            found = self.frames.pop()
            self.awaited[found.closer] -= 1
            if found.closer == text:
                self.closed = found
                self.path = (found.kind, found.path) if found.reference else None
                return

    def expected(self) -> tuple[Expected, tuple[str, ...]]:
        """What can stand next."""
        top, before = self.frames[-1], self.before
        if top.written:
            if before.type == "open" or before.text == ".":
                return "part", ()
            return ("word", ()) if top.reference else ("operator", ())
        if before.text in ("{", ",") and top.closer == "}":
            return "word", _IN_REFERENCE if top.reference else ()
        if top.reference and self.earlier.text == "params":
            return "word", ("{",)
        if top.reference and before.text == "}" and self.closed and not self.closed.reference:
            return "word", ()
        if before.type in ("", "operator") or (before.type == "mark" and before.text in "([,:"):
            return "value", ()
        if before.text == "not" and self.earlier.text == "is":
            return "word", ("null",)
        if before.type == "name" and before.text in _JOINING:
            return "value", ()
        words = {"is": _AFTER_IS, "has": ("null",), "if": (), "then": (), "else": ()}.get(before.text)
        if self.closed is not None:
            words = {"if": ("then",), "then": ("else",)}.get(self.closed.name)
        return ("operator", ()) if words is None else ("word", words)


def _pieces(text: str, scan: _Scan) -> Iterator[Piece]:
    """The pieces of `text`, each to be taken before the next is asked for."""
    position = 0
    while found := (_IN_PATH if scan.frames[-1].written else _OUTSIDE).match(text, position):
        kind = found.lastgroup or ""
        yield Piece(kind, found[kind], found.start(kind), found.end())
        position = found.end()


def _unclosed(piece: Piece) -> bool:
    return len(piece.text) < 2 or piece.text[-1] != piece.text[0]


def situation(text: str, cursor: int) -> Situation:
    """What the cursor, an offset in code points, is at."""
    scan = _Scan()
    partial = _NOTHING
    for piece in _pieces(text, scan):
        if piece.start >= cursor:
            break
        within = cursor < piece.end or (piece.type == "string" and _unclosed(piece))
        if within if piece.type == "string" else piece.type in _PARTIAL and cursor <= piece.end:
            partial = piece
            break
        scan.take(piece)
    expected, words = scan.expected()
    top = scan.frames[-1]
    path = (top.kind, top.path) if expected == "part" else None
    left = (top.kind, top.path) if top.written and not top.reference else scan.path
    start, end = (partial.start, partial.end) if partial.type else (cursor, cursor)
    prefix = text[start:cursor]
    if partial.type == "string":
        prefix = prefix[1:]
        closed = not _unclosed(partial)
        end = end if closed else cursor
        if expected != "part":
            expected, start, end = "text", start + 1, end - closed
    return Situation(expected, prefix, start, end, tuple(scan.frames), path, words, left, scan.compared)


@dataclass(frozen=True, slots=True)
class Under:
    """The word under a cursor: a `path` if it is part of one, a `function` if it is called, else a `word`."""

    start: int
    end: int
    path: Path | None = None
    function: str = ""
    word: str = ""


def under(text: str, cursor: int) -> Under | None:
    """What the cursor is on, or just behind."""
    scan = _Scan()
    found: Under | None = None
    for piece in _pieces(text, scan):
        if piece.start > cursor or (piece.start == cursor and found is not None and found.path):
            break
        written = scan.frames[-1].written
        scan.take(piece)
        top = scan.frames[-1]
        if piece.end < cursor:
            continue
        called = text[piece.end :].lstrip().startswith("(")
        if piece.type == "name" and called and not (written and piece.text not in SELECTIONS):
            found = Under(piece.start, piece.end, function=piece.text)
        elif written and top.written and piece.type in ("name", "string"):
            found = Under(piece.start, piece.end, path=(top.kind, top.path))
        elif piece.type in ("name", "operator"):
            found = Under(piece.start, piece.end, word=piece.text)
        if piece.end > cursor:
            break
    return found
