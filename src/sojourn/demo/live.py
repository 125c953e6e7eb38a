"""`make run`: the server on a scaled clock, with purchases that come in at their scaled time."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sojourn.demo.history import END, in_order
from sojourn.demo.processes import Processes
from sojourn.errors import SojournError

SCALE = 43_200
"""Half a day a second: the eighteen months pass in about eighteen minutes."""
_BATCH = 200
_LOOK_BACK_MS = 3 * 86_400_000
_TICK = 0.1


def live(data: Path, port: int) -> None:
    """Runs until Ctrl-C; a second run on the same folder goes on where this one was."""
    server = ["--time-scale", str(SCALE), "--start-at", "1997-01-01T00:00:00Z"]
    click.echo("starting ...")
    with Processes(data, port, ["--errors", "50", "--slow", "100"], server) as processes:
        processes.publish()
        click.echo(
            f"\n  Sojourn is live: {processes.link()}\n\n"
            "  Real customers of a CD shop (1997-98) walk through the journey 'win-back', half a day a second:\n"
            "  a big purchase earns thanks, another one within three weeks a cross-sell, silence an invitation back.\n"
            "  Open 'win-back' and watch them move along its paths; its report shows how the calls went.\n"
            "  The link signs your browser in, once; after that it is enough to open the page.\n"
            f"  한국어: http://127.0.0.1:{port}/?lang=ko   API: http://127.0.0.1:{port}/api/docs\n\n"
            f"  Data is kept in {data}. Ctrl-C stops; make run goes on from there.\n"
        )
        try:
            _feed(processes)
        except KeyboardInterrupt:
            click.echo("\nstopping ...")


def _feed(processes: Processes) -> None:
    """Posts each purchase when its time has come. What may have been posted before is posted again: no effect [3.2]."""
    now = processes.client.get("/api/clock")["now"]
    todo = [purchase for purchase in in_order() if purchase.at.timestamp() * 1000 >= now - _LOOK_BACK_MS]
    sent = 0
    while True:
        processes.check()
        now = processes.client.get("/api/clock")["now"]
        ready = sent
        while ready < len(todo) and todo[ready].at.timestamp() * 1000 <= now:
            ready += 1
        while sent < ready:
            batch = todo[sent : min(ready, sent + _BATCH)]
            try:
                processes.post([purchase.message() for purchase in batch])
            except SojournError as error:
                click.echo(f"feeder: {error}; trying again", err=True)
                time.sleep(1)
                break
            sent += len(batch)
        if sent == len(todo) and now > END.timestamp() * 1000 + 30 * 86_400_000:
            click.echo("the history is over; the server stays up. Ctrl-C stops it.")
            while True:
                processes.check()
                time.sleep(1)
        time.sleep(_TICK)
