"""`lake_keeps_*`: step events come as fast as half of what the durable runtime makes, and the lake is asked meanwhile.

The steps go into a shard as an engine puts them there, batch by batch; the lake's process exports them and is asked
every half second for a live answer. Each is as old as the first batch that is not in it yet.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from itertools import cycle
from pathlib import Path

import msgspec

from bench.lake import batches
from bench.runtime import durable
from sojourn.lake.link import LakeOptions, Link
from sojourn.lake.manifest import ManifestReader
from sojourn.lake.question import Question
from tests.lake.history import History

STEPS_AN_EVENT = 4.2
"""Of win-back over the CDNOW purchases."""
BATCH = 2_000
ASKED_EVERY = 0.5


class _Feed:
    """Writes batches at a rate, and remembers when each was there."""

    def __init__(self, history: History, rate: float) -> None:
        self._history = history
        self._batches = list(batches(history, 100 * BATCH))
        self._pause = BATCH / rate
        self.written: list[float] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        shard, begun = self._history.shard, time.monotonic()
        for number, batch in enumerate(cycle(self._batches)):
            if self._stopped.wait(max(0.0, begun + number * self._pause - time.monotonic())):
                return
            shard.begin()
            shard.put_steps(batch)
            shard.commit()
            self.written.append(time.monotonic())


def keeping(lines: Path, seconds: float) -> dict[str, float]:
    """All figures, of so many seconds."""
    rate = durable(lines) * STEPS_AN_EVENT / 2
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        data = Path(folder)
        feed = _Feed(History(data), rate)
        link = Link(LakeOptions(folder, log_level="error"))
        link.start()
        question = Question(metrics=("entered", "steps"))
        ages, times = [], []
        feed.start()
        begun = time.monotonic()
        while (now := time.monotonic()) - begun < seconds:
            found = msgspec.json.decode(link.ask("metrics", "prod", question, "json"))["rows"][0][1] // BATCH
            answered = time.monotonic()
            times.append(answered - now)
            missing = feed.written[found] if found < len(feed.written) else answered
            ages.append(answered - missing)
            time.sleep(max(0.0, ASKED_EVERY - times[-1]))
        feed.stop()
        manifest = ManifestReader(data)
        behind = len(feed.written) - manifest.snapshot("prod").step
        manifest.close()
        link.close()
        took = feed.written[-1] - begun
    return {
        "lake_keeps_steps_per_s": len(feed.written) * BATCH / took,
        "lake_keeps_wanted_per_s": rate,
        "lake_keeps_files_behind_s": behind * BATCH / rate,
        "lake_keeps_oldest_answer_s": max(ages),
        "lake_keeps_answer_s": statistics.median(times),
    }
