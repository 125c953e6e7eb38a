"""Disk full, locked, cut short, newer, in use: a clear error, nothing lost, and it works again afterwards."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from sojourn.store.database import migrations
from sojourn.store.shard import Shard, ShardReader

from ..support import win_back
from ..support.http import request
from ..support.receiver import RunningReceiver
from ..support.server import RunningServer, wait
from .conftest import NewServer
from .final import check, undisturbed, wait_quiet
from .rows import execute

FILES = {"journal": "journal.db", "shard": "shard-0.db"}
CUSTOMERS = range(1, 41)


def refusal(server: RunningServer, message: dict[str, Any]) -> dict[str, Any] | None:
    """Posts an event; the problem document if it is refused with 503, None if it is accepted."""
    answer = request(server.port, "POST", "/collection/prod", message)
    if answer.status == 200:
        return None
    assert (answer.status, answer.kind) == (503, "application/problem+json"), answer
    found: dict[str, Any] = answer.body
    return found


def finish(server: RunningServer, receiver: RunningReceiver, people: int) -> None:
    """So many people entered and completed, each call was made, under one key."""
    wait_quiet(server)
    found = server.report(win_back.JOURNEY)
    assert found["entered"] == found["completed"] == people and found["quarantined"] == 0
    assert Counter(receiver.effects()) == win_back.outcome(server.data).keys


# --- full ---


class LimitedFiles:
    """No file may grow beyond a size. Works for everybody; what SQLite reports is an I/O error."""

    codes = ("ERR_STORE_IO", "ERR_STORE_FULL")

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        server.start(before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY)))

    def fill(self) -> None:
        """Nothing to do: the databases grow until they meet the limit."""

    def free(self) -> None:
        """Lifts the limit of the running processes where the system can do that, else of the next ones."""
        process, engine = self._server.process, self._server.engine
        if hasattr(resource, "prlimit") and process is not None and engine is not None:
            for pid in (process.pid, engine.pid):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        else:
            self._server.kill()
            self._server.start()

    def close(self) -> None:
        """Nothing to do."""


class SmallDisk:
    """A file system of three megabytes, and a file that fills it. Needs the right to mount."""

    codes = ("ERR_STORE_FULL", "ERR_STORE_IO")

    def __init__(self, server: RunningServer) -> None:
        self._ballast = server.data / "ballast"
        self._folder = server.data
        server.data.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(server.data)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise PermissionError("mount")
        server.start()

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass

    def free(self) -> None:
        self._ballast.unlink()

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self._folder)], capture_output=True, check=False)


@contextmanager
def full(server: RunningServer, kind: Callable[[RunningServer], Any]) -> Iterator[Any]:
    """A server on a disk that is about to be full; where nobody may mount, files of limited size stand in."""
    try:
        disk = kind(server)
    except PermissionError:
        disk = LimitedFiles(server)
    try:
        yield disk
    finally:
        server.kill()
        disk.close()


@pytest.mark.parametrize("kind", [LimitedFiles, SmallDisk])
def test_a_full_disk(server: RunningServer, receiver: RunningReceiver, kind: Callable[[RunningServer], Any]) -> None:
    """Refused with 503 while it is full; what was accepted is not lost, and work goes on by itself afterwards."""
    with full(server, kind) as disk:
        server.publish(win_back.project(receiver.port))
        server.send(win_back.events_of(1))
        wait(lambda: server.report(win_back.JOURNEY)["entered"] == 1, 20, server.tail)
        disk.fill()
        people = {"c1"}
        refused: dict[str, Any] | None = None
        number = 2
        end = time.monotonic() + 60
        while refused is None:
            assert time.monotonic() < end, "never full"
            customer = f"c{number}"
            message = win_back.message(f"{customer}-buys", customer, value=win_back.SMALL)
            message["body"]["xdmEntity"]["_tenant"]["note"] = os.urandom(20_000).hex()
            refused = refusal(server, message)
            if refused is None:
                people.add(customer)
            number += 1
        assert refused["code"] in disk.codes and refused["detail"]
        disk.free()
        wait(lambda: refusal(server, message) is None, 20, server.tail)
        people.add(customer)
        server.wait_ready()
        finish(server, receiver, len(people))
        assert win_back.outcome(server.data).people == people


# --- locked ---


@pytest.mark.parametrize("file", FILES.values())
def test_a_locked_file(server: RunningServer, receiver: RunningReceiver, file: str) -> None:
    """Another program holds a database: an error after a while, and on by itself when it lets go."""
    server.start()
    server.publish(win_back.project(receiver.port))
    server.send(list(win_back.events(CUSTOMERS[:10])))
    server.wait_settled()
    with closing(sqlite3.connect(server.data / file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        late = win_back.events_of(100)[0]
        if file == FILES["journal"]:
            refused = refusal(server, late)
            assert refused is not None and refused["code"] == "ERR_STORE_LOCKED"
        else:
            assert refusal(server, late) is None  # intake does not need the shard
            wait(lambda: "ERR_STORE_LOCKED" in server.status()["engine"]["error"], 20, server.tail)
            assert server.health() == 503
        other.execute("rollback")
    wait(lambda: refusal(server, late) is None, 20, server.tail)
    server.wait_ready()
    finish(server, receiver, 11)
    assert server.status()["engine"]["restarts"] == 0


# --- cut short ---


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> win_back.Outcome:
    """Where the customers of a cut log get to undisturbed."""
    folder = tmp_path_factory.mktemp("calm")
    calm, server = RunningReceiver(folder), RunningServer(folder)
    try:
        return undisturbed(server, calm.start(), CUSTOMERS)
    finally:
        server.kill()
        calm.stop()


def killed_half_way(server: RunningServer, receiver: RunningReceiver) -> None:
    """A data folder as a kill leaves it: everything in WALs, calls answered, people waiting, a log ahead of the engine.

    The engine is held while the second half comes in, so the log's tail is what nobody has processed yet.
    """
    server.start()
    wait(lambda: not server.status()["erasing"], 30, server.tail)  # every start empties the logs once
    server.publish(win_back.project(receiver.port))
    for customer in CUSTOMERS[: len(CUSTOMERS) // 2]:
        server.send(win_back.events_of(customer))
    server.wait_settled()
    engine = server.engine
    assert engine is not None
    engine.suspend()
    for customer in CUSTOMERS[len(CUSTOMERS) // 2 :]:
        server.send(win_back.events_of(customer))
    server.kill()
    sizes = {file: (server.data / f"{file}-wal").stat().st_size for file in FILES.values()}
    assert all(size > 50_000 for size in sizes.values()), sizes


CUTS = (1, 10_000, 0.5, 1.0)
"""Bytes off the end, or a share of the file."""


@pytest.mark.parametrize("database", FILES)
def test_a_cut_wal(tmp_path: Path, new_server: NewServer, oracle: win_back.Outcome, database: str) -> None:
    """What remains opens; nothing is done twice under a new key; a log behind the engine is refused."""
    origin = RunningReceiver(tmp_path)
    try:
        whole = new_server("whole")
        killed_half_way(whole, origin.start())
        refused = 0
        for cut in CUTS:
            server = new_server(f"{database}-{cut}")
            shutil.copytree(whole.data, server.data)
            wal = server.data / f"{FILES[database]}-wal"
            size = wal.stat().st_size
            os.truncate(wal, size - min(size, int(cut * size) if isinstance(cut, float) else cut))
            server.spawn()
            assert server.process is not None
            wait(lambda started=server: ended(started) or started.health() == 200, 30, server.tail)  # type: ignore[misc]
            if ended(server):
                assert database == "journal" and server.process.returncode == 1
                assert "ERR_STORE_BEHIND" in server.tail(1) and "Traceback" not in server.tail()
                refused += 1
                continue
            server.send(list(win_back.events(CUSTOMERS)))  # senders that were not told would send again
            check(server, origin, oracle)
            server.kill()
        assert (0 < refused < len(CUTS)) == (database == "journal")
    finally:
        origin.stop()


def ended(server: RunningServer) -> bool:
    return server.process is None or server.process.poll() is not None


def test_a_lost_journal_takes_nothing(server: RunningServer, receiver: RunningReceiver) -> None:
    """With the journal gone the server does not start: what it accepted would be skipped as already processed."""
    server.start()
    server.publish(win_back.project(receiver.port))
    server.send(list(win_back.events(CUSTOMERS)))
    server.wait_settled()
    server.kill()
    kept = server.data.parent / "kept"
    shutil.copytree(server.data, kept)
    for file in server.data.glob("journal.db*"):
        file.unlink()
    code, error = server.refused_start()
    assert code == 1 and "ERR_STORE_BEHIND" in error and len(error.splitlines()) == 1
    shutil.rmtree(server.data)
    kept.rename(server.data)
    server.start()
    finish(server, receiver, len(CUSTOMERS))


# --- newer, in use ---


@pytest.mark.parametrize("file, clock", [("journal.db", "real"), ("shard-0.db", "virtual")])
def test_a_newer_data_folder(new_server: NewServer, receiver: RunningReceiver, file: str, clock: str) -> None:
    """Refused in one line, untouched, and fine again for the version that knows it."""
    server = new_server("server", "--clock", clock)
    server.start()
    server.publish(win_back.project(receiver.port))
    server.wait_settled()
    server.terminate()
    (version,) = execute(server.data / file, "pragma user_version")[0]
    execute(server.data / file, "pragma user_version = 999")
    code, error = server.refused_start()
    assert code == 1 and "ERR_STORE_NEWER" in error and file in error and len(error.splitlines()) == 1
    execute(server.data / file, f"pragma user_version = {version}")
    server.start()
    server.send(list(win_back.events((1,))))
    server.wait_settled()
    assert server.report(win_back.JOURNEY)["entered"] == 1


def test_a_second_server(server: RunningServer, new_server: NewServer) -> None:
    """One server for one data folder, and the first is not disturbed."""
    server.start()
    second = new_server("second")
    second.data = server.data
    code, error = second.refused_start()
    assert code == 1 and "ERR_STORE_IN_USE" in error and len(error.splitlines()) == 1
    assert server.process is not None and str(server.process.pid) in error
    assert server.health() == 200


def test_an_engine_without_its_server_ends(server: RunningServer) -> None:
    """Nobody works on a data folder that a new server is about to take."""
    server.start()
    engine = server.engine
    assert engine is not None
    server.kill_api()
    wait(lambda: not psutil.pid_exists(engine.pid) or engine.status() == psutil.STATUS_ZOMBIE, 10)
    server.start()


def test_a_file_that_is_no_database(server: RunningServer) -> None:
    server.data.mkdir()
    (server.data / "journal.db").write_bytes(b"this is no database, whatever its name says" * 100)
    code, error = server.refused_start()
    assert code == 1 and "ERR_STORE_CORRUPT" in error and len(error.splitlines()) == 1


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    server = RunningServer(tmp_path)
    server.data.write_text("a file stands where the folder should be")
    code, error = server.refused_start()
    assert code == 1 and len(error.splitlines()) == 1 and "ERR_STORE_IO" in error


def test_a_shard_that_is_not_complete_yet(tmp_path: Path) -> None:
    """Who asks while the engine makes its file, or migrates it, is told that it starts, and sees no missing table."""
    path = tmp_path / "shard-0.db"
    assert ShardReader.if_complete(path) is None
    for number, script in [(0, ""), *migrations("shard")[:-1]]:
        with closing(sqlite3.connect(path)) as half:
            half.execute("pragma journal_mode = wal")
            half.executescript(script)
            half.execute(f"pragma user_version = {number}")
        assert ShardReader.if_complete(path) is None
    path.unlink()
    Shard(path).close()
    found = ShardReader.if_complete(path)
    assert found is not None and found.rows("journeys") == []
    found.close()


@pytest.mark.parametrize("name", ["journal", "shard", "access", "lake"])
def test_migrations_follow_each_other(name: str) -> None:
    """Each has a number of its own: two of one number would not both reach a file that has had the first."""
    numbers = [number for number, _ in migrations(name)]
    assert numbers == list(range(1, len(numbers) + 1))
