"""How many journeys may be live [6.3]."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from sojourn.authoring import Authoring
from sojourn.clock import ScaledClock
from sojourn.errors import ConflictError
from sojourn.secrets import Keyring
from sojourn.settings import Settings
from sojourn.store.journal import Journal, JournalReader

from ..engine.world import documents, event


def test_live_journeys(tmp_path: Path) -> None:
    """A notice when near, then publishing is refused, until one is closed."""
    made = documents({"start": event("A")})
    journey, *_ = made.pop("journey")
    names = [f"j{number}" for number in range(11)]
    found = [(kind, document) for kind, all_ in made.items() for document in all_]
    found += [("journey", {**journey, "name": name}) for name in names]
    with (
        closing(Journal(tmp_path / "journal.db", ScaledClock())) as journal,
        closing(JournalReader(tmp_path / "journal.db")) as reader,
    ):
        authoring = Authoring(journal, reader, Keyring(tmp_path, environment=""), settings=Settings(live_journeys=10))
        authoring.apply("prod", found)  # type: ignore[arg-type]
        notices = [[each.code for each in authoring.publish("prod", name)[1]] for name in names[:10]]
        assert notices == [[]] * 8 + [["WARN_LIVE_LIMIT"]] * 2
        with pytest.raises(ConflictError) as refused:
            authoring.publish("prod", names[10])
        assert (refused.value.code, refused.value.params["limit"]) == ("ERR_LIVE_LIMIT", 10)
        authoring.halt("prod", names[0], stop=True)
        assert authoring.publish("prod", names[10])[0] == 1
