"""What an expression sees of the world when it is compiled: which reference is which slot or constant (rule 7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sojourn.expression.tree import Reference
from sojourn.expression.types import Type


@dataclass(frozen=True, slots=True)
class Slot:
    """A reference whose value is found at `slots[index]` at run time, read as `type` beforehand."""

    index: int
    type: Type


@dataclass(frozen=True, slots=True)
class Constant:
    """A reference whose value is known when compiling."""

    value: object
    type: Type


@dataclass(frozen=True, slots=True)
class Unknown:
    """A reference to nothing: what its path was looked up in, and which names exist there."""

    where: str
    names: tuple[str, ...] = ()


class Scope(Protocol):
    """The fields that an expression sees."""

    def resolve(self, reference: Reference) -> Slot | Constant | Unknown:
        """Where the value of `reference` comes from. Called once per distinct reference."""
        ...
