"""REST for the keys that seal secrets."""

from __future__ import annotations

import json
from typing import Any

from sojourn.api.request import ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.errors import ConflictError
from sojourn.secrets import keys_in

router = routes_at("/api/secrets", tags=["secrets"])


@router.get("")
def secrets(server: ServerOf) -> dict[str, Any]:
    """The ids of the keys that seal secrets, and those that stored secrets are sealed with."""
    keys = server.keys
    return {"current": keys.current, "keys": keys.ids(), "used": sorted(_used(server)), "fixed": keys.from_environment}


@router.post("/rotate")
def rotate(server: ServerOf) -> dict[str, Any]:
    """Makes a new key, unless the environment gives it, and seals all secrets with it. Old keys still open."""
    if not server.keys.from_environment:
        server.keys.add_key()
    return {"resealed": server.authoring.reseal(), "current": server.keys.current}


@router.post("/prune")
def prune(server: ServerOf) -> dict[str, Any]:
    """Forgets the keys that nothing is sealed with any more. 409 while the engine has not taken the change up."""
    if server.supervisor.state.seq <= server.reader.last():
        raise ConflictError("ERR_ENGINE_BEHIND")
    return {"dropped": server.keys.drop_keys(_used(server))}


def _used(server: Server) -> set[str]:
    """The ids of the keys that any stored secret is sealed with, the engine's copies included."""
    bodies = [] if server.shard is None else [row[3] for row in server.shard.rows("documents")]
    return server.authoring.keys_in_use() | {key for body in bodies for key in keys_in(json.loads(body))}
