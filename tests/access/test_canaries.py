"""Secrets, seeded in every place that takes one, come out nowhere: answers, files, log, audit, exports, errors.

A kind of document with fields of type `Secret` needs examples in `DOCUMENTS`, with a canary in each such field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from sojourn.api.app import Application
from sojourn.journey.project import FOLDERS, MODELS, Kind, Project
from sojourn.secrets import PLACEHOLDER
from sojourn.settings import Settings
from sojourn.store.journal import JournalReader

from ..support.http import request
from ..support.server import RunningServer
from .conftest import Browser

CANARY = "canary-1a2b3c"
HTTP = {"url": "https://api.example.org"}
GROUPS = {"fieldGroups": {"g": {"response": {"a": 1}}}}
CALL = {"endpoint": "https://login.example.org", "authorizationType": "bearer", "tokenInResponse": "response"}
BODY = {
    "bodyType": "json",
    "bodyParams": {"user": f"{CANARY}-user", "keys": [f"{CANARY}-listed", {"key": f"{CANARY}-nested"}]},
}
AUTHENTICATIONS: dict[str, dict[str, Any]] = {
    "basic": {"username": "u", "password": f"{CANARY}-basic"},
    "apiKey": {"name": "k", "value": f"{CANARY}-key"},
    "customAuthorization": {**CALL, "headers": {"x-key": f"{CANARY}-header"}, "body": BODY},
    "oauth2": {"endpoint": "https://login.example.org", "clientId": "c", "clientSecret": f"{CANARY}-client"},
    "jwtBearer": {"endpoint": "https://login.example.org", "issuer": "i", "key": f"{CANARY}-assertion"},
    "hmac": {"keyId": "k", "key": f"{CANARY}-hmac"},
}
CERTIFIED = {"certificate": "PEM", "key": f"{CANARY}-pem"}
CALLS: list[dict[str, Any]] = [
    *({"name": kind, "authentication": {"type": kind, **each}, **HTTP} for kind, each in AUTHENTICATIONS.items()),
    {"name": "certified", "clientCertificate": CERTIFIED, **HTTP},
]
SQL = {
    "name": "sql",
    "database": "postgresql://u@127.0.0.1:9/d",
    "password": f"{CANARY}-database",
    "fieldGroups": {"g": {"statement": "select 1 as a", "fields": {"a": "integer"}}},
}
SMTP = {
    "host": "smtp.example.org",
    "username": "u",
    "password": f"{CANARY}-smtp",
    "from": {"address": "a@example.org"},
    "tracking": "https://t.example.org",
}
SMS = {"url": "https://api.example.org", "body": {"to": {"param": "to"}, "text": {"param": "text"}}}
FCM = {"project": "p", "clientEmail": "c@example.org", "privateKey": f"{CANARY}-fcm"}
APNS = {"topic": "t", "teamId": "t", "keyId": "k", "key": f"{CANARY}-apns"}
CHANNELS: list[dict[str, Any]] = [
    {"name": "mails", "email": SMTP},
    {"name": "pushes", "push": {"app": "a", "fcm": FCM, "apns": APNS}},
    *(
        {"name": f"texts-{kind}", "sms": {**SMS, "authentication": {"type": kind, **each}}}
        for kind, each in AUTHENTICATIONS.items()
    ),
]
DOCUMENTS: dict[Kind, list[dict[str, Any]]] = {
    "source": [*(call | GROUPS for call in CALLS), SQL],
    "action": CALLS,
    "channel": CHANNELS,
}
"""By kind: documents whose every secret begins with `CANARY`."""


def documents() -> list[tuple[Kind, dict[str, Any]]]:
    return [(kind, document) for kind, found in DOCUMENTS.items() for document in found]


def secret_fields(kind: Kind) -> int:
    """How many fields of a kind hold secrets, as its JSON Schema marks them."""
    return json.dumps(MODELS[kind].model_json_schema(by_alias=True)).count('"writeOnly": true')


@pytest.mark.parametrize("kind", MODELS)
def test_every_kind_with_secrets_has_its_canaries(kind: Kind) -> None:
    assert (secret_fields(kind) > 0) == (kind in DOCUMENTS)
    assert json.dumps(DOCUMENTS.get(kind, "")).count(CANARY) >= secret_fields(kind)
    for document in DOCUMENTS.get(kind, []):
        assert Project().add(kind, document) == []


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, list[str]]]:
    """A server that was told secrets in every way; and what must not come out."""
    server = RunningServer(
        tmp_path_factory.mktemp("canaries"), "--log-level", "debug", "--oidc-issuer", "http://127.0.0.1:9"
    )
    canaries = [CANARY]
    try:
        server.start({"SOJOURN_OIDC_CLIENT_SECRET": f"{CANARY}-oidc"})
        for kind, document in documents():
            path = f"/api/{FOLDERS[kind]}/{document['name']}"
            for body in (document, {**document, "description": "again"}):
                assert request(server.port, "PUT", path, body).status == 200
            shown = request(server.port, "GET", path).body
            assert json.dumps(shown).count(PLACEHOLDER) == json.dumps(document).count(CANARY)
        server.post("/api/access/users", {"name": "ann", "password": f"{CANARY}-password"})
        server.post("/api/access/users", {"name": "boss", "profiles": ["Administrators"]})
        browser = Browser(server)
        browser.sign_in("ann", f"{CANARY}-password")
        canaries.append(browser.cookie.partition("=")[2])
        browser.ask("POST", "/account/password", {"current": f"{CANARY}-password", "password": f"{CANARY}-another"})
        canaries.append(browser.cookie.partition("=")[2])
        scope = {"permissions": ["read-journeys"], "name": "t", "user": "ann"}
        canaries.append(server.post("/api/access/tokens", scope)["token"])
        canaries.append(server.post("/api/inlets/prod/tokens", {"name": "t"})["token"])
        canaries.append(server.post("/api/access/users/ann/link")["url"].partition("=")[2])
        server.wait_settled()
        yield server, canaries
    finally:
        server.kill()


Seeded = tuple[RunningServer, list[str]]


def clean(text: str | bytes, canaries: list[str]) -> None:
    data = text.encode() if isinstance(text, str) else text
    assert [canary for canary in canaries if canary.encode() in data] == []


def test_no_answer(seeded: Seeded, tmp_path: Path) -> None:
    """Every GET there is, with names that are there."""
    server, canaries = seeded
    application = Application(Settings(data=tmp_path))
    paths = {
        route.path for route in iter_route_contexts(application.rest.routes)
        if route.path and "GET" in (route.methods or ())
    }  # fmt: skip
    application.server.close()
    for path in sorted(paths):
        plural = path.removeprefix("/api/").partition("/")[0]
        named = [document["name"] for kind, document in documents() if FOLDERS[kind] == plural]
        for name in named or ["ann"]:
            filled = path.replace("{name}", name).replace("{inlet}", "prod").replace("{kind}", "event")
            answer = request(server.port, "GET", re.sub(r"\{\w+[^}]*\}", "1", filled), headers={"Accept": "*/*"})
            clean(json.dumps(answer.body), canaries)
    for form in ("jsonl", "csv"):
        clean(str(request(server.port, "GET", f"/api/audit/export?format={form}").body), canaries)


def test_no_error(seeded: Seeded) -> None:
    """What is wrong with a secret, or beside it, is said without it."""
    server, canaries = seeded
    browser = Browser(server)
    wrong: list[tuple[str, str, object]] = [
        ("POST", "/api/access/users", {"name": "b", "password": [CANARY]}),
        ("POST", "/api/access/users", {"name": "b", "password": CANARY[:9], "profiles": ["none"]}),
        ("POST", "/api/access/users", {"name": "ann", "password": f"{CANARY}-x"}),
        ("PATCH", "/api/access/users/ann", {"password": {"a": CANARY}}),
        ("PUT", "/api/access/me/password", {"current": CANARY, "password": f"{CANARY}-new"}),
    ]
    for kind, document in documents():
        path = f"/api/{FOLDERS[kind]}/{document['name']}"
        wrong += [("PUT", path, {**document, "noSuchField": 1}), ("PUT", path, broken(document))]
        wrong += [("POST", "/api/apply", {FOLDERS[kind]: [broken(document)]})]
    for method, path, body in wrong:
        answer = request(server.port, method, path, body)
        assert answer.status >= 400, (method, path)
        clean(json.dumps(answer.body), canaries)
    clean(browser.sign_in("ann", f"{CANARY}-wrong").body, canaries)
    clean(browser.ask("GET", "/sign-in/oidc").body, canaries)
    answer = request(server.port, "GET", "/api/journeys", headers={"Authorization": f"Bearer {CANARY}"})
    assert answer.status == 401
    clean(json.dumps(answer.body), canaries)


def broken(document: Any) -> Any:
    """A document with a list where each secret has a text."""
    if isinstance(document, dict):
        return {name: broken(value) for name, value in document.items()}
    return [document] if isinstance(document, str) and document.startswith(CANARY) else document


def test_no_file_and_no_log(seeded: Seeded) -> None:
    """As bytes, and in the entries of the log, that may be compressed. (`token` is the local token's own file.)"""
    server, canaries = seeded
    for path in server.data.rglob("*"):
        if path.is_file() and path.name != "token":
            clean(path.read_bytes(), canaries)
    clean(server.log.read_bytes(), canaries)
    reader = JournalReader(server.data / "journal.db")
    clean(repr(reader.read(0, 100_000)), canaries)
    reader.close()
