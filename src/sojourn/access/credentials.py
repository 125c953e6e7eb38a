"""What shows who is asking: sessions, one-time links, API tokens, inlet tokens, the local token.

All are random texts of 256 bits, shown once and kept as SHA-256: such a text cannot be guessed, so its hash needs no
salt and no cost.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets as random
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sojourn.access.accounts import Accounts, User, in_order, now
from sojourn.access.password import Brake, matches
from sojourn.access.permission import LOCAL, Permission, Principal, expand
from sojourn.access.store import AccessStore
from sojourn.errors import ConflictError, ForbiddenError, InputError, NotFoundError, StoreError, UnauthorizedError
from sojourn.secrets import write_private

MINUTE = 60_000
DAY = 86_400_000
SESSION_MS = 7 * DAY
IDLE_MS = DAY // 2
LINK_MS = DAY
TOKEN_DAYS = 365
_SEEN_EVERY = 5 * MINUTE
LOCAL_FILE = "token"
SESSION, LINK, TOKEN, INLET, LOCAL_TOKEN = "sjs_", "sjl_", "sjt_", "sji_", "sjk_"
"""What each kind of token begins with, so that people and scanners see what they have found."""


def digest(token: str) -> bytes:
    """What a token is remembered by."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def _new(kind: str) -> str:
    return kind + random.token_urlsafe(32)


class InletToken(NamedTuple):
    """A token of one inlet; moments are epoch ms, `expires_at` None for never."""

    id: int
    hash: bytes
    inlet: str
    name: str
    created_at: int
    expires_at: int | None

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "createdAt": self.created_at, "expiresAt": self.expires_at}


class Credentials:
    """Makes, checks and withdraws them. Raises UnauthorizedError where one does not hold."""

    def __init__(self, store: AccessStore, accounts: Accounts, folder: Path) -> None:
        self._store = store
        self._accounts = accounts
        self._brake = Brake()
        self._local = digest(_local_token(folder / LOCAL_FILE))

    # --- who is asking ---

    def bearer(self, token: str) -> Principal:
        """The principal of an API token or the local token."""
        hash_ = digest(token)
        if hmac.compare_digest(hash_, self._local):
            return LOCAL
        rows = self._store.rows("token_by_hash", hash_)
        user = self._accounts.find("user_by_id", rows[0][2]) if rows else None
        if user is None:
            raise UnauthorizedError("ERR_TOKEN_UNKNOWN")
        id_, name, _, permissions, sandboxes, expires_at, used_at = rows[0]
        if expires_at <= now():
            raise UnauthorizedError("ERR_TOKEN_EXPIRED", name=name)
        if user.disabled:
            raise UnauthorizedError("ERR_USER_DISABLED", name=user.name)
        if used_at is None or used_at < now() - _SEEN_EVERY:
            self._store.rows("use_token", now(), id_)
        owner = Principal(user.name, "user", self._accounts.grants_of(user), user.id)
        scope = owner.limited(
            map(Permission, json.loads(permissions)), None if sandboxes is None else json.loads(sandboxes)
        )
        return Principal(f"{user.name}/{name}", "token", scope, user.id)

    def session(self, token: str) -> Principal | None:
        """The principal of a browser's session, None where it is over."""
        hash_ = digest(token)
        rows = self._store.rows("session", hash_)
        if not rows:
            return None
        id_, seen_at, expires_at = rows[0]
        user = self._accounts.find("user_by_id", id_)
        if user is None or user.disabled or expires_at <= now() or seen_at < now() - IDLE_MS:
            return None
        if seen_at < now() - _SEEN_EVERY:
            self._store.rows("see_session", now(), hash_)
        return Principal(user.name, "user", self._accounts.grants_of(user), user.id, hash_)

    # --- signing in and out ---

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A new session's token. Raises ThrottledError, UnauthorizedError; which of the two was wrong is not said."""
        self._brake.begin(name, address)
        rows = self._store.rows("user", name)
        user = self._accounts.user(name) if rows else None
        if not matches(user.password if user else None, password) or user is None or user.disabled:
            with self._store.change():
                # A name that is nobody's may be a password in the wrong field.
                self._store.record("user.sign-in-refused", user.name if user else "?", None, {"address": address})
            raise UnauthorizedError("ERR_SIGN_IN")
        self._brake.succeeded(name, address)
        return self.start_session(user, "password")

    def check_password(self, user: User, password: str, address: str) -> None:
        """Raises ThrottledError, ForbiddenError where it is wrong; a user without one need not know it."""
        if user.password is None:
            return
        self._brake.begin(user.name, address)
        if not matches(user.password, password):
            raise ForbiddenError("ERR_PASSWORD_WRONG", field="current")
        self._brake.succeeded(user.name, address)

    def start_session(self, user: User, how: str) -> str:
        """A session for a user who has shown who they are (`how`); its token."""
        token = _new(SESSION)
        with self._store.change():
            self._store.rows("forget_expired", now())
            self._store.rows("forget_expired_links", now())
            self._store.rows("add_session", digest(token), user.id, now(), now() + SESSION_MS)
            self._store.rows("signed_in", now(), user.id)
            self._store.record("user.sign-in", user.name, None, {"how": how})
        return token

    def sign_out(self, principal: Principal) -> None:
        """Ends the session that is asking."""
        if principal.session is not None:
            with self._store.change():
                self._store.rows("delete_session", principal.session)
                self._store.record("user.sign-out", principal.name)

    def make_link(self, user: User) -> str:
        """A one-time sign-in link's token; earlier ones of the user no longer hold."""
        token = _new(LINK)
        with self._store.change():
            self._store.rows("delete_links", user.id)
            self._store.rows("add_link", digest(token), user.id, now() + LINK_MS)
            self._store.record("user.link", user.name)
        return token

    def use_link(self, token: str) -> str:
        """A new session's token for a link that holds; it holds once."""
        rows = self._store.rows("take_link", digest(token))
        user = self._accounts.find("user_by_id", rows[0][0]) if rows and rows[0][1] > now() else None
        if user is None or user.disabled:
            raise UnauthorizedError("ERR_LINK")
        return self.start_session(user, "link")

    # --- API tokens ---

    def tokens(self) -> list[dict[str, Any]]:
        """All API tokens, without what they are."""
        return [_token_json(row) for row in self._store.rows("tokens")]

    def token(self, id_: int) -> dict[str, Any]:
        """Raises NotFoundError."""
        rows = self._store.rows("token", id_)
        if not rows:
            raise NotFoundError("ERR_CREDENTIAL_UNKNOWN", id=id_)
        return _token_json(rows[0])

    def add_token(
        self, user: User, name: str, permissions: Sequence[Permission], sandboxes: Sequence[str] | None, days: int
    ) -> tuple[dict[str, Any], str]:
        """A token that may do these things as far as its user may; and its text. Raises ConflictError."""
        if not name.strip():
            raise InputError("ERR_CREDENTIAL_NAME", field="name")
        text = _new(TOKEN)
        with self._store.change():
            if any(each["user"] == user.name and each["name"] == name for each in self.tokens()):
                raise ConflictError("ERR_CREDENTIAL_EXISTS", field="name", name=name)
            scope = json.dumps(in_order(expand(permissions)))
            where = None if sandboxes is None else json.dumps(sorted(set(sandboxes)))
            (id_,) = self._store.rows(
                "add_token", digest(text), name, user.id, scope, where, now(), now() + days * DAY
            )[0]
            made = self.token(id_)
            self._store.record("token.create", f"{user.name}/{name}", None, made)
        return made, text

    def delete_token(self, id_: int) -> None:
        """Withdraws a token. Raises NotFoundError."""
        with self._store.change():
            before = self.token(id_)
            self._store.rows("delete_token", id_)
            self._store.record("token.delete", f"{before['user']}/{before['name']}", before)

    # --- inlet tokens ---

    def inlet_tokens(self) -> list[InletToken]:
        """The tokens of all inlets."""
        return [InletToken(*row) for row in self._store.rows("inlet_tokens")]

    def add_inlet_token(self, inlet: str, name: str, days: int | None) -> tuple[InletToken, str]:
        """A token that an inlet takes records with; and its text. Raises ConflictError."""
        if not name.strip():
            raise InputError("ERR_CREDENTIAL_NAME", field="name")
        text = _new(INLET)
        with self._store.change():
            if any(each.inlet == inlet and each.name == name for each in self.inlet_tokens()):
                raise ConflictError("ERR_CREDENTIAL_EXISTS", field="name", name=name)
            expires = None if days is None else now() + days * DAY
            (id_,) = self._store.rows("add_inlet_token", digest(text), inlet, name, now(), expires)[0]
            made = next(each for each in self.inlet_tokens() if each.id == id_)
            self._store.record("inlet-token.create", f"{inlet}/{name}", None, made.to_json())
        return made, text

    def delete_inlet_token(self, inlet: str, id_: int) -> None:
        """Withdraws a token of an inlet. Raises NotFoundError."""
        with self._store.change():
            found = [each for each in self.inlet_tokens() if (each.inlet, each.id) == (inlet, id_)]
            if not found:
                raise NotFoundError("ERR_CREDENTIAL_UNKNOWN", id=id_)
            self._store.rows("delete_inlet_token", id_)
            self._store.record("inlet-token.delete", f"{inlet}/{found[0].name}", found[0].to_json())


def _token_json(row: tuple[Any, ...]) -> dict[str, Any]:
    id_, name, user, permissions, sandboxes, created_at, expires_at, used_at = row
    return {
        "id": id_,
        "name": name,
        "user": user,
        "permissions": json.loads(permissions),
        "sandboxes": None if sandboxes is None else json.loads(sandboxes),
        "createdAt": created_at,
        "expiresAt": expires_at,
        "usedAt": used_at,
    }


def _local_token(path: Path) -> str:
    """The token of who may read the data folder; made when it is not there. Raises StoreError."""
    try:
        if path.exists():
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise StoreError("ERR_FILE_MODE", path=str(path))
            found = path.read_text().strip()
            if found.startswith(LOCAL_TOKEN) and len(found) > 40:
                return found
    except OSError as error:
        raise StoreError("ERR_STORE_IO", path=str(path), detail=str(error)) from error
    token = _new(LOCAL_TOKEN)
    write_private(path, token + "\n")
    return token
