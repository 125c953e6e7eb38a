"""The processes of a demo: a receiver and a server of its own, on real ports, with the win-back project applied."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from sojourn.access.credentials import LOCAL_FILE
from sojourn.access.permission import ADMINISTRATORS
from sojourn.cli.client import ApiError, Client, segment
from sojourn.demo.history import PROJECT
from sojourn.errors import SojournError
from sojourn.journey.files import ProjectFiles
from sojourn.journey.project import FOLDERS

JOURNEY = "win-back"
_FILE_PORT = ":8011/"
"""The receiver's port as it stands in the example's files."""


class Processes:
    """Receiver and server, started on entering and stopped on leaving."""

    def __init__(self, data: Path, port: int, receiver: Sequence[str], server: Sequence[str]) -> None:
        self.port = port
        self.receiver_port = port + 1
        self.client = Client(f"http://127.0.0.1:{port}", token_file=data / LOCAL_FILE)
        self.data = data
        self._receiver_options = receiver
        self._server_options = server
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Processes:
        for number in (signal.SIGTERM, signal.SIGHUP):  # asked to end, or the terminal is gone: stop as on Ctrl-C
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        try:
            receiver = self._start("sojourn.demo.receiver", "--port", str(self.receiver_port), *self._receiver_options)
            assert receiver.stdin is not None
            # The server holds the receiver's leash too: if we are killed, it has somebody to call until it has stopped.
            self._start(
                "sojourn", "serve", "--data", str(self.data), "--port", str(self.port),
                "--allow", f"127.0.0.1:{self.receiver_port}", "--log-level", "warning", *self._server_options,
                holds=(receiver.stdin.fileno(),),
            )  # fmt: skip
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, module: str, *arguments: str, holds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "sojourn.demo.leash", module, *arguments],
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop the others in order
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=holds,
        )
        self._started.append(process)
        return process

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            self.check()
            try:
                self.client.get("/api/clock")  # with our token: another server on the port does not take it
            except SojournError:
                time.sleep(0.1)
            else:
                return
        raise SojournError("ERR_DEMO_START", port=self.port)

    def check(self) -> None:
        """Raises SojournError when one of the processes has ended."""
        for process in self._started:
            if process.poll() is not None:
                raise SojournError("ERR_DEMO_ENDED", process=process.args[3], code=process.returncode)  # type: ignore[index]

    def stop(self) -> None:
        """Stops the server, then the receiver."""
        for process in reversed(self._started):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
            finally:
                assert process.stdin is not None
                process.stdin.close()
        self._started.clear()

    def publish(self) -> None:
        """Applies the project and publishes the journey, unless it is live already."""
        files = ProjectFiles(PROJECT)
        body: dict[str, list[Any]] = {plural: [] for plural in FOLDERS.values()}
        for kind, data in files.documents:
            url = {"url": data["url"].replace(_FILE_PORT, f":{self.receiver_port}/")} if kind == "action" else {}
            body[FOLDERS[kind]].append({**data, **url})
        self.client.post("/api/apply", body)
        try:
            self.client.post(f"/api/journeys/{JOURNEY}/publish")
        except ApiError as error:
            if error.body.get("code") != "ERR_NOT_DRAFT":
                raise

    def link(self) -> str:
        """An address that signs the browser in, once, as the administrator."""
        users = self.client.get("/api/access/users")
        name = next(user["name"] for user in users if ADMINISTRATORS in user["profiles"])
        return str(self.client.post(f"/api/access/users/{segment(name)}/link")["url"])

    def post(self, messages: list[dict[str, Any]]) -> None:
        """Posts events as one batch. Raises SojournError if one is refused."""
        answer = self.client.post("/collection/batch/prod", {"messages": messages})
        for response in answer["responses"]:
            if response["status"] != 200:
                raise ApiError(response["status"], response["problem"])
