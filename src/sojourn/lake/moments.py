"""When the steps of a file were, shape by shape: what counts a range to the millisecond without reading rows.

Beside each file of steps stands one of *moments*: for each shape its moments in order (ms of the day) and, where there
are any, how many requests there had been with each step. A report of a journey is made of nothing else: whole days are
sums of what the heads of the files say, and in the days in which a range begins or ends the moments are searched.

Such a file is the length of its head, the head (MessagePack), and 32-bit numbers in the machine's order.
"""

from __future__ import annotations

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import accumulate
from pathlib import Path

import msgspec

from sojourn.lake.manifest import MOMENTS, File

DAY = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
_WORD = 4
_TRIES = 1 << 16
"""More attempts of one step are not told apart."""
BY_SHAPE = f"""
    SELECT shape, list_sort(list(epoch_ms(timestamp) % {DAY} * {_TRIES} + least(attempts, {_TRIES - 1})))
    FROM {{rows}} GROUP BY shape ORDER BY shape
"""
"""Of rows of steps one sorted list for each shape: moments, with the attempts of the step in the lower 16 bits."""


class Head(msgspec.Struct, array_like=True, gc=False):
    """What a file holds: shapes in order; of each, where its numbers begin, and how many steps and attempts it has."""

    shapes: list[int]
    places: list[int]
    steps: list[int]
    attempts: list[int]


_HEAD = msgspec.msgpack.Decoder(Head)
_encode = msgspec.msgpack.Encoder().encode


def encoded(found: Iterable[tuple[int, Sequence[int]]]) -> Iterator[bytes]:
    """A file piece by piece, from what `BY_SHAPE` gives."""
    head, numbers = Head([], [], [], []), array("I")
    for shape, steps in found:
        attempts = array("I", accumulate(step % _TRIES for step in steps))
        head.shapes.append(shape)
        head.places.append(len(numbers))
        head.steps.append(len(steps))
        head.attempts.append(attempts[-1])
        numbers.extend(step // _TRIES for step in steps)
        if attempts[-1]:
            numbers += attempts
    text = _encode(head)
    yield len(text).to_bytes(_WORD, "little") + text + bytes(-len(text) % _WORD)
    yield numbers.tobytes()


@contextmanager
def _mapped(path: Path) -> Iterator[tuple[bytes, memoryview]]:
    """A file's head and numbers."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        end = _WORD + int.from_bytes(mapped[:_WORD], "little")
        with memoryview(mapped) as whole, whole[end + (-end % _WORD) :].cast("I") as numbers:
            yield mapped[_WORD:end], numbers


def _before(head: Head, numbers: memoryview, shape: int, moment: int) -> tuple[int, int]:
    """(steps, attempts) of a shape before `moment`, ms of the file's day."""
    index = bisect_left(head.shapes, shape)
    if index == len(head.shapes) or head.shapes[index] != shape:
        return 0, 0
    begin = head.places[index]
    end = begin + head.steps[index]
    count = bisect_left(numbers, moment, begin, end) - begin
    return count, numbers[end + count - 1] if head.attempts[index] and count else 0


class _Days:
    """A shape's days in order, and the steps and attempts of each."""

    __slots__ = ("attempts", "days", "steps")

    def __init__(self) -> None:
        self.days, self.steps, self.attempts = array("I"), array("q"), array("q")

    def add(self, day: int, steps: int, attempts: int) -> None:
        at = bisect_left(self.days, day)
        if at == len(self.days) or self.days[at] != day:
            self.days.insert(at, day)
            self.steps.insert(at, 0)
            self.attempts.insert(at, 0)
        self.steps[at] += steps
        self.attempts[at] += attempts


class Ledger:
    """How many steps of each shape the files of a sandbox hold, day by day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, tuple[File, Head]] = {}
        self._days: dict[int, set[int]] = {}
        """The files of each day."""
        self._shapes: dict[int, _Days] = {}

    def bring_to(self, files: Sequence[File]) -> None:
        """Takes in files that are new, and lets go of those that were replaced."""
        now = {file.id for file in files}
        for id_ in self._files.keys() - now:
            self._count(*self._files.pop(id_), sign=-1)
        for file in files:
            if file.id not in self._files:
                with _mapped(file.path(self._folder, MOMENTS)) as (head, _):
                    self._files[file.id] = file, _HEAD.decode(head)
                self._count(*self._files[file.id])

    def _count(self, file: File, head: Head, sign: int = 1) -> None:
        day = date.fromisoformat(file.day).toordinal() - _EPOCH
        here = self._days.setdefault(day, set())
        (here.add if sign > 0 else here.discard)(file.id)
        for shape, steps, attempts in zip(head.shapes, head.steps, head.attempts, strict=True):
            if shape not in self._shapes:
                self._shapes[shape] = _Days()
            self._shapes[shape].add(day, sign * steps, sign * attempts)

    def before(self, shapes: Sequence[int], moment: int | None) -> dict[int, tuple[int, int]]:
        """(steps, attempts) of these shapes before `moment` (epoch ms), of all time without one."""
        day, rest = (1 << 31, 0) if moment is None else divmod(max(0, moment), DAY)
        found = {}
        for shape in shapes:
            known = self._shapes.get(shape)
            end = bisect_left(known.days, day) if known else 0
            found[shape] = (sum(known.steps[:end]), sum(known.attempts[:end])) if known else (0, 0)
        for id_ in self._days.get(day, ()) if rest else ():
            file, head = self._files[id_]
            with _mapped(file.path(self._folder, MOMENTS)) as (_, numbers):
                for shape, (steps, attempts) in found.items():
                    more, tries = _before(head, numbers, shape, rest)
                    found[shape] = steps + more, attempts + tries
        return found
