"""Rows of the lake say what `report/steps.expand` says, field by field, wherever they are read from [9.2]."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sojourn.lake.catalogue import STEP_EVENTS, STEPS, flat, leaves
from sojourn.lake.manifest import Manifest
from sojourn.lake.reading import FLAT, Lake
from sojourn.lake.table import plain
from sojourn.lake.writing import Writer
from sojourn.report import steps as public
from sojourn.store.shard import ShardReader

from .history import History, expanded

NODES = ("start", "size", "thanks", "rest")
shapes = st.fixed_dictionaries(
    {
        "node": st.sampled_from(NODES),
        "node_type": st.sampled_from(("event", "condition", "wait", "action")),
        "label": st.sampled_from(("Buys", 'it\'s "big"', "")),
        "status": st.sampled_from(
            (
                "transitions",
                "endStep",
                "error",
                "timedOut",
                "cappingError",
                "instanceTimedOut",
                "skipped",
                "exited",
                "stopped",
            )
        ),
        "arrow": st.sampled_from((None, "start/then")),
        "entrance": st.booleans(),
        "reentrance": st.booleans(),
        "ended": st.booleans(),
        "action": st.sampled_from((None, "send")),
        "error": st.sampled_from((None, "http", "timeout", "capping", "error")),
        "fetch": st.sampled_from((None, "Weather.Now", "ExperiencePlatform.Person")),
    }
)
small = st.integers(0, 2**31)
fetched = st.one_of(
    st.none(),
    st.tuples(
        st.integers(0, 9), st.integers(0, 9), small, st.integers(0, 9), st.sampled_from((None, "http", "timeout")),
        st.sampled_from((None, 500)),
    ),
)  # fmt: skip
steps = st.tuples(
    shapes, st.integers(1, 2**31 - 1), st.integers(0, 4_000_000_000_000), small, st.integers(0, 9),
    st.one_of(st.none(), st.integers(100, 599), st.sampled_from(("merged", "overflow"))), fetched,
)  # fmt: skip
stretches = st.tuples(
    st.integers(0, 2), st.integers(1, 2), st.text(min_size=1, max_size=8),
    st.sampled_from(("", "order-1")), st.integers(1, 3), st.lists(steps, min_size=1, max_size=3),
)  # fmt: skip


def rows_of(db: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    found = db.execute(f"SELECT * FROM {table}")
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, map(plain, row), strict=True)) for row in found.fetchall()]


def said(records: list[dict[str, Any]]) -> list[bytes]:
    """What records say, leaf by leaf, in no order."""
    told = ({path: value for path, value in flat(record) if value is not None} for record in records)
    return sorted(msgspec.json.encode(each, order="sorted") for each in told)


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(stretches, min_size=1, max_size=12), st.integers(0, 12))
def test_every_field_of_every_row(found: list[Any], exported: int) -> None:
    """Also when some of the rows are in files and others in the shard alone; nested and leaf by leaf."""
    with TemporaryDirectory() as folder:
        data = Path(folder)
        history = History(data)
        journeys = [history.journey("a", 2), history.journey("b", 2, namespace=None), history.journey("c", 2)]
        shard, manifest = ShardReader(data / "shard-0.db"), Manifest(data)
        writer = Writer(manifest, shard)
        for index, (journey, version, person, supplemental, entry, taken) in enumerate(found):
            uid = history.uid("abc"[journey], version)
            row = [
                (history.shape(journeys[journey], version, content | {"version": uid}), *rest)
                for content, *rest in taken
            ]
            history.batch([(journeys[journey], version, person, supplemental, entry, row)])
            if index == exported:
                assert writer.export(now=True) > 0
        lake = Lake(data)
        with duckdb.connect() as db, lake.laid_out(db, "prod"):
            nested = rows_of(db, "journey_step_events")
            leafed = rows_of(db, f'"{FLAT}journey_step_events"')
        expected = expanded(data)
        assert said(nested) == said(expected)
        assert said(leafed) == said(expected)
        assert {path for row in expected for path, _ in flat(row)} <= {leaf.path for leaf in leaves(STEPS)}
        for each in (writer, manifest, lake, shard, history.shard):
            each.close()


def test_fields_that_are_null_are_documented() -> None:
    """docs/lake.md names all fields of the manual that `expand` never fills, and no other."""
    filled = set(re.findall(r'"(\w+)"', inspect.getsource(public)))
    told = (Path(__file__).parents[2] / "docs" / "lake.md").read_text(encoding="utf-8").partition("and are null.")[2]
    named = set(re.findall(r"`(\w+)`", told.partition("\n\n")[0]))
    assert named - filled == STEP_EVENTS.keys() - filled
