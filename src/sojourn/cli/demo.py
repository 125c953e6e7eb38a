"""`sojourn demo live` and `sojourn demo history`."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def demo() -> None:
    """The living demo, on real purchases."""


@demo.command("live")
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), show_default=True)
@click.option("--port", type=int, default=8010, show_default=True, help="the server's; the receiver has the next one")
def demo_live(data: Path, port: int) -> None:
    """Start a server and watch customers move, half a day a second."""
    from sojourn.demo.live import live

    live(data, port)


@demo.command("history")
@click.option("--data", type=click.Path(path_type=Path), help="keep the data here (a new folder)")
@click.option("--port", type=int, default=8020, show_default=True, help="the server's; the receiver has the next one")
def demo_history(data: Path | None, port: int) -> None:
    """Run the whole history through a live server and through a backtest; exit 1 if they disagree."""
    from sojourn.demo.whole import whole

    if not whole(data, port):
        sys.exit(1)


COMMANDS: tuple[click.Command, ...] = (demo,)
