"""`python -m bench [--quick] [--only NAME,NAME]`: measures Sojourn beside the floor and a peer, on this machine, now.

Each measurement lives in a module of its own, returns figures by name, and has a line in MEASUREMENTS. The paired ones
are run between two runs of the floor, and their ratio is taken to the mean of those two: machines change their speed
within a minute. Figures are medians of three rounds, or of one with --quick, which leaves out what takes long (name it
with --only to have it quickly). The last line is all figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import apsw

from bench.caching import caching
from bench.editing import analyse
from bench.expressions import expressions
from bench.floor import run as floor
from bench.keeping import keeping
from bench.kinds import kinds
from bench.lake import measured as lake
from bench.peer import peer
from bench.profiles import profiles
from bench.runtime import backtest, durable
from bench.segments import segments
from bench.serving import ingest_http, latency
from bench.studio import studio
from bench.timers import timers
from bench.validation import validation
from bench.waiting import waiting
from sojourn.demo.history import write

Figures = dict[str, float]


class Setting(NamedTuple):
    """What a measurement may want to know: the history as a file of JSON lines, and whether to be quick."""

    lines: Path
    quick: bool
    steps: int
    """Of the lake's year."""
    seconds: float
    """For which the lake is to keep up."""


class Measurement(NamedTuple):
    """One line of the table; a paired one runs between two floors and gives one figure, of its own name."""

    run: Callable[[Setting], Figures]
    paired: bool = False
    brief: bool = True
    """Whether --quick takes it, unless others are named: they are to end within a minute together."""


MEASUREMENTS: dict[str, Measurement] = {
    "durable": Measurement(lambda setting: {"durable": durable(setting.lines)}, paired=True),
    "backtest": Measurement(lambda setting: {"backtest": backtest(setting.lines)}),
    "peer": Measurement(lambda setting: {"peer": peer(4 if setting.quick else 20)}),
    "ingest_http": Measurement(lambda setting: ingest_http(setting.quick)),
    "validation": Measurement(lambda setting: validation(setting.quick), brief=False),
    "latency": Measurement(lambda setting: latency(setting.quick)),
    "waiting": Measurement(lambda setting: waiting()),
    "expressions": Measurement(lambda setting: expressions(setting.quick)),
    "profiles": Measurement(lambda setting: profiles(setting.quick), brief=False),
    "segments": Measurement(lambda setting: segments(setting.quick), brief=False),
    "kinds": Measurement(lambda setting: kinds(setting.quick), brief=False),
    "timers": Measurement(lambda setting: timers(setting.quick), brief=False),
    "caching": Measurement(lambda setting: caching(setting.quick), brief=False),
    "analyse": Measurement(lambda setting: analyse(setting.quick), brief=False),
    "studio": Measurement(lambda setting: studio(setting.quick), brief=False),
    "lake": Measurement(lambda setting: lake(setting.steps), brief=False),
    "keeping": Measurement(lambda setting: keeping(setting.lines, setting.seconds), brief=False),
}


def main() -> int:
    """Runs what is asked for; 1 if a measurement failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures Sojourn on this machine.")
    parser.add_argument("--quick", action="store_true", help="one round each, smaller loads: within a minute")
    parser.add_argument("--only", type=_names, metavar="NAME,NAME",
                        help=f"of {', '.join(MEASUREMENTS)}")  # fmt: skip
    parser.add_argument("--lake-steps", type=int, metavar="N",
                        help="of the lake's year: 5,000,000, with --quick 200,000; 100000000 takes 4 GB")  # fmt: skip
    parser.add_argument("--lake-seconds", type=float, default=30.0, metavar="S",
                        help="for which the lake is to keep up: 30; 600 is the long form")  # fmt: skip
    options = parser.parse_args()
    names = options.only or [name for name, each in MEASUREMENTS.items() if each.brief or not options.quick]
    begun = time.monotonic()
    figures: Figures = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        steps = options.lake_steps or (200_000 if options.quick else 5_000_000)
        setting = Setting(Path(folder) / "history.jsonl", options.quick, steps, options.lake_seconds)
        events = write(setting.lines)
        history = setting.lines.read_bytes().splitlines()
        floors: list[float] = []
        for number, name in enumerate(names, 1):
            _tell(f"[{number}/{len(names)}] {name} ...")
            try:
                found = _measure(MEASUREMENTS[name], name, setting, history, floors)
            except Exception as error:
                failed.append(name)
                _tell(f"    failed: {error}{_said(error)}")
                continue
            figures |= found
            for figure, value in found.items():
                print(f"  {figure:<28}{_shown(value):>14}", flush=True)
    if floors:
        figures["floor"] = statistics.median(floors)
        print(f"  {'floor':<28}{_shown(figures['floor']):>14}")
    if "durable" in figures and "peer" in figures:
        figures["durable_per_peer"] = figures["durable"] / figures["peer"]
        print(f"  {'durable_per_peer':<28}{_shown(figures['durable_per_peer']):>14}")
    _tell(f"{time.monotonic() - begun:.0f} s")
    about = {"events": events, "quick": options.quick, "cpus": os.cpu_count(), "python": platform.python_version()}
    rounded = {figure: float(f"{value:.4g}") for figure, value in figures.items()}
    print(json.dumps({**rounded, **about, "sqlite": apsw.sqlite_lib_version(), "failed": failed}))
    return 1 if failed else 0


def _names(text: str) -> list[str]:
    """The names of --only, in the order of the table."""
    names = text.split(",")
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        raise argparse.ArgumentTypeError(f"no measurement is named {', '.join(unknown)}")
    return [name for name in MEASUREMENTS if name in names]


def _measure(
    measurement: Measurement, name: str, setting: Setting, history: list[bytes], floors: list[float]
) -> Figures:
    """The medians of all rounds, each figure by itself; the floors run on the way are added to `floors`."""
    rounds: list[Figures] = []
    for _ in range(1 if setting.quick else 3):
        if measurement.paired:
            before = floor(history)
            found = measurement.run(setting)
            after = floor(history)
            floors += before, after
            found[f"{name}_per_floor"] = found[name] / statistics.mean((before, after))
        else:
            found = measurement.run(setting)
        rounds.append(found)
    return {figure: statistics.median(each[figure] for each in rounds) for figure in rounds[0]}


def _said(error: Exception) -> str:
    """What a process that failed has said, on lines of its own."""
    said = getattr(error, "stderr", None)
    return f"\n{said.strip()}" if isinstance(said, str) and said.strip() else ""


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:,.4g}"


def _tell(text: str) -> None:
    """Progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
