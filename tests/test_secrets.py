"""Secrets of documents: sealed on the way in, masked on the way out, kept by the placeholder."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sojourn.authoring import Authoring, FindingsError
from sojourn.clock import ScaledClock
from sojourn.errors import InputError, SojournError, StoreError
from sojourn.journey import change
from sojourn.journey.action import ActionDocument
from sojourn.journey.project import MODELS
from sojourn.schema.document import Document
from sojourn.secrets import (
    KEY_FILE,
    PLACEHOLDER,
    Keyring,
    Secret,
    SecretError,
    SecretTree,
    is_sealed,
    keys_in,
    masked,
    places,
    resealed,
    seal,
)
from sojourn.store.journal import Journal, JournalReader

CANARY = "canary-7f3a91"


class Basic(Document):
    type: Literal["basic"]
    username: str
    password: Secret


class Token(Document):
    type: Literal["token"]
    body: SecretTree = None


class Guarded(ActionDocument):
    """An action with secrets in every form that a document can have them."""

    auth: Basic | Token | None = None
    secret_headers: dict[str, Secret] = {}


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path, environment="")


def refuse(path: object) -> None:
    raise AssertionError(path)


# --- the keys ---


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again_and_shows_nothing(text: str) -> None:
    keys = Keyring(Path("/nowhere"), environment=base64.b64encode(b"k" * 32).decode())
    sealed = keys.seal(text)
    assert is_sealed(sealed) and keys.open(sealed) == text
    assert keys.seal(text) != sealed
    assert len(text) < 4 or text not in sealed


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    sealed = Keyring(tmp_path, environment="").seal(CANARY)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert Keyring(tmp_path, environment="").open(sealed) == CANARY
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        Keyring(tmp_path, environment="")


@pytest.mark.parametrize("text", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_file_without_keys(tmp_path: Path, text: str) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(StoreError, match="no keys"):
        Keyring(tmp_path, environment="")


def test_keys_of_the_environment(tmp_path: Path) -> None:
    """The first seals, the others still open; none is written anywhere, none is made."""
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
    sealed = Keyring(tmp_path, environment=old).seal(CANARY)
    both = Keyring(tmp_path, environment=f"{new} {old}")
    assert both.open(sealed) == CANARY
    with pytest.raises(SecretError, match="not here"):
        Keyring(tmp_path, environment=new).open(sealed)
    assert Keyring(tmp_path, environment=new).open(resealed(sealed, both)) == CANARY
    with pytest.raises(InputError, match="SOJOURN_KEY"):
        both.add_key()
    with pytest.raises(InputError, match="32 bytes"):
        Keyring(tmp_path, environment="c2hvcnQ=")
    assert list(tmp_path.iterdir()) == []


def test_rotation(tmp_path: Path, keys: Keyring) -> None:
    """Old texts open until their key is dropped, also in a process that does not know the new key yet."""
    other = Keyring(tmp_path, environment="")
    document = {"a": keys.seal(CANARY), "b": [keys.seal("x"), "plain"]}
    old = keys.current
    assert keys_in(document) == {old}
    new = keys.add_key()
    moved = resealed(document, keys)
    assert keys_in(moved) == {new} and resealed(moved, keys) == moved
    assert other.open(moved["a"]) == CANARY  # type: ignore[arg-type]
    assert keys.open(document["a"]) == CANARY  # type: ignore[arg-type]
    assert keys.drop_keys({new, old}) == []
    assert keys.drop_keys({new}) == [old]
    with pytest.raises(SecretError):
        keys.open(document["a"])  # type: ignore[arg-type]
    assert Keyring(tmp_path, environment="").ids() == [new]


def test_damage_is_told_without_the_text(keys: Keyring) -> None:
    sealed = keys.seal(CANARY)
    for wrong in (sealed[:-8] + "AAAAAAA=", sealed[:-1], sealed + "é", CANARY, f"sojourn-sealed:1:{keys.current}:"):
        with pytest.raises(SecretError) as caught:
            keys.open(wrong)
        assert CANARY not in str(caught.value)


# --- documents ---


def test_places_follow_the_model(keys: Keyring) -> None:
    data = {
        "name": "a",
        "url": "https://a.example/",
        "auth": {"type": "token", "body": {"user": "u", "deep": [{"key": "k"}, 7, None]}},
        "secret_headers": {"X-Key": "h"},
        "headers": {"X-Plain": "open"},
    }
    found = dict(places(Guarded.model_validate(data), data))
    assert found == {
        ("auth", "body", "user"): "u",
        ("auth", "body", "deep", 0, "key"): "k",
        ("secret_headers", "X-Key"): "h",
    }
    sealed = seal(Guarded.model_validate(data), data, None, keys, refuse)
    assert Guarded.model_validate(sealed) and sealed["headers"] == data["headers"]
    assert data["auth"] == {"type": "token", "body": {"user": "u", "deep": [{"key": "k"}, 7, None]}}  # as it was given
    assert masked(sealed)["auth"] == {
        "type": "token",
        "body": {"user": PLACEHOLDER, "deep": [{"key": PLACEHOLDER}, 7, None]},
    }
    assert seal(Guarded.model_validate(data), data, sealed, keys, refuse) == sealed
    shown = masked(sealed)
    assert seal(Guarded.model_validate(shown), shown, sealed, keys, refuse) == sealed


TREES = st.recursive(
    st.text("abc", max_size=3) | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=2), inner, max_size=3),
    max_leaves=12,
)


@given(tree=TREES)
def test_a_tree_comes_through_seal_and_mask(tree: Any) -> None:
    """Every text of a tree is sealed; masked and written back, it is what was stored."""
    keys = Keyring(Path("/nowhere"), environment=base64.b64encode(b"k" * 32).decode())
    adapter: TypeAdapter[Any] = TypeAdapter(SecretTree)
    sealed = seal(adapter.validate_python(tree), tree, None, keys, refuse)
    assert all(is_sealed(text) for _, text in places(adapter.validate_python(sealed), sealed))
    assert json.dumps(tree).count('"') == json.dumps(sealed).count('"')
    shown = masked(sealed)
    assert seal(adapter.validate_python(shown), shown, sealed, keys, refuse) == sealed


def test_the_type_says_nothing() -> None:
    assert CANARY not in repr(Basic(type="basic", username="u", password=Secret(CANARY)))
    with pytest.raises(ValidationError, match="at most 10000"):
        Basic(type="basic", username="u", password=Secret("x" * 10_001))
    schema = Basic.model_json_schema()["properties"]["password"]
    assert schema["format"] == "password" and schema["writeOnly"]


# --- authoring ---


@pytest.fixture
def authoring(tmp_path: Path, keys: Keyring, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authoring]:
    monkeypatch.setitem(MODELS, "action", Guarded)
    free: dict[type[Document], frozenset[str]] = {**change._FREE, Guarded: frozenset()}
    monkeypatch.setattr(change, "_FREE", free)
    journal = Journal(tmp_path / "journal.db", ScaledClock())
    reader = JournalReader(tmp_path / "journal.db")
    yield Authoring(journal, reader, keys)
    journal.close()
    reader.close()


def action(password: str) -> dict[str, Any]:
    auth = {"type": "basic", "username": "u", "password": password}
    return {"name": "a", "url": "https://a.example/", "auth": auth}


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def changed(authoring: Authoring, documents: list[Any]) -> str:
    """What applying one document did."""
    ((*_, change, _),), _ = authoring.apply("prod", documents)
    return str(change)


def test_a_document_keeps_its_secret_to_itself(authoring: Authoring, keys: Keyring, tmp_path: Path) -> None:
    assert changed(authoring, [("action", action(CANARY))]) == "created"
    shown = authoring.document("prod", "action", "a")
    assert shown == action(PLACEHOLDER)
    assert CANARY.encode() not in files_of(tmp_path)
    for again in (shown, action(CANARY)):
        assert changed(authoring, [("action", again)]) == "unchanged"
    assert changed(authoring, [("action", {**shown, "description": "d"})]) == "updated"
    stored: Any = authoring.project("prod").actions["a"]
    assert keys.open(stored.auth.password) == CANARY
    assert changed(authoring, [("action", action("other"))]) == "updated"


def test_a_placeholder_needs_something_to_keep(authoring: Authoring) -> None:
    with pytest.raises(FindingsError) as caught:
        authoring.apply("prod", [("action", action(PLACEHOLDER))])
    (finding,) = caught.value.findings
    assert (finding.code, finding.field) == ("ERR_SECRET_MISSING", "auth.password")


def test_a_text_that_looks_sealed_is_sealed_like_any_other(authoring: Authoring, keys: Keyring) -> None:
    """Nobody gets at a secret by writing its sealed text into a document of their own."""
    stolen = keys.seal(CANARY)
    authoring.apply("prod", [("action", action(stolen))])
    stored: Any = authoring.project("prod").actions["a"]
    assert keys.open(stored.auth.password) == stolen


def test_documents_move_to_a_new_key(authoring: Authoring, keys: Keyring) -> None:
    authoring.apply("prod", [("action", action(CANARY))])
    assert authoring.reseal() == 0
    old = keys.current
    new = keys.add_key()
    assert authoring.keys_in_use() == {old}
    assert (authoring.reseal(), authoring.keys_in_use()) == (1, {new})
    keys.drop_keys({new})
    stored: Any = authoring.project("prod").actions["a"]
    assert keys.open(stored.auth.password) == CANARY


def test_errors_name_the_field_and_not_the_value(authoring: Authoring) -> None:
    wrong: dict[str, Any] = action(CANARY)
    wrong["auth"]["password"] = {"nested": CANARY}
    with pytest.raises(FindingsError) as caught:
        authoring.apply("prod", [("action", wrong)])
    told = json.dumps([finding.to_json() for finding in caught.value.findings])
    assert "password" in told and CANARY not in told
    error: SojournError = caught.value
    assert CANARY not in str(error)
