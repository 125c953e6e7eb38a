"""However a command fails: exit 2 for bad input, 1 for failure, and one readable line on stderr [12.1]."""

from __future__ import annotations

import gzip
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..support.server import RunningServer
from .conftest import HISTORY, WINBACK, Ran, Sojourn

EVENT = b'{"_id": "x", "timestamp": "1997-01-01T12:00:00Z"}'


def one_line(ran: Ran, exit_code: int, named: str) -> None:
    """It failed as it should, in one line that names what is wrong."""
    assert (ran.code, ran.out) == (exit_code, ""), ran
    assert len(ran.err.splitlines()) == 1, ran.err
    assert ran.err.startswith("sojourn: ") and named in ran.err and "Traceback" not in ran.err


# --- commands that talk to a server ---


class _Stranger(http.server.BaseHTTPRequestHandler):
    """Some other web server: pages, redirects, JSON that means something else."""

    def do_GET(self) -> None:
        status, body = {
            "page": (200, b"<html>hello</html>"),
            "none": (404, b"<html>not here</html>"),
            "json": (403, b'{"error": "no"}'),
            "list": (500, b"[1, 2]"),
            "away": (302, b""),
            "bytes": (200, b"\xff\xfe"),
        }[self.path.split("/")[3]]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("answers", ["page", "none", "json", "list", "away", "bytes"])
def test_somebody_else_answers(sojourn: Sojourn, stranger: str, answers: str) -> None:
    one_line(sojourn("report", answers, "--server", stranger), 1, "ERR_NOT_SOJOURN")


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8010", "localhost:8010", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:x", "http://[::1"]
)
def test_no_address(sojourn: Sojourn, url: str) -> None:
    one_line(sojourn("report", "win-back", "--server", url), 2, "ERR_SERVER_URL")


@pytest.mark.parametrize("name", ["", "한국", "a b", "a\r\nHost: b"])
def test_no_name_of_a_sandbox(sojourn: Sojourn, name: str) -> None:
    one_line(sojourn("report", "win-back", "--sandbox", name), 2, "ERR_SANDBOX_NAME")


@pytest.mark.parametrize("command", ["publish", "close", "stop", "report"])
def test_an_unknown_journey(sojourn: Sojourn, server: RunningServer, command: str) -> None:
    """Names with any characters reach the server as they are."""
    for name in ("nobody", "no body at?all#%26", "아무도"):
        one_line(sojourn(command, name, "--server", server.url), 2, name)


def test_an_unknown_sandbox(sojourn: Sojourn, server: RunningServer) -> None:
    for arguments in (("apply", WINBACK), ("publish", "win-back"), ("report", "win-back")):
        one_line(sojourn(*arguments, "--sandbox", "nowhere", "--server", server.url), 2, "ERR_SANDBOX_UNKNOWN")


@pytest.mark.parametrize("item", ["1", "-1", "99999999999999999999999"])
@pytest.mark.parametrize("command", ["retry", "drop"])
def test_nothing_of_that_number_in_quarantine(sojourn: Sojourn, server: RunningServer, command: str, item: str) -> None:
    one_line(sojourn("quarantine", command, "--server", server.url, "--", item), 2, "ERR_")


# --- files ---

YAML: dict[str, tuple[bytes, int, str]] = {
    "not UTF-8": (b"name: win-back\nlabel: \xff\n", 1, "utf-8"),
    "not closed": (b"name: win-back\nstart: [\n", 3, ""),
    "a tab": (b"name: win-back\nactivities:\n\tpurchase:\n", 3, ""),
    "a key twice": (b"name: win-back\nstart: a\nactivities: {}\nstart: b\n", 4, "start"),
    "a key twice, deep down": (b"name: win-back\nactivities:\n  a: {}\n  b: {}\n  a: {}\n", 5, "'a'"),
    "an unknown alias": (b"name: win-back\nstart: *nobody\n", 2, "alias"),
    "a tag that runs code": (b"name: !!python/object/apply:os.getcwd []\n", 1, "python"),
    "too deep": (b"name: win-back\nstart: " + b"[" * 50_000 + b"\n", 2, "levels"),
}


@pytest.mark.parametrize("text, line, named", YAML.values(), ids=list(YAML))
def test_a_file_that_is_not_yaml(sojourn: Sojourn, tmp_path: Path, text: bytes, line: int, named: str) -> None:
    """`validate` says file and line; `apply` and `backtest` say the same, before they do anything."""
    project = Path(shutil.copytree(WINBACK, tmp_path / "project"))
    file = project / "journeys" / "win-back.yaml"
    file.write_bytes(text)
    ran = sojourn("validate", project)
    said = [each for each in ran.out.splitlines() if "ERR_FILE_YAML" in each]
    assert ran.code == 2 and len(said) == 1, ran
    assert said[0].startswith(f"{file}:{line}: error: ") and named in said[0]
    one_line(sojourn("apply", project), 2, str(file))
    one_line(sojourn("backtest", project, *HISTORY, "--events", "nothing"), 2, str(file))


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "text", "7"])
def test_a_file_that_holds_no_document(sojourn: Sojourn, tmp_path: Path, text: str) -> None:
    project = Path(shutil.copytree(WINBACK, tmp_path / "project"))
    (project / "events" / "Purchase.yaml").write_text(text)
    ran = sojourn("validate", project)
    assert ran.code == 2 and f"{project}/events/Purchase.yaml:1: error: " in ran.out
    assert "Traceback" not in ran.err


def _folder(path: Path) -> None:
    path.mkdir()


def _cut(path: Path) -> None:
    path.write_bytes(gzip.compress(EVENT * 100)[:-20])


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "missing": ("events.jsonl", lambda _: None),
    "a folder": ("events.jsonl", _folder),
    "no gzip": ("events.jsonl.gz", lambda path: path.write_bytes(EVENT)),
    "a gzip cut short": ("events.jsonl.gz", _cut),
}


@pytest.mark.parametrize("name, make", FILES.values(), ids=list(FILES))
def test_a_history_that_cannot_be_read(
    sojourn: Sojourn, tmp_path: Path, name: str, make: Callable[[Path], object]
) -> None:
    make(tmp_path / name)
    history = [*HISTORY, "--events", tmp_path / name, "--json"]
    one_line(sojourn("backtest", WINBACK, *history), 2, "ERR_HISTORY_FILE")
    one_line(sojourn("replay", WINBACK, *history, "--data", tmp_path / "data"), 2, "ERR_HISTORY_FILE")


def test_a_history_that_is_not_utf8(sojourn: Sojourn, tmp_path: Path) -> None:
    (tmp_path / "events").write_bytes(EVENT + b"\n" + EVENT.replace(b"x", b"\xff") + b"\n")
    one_line(sojourn("backtest", WINBACK, *HISTORY, "--events", tmp_path / "events"), 2, "Line 2 ")


def test_an_empty_history(sojourn: Sojourn, tmp_path: Path) -> None:
    """Is one in which nothing happened."""
    (tmp_path / "events").touch()
    ran = sojourn("backtest", WINBACK, *HISTORY, "--events", tmp_path / "events", "--json")
    assert ran.code == 0 and '"events": 0' in ran.out


def test_a_data_folder_that_is_none(sojourn: Sojourn, tmp_path: Path) -> None:
    """A file in its place is left as it is."""
    (tmp_path / "events").write_bytes(EVENT)
    (tmp_path / "file").write_text("mine")
    for data in (tmp_path / "file", tmp_path / "file" / "below"):
        history = [*HISTORY, "--events", tmp_path / "events", "--data", data]
        one_line(sojourn("replay", WINBACK, *history), 1, "ERR_STORE_IO")
    assert (tmp_path / "file").read_text() == "mine"


# --- serve ---


@pytest.mark.parametrize(
    "option, value",
    [("port", "0"), ("port", "99999"), ("port", "http"), ("time-scale", "0"), ("time-scale", "-1"), ("per-host", "0"),
     ("calls", "0"), ("retry-base", "-1"), ("log-level", "loud"), ("clock", "cuckoo")],
)  # fmt: skip
def test_a_setting_that_cannot_be(
    sojourn: Sojourn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str, value: str
) -> None:
    """From the command line or from the environment; nothing is made."""
    one_line(sojourn("serve", "--data", tmp_path / "data", f"--{option}", value), 2, option)
    monkeypatch.setenv(f"SOJOURN_{option.upper().replace('-', '_')}", value)
    one_line(sojourn("serve", "--data", tmp_path / "data"), 2, option)
    assert not (tmp_path / "data").exists()


def test_a_server_that_cannot_start(tmp_path: Path) -> None:
    """The address is taken, or is none of ours; the data folder is a file; the first moment has no zone."""
    (tmp_path / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        cases = {
            "ERR_LISTEN": (1, ["--data", "one", "--port", port]),
            "ERR_STORE_IO": (1, ["--data", "file"]),
            "ERR_START_AT": (2, ["--data", "two", "--clock", "virtual", "--start-at", "1997-01-01T00:00:00"]),
        }
        running = {
            code: subprocess.Popen(
                [sys.executable, "-m", "sojourn", "serve", *arguments],
                cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ},
            )
            for code, (_, arguments) in cases.items()
        }  # fmt: skip
        for code, process in running.items():
            out, err = process.communicate(timeout=60)
            one_line(Ran(process.returncode, out, err), cases[code][0], code)
