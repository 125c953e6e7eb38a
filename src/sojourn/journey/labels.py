"""Fields with data-usage labels do not go out to whoever may not receive them [2.5]."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sojourn.expression import ExpressionError
from sojourn.journey.references import names_of, references

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder, Path


def check_labels(build: Builder, source: str, receiver: str, allowed: Collection[str], where: Path) -> None:
    """A finding for each field of an expression with a label that is not `allowed` where its value goes."""
    try:
        read = [each for each in references(source) if each.kind != "loop"]
    except ExpressionError:
        return  # said already
    for each in read:
        path = names_of(each)
        refused = build.scope.root(each.kind).labels_at(path).difference(allowed)  # type: ignore[arg-type]
        if refused:
            labels = ", ".join(sorted(refused))
            build.say("ERR_RESTRICTED_FIELD", where, name=".".join(path), labels=labels, receiver=receiver)
