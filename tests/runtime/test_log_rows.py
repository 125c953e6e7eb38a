"""What a log row holds, and what the engine takes on at once, has a bound in bytes too."""

from __future__ import annotations

from collections import deque
from contextlib import closing
from functools import partial
from pathlib import Path

from sojourn.clock import VirtualClock
from sojourn.runtime.replay import FreshReader
from sojourn.store.entry import ROW_BYTES, ROW_LIMIT, Accepted, Codec, Entry, Marked, weight
from sojourn.store.journal import Job, Journal, JournalReader, Row


def test_large_records_share_a_row_only_as_far_as_it_goes() -> None:
    """600 small records make two rows, five of a megabyte and more make several: none is lost, the order stays."""
    codec = Codec()
    small: list[Entry] = [Accepted(n, "prod", b'{"_id":"%d"}' % n) for n in range(600)]
    large: list[Entry] = [Accepted(n, "prod", bytes(1_500_000)) for n in range(5)]
    mixed = [*small, *large, Marked(7)]
    rows = [codec.unpack(row) for row, _ in codec.rows(mixed)]
    assert rows == [part for _, part in codec.rows(mixed)]
    assert [entry for row in rows for entry in row] == mixed
    assert len(rows[0]) == ROW_LIMIT
    sizes = [sum(len(entry.record) for entry in row if isinstance(entry, Accepted)) for row in rows]
    assert max(sizes) <= ROW_BYTES
    assert len(list(codec.rows([Accepted(1, "prod", bytes(2 * ROW_BYTES))]))) == 1  # what cannot be cut is a row


def test_large_records_weigh_more() -> None:
    """A turn has room for fewer of them."""
    small: list[Entry] = [Accepted(0, "prod", b"{}")] * 10
    assert weight(small) == 10
    assert weight([Accepted(0, "prod", bytes(1_000_000))] * 10) > 1_000


def _append(entries: list[Accepted], job: Job) -> None:
    job.append(*entries)


def test_who_writes_the_log_need_not_read_it_again(tmp_path: Path) -> None:
    """What was committed in this process is handed over; asked for again, or from elsewhere, it comes from the file."""
    committed: deque[Row] = deque()
    path = tmp_path / "journal.db"
    journal = Journal(path, VirtualClock(), committed.extend)
    for start in (0, 1_200):
        entries = [Accepted(start + n, "prod", b"{}") for n in range(1_200)]
        journal.run(partial(_append, entries)).result()
    journal.close()
    with closing(JournalReader(path)) as file, closing(FreshReader(path, committed)) as fresh:
        stored = file.read(1, 100)
        assert list(committed) == stored
        assert fresh.read(1, 2) == stored[:2]
        assert fresh.read(1, 2) == stored[:2]
        assert fresh.read(4, 100) == stored[3:]
        assert not committed
        assert fresh.read(2, 100) == stored[1:]
        assert fresh.read(99, 100) == []
