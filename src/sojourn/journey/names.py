"""What activities are called when people are told of them: as the canvas of the studio shows them.

The studio has the same rule for its own texts, in studio/src/canvas/names.ts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sojourn.messages import Language, label

if TYPE_CHECKING:
    from sojourn.journey.document import JourneyDocument


def names(document: JourneyDocument, language: Language) -> dict[str, str]:
    """A name for each activity, by id: its label; else the document that it names, or its kind in the reader's
    language, with a number where that is taken."""
    found = {id_: activity.label for id_, activity in document.activities.items() if activity.label}
    taken = set(found.values())
    for id_, activity in document.activities.items():
        if id_ not in found:
            plain = name = activity.known_by() or label("INFO_ACTIVITY_", activity.type, language)
            number = 1
            while name in taken and activity.type != "end":
                number += 1
                name = f"{plain} {number}"
            taken.add(name)
            found[id_] = name
    return found


class Called(str):
    """The id of an activity that is said by its name."""

    document: JourneyDocument

    def __new__(cls, id_: str, document: JourneyDocument) -> Called:
        called = super().__new__(cls, id_)
        called.document = document
        return called

    def said(self, language: Language) -> str:
        """Its name in a sentence; of one that is not there, the id."""
        return names(self.document, language).get(self, str(self))
