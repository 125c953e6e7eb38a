"""Resolving names to addresses that may be called."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sojourn.connect.guard import BlockedError, allowed, is_public


class GuardedResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to a private address and are not allowed."""

    def __init__(self, allow: Sequence[str]) -> None:
        self._allow = allow
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not allowed(host, port, self._allow):
            for each in found:
                if not is_public(each["host"]):
                    raise BlockedError("ERR_URL_PRIVATE", field="url", host=host, entry=f"{host}:{port}")
        return found

    async def close(self) -> None:
        await self._resolver.close()
