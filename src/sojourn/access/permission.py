"""The seven permissions, the product profiles that bundle them, and what somebody may do with them [1.4]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sojourn.actor import Actor, ActorKind
from sojourn.errors import ForbiddenError


class Permission(StrEnum):
    """`configuration` is events, data sources and actions, with all that they are made of."""

    READ_JOURNEYS = "read-journeys"
    MANAGE_JOURNEYS = "manage-journeys"
    PUBLISH_JOURNEYS = "publish-journeys"
    READ_CONFIGURATION = "read-configuration"
    MANAGE_CONFIGURATION = "manage-configuration"
    READ_REPORTS = "read-reports"
    MANAGE_REPORTS = "manage-reports"
    ADMINISTER = "administer"
    """Users, sandboxes and operations. Not one of the seven: it comes with the profile Administrators alone."""


SEVEN = tuple(each for each in Permission if each is not Permission.ADMINISTER)
_IMPLIED = {
    Permission.MANAGE_JOURNEYS: Permission.READ_JOURNEYS,
    Permission.PUBLISH_JOURNEYS: Permission.READ_JOURNEYS,
    Permission.MANAGE_CONFIGURATION: Permission.READ_CONFIGURATION,
    Permission.MANAGE_REPORTS: Permission.READ_REPORTS,
}
ALL = "*"
"""Every sandbox, those to come included."""
Grants = Mapping[str, frozenset[Permission]]
"""Permissions by sandbox, or `ALL`."""


def expand(permissions: Iterable[Permission]) -> frozenset[Permission]:
    """With what they imply: manage includes read, publish includes read journeys."""
    given = set(permissions)
    return frozenset(given | {_IMPLIED[each] for each in given if each in _IMPLIED})


@dataclass(frozen=True, slots=True)
class ProductProfile:
    """A bundle of permissions for each sandbox, given to users."""

    name: str
    description: str
    grants: Grants
    built_in: bool = False


ADMINISTRATORS = "Administrators"
BUILT_IN = {
    profile.name: profile
    for profile in (
        ProductProfile(
            "Limited access user",
            "Reads journeys and reports",
            {ALL: expand([Permission.READ_JOURNEYS, Permission.READ_REPORTS])},
            built_in=True,
        ),
        ProductProfile(
            "Standard user",
            "Manages and publishes journeys, manages reports, reads events, data sources and actions",
            {
                ALL: expand(
                    [
                        Permission.MANAGE_JOURNEYS,
                        Permission.PUBLISH_JOURNEYS,
                        Permission.MANAGE_REPORTS,
                        Permission.READ_CONFIGURATION,
                    ]
                )
            },
            built_in=True,
        ),
        ProductProfile(ADMINISTRATORS, "Everything", {ALL: frozenset(Permission)}, built_in=True),
    )
}


def united(grants: Iterable[Grants]) -> Grants:
    """What several profiles give together."""
    found: dict[str, frozenset[Permission]] = {}
    for each in grants:
        for sandbox, permissions in each.items():
            found[sandbox] = found.get(sandbox, frozenset()) | expand(permissions)
    return found


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, and what they may do. `user` is the user's id, None for the local token."""

    name: str
    kind: ActorKind
    grants: Grants
    user: int | None = None
    session: bytes | None = None
    """The hash of the session's token, where a browser is asking."""

    @property
    def administrator(self) -> bool:
        return Permission.ADMINISTER in self.grants.get(ALL, ())

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.kind, self.administrator)

    def may(self, permission: Permission, sandbox: str) -> bool:
        """Whether this is permitted in a sandbox."""
        return permission in self.grants.get(sandbox, ()) or permission in self.grants.get(ALL, ())

    def may_see(self, sandbox: str) -> bool:
        """Whether anything is permitted in a sandbox."""
        return any(self.may(each, sandbox) for each in Permission)

    def require(self, permission: Permission, sandbox: str) -> None:
        """Raises ForbiddenError, naming what is missing and where."""
        if permission is Permission.ADMINISTER and not self.administrator:
            raise ForbiddenError("ERR_ADMINISTRATORS")
        if not self.may(permission, sandbox):
            raise ForbiddenError("ERR_PERMISSION", permission=permission.value, sandbox=sandbox)

    def limited(self, permissions: Iterable[Permission], sandboxes: Iterable[str] | None) -> Grants:
        """What is left of the grants within some permissions and sandboxes (None: all)."""
        scope = expand(permissions)
        if sandboxes is None:
            return {sandbox: given & scope for sandbox, given in self.grants.items()}
        everywhere = self.grants.get(ALL, frozenset())
        return {
            sandbox: (self.grants.get(sandbox, frozenset()) | everywhere) & scope - {Permission.ADMINISTER}
            for sandbox in sandboxes
        }


LOCAL = Principal("local", "local", {ALL: frozenset(Permission)})
"""The holder of the data folder's own token."""
