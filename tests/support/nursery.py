"""Where the tests' servers and commands are born: a process that has loaded what `sojourn` needs, and forks them.

Loading takes several times as long as starting, and the suite starts hundreds. What is forked runs the command's own
`main`, with the environment, the session and the exit status that it would have had; a server's engine and lake are
started by itself, as ever. `python -m tests.support.nursery FD` is the process, `Nursery` its other end.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path

SUPPORTED = sys.platform == "linux"
"""On a Mac, what has loaded frameworks must not fork."""


class Born:
    """A process of a command, told like a `subprocess.Popen`."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._nursery.status(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end. Raises TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("sojourn", timeout or 0)
            time.sleep(0.005)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks; it ends with this one."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "tests.support.nursery", str(theirs.fileno())]
            root = Path(__file__).parents[2]
            process = subprocess.Popen(command, cwd=root, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL)
        self._pipe = Connection(ours.detach())
        atexit.register(self._end, process)
        self._lock = threading.Lock()
        self._ended: dict[int, int] = {}

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._pipe.close()
        process.wait()

    def bear(self, argv: Sequence[str], env: dict[str, str], out: Path, err: Path | None = None) -> Born:
        """Starts a command of the CLI; what it writes goes to the end of `out`, and its errors to `err` if given."""
        err = err or out
        out.touch()  # they may be looked into before the process writes
        err.touch()
        with self._lock:
            self._pipe.send((list(argv), env, os.getcwd(), str(out), str(err)))
            while (told := self._pipe.recv())[0] != "born":
                self._ended[told[1]] = told[2]
            self._ended.pop(told[1], None)  # of an earlier process with this number
            return Born(self, told[1])

    def status(self, pid: int) -> int | None:
        """The exit status of a process that was born here; None while it runs."""
        with self._lock:
            while self._pipe.poll():
                _, ended, status = self._pipe.recv()
                self._ended[ended] = status
            return self._ended.get(pid)


@cache
def nursery() -> Nursery:
    """The one of this process, begun when it is first needed."""
    return Nursery()


# --- the process itself ---


def _keep(pipe: Connection) -> bool:
    """Forks what it is asked for until nobody asks any more: False. In each process that is forked: True."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writing)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the wait below
    while True:
        ready = wait([pipe, reading])
        if reading in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(reading, 4096)
            with contextlib.suppress(ChildProcessError):
                while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                    pipe.send(("ended", ended[0], os.waitstatus_to_exitcode(ended[1])))
        if pipe in ready:
            try:
                argv, env, folder, *files = pipe.recv()
            except EOFError:
                return False
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(reading)
                os.close(writing)
                pipe.close()
                _become(argv, env, folder, files)
                return True
            pipe.send(("born", pid))


def _become(argv: list[str], env: dict[str, str], folder: str, files: list[str]) -> None:
    """Makes this process what a new one would be; `files` are for its output and its errors."""
    os.setsid()
    os.chdir(folder)
    for number, name in enumerate(files, 1):
        output = os.open(name, os.O_WRONLY | os.O_APPEND)
        os.dup2(output, number)
        os.close(output)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = argv
    sys.modules["__main__"] = importlib.import_module("sojourn.__main__")  # the engine's process is started from it
    importlib.reload(importlib.import_module("sojourn.crash"))  # it looks into the environment when it is loaded


def _main() -> None:
    from sojourn.cli.main import MODULES, main

    for module in sorted(set(MODULES.values())):
        importlib.import_module(f"sojourn.cli.{module}")
    for module in ("uvicorn.loops.auto", "uvicorn.lifespan.on", "sojourn.api.app", "sojourn.api.protocol"):
        importlib.import_module(module)
    assert threading.active_count() == 1, "a thread would be lost in each fork"
    if _keep(Connection(int(sys.argv[1]))):
        main()


if __name__ == "__main__":
    _main()
