"""Users and product profiles: who there is, and what each may do [1.4]."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn.access.password import hashed
from sojourn.access.permission import ADMINISTRATORS, ALL, BUILT_IN, SEVEN, Grants, Permission, ProductProfile, united
from sojourn.access.store import AccessStore
from sojourn.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from sojourn.messages import Said
from sojourn.schema.document import LETTERS

_USER = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
_EMAIL = re.compile(r"[^@\s]{1,200}@[^@\s]{1,200}")
_PROFILE = re.compile(rf"[{LETTERS}][{LETTERS}0-9 _-]{{0,59}}")
_SANDBOX = re.compile(r"[a-z][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored; moments are epoch ms."""

    id: int
    name: str
    email: str | None
    subject: str | None
    password: str | None
    disabled: bool
    signed_in_at: int | None
    created_at: int


class Accounts:
    """Users and product profiles. Every change is audited."""

    def __init__(self, store: AccessStore) -> None:
        self._store = store

    def first_administrator(self) -> User | None:
        """The administrator of a new server, made now; None once somebody has signed in."""
        users = self.users()
        if any(user.signed_in_at for user in users):
            return None
        found = [user for user in users if ADMINISTRATORS in self.profiles_of(user)]
        return found[0] if found else self.add("admin", profiles=[ADMINISTRATORS])

    # --- users ---

    def users(self) -> list[User]:
        """All users, by name."""
        return [_user(row) for row in self._store.rows("users")]

    def user(self, name: str) -> User:
        """Raises NotFoundError."""
        found = self._store.rows("user", name)
        if not found:
            raise NotFoundError("ERR_USER_UNKNOWN", field="name", name=name)
        return _user(found[0])

    def find(self, query: str, value: object) -> User | None:
        """The user by `user_by_id`, `user_by_subject` or `user_by_email`."""
        found = self._store.rows(query, value)
        return _user(found[0]) if found else None

    def add(
        self,
        name: str,
        *,
        email: str | None = None,
        password: str | None = None,
        profiles: Sequence[str] = (),
        subject: str | None = None,
    ) -> User:
        """Makes a user. Raises InputError for a bad name, password or profile, ConflictError for one that is taken."""
        if not _USER.fullmatch(name):
            raise InputError("ERR_USER_NAME", field="name", name=name)
        secret = None if password is None else hashed(password)
        self._check(email, profiles)
        with self._store.change():
            if self._store.rows("user", name):
                raise ConflictError("ERR_USER_EXISTS", field="name", name=name)
            self._refuse_email(email, name)
            (id_,) = self._store.rows("add_user", name, email, subject, secret, now())[0]
            for profile in dict.fromkeys(profiles):
                self._store.rows("assign", id_, profile)
            user = self.user(name)
            self._store.record("user.create", name, None, self.to_json(user))
        return user

    def change(
        self,
        name: str,
        *,
        email: str | None,
        disabled: bool,
        profiles: Sequence[str],
        password: str | None = None,
    ) -> User:
        """Sets what a user is; with a new password or disabled, all sessions end. Raises what `add` does."""
        secret = None if password is None else hashed(password)
        self._check(email, profiles)
        with self._store.change():
            user = self.user(name)
            self._refuse_email(email, name)
            before = self.to_json(user)
            self._store.rows("set_user", email, secret or user.password, disabled, user.id)
            self._store.rows("unassign_all", user.id)
            for profile in dict.fromkeys(profiles):
                self._store.rows("assign", user.id, profile)
            if disabled or secret:
                self._store.rows("delete_sessions", user.id)
                self._store.rows("delete_links", user.id)
            self._refuse_no_administrator()
            after = self.to_json(user := self.user(name))
            self._store.record("user.update", name, before, after | ({"password": "changed"} if secret else {}))
        return user

    def for_identity(self, subject: str, email: str | None, name: str, profile: str) -> User:
        """The user of an identity that a provider vouches for [subject: issuer and id; email: verified].

        A user made before with the same e-mail address, and no identity yet, is that one; else a new user is made,
        with the product profile named. Raises ForbiddenError for a disabled user.
        """
        user = self.find("user_by_subject", subject)
        known = None if user or email is None else self.find("user_by_email", email)
        if known is not None and known.subject is None and not known.disabled:
            with self._store.change():
                self._store.rows("set_subject", subject, known.id)
                self._store.record("user.identity", known.name, None, {"subject": subject})
            user = known
        if user is None:
            free = email if email is not None and self.find("user_by_email", email) is None else None
            user = self.add(self._free_name(name), email=free, profiles=[profile] if profile else [], subject=subject)
        if user.disabled:
            raise ForbiddenError("ERR_USER_DISABLED", name=user.name)
        return user

    def _free_name(self, wish: str) -> str:
        """A user's name like the one wished for, that nobody has."""
        base = re.sub(r"[^a-z0-9._@+-]", "-", wish.lower())[:90].lstrip("._@+-") or "user"
        taken = {user.name for user in self.users()}
        return next(name for n in itertools.count(1) if (name := base if n == 1 else f"{base}-{n}") not in taken)

    def set_password(self, user: User, password: str) -> None:
        """Sets a user's own password; all sessions end. Raises InputError."""
        secret = hashed(password)
        with self._store.change():
            self._store.rows("set_password", secret, user.id)
            self._store.rows("delete_sessions", user.id)
            self._store.rows("delete_links", user.id)
            self._store.record("user.password", user.name)

    def delete(self, name: str) -> None:
        """Deletes a user with all sessions and tokens. Raises ConflictError for the last administrator."""
        with self._store.change():
            user = self.user(name)
            before = self.to_json(user)
            self._store.rows("delete_user", user.id)
            self._refuse_no_administrator()
            self._store.record("user.delete", name, before)

    def profiles_of(self, user: User) -> list[str]:
        """The names of a user's product profiles."""
        return [name for (name,) in self._store.rows("profiles_of", user.id)]

    def grants_of(self, user: User) -> Grants:
        """What a user's profiles give together; nothing for a disabled user."""
        if user.disabled:
            return {}
        known = {profile.name: profile for profile in self.profiles()}
        return united(known[name].grants for name in self.profiles_of(user) if name in known)

    def to_json(self, user: User) -> dict[str, Any]:
        """A user for people: nothing of the password but whether there is one."""
        return {
            "name": user.name,
            "email": user.email,
            "profiles": self.profiles_of(user),
            "disabled": user.disabled,
            "hasPassword": user.password is not None,
            "singleSignOn": user.subject is not None,
            "signedInAt": user.signed_in_at,
            "createdAt": user.created_at,
        }

    def _check(self, email: str | None, profiles: Sequence[str]) -> None:
        if email is not None and not _EMAIL.fullmatch(email):
            raise InputError("ERR_EMAIL", field="email", email=email)
        known = {profile.name for profile in self.profiles()}
        for name in profiles:
            if name not in known:
                raise InputError("ERR_PROFILE_UNKNOWN", field="profiles", name=name, known=", ".join(sorted(known)))

    def _refuse_email(self, email: str | None, name: str) -> None:
        found = None if email is None else self.find("user_by_email", email)
        if found is not None and found.name != name:
            raise ConflictError("ERR_EMAIL_TAKEN", field="email", email=email, name=found.name)

    def _refuse_no_administrator(self) -> None:
        if not self._store.rows("administrators", ADMINISTRATORS):
            raise ConflictError("ERR_LAST_ADMINISTRATOR")

    # --- product profiles ---

    def profiles(self) -> list[ProductProfile]:
        """The built-in profiles, then the custom ones by name."""
        return [*BUILT_IN.values(), *(_profile(row) for row in self._store.rows("profiles"))]

    def put_profile(self, name: str, description: str, grants: dict[str, list[str]]) -> ProductProfile:
        """Writes a custom profile. Raises InputError naming what is wrong with it."""
        if name in BUILT_IN:
            raise ConflictError("ERR_PROFILE_BUILT_IN", name=name)
        if not _PROFILE.fullmatch(name):
            raise InputError("ERR_PROFILE_NAME", field="name", name=name)
        for sandbox, permissions in grants.items():
            if sandbox != ALL and not _SANDBOX.fullmatch(sandbox):
                raise InputError("ERR_SANDBOX_NAME", field=f"grants.{sandbox}", name=sandbox)
            for each in permissions:
                if each not in SEVEN:
                    known = ", ".join(SEVEN)
                    raise InputError("ERR_PERMISSION_UNKNOWN", field=f"grants.{sandbox}", name=each, known=known)
        with self._store.change():
            rows = self._store.rows("profile", name)
            before = profile_json(_profile(rows[0])) if rows else None
            self._store.rows("put_profile", name, description, json.dumps(grants))
            made = _profile(self._store.rows("profile", name)[0])
            action = "product-profile.update" if rows else "product-profile.create"
            self._store.record(action, name, before, profile_json(made))
        return made

    def delete_profile(self, name: str) -> None:
        """Deletes a custom profile that nobody has. Raises ConflictError, NotFoundError."""
        if name in BUILT_IN:
            raise ConflictError("ERR_PROFILE_BUILT_IN", name=name)
        with self._store.change():
            rows = self._store.rows("profile", name)
            if not rows:
                known = ", ".join(profile.name for profile in self.profiles())
                raise NotFoundError("ERR_PROFILE_UNKNOWN", field="name", name=name, known=known)
            if users := [user for (user,) in self._store.rows("profile_users", name)]:
                kind = Said("INFO_KIND_PRODUCT_PROFILE")
                raise ConflictError("ERR_IN_USE", field="name", kind=kind, name=name, users=", ".join(users))
            self._store.rows("delete_profile", name)
            self._store.record("product-profile.delete", name, profile_json(_profile(rows[0])))


def profile_json(profile: ProductProfile) -> dict[str, Any]:
    """A product profile for people."""
    return {
        "name": profile.name,
        "description": profile.description,
        "builtIn": profile.built_in,
        "grants": {sandbox: in_order(permissions) for sandbox, permissions in profile.grants.items()},
    }


def in_order(permissions: frozenset[Permission]) -> list[str]:
    """Permissions in the order in which they are defined."""
    return [each.value for each in Permission if each in permissions]


def now() -> int:
    """Epoch ms of real time."""
    return time.time_ns() // 1_000_000


def _user(row: tuple[Any, ...]) -> User:
    id_, name, email, subject, password, disabled, signed_in_at, created_at = row
    return User(id_, name, email, subject, password, bool(disabled), signed_in_at, created_at)


def _profile(row: tuple[Any, ...]) -> ProductProfile:
    name, description, grants = row
    given = {sandbox: frozenset(map(Permission, each)) for sandbox, each in json.loads(grants).items()}
    return ProductProfile(name, description, given)
