"""`sojourn profiles import`: CSV, Parquet and JSON lines; bad rows by line and field; nothing twice."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ..support.http import request
from ..support.server import RunningServer
from .conftest import Ran, Sojourn

FIELDS = {
    "_t": {"crm": "string", "n": "integer", "d": "decimal", "ok": "boolean", "born": "dateOnly", "tags": "list<string>"}
}
IDENTITIES = {"_t.crm": {"namespace": "CRMID", "primary": True}}
PROJECT = {
    "schemas": [
        {"name": "imp visit", "profile": True, "fields": FIELDS, "identities": IDENTITIES},
        {"name": "imp person", "base": "profile", "profile": True, "fields": FIELDS, "identities": IDENTITIES},
    ],
    "datasets": [
        {"name": "imp visits", "schema": "imp visit", "profile": True},
        {"name": "imp people", "schema": "imp person", "profile": True},
    ],
}


@pytest.fixture(scope="module", autouse=True)
def project(server: RunningServer) -> None:
    server.post("/api/apply", PROJECT)


def imported(sojourn: Sojourn, server: RunningServer, dataset: str, *arguments: object) -> Ran:
    ran = sojourn("profiles", "import", *arguments, "--dataset", dataset, "--server", server.url)
    server.wait_settled()
    return ran


def known(server: RunningServer, id_: str, namespace: str = "CRMID") -> Any:
    return server.get(f"/api/profiles?namespace={namespace}&id={id_}")["attributes"]["_t"]


def happened(server: RunningServer, id_: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.get(f"/api/profiles/events?namespace=CRMID&id={id_}")
    return found


def test_csv(sojourn: Sojourn, server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "_t.crm,mail,_t.n,_t.d,_t.ok,_t.born,_t.tags,note\n"
        'c1,c1@x.org,1,2.5,true,1990-01-02,"[""a"",""b""]",x\n'
        "c2,,many,,,,,\n"
        "c3,c3@x.org,3,,,never,,\n"
        ",,4,,,,,\n"
        "c6,a,cell,too,many,in,this,row,of,it\n"
        "c5,c5@x.org,5,,,,,\n"
    )
    ran = imported(sojourn, server, "imp people", file, "--map", "mail=identityMap.Email", "--skip", "note")
    assert ran.code == 2
    assert ran.out == "2 records taken, 4 refused\n"
    told = ran.err.splitlines()
    assert sorted(line.split(": ")[:2] for line in told) == [
        [f"{file}:3", "_t.n"],
        [f"{file}:4", "_t.born"],
        [f"{file}:5", "identityMap"],
        [f"{file}:6", "The line cannot be read"],
    ]
    expected = {"crm": "c1", "n": 1, "d": 2.5, "ok": True, "born": "1990-01-02", "tags": ["a", "b"]}
    assert known(server, "c1@x.org", "Email") == expected
    assert known(server, "c5") == {"crm": "c5", "n": 5}
    file.write_text(file.read_text().replace("many", "2"))
    again = imported(sojourn, server, "imp people", file, "--map", "mail=identityMap.Email", "--skip", "note", "--json")
    assert json.loads(again.out)["accepted"] == 3
    assert known(server, "c1") == expected


def test_an_older_file_does_not_overwrite(sojourn: Sojourn, server: RunningServer, tmp_path: Path) -> None:
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    new.write_text("_t.crm,_t.n\nage,2\n")
    old.write_text("_t.crm,_t.n,_t.d\nage,1,1.5\n")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    assert imported(sojourn, server, "imp people", new, old).code == 0
    assert known(server, "age") == {"crm": "age", "n": 2, "d": 1.5}
    assert imported(sojourn, server, "imp people", old, "--as-of", "2100-01-01T00:00:00Z").code == 0
    assert known(server, "age")["n"] == 1


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_events_have_an_effect_once(sojourn: Sojourn, server: RunningServer, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"events.{kind}"
    rows = duckdb.connect().sql("select timestamp '2026-01-01' + to_seconds(i) as moment, i from range(30) r(i)")
    assert rows is not None
    named = rows.project(f'\'{kind}\' || (i % 3) as "_t.crm", moment as "timestamp", i as "_t.n"')
    if kind == "csv":
        named.write_csv(str(file), header=True, timestamp_format="%Y-%m-%dT%H:%M:%SZ")
    else:
        named.write_parquet(str(file))
    for _ in range(2):
        ran = imported(sojourn, server, "imp visits", file)
        assert (ran.code, ran.out) == (0, "30 records taken, 0 refused\n")
        found = happened(server, f"{kind}1")
        assert [each["_t"]["n"] for each in found] == list(range(28, 0, -3))
        assert len({each["_id"] for each in found}) == 10


def test_json_lines(sojourn: Sojourn, server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl.gz"
    with gzip.open(file, "wt") as out:
        out.write('{"_t":{"crm":"j1","n":1}}\n\n{"_t":{"crm":"j2","n":1.5}}\nnothing\n{"_t":{"crm":"j3"}}')
    ran = imported(sojourn, server, "imp people", file, "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["accepted"], found["refused"]) == (2, 2, 2)
    assert [(each["line"], each["field"], each["code"]) for each in found["problems"]] == [
        (3, "_t.n", "ERR_RECORD_INVALID"),
        (4, "", "ERR_JSON_MALFORMED"),
    ]
    assert known(server, "j3") == {"crm": "j3"}


def test_an_imported_event_that_comes_again_alive_moves_nobody(
    sojourn: Sojourn, server: RunningServer, tmp_path: Path
) -> None:
    event = {"_id": "once", "timestamp": "2026-01-01T00:00:00Z", "_t": {"crm": "twice"}}
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(event) + "\n")
    imported(sojourn, server, "imp visits", file)
    message = {"header": {"datasetId": "imp visits"}, "body": {"xdmEntity": event}}
    assert request(server.port, "POST", "/collection/prod", message).status == 200
    server.wait_settled()
    assert happened(server, "twice") == [event]


def test_a_test_profile_from_nothing_to_its_delete(sojourn: Sojourn, server: RunningServer) -> None:
    whom = ("CRMID", "tester", "--server", server.url)
    made = sojourn(
        "profiles", "test-profile", *whom, "--dataset", "imp people", "--set", "_t.n=7", "--set", "_t.crm=tester"
    )
    assert (made.code, made.out) == (0, "test profile CRMID tester\n")
    server.wait_settled()
    shown = json.loads(sojourn("profiles", "show", *whom).out)
    assert (shown["testProfile"], shown["attributes"]["_t"]["n"]) == (True, 7)
    assert len(json.loads(sojourn("profiles", "export", *whom).out)["records"]) == 1
    assert sojourn("profiles", "delete", *whom).out.startswith("deleted (")
    gone = sojourn("profiles", "show", *whom)
    assert (gone.code, "ERR_PERSON_UNKNOWN" in gone.err) == (2, True)
    wrong = sojourn("profiles", "test-profile", *whom, "--dataset", "imp people", "--set", "_t.n=many")
    assert (wrong.code, "_t.n" in wrong.err) == (2, True)
    assert sojourn("profiles", "test-profile", *whom, "--dataset", "imp people", "--set", "n").code == 2


@pytest.mark.parametrize(
    ("name", "text", "options", "said"),
    [
        ("x.csv", "_t.crm,_t.m\na,1\n", [], "The column '_t.m'"),
        ("x.csv", "_t.crm\na\n", ["--map", "nothing"], "'nothing' does not say"),
        ("x.txt", "", [], "says no kind"),
        ("x.csv", "", [], "it is empty"),
        ("x.parquet", "no parquet", [], "cannot be read"),
    ],
)
def test_what_cannot_be_read(
    sojourn: Sojourn, server: RunningServer, tmp_path: Path, name: str, text: str, options: list[str], said: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    ran = imported(sojourn, server, "imp people", file, *options)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_file_or_dataset_that_is_not_there(sojourn: Sojourn, server: RunningServer, tmp_path: Path) -> None:
    ran = imported(sojourn, server, "imp people", tmp_path / "none.csv")
    assert (ran.code, "there is no such file" in ran.err) == (2, True)
    ran = imported(sojourn, server, "imp nobody", tmp_path / "none.csv")
    assert (ran.code, "ERR_DATASET_UNKNOWN" in ran.err) == (2, True)
