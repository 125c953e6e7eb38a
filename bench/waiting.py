"""`rss_mb_*`, `bytes_per_waiting_person`: what people who wait cost in memory and on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

SMALL, LARGE = 10_000, 100_000


def waiting() -> dict[str, float]:
    """The resident memory of an engine process with 10,000 and with 100,000 people waiting, and bytes a person."""
    small, large = _measure(SMALL), _measure(LARGE)
    return {
        "rss_mb_10k": round(small["rss_mb"], 1),
        "rss_mb_100k": round(large["rss_mb"], 1),
        "bytes_per_waiting_person": round((large["bytes"] - small["bytes"]) / (LARGE - SMALL)),
    }


def _measure(people: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.waiting", str(people)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(people: int) -> None:
    """Lets `people` enter and wait, through journal and engine, and prints what that takes."""
    import psutil

    from sojourn.cli.history import prepare
    from sojourn.demo.history import PROJECT
    from sojourn.runtime.inlet import Checked
    from sojourn.runtime.replay import Replay

    project, plan = prepare(PROJECT, "win-back")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        replay = Replay(data, project, plan)
        step = 2_000
        for start in range(0, people, step):
            records = []
            for number in range(start, start + step):
                record = (
                    f'{{"_id":"w-{number}","eventType":"commerce.purchases","timestamp":"1997-01-01T12:00:00Z",'
                    f'"identityMap":{{"CRMID":[{{"id":"{number:08d}","primary":true}}]}},'
                    '"_tenant":{"quantity":1,"value":12.5}}'
                )
                records.append(Checked(record.encode(), f"w-{number}", 852_120_000_000))
            replay.run(records, 852_120_000_000)
        rss = psutil.Process().memory_info().rss / 2**20
        pages = replay.table_bytes("stay") + replay.table_bytes("timer")
        replay.close()
    print(json.dumps({"rss_mb": rss, "bytes": pages}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
