"""A kill at each named point, one per pair of neighbouring durable operations."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import sojourn
from sojourn.crash import POINTS
from sojourn.store.database import open_database

from ..support import win_back
from ..support.receiver import RunningReceiver
from ..support.sender import Sender
from ..support.server import RunningServer, wait
from .final import check, undisturbed

CUSTOMERS = range(90)
MIGRATION = ("migration-before-commit", "migration-committed")
IN_API = ("journal-before-commit", "journal-committed")
IN_LAKE = tuple(point for point in POINTS if point.startswith("lake-"))  # tests/lake/test_files.py kills at those
IN_AUDIENCE = ("audience-read", "audience-entered")  # test_audiences.py kills at those
IN_ENGINE = tuple(point for point in POINTS if point not in IN_API + IN_LAKE + IN_AUDIENCE + MIGRATION)
# The k-th passing: the API's first two are the project's, the engine's may be the very first.
PASSINGS: dict[str, tuple[int, ...]] = {"api": (12,), "engine": (5,)}
if os.environ.get("SOJOURN_LONG"):
    PASSINGS = {"api": tuple(range(3, 30, 3)), "engine": (1, 2, 3, 5, 8, 12)}
CASES = [(point, k) for point in IN_API for k in PASSINGS["api"]]
CASES += [(point, k) for point in IN_ENGINE for k in PASSINGS["engine"]]


def test_every_point_in_the_code_is_tested() -> None:
    """The points in the code, the list of them, and the cases below are the same."""
    code = "".join(path.read_text() for path in Path(sojourn.__file__).parent.rglob("*.py"))
    assert set(re.findall(r'crash_point\("([^"]+)"\)', code)) == set(POINTS)
    assert {point for point, _ in CASES} | {*MIGRATION, *IN_LAKE, *IN_AUDIENCE} == set(POINTS)
    assert len(re.findall(r"\bcrash_point\(", code)) == len(POINTS) + 1  # one call for each, and the definition


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> win_back.Outcome:
    """Where the same customers get to undisturbed."""
    folder = tmp_path_factory.mktemp("calm")
    calm, server = RunningReceiver(folder), RunningServer(folder)
    try:
        return undisturbed(server, calm.start(), CUSTOMERS)
    finally:
        server.kill()
        calm.stop()


@pytest.mark.parametrize("point, passing", CASES, ids=[f"{point}:{k}" for point, k in CASES])
def test_kill_at(
    server: RunningServer, receiver: RunningReceiver, oracle: win_back.Outcome, point: str, passing: int
) -> None:
    server.spawn({"SOJOURN_CRASH": f"{point}:{passing}"})
    wait(lambda: server.health() != 0, 30)
    server.publish(win_back.project(receiver.port))
    sender = Sender(server.port, pause=0.0, customers=CUSTOMERS).start()
    wait(lambda: died(server, point), 30, lambda: f"{point} was never passed:\n{server.tail()}")
    server.kill()
    server.start()
    sender.finish()
    check(server, receiver, oracle)


def died(server: RunningServer, point: str) -> bool:
    """Whether the armed process has killed itself: the API ends the server, the engine is noticed by its supervisor."""
    assert server.process is not None
    if point in IN_API:
        return server.process.poll() == -9
    return "the engine ended (-9)" in server.log.read_text()


DATABASES = {"journal": "journal.db", "access": "access.db", "shard": "shard-0.db"}
"""By its migrations, the file of each, in the order in which they are made."""


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("point", MIGRATION)
def test_kill_while_a_file_is_made(server: RunningServer, point: str, database: str) -> None:
    """A data folder whose making was cut short is finished at the next start."""
    server.data.mkdir()
    place = list(DATABASES).index(database)
    for name in list(DATABASES)[:place]:
        open_database(server.data / DATABASES[name], name).close()
    server.spawn({"SOJOURN_CRASH": point})
    wait(lambda: died(server, "engine-committed" if database == "shard" else "journal-committed"), 60, server.tail)
    assert {each.name for each in server.data.glob("*.db")} == {*list(DATABASES.values())[: place + 1]}
    server.kill()
    server.start()
    server.publish(win_back.project(1))
    server.wait_settled()
