"""What pages tell their reader to do, done: files written, commands run by one shell, what they print compared."""

from __future__ import annotations

import http.client
import io
import os
import re
import shlex
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from sojourn.cli.main import main

from ..support.http import TOKEN_FILES, request

_BLOCK = re.compile(r"^```(yaml|sh)\n(.*?)^```|((?:^    [^\n]*\n)+)", re.MULTILINE | re.DOTALL)
_MARK = "\x1e"
_SHIM = """#!/bin/bash
if [ "{name} ${{1-}}" = "sojourn serve" ]; then exec {python} -m sojourn "$@"; fi
exec 3<>/dev/tcp/127.0.0.1/{port}
printf '%s\\0' {name} "$PWD" "${{SOJOURN_TOKEN-}}" "$#" "$@" >&3
read -r code length <&3
head -c "$length" <&3
cat <&3 >&2
exit "$code"
"""
"""A command whose work is done by the test's process, which has started already; only a server is one of its own."""


class Step(NamedTuple):
    """A file to write, or commands to run and, where it is shown, what they print."""

    text: str
    file: str = ""
    output: str | None = None

    def script(self) -> str:
        """As lines of a shell."""
        if not self.file:
            return self.text.rstrip()
        return f"mkdir -p {Path(self.file).parent}\ncat > {self.file} <<'END OF FILE'\n{self.text}END OF FILE"


def steps(page: str) -> Iterator[Step]:
    """What a page in Markdown asks for, in order: YAML that begins with `# folder/name.yaml` (of the project `shop`,
    where no other is named), blocks of shell commands, and indented `$ command` lines with what they print."""
    for kind, body, indented in _BLOCK.findall(page):
        if kind == "yaml":
            parts = re.split(r"^# (\S+/\S+\.yaml)\n", body, flags=re.MULTILINE)[1:]
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                yield Step(text, name if name.count("/") > 1 else f"shop/{name}")
        elif kind == "sh":
            yield Step(body)
        elif indented.startswith("    $ "):
            for shown in re.split(r"^    \$ ", indented, flags=re.MULTILINE)[1:]:
                command, _, output = shown.partition("\n")
                yield Step(command, output=re.sub("^    ", "", output, flags=re.MULTILINE))


def follow(at: Path, pages: Mapping[str, str], own: Mapping[str, str], port: int) -> None:
    """Does what the pages say, one after the other, in the empty folder `at`; the server that they start has `port`.

    `own` has the reader's own in place of what the pages say. Raises AssertionError for a command that fails, or that
    prints something else than is shown (`...` stands for anything).
    """
    todo = [(name, step) for name, page in pages.items() for step in steps(page)]
    lines = [
        "set -euo pipefail",
        "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT",
        f"mark() {{ echo '{_MARK}'$1; echo '{_MARK}'$1 >&2; }}",
    ]
    started = False
    for number, (_, step) in enumerate(todo):
        started |= step.text.startswith("sojourn serve")
        lines += [f"mark {number}", step.script(), "settled" if started else ""]
    script = "\n".join(lines)
    for theirs, ours in {**own, "8010": str(port)}.items():
        script = script.replace(theirs, ours)
    TOKEN_FILES[port] = at / "data" / "token"
    (at.parent / "script").write_text(script, encoding="utf-8")
    with _answering(at.parent / "bin", port) as path, (at.parent / "errors").open("w+", encoding="utf-8") as errors:
        done = subprocess.run(
            ["bash", str(at.parent / "script")],
            cwd=at,
            env={**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "SOJOURN_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            timeout=120,
            check=False,
        )
        errors.seek(0)
        printed, said = _by_step(done.stdout), _by_step(errors.read())
    for number, (name, step) in enumerate(todo):
        out, err = printed.get(number, ""), said.get(number, "")
        if number not in printed or (done.returncode and number == max(printed)):
            raise AssertionError(f"{name}: this fails\n{step.script()}\n{out}{err}")
        if step.output is not None:
            expected = re.escape(step.output.rstrip()).replace(re.escape("..."), ".*")
            if not any(re.fullmatch(expected, text.rstrip(), re.DOTALL) for text in (out + err, err + out)):
                raise AssertionError(f"{name}: {step.text}\nprints\n{err}{out}\nnot\n{step.output}")


def _by_step(text: str) -> dict[int, str]:
    found = {}
    for part in text.split(_MARK)[1:]:
        number, _, printed = part.partition("\n")
        found[int(number)] = printed
    return found


# --- the commands ---


@contextmanager
def _answering(folder: Path, port: int) -> Iterator[Path]:
    """A folder with `sojourn`, `curl`, which not every machine has, and `settled`, which waits for the server."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            name, place, token, count = (_word(self.rfile) for _ in range(4))
            given = [_word(self.rfile) for _ in range(int(count))]
            out, err = io.BytesIO(), io.BytesIO()
            if name == "sojourn":
                code = _sojourn(
                    given, place, {"SOJOURN_TOKEN": token, "SOJOURN_SERVER": f"http://127.0.0.1:{port}"}, out, err
                )
            elif name == "curl":
                code = _curl(given, Path(place), out)
            else:
                code = _settled(port)
            self.wfile.write(f"{code} {len(out.getvalue())}\n".encode() + out.getvalue() + err.getvalue())

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder.mkdir()
        for name in ("sojourn", "curl", "settled"):
            text = _SHIM.format(port=server.server_address[1], name=name, python=shlex.quote(sys.executable))
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)
        try:
            yield folder
        finally:
            server.shutdown()


def _word(stream: Any) -> str:
    found = bytearray()
    while (byte := stream.read(1)) != b"\0":
        found += byte
    return found.decode()


def _sojourn(arguments: list[str], place: str, env: Mapping[str, str], out: io.BytesIO, err: io.BytesIO) -> int:
    """The command line, as in a process of its own."""
    code: object = 0
    with pytest.MonkeyPatch.context() as patch, chdir(place):
        for name, value in env.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["sojourn", *arguments])
        stdout, stderr = (io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in (out, err))
        with redirect_stdout(stdout), redirect_stderr(stderr):
            try:
                main()
            except SystemExit as exit_:
                code = exit_.code or 0
        for each in (stdout, stderr):
            each.detach()
    assert isinstance(code, int)
    return code


def _curl(arguments: list[str], place: Path, out: io.BytesIO) -> int:
    """As much of curl as the pages use; a status that is an error is one of the command."""
    method, url, data, headers, shown = "", "", None, {}, False
    left = iter(arguments)
    for each in left:
        match each:
            case "-X":
                method = next(left)
            case "-H":
                name, _, value = next(left).partition(": ")
                headers[name] = value
            case "-d" | "--data-binary":
                given = next(left)
                data = (place / given[1:]).read_bytes() if given.startswith("@") else given.encode()
            case "-i":
                shown = True
            case "-s" | "-sS":
                pass
            case _:
                assert each.startswith("http"), f"curl {each} is none that the tests know"
                url = each
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request(method or ("GET" if data is None else "POST"), f"{parts.path}?{parts.query}", data, headers)
    answer = connection.getresponse()
    out.write(f"HTTP/1.1 {answer.status}\n".encode() if shown else b"")
    out.write(answer.read())
    connection.close()
    return 22 if answer.status >= 400 else 0


def _settled(port: int) -> int:
    """Waits until the server is there and has nothing to do; its code is 1 if that takes too long."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            answer = request(port, "GET", "/api/status")
            if answer.status == 200 and answer.body["settled"]:
                return 0
        time.sleep(0.05)
    return 1
