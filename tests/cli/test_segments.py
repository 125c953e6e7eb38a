"""`sojourn segments`: how large they are, evaluating, uploading an audience."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sojourn.cli import segments as module

from ..support.server import RunningServer
from .conftest import Sojourn


def state(sojourn: Sojourn, server: RunningServer, name: str) -> dict[str, Any]:
    server.wait_settled()
    found = json.loads(sojourn("segments", "list", "--json", "--server", server.url).out)
    return next(dict(each) for each in found if each["name"] == name)


def test_upload(sojourn: Sojourn, server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.post("/api/apply", {"segments": [{"name": "club"}]})
    monkeypatch.setattr(module, "CHUNK", 2)
    file = tmp_path / "club.csv"

    def upload(text: str, *more: str) -> Any:
        file.write_text(text, encoding="utf-8")
        return sojourn("segments", "upload", "club", file, "--namespace", "Email", *more, "--server", server.url)

    ran = upload("mail,name\na@x.org,Ann\nb@x.org,Bob\n,\nc@x.org,Cyd\n")
    assert (ran.code, ran.out.strip().splitlines()[-1]) == (0, "club: 3 ids taken")
    assert state(sojourn, server, "club")["size"] == 3
    upload("name,mail\nBob,b@x.org\n", "--column", "mail")
    found = state(sojourn, server, "club")
    assert (found["size"], found["exited"], found["evaluation"]) == (1, 2, "uploaded")
    upload("mail\nd@x.org\n", "--add")
    upload("mail\nb@x.org\n", "--remove")
    assert state(sojourn, server, "club")["size"] == 1
    assert "club: 1 members, uploaded, by upload" in sojourn("segments", "list", "--server", server.url).out
    upload("mail\n")
    assert state(sojourn, server, "club")["size"] == 0
    ran = upload("mail\n", "--column", "id")
    assert ran.code == 2 and "no column 'id'" in ran.err
    ran = sojourn("segments", "upload", "club", tmp_path / "no.csv", "--namespace", "Email", "--server", server.url)
    assert ran.code == 2 and "cannot be read" in ran.err


def test_evaluate(sojourn: Sojourn, server: RunningServer) -> None:
    schema = {"name": "seg person", "base": "profile", "profile": True, "fields": {"_t": {"nobodys": "integer"}}}
    definition = "#{ExperiencePlatform.profile._t.nobodys} > 1"
    server.post("/api/apply", {"schemas": [schema], "segments": [{"name": "some", "definition": definition}]})
    ran = sojourn("segments", "evaluate", "some", "--server", server.url)
    assert (ran.code, ran.out.strip()) == (0, "some: evaluation begun")
    server.wait_settled()
    assert "some: 0 members, streaming, evaluated 2" in sojourn("segments", "list", "--server", server.url).out
    ran = sojourn("segments", "evaluate", "none", "--server", server.url)
    assert ran.code == 2 and "none" in ran.err
