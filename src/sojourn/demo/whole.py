"""`make demo`: the whole history through the live server under a virtual clock, then the backtest, compared."""

from __future__ import annotations

import tempfile
import time
from itertools import groupby
from pathlib import Path

import click
import msgspec

from sojourn.cli.history import prepare
from sojourn.cli.progress import progress_bar
from sojourn.cli.project import print_report
from sojourn.demo.history import END, PROJECT, Purchase, in_order
from sojourn.demo.processes import JOURNEY, Processes
from sojourn.errors import SojournError
from sojourn.report.agreement import Collector, compare, stored
from sojourn.runtime.backtest import backtest
from sojourn.runtime.inlet import Checked
from sojourn.store.shard import ShardReader

UNTIL = round(END.timestamp() * 1000)
_BATCH = 1_000


def whole(data: Path | None, port: int) -> bool:
    """Runs both, prints both reports and whether their step events agree; that answer."""
    with tempfile.TemporaryDirectory(prefix="sojourn-demo-") as made:
        folder = data or Path(made)
        history = in_order()
        begun = time.monotonic()
        server = ["--clock", "virtual", "--retry-base", "0.02"]
        with Processes(folder, port, ["--errors", "50", "--slow", "100", "--slow-ms", "30"], server) as processes:
            processes.publish()
            click.echo(
                f"live: {len(history):,} purchases over HTTP, a virtual clock, real calls: http://127.0.0.1:{port}"
            )
            _feed(processes, history)
            report = processes.client.get(f"/api/journeys/{JOURNEY}/report")
        took = time.monotonic() - begun
        click.echo(f"live, {took:.0f} s:")
        print_report(report)
        shard = ShardReader(folder / "shard-0.db")
        live = stored(shard)
        shard.close()
        project, plan = prepare(PROJECT, JOURNEY)
        records = [
            Checked(msgspec.json.encode(purchase.entity()), purchase.id, round(purchase.at.timestamp() * 1000))
            for purchase in history
        ]
        collected = Collector(plan)
        begun = time.monotonic()
        with progress_bar("backtest") as told:
            outcome = backtest(project, plan, records, UNTIL, keep=collected.keep, progress=told)
        click.echo(f"backtest, {time.monotonic() - begun:.1f} s:")
        print_report({"journey": JOURNEY, **outcome.report.to_json()})
        found = compare(live, collected.rows)
        if found.agree:
            click.echo(f"agree: yes, all {found.left:,} step events are the same")
        else:
            click.echo(f"agree: NO; live {found.left:,}, backtest {found.right:,} step events")
            for side, rows in (("live", found.only_left), ("backtest", found.only_right)):
                for row in rows:
                    click.echo(f"  only {side}: {row}")
        return found.agree


def _feed(processes: Processes, history: list[Purchase]) -> None:
    """Posts day by day, moving the clock behind each, and waits until the engine is through."""
    with progress_bar("live") as told:
        for day, bought in groupby(history, key=lambda purchase: purchase.at.date()):
            purchases = list(bought)
            for start in range(0, len(purchases), _BATCH):
                processes.post([purchase.message() for purchase in purchases[start : start + _BATCH]])
            processes.client.post("/api/clock", {"now": f"{day}T23:59:59Z"})
            status = processes.client.get("/api/status")
            told(status["log"]["processed"], _entries(history))
        processes.client.post("/api/clock", {"now": END.isoformat()})
        while True:
            status = processes.client.get("/api/status")
            told(status["log"]["processed"], status["log"]["last"])
            if status["settled"]:
                return
            processes.check()
            if status["engine"]["error"]:
                raise SojournError("ERR_DEMO_ENGINE", detail=status["engine"]["error"])
            time.sleep(0.2)


def _entries(history: list[Purchase]) -> int:
    """About how many log rows the whole history makes: a batch and a clock mark for each day."""
    return 2 * len({purchase.at.date() for purchase in history})
