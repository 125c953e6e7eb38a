"""SIGKILL at random moments while events stream in and calls go out: in the end it is as if nothing had happened."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from ..support import win_back
from ..support.receiver import RunningReceiver
from ..support.sender import Sender
from .conftest import NewServer
from .final import check, undisturbed

LONG = bool(os.environ.get("SOJOURN_LONG"))
KILLS = 300 if LONG else 30


@pytest.mark.timeout(1800 if LONG else 240)
def test_random_kills(tmp_path: Path, new_server: NewServer, receiver: RunningReceiver) -> None:
    server = new_server().start()
    server.publish(win_back.project(receiver.port))
    chance = random.Random(6)
    sender = Sender(server.port, pause=0.2 if LONG else 0.02).start()
    for number in range(KILLS):
        time.sleep(chance.uniform(0.0, 0.8))
        how = ("all", "engine", "api")[number % 3]
        if how == "engine" and server.kill_engine():
            time.sleep(chance.uniform(0.0, 1.0))  # sometimes the next kill meets the engine while it starts
            continue
        server.kill() if how == "all" else server.kill_api()
        server.start() if chance.random() < 0.8 else server.spawn()
    server.wait_ready()
    sender.stop()
    assert not sender.refusals
    assert len(sender.customers) > KILLS

    calm = RunningReceiver(tmp_path / "server")
    try:
        oracle = undisturbed(new_server("calm"), calm.start(), sender.customers)
    finally:
        calm.stop()
    check(server, receiver, oracle)
    assert receiver.stats()["repeats"], "no call was ever made twice: were the kills kills?"
