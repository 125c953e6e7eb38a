"""Secrets in documents: sealed before they are stored or logged, opened at the moment of a call, never shown.

A document model marks a secret by its type, at any depth::

    class BasicAuth(Document):
        username: str
        password: Secret

Authoring seals (`seal`) what people write before anything else sees it, so stored documents, the log and the engine
hold sealed texts only. What leaves is masked (`masked`): it has `INSERT_SECRET_HERE` in place of each secret. A write
with that placeholder keeps the secret that is stored. The connector opens (`Keyring.open`) as it sends.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets as random
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, RootModel
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeAliasType

from sojourn.errors import InputError, RuleError, StoreError

PLACEHOLDER = "INSERT_SECRET_HERE"
"""What stands for a secret in everything that is read."""
KEY_FILE = "secret.key"
VARIABLE = "SOJOURN_KEY"
_MARK = "sojourn-sealed:1:"
_MAX = 10_000
_KEY_BYTES = 32
_NONCE_BYTES = 12


class Secret(str):
    """A secret of a document: as text it is what the document holds, that is sealed once authoring has seen it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Secret({PLACEHOLDER!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls._checked, core_schema.str_schema(strict=True))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "password", "writeOnly": True, "maxLength": _MAX}

    @classmethod
    def _checked(cls, value: str) -> Secret:
        if len(value) > _MAX and not is_sealed(value):
            raise RuleError("INFO_RULE_SECRET_LONG", most=_MAX)
        return cls(value)


if TYPE_CHECKING:  # the type checker knows no recursive aliases of this form
    SecretTree = Any
else:
    SecretTree = TypeAliasType(
        "SecretTree", Secret | int | float | bool | list["SecretTree"] | dict[str, "SecretTree"] | None
    )
"""JSON in which every text is a secret, such as the body of a token request."""


class SecretError(StoreError):
    """A sealed text cannot be opened: its key is not here, or it is damaged."""

    status = 500


def is_sealed(text: str) -> bool:
    """Whether a text has the form of a sealed secret."""
    return text.startswith(_MARK)


class Keyring:
    """The keys of a data folder. The first seals; all open. Safe to use from several threads and processes.

    Keys come from the variable `SOJOURN_KEY` (32 bytes in base64; several parted by spaces), else from the file
    `secret.key` in the data folder, one a line, which is made when it is not there.
    """

    def __init__(self, folder: Path, *, environment: str | None = None) -> None:
        """Raises InputError for a variable, and StoreError for a file, that holds no keys or is readable by others."""
        self._path = folder / KEY_FILE
        self._fixed = os.environ.get(VARIABLE, "") if environment is None else environment
        self._keys: dict[str, bytes] = {}
        self._read()

    @property
    def from_environment(self) -> bool:
        """Whether the operator gives the keys, so that rotation does not make one."""
        return bool(self._fixed)

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return next(iter(self._keys))

    def ids(self) -> list[str]:
        """The ids of all keys, the sealing one first."""
        return list(self._keys)

    def seal(self, text: str) -> str:
        """The sealed form of a text; another one each time."""
        nonce = random.token_bytes(_NONCE_BYTES)
        sealed = _cipher(self._keys[self.current]).encrypt(nonce, text.encode(), self.current.encode())
        return f"{_MARK}{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str) -> str:
        """The text of a sealed secret. Raises SecretError, which says nothing of the text."""
        from cryptography.exceptions import InvalidTag

        id_ = key_of(sealed)
        if id_ is not None and id_ not in self._keys and not self._fixed:
            self._read()  # another process may have made a new key
        if id_ is None or id_ not in self._keys:
            raise SecretError("ERR_SECRET_KEY", key=id_ or "-")
        try:
            body = base64.b64decode(sealed[len(_MARK) + len(id_) + 1 :], validate=True)
            text = _cipher(self._keys[id_]).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], id_.encode())
            return str(text, "utf-8")
        except (InvalidTag, ValueError):
            raise SecretError("ERR_SECRET_DAMAGED", key=id_) from None

    def add_key(self) -> str:
        """Makes a new sealing key in the file; the old ones still open. Its id. Raises InputError for a fixed key."""
        if self._fixed:
            raise InputError("ERR_KEY_FIXED", variable=VARIABLE)
        self._write([random.token_bytes(_KEY_BYTES), *self._keys.values()])
        self._read()
        return self.current

    def drop_keys(self, used: set[str]) -> list[str]:
        """Forgets the keys that are not `used`, but the sealing one; their ids."""
        gone = [id_ for id_ in self._keys if id_ not in used and id_ != self.current]
        if gone and not self._fixed:
            self._write([key for id_, key in self._keys.items() if id_ not in gone])
            self._read()
        return gone

    def _read(self) -> None:
        if self._fixed:
            try:
                keys = [_decoded(word) for word in self._fixed.split()]
            except ValueError:
                raise InputError("ERR_KEY_VARIABLE", field=VARIABLE) from None
        else:
            keys = self._from_file()
        self._keys = {hashlib.sha256(key).hexdigest()[:8]: key for key in keys}

    def _from_file(self) -> list[bytes]:
        try:
            if not self._path.exists():
                self._write([random.token_bytes(_KEY_BYTES)])
            if self._path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise StoreError("ERR_FILE_MODE", path=str(self._path))
            keys = [_decoded(line) for line in self._path.read_text().split()]
        except OSError as error:
            raise StoreError("ERR_STORE_IO", path=str(self._path), detail=str(error)) from error
        except ValueError:
            keys = []
        if not keys:
            raise StoreError("ERR_STORE_CORRUPT", path=str(self._path), detail="it holds no keys")
        return keys

    def _write(self, keys: list[bytes]) -> None:
        write_private(self._path, "".join(f"{base64.b64encode(key).decode()}\n" for key in keys))


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read: all of it or nothing, and durable. Raises StoreError."""
    made = path.with_name(f"{path.name}.{random.token_hex(4)}.new")
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        with suppress(OSError):
            made.unlink()
        raise StoreError("ERR_STORE_IO", path=str(path), detail=str(error)) from error


def key_of(sealed: str) -> str | None:
    """The id of the key that a sealed text needs, None for a text that is not sealed."""
    id_, found, _ = sealed.removeprefix(_MARK).partition(":")
    return id_ if found and is_sealed(sealed) else None


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if len(key) != _KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only loaded where something is sealed or opened

    return AESGCM(key)


# --- secrets inside documents ---

Place = tuple[str | int, ...]
T = TypeVar("T")


def places(document: object, data: object, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """The secrets of a document: the path of each in `data`, and its text.

    `document` is the validated model of `data`; it knows which member of a union was meant.
    """
    if isinstance(document, Secret):
        if isinstance(data, str):
            yield path, data
    elif isinstance(document, RootModel):
        yield from places(document.root, data, path)
    elif isinstance(document, BaseModel) and isinstance(data, dict):
        for name, field in type(document).model_fields.items():
            for key in {field.alias or name, name} & data.keys():
                yield from places(getattr(document, name), data[key], (*path, key))
    elif isinstance(document, dict) and isinstance(data, dict):
        for key in document.keys() & data.keys():
            yield from places(document[key], data[key], (*path, key))
    elif isinstance(document, list | tuple) and isinstance(data, list):
        for index, (item, value) in enumerate(zip(document, data, strict=False)):
            yield from places(item, value, (*path, index))


def seal(document: object, data: T, stored: object, keys: Keyring, missing: Callable[[Place], None]) -> T:
    """`data` with its secrets sealed. A secret that is as `stored` already keeps its sealed text.

    `missing` is told the path of each placeholder for which nothing is stored.
    """
    for path, text in list(places(document, data)):
        before = _at(stored, path)
        kept = before if isinstance(before, str) and is_sealed(before) else None
        if text == PLACEHOLDER:
            if kept is None:
                missing(path)
                continue
            data = _with(data, path, kept)
        elif kept is None or keys.open(kept) != text:
            data = _with(data, path, keys.seal(text))
        else:
            data = _with(data, path, kept)
    return data


def masked(data: T) -> T:
    """`data` with the placeholder in place of everything sealed, at any depth."""
    return _each_sealed(data, lambda sealed: PLACEHOLDER)


def resealed(data: T, keys: Keyring) -> T:
    """`data` with everything sealed by the present key."""
    return _each_sealed(data, lambda sealed: sealed if key_of(sealed) == keys.current else keys.seal(keys.open(sealed)))


def keys_in(data: object) -> set[str]:
    """The ids of the keys that the sealed texts in `data` need."""
    found: set[str] = set()

    def note(sealed: str) -> str:
        found.add(key_of(sealed) or "")
        return sealed

    _each_sealed(data, note)
    return found


def _each_sealed(data: T, change: Callable[[str], str]) -> T:
    found: Any = data
    if isinstance(data, str):
        found = change(data) if is_sealed(data) else data
    elif isinstance(data, dict):
        found = {key: _each_sealed(value, change) for key, value in data.items()}
    elif isinstance(data, list):
        found = [_each_sealed(value, change) for value in data]
    return found  # type: ignore[no-any-return]


def _at(data: object, path: Place) -> object:
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _with(data: Any, path: Place, value: str) -> Any:
    """A copy of `data` with `value` at `path`; what was given stays as it is."""
    if not path:
        return value
    copy = data.copy()
    copy[path[0]] = _with(data[path[0]], path[1:], value)
    return copy
