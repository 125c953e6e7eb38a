"""Commands about access, against a real server."""

from __future__ import annotations

import csv
import io
import json

import pytest

from sojourn.cli.client import _is_here

from ..support.http import request
from ..support.server import RunningServer
from .conftest import Sojourn


def test_users_and_product_profiles(sojourn: Sojourn, server: RunningServer) -> None:
    there = ["--server", server.url]
    written = sojourn(
        "product-profiles", "set", "Writers", "--grant", "prod=manage-journeys, read-reports", "--grant",
        "*=read-journeys", "--description", "who write", *there,
    )  # fmt: skip
    assert written == (0, "Writers: written\n", "")
    shown = sojourn("product-profiles", "list", *there).out
    assert "Writers: who write\n  prod: manage-journeys, read-reports\n  *: read-journeys\n" in shown
    made = sojourn("users", "add", "ann", "--profile", "Writers", "--email", "ann@a.example", *there)
    assert made.code == 0 and "/sign-in/link?token=sjl_" in made.out
    listed = sojourn("users", "list", *there).out
    assert "ann" in listed and "Writers" in listed
    assert sojourn("users", "change", "ann", "--disable", *there).code == 0
    (ann,) = [user for user in json.loads(sojourn("users", "list", "--json", *there).out) if user["name"] == "ann"]
    assert (ann["disabled"], ann["profiles"], ann["email"]) == (True, ["Writers"], "ann@a.example")
    refused = sojourn("product-profiles", "remove", "Writers", *there)
    assert (refused.code, refused.out) == (2, "") and "used by ann" in refused.err
    assert sojourn("users", "remove", "ann", *there).code == 0
    assert sojourn("product-profiles", "remove", "Writers", *there).code == 0


def test_a_password_from_standard_input(
    sojourn: Sojourn, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long password\n"))
    assert sojourn("users", "add", "pat", "--password", "--server", server.url) == (0, "pat: made\n", "")
    (pat,) = [user for user in server.get("/api/access/users") if user["name"] == "pat"]
    assert pat["hasPassword"]


def test_tokens(sojourn: Sojourn, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    there = ["--server", server.url]
    made = sojourn("tokens", "add", "ci", "--user", "admin", "--permission", "read-journeys", "--in", "prod", *there)
    token = made.out.strip()
    assert made.code == 0 and token.startswith("sjt_")
    listed = sojourn("tokens", "list", *there).out
    assert "admin  ci  read-journeys  prod" in listed and token not in listed
    refused = sojourn("users", "list", *there, "--token", token)
    assert refused.code == 2 and "ERR_ADMINISTRATORS" in refused.err
    monkeypatch.setenv("SOJOURN_TOKEN", token)
    assert sojourn("report", "nothing", *there).code == 2
    monkeypatch.delenv("SOJOURN_TOKEN")
    (id_,) = [each["id"] for each in json.loads(sojourn("tokens", "list", "--json", *there).out)]
    assert sojourn("tokens", "remove", id_, *there) == (0, f"{id_}: withdrawn\n", "")
    assert sojourn("tokens", "list", *there).out == "no tokens\n"


def test_without_a_token_the_hint_says_where_it_comes_from(
    sojourn: Sojourn, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_TOKEN", "nonsense")
    refused = sojourn("users", "list", "--server", server.url)
    assert refused.code == 2 and "ERR_TOKEN_UNKNOWN" in refused.err
    moved = server.data / "token"
    moved.rename(moved.with_name("token.away"))
    try:
        monkeypatch.delenv("SOJOURN_TOKEN")
        refused = sojourn("users", "list", "--server", server.url)
        assert refused.code == 2 and "SOJOURN_DATA" in refused.err
    finally:
        moved.with_name("token.away").rename(moved)


def test_inlets(sojourn: Sojourn, server: RunningServer) -> None:
    there = ["--server", server.url]
    assert sojourn("inlets", "add", "till", "--authenticated", *there).code == 0
    assert "till  prod  asks for a token  /collection/till\n" in sojourn("inlets", "list", *there).out
    token = sojourn("inlets", "token", "till", "shop", "--days", "30", *there).out.strip()
    assert token.startswith("sji_")
    for sent, status in ((token, 400), ("", 401)):
        headers = {"Authorization": f"Bearer {sent}" if sent else ""}
        assert request(server.port, "POST", "/collection/till", {}, headers=headers).status == status
    (id_,) = [each["id"] for each in json.loads(sojourn("inlets", "tokens", "till", "--json", *there).out)]
    assert sojourn("inlets", "withdraw", "till", id_, *there).code == 0
    assert sojourn("inlets", "change", "till", "--open", *there) == (0, "till: open\n", "")


def test_secrets(sojourn: Sojourn, server: RunningServer) -> None:
    there = ["--server", server.url]
    before = json.loads(sojourn("secrets", "status", "--json", *there).out)
    rotated = sojourn("secrets", "rotate", *there)
    after = json.loads(sojourn("secrets", "status", "--json", *there).out)
    assert rotated.out == f"{after['current']} seals now; 0 documents were sealed anew\n"
    assert after["keys"] == [after["current"], before["current"]]
    assert f"{after['current']}  seals" in sojourn("secrets", "status", *there).out
    server.wait_settled()
    assert sojourn("secrets", "prune", *there).out == f"{before['current']} forgotten\n"
    assert sojourn("secrets", "prune", *there).out == "every key is needed\n"


def test_audit(sojourn: Sojourn, server: RunningServer) -> None:
    there = ["--server", server.url]
    assert sojourn("users", "add", "audited", *there).code == 0
    last = sojourn("audit", "--name", "audited", *there).out.splitlines()[0]
    assert last.endswith("local  user.create  -  audited")
    lines = sojourn("audit", "--name", "audited", "--format", "jsonl", *there).out.splitlines()
    assert json.loads(lines[0])["after"]["name"] == "audited"
    rows = list(csv.DictReader(io.StringIO(sojourn("audit", "--action", "user", "--format", "csv", *there).out)))
    assert {row["action"].partition(".")[0] for row in rows} == {"user"}
    wrong = sojourn("audit", "--since", "yesterday", *there)
    assert wrong.code == 2 and "since" in wrong.err


def test_a_grant_that_is_none(sojourn: Sojourn, server: RunningServer) -> None:
    refused = sojourn("product-profiles", "set", "Some", "--grant", "read-journeys", "--server", server.url)
    assert refused.code == 2 and "ERR_GRANT" in refused.err


def test_the_local_token_stays_on_this_machine() -> None:
    assert all(map(_is_here, ("127.0.0.1", "::1", "localhost", "127.9.9.9")))
    assert not any(map(_is_here, ("example.com", "10.0.0.1", "localhost.evil.example", "0.0.0.0")))


def test_sandboxes(sojourn: Sojourn, server: RunningServer) -> None:
    there = ["--server", server.url]
    assert sojourn("sandboxes", "add", "passing", *there) == (0, "passing: made\n", "")
    assert "passing  development" in sojourn("sandboxes", "list", *there).out
    assert sojourn("inlets", "token", "passing", "one", "--sandbox", "passing", *there).code == 0
    request(server.port, "PUT", "/api/namespaces/Shop", {}, headers={"x-sandbox-name": "passing"})
    counted = sojourn("sandboxes", "contents", "passing", *there).out
    assert counted.splitlines() == [
        "journeys          0", "stays under way   0", "other documents   1", "profiles          0",
        "inlets            1", "tokens of inlets  1",
    ]  # fmt: skip
    refused = sojourn("sandboxes", "delete", "passing", *there)
    assert refused.code == 2 and "1 other documents" in refused.err
    request(server.port, "DELETE", "/api/namespaces/Shop", headers={"x-sandbox-name": "passing"})
    assert json.loads(sojourn("sandboxes", "contents", "passing", "--json", *there).out)["documents"] == 0
    gone = sojourn("sandboxes", "delete", "passing", *there)
    assert gone == (0, "passing: deleted, with 1 inlets, 1 tokens of inlets\n", "")
    assert "ERR_SANDBOX_UNKNOWN" in sojourn("sandboxes", "delete", "passing", *there).err
