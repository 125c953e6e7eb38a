"""One HTTP exchange, as safe as it can be made: the guard at every hop, a limit on what is read, TLS verified.

Redirects are followed as browsers do, at most five, each with a slot of its own; credentials stay with the host that
they are for.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from sojourn import __version__
from sojourn.connect.guard import check_url
from sojourn.connect.limits import Caller, Limits
from sojourn.connect.resolver import GuardedResolver
from sojourn.engine.effect import Request
from sojourn.errors import InputError
from sojourn.messages import Said

MAX_ANSWER_BYTES = 1 << 20
REDIRECTS = 5
_FOLLOWED = {301, 302, 303, 307, 308}


class BrokenError(Exception):
    """An exchange came to no end: refused, broken off, no HTTP. It may be tried again."""


class TooLongError(Exception):
    """The answer is longer than we keep, or becomes so when it is unpacked."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it goes out."""

    method: str
    url: URL
    headers: CIMultiDict[str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered; `body` is empty where nobody reads it."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


Reading = Literal["nothing", "success", "all"]
"""Whose answers are read: nobody's, those of 2xx, or all."""
Dress = Callable[[Outgoing], Outgoing]
"""Adds what shows who calls."""


def plain(outgoing: Outgoing) -> Outgoing:
    """Nothing shows who calls."""
    return outgoing


def tls_context(authorities: Path | None) -> ssl.SSLContext:
    """Verifies certificates against the system's authorities and those of the operator. Raises InputError."""
    context = ssl.create_default_context()
    if authorities is not None:
        try:
            context.load_verify_locations(authorities)
        except OSError:
            raise InputError("ERR_CA_FILE", field="ca", path=str(authorities)) from None
    return context


class Exchange:
    """Makes HTTP exchanges; lives in one event loop."""

    def __init__(self, limits: Limits, allow: Sequence[str], limit: int, authorities: Path | None) -> None:
        self._limits = limits
        self._allow = tuple(allow)
        self.authorities = authorities
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._allow), limit=limit, ttl_dns_cache=30, ssl=tls_context(authorities)
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"User-Agent": f"Sojourn/{__version__}", "Accept-Encoding": "gzip"},
            auto_decompress=False,  # we do, and know when to stop
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        await self._session.close()

    async def send(
        self,
        caller: Caller,
        request: Request,
        *,
        read: Reading,
        key: str | None = None,
        dress: Dress = plain,
        tls: ssl.SSLContext | None = None,
        begun: Callable[[], None] = lambda: None,
    ) -> Reply:
        """The answer to a request, with its body where that is read.

        `begun` is told when a slot is taken. Raises InputError for an address that may not be called, CappedError,
        BrokenError and TooLongError.
        """
        outgoing = _outgoing(request, key)
        origin = outgoing.url.origin() if outgoing.url.absolute else None
        for hop in range(REDIRECTS + 1):
            check_url(str(outgoing.url), self._allow)
            home = outgoing.url.origin() == origin
            shown = dress(outgoing) if home else outgoing
            _check_headers(shown.headers)
            async with self._limits.slot(caller, Request(outgoing.method, str(outgoing.url))):
                begun()
                reply = await self._exchange(shown, tls if home else None, read)
            following = _redirected(outgoing, reply) if hop < REDIRECTS else None
            if following is None:
                return reply
            outgoing, begun = following, lambda: None
        raise AssertionError

    async def _exchange(self, outgoing: Outgoing, tls: ssl.SSLContext | None, read: Reading) -> Reply:
        try:
            async with self._session.request(
                outgoing.method, outgoing.url, data=outgoing.body, headers=outgoing.headers, allow_redirects=False,
                ssl=tls or True,
            ) as response:  # fmt: skip
                wanted = read == "all" or (read == "success" and response.status < 300)
                body = await _body(response) if wanted else b""
                if read == "nothing" and response.status < 300:
                    await response.content.read(MAX_ANSWER_BYTES)  # so that the connection can be used again
                return Reply(response.status, response.headers, body)
        except (aiohttp.ClientError, OSError, ValueError, EOFError, zlib.error) as error:
            raise BrokenError(_told(error)) from error


def _told(error: Exception) -> str:
    """What may be told of an error: of some the text holds the whole address, with what is secret in it."""
    return str(error) if isinstance(error, aiohttp.ClientConnectionError) else type(error).__name__


def _outgoing(request: Request, key: str | None) -> Outgoing:
    headers: CIMultiDict[str] = CIMultiDict(request.headers)
    if request.body is not None:
        headers.setdefault("Content-Type", "application/json")
    if key is not None:
        headers["Idempotency-Key"] = key
    return Outgoing(request.method, URL(request.url), headers, request.body)


def _check_headers(headers: CIMultiDict[str]) -> None:
    """No value ends its line and begins another header. Raises InputError."""
    for name, value in headers.items():
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
            raise InputError("ERR_ACTION_HEADER", name=name, rule=Said("INFO_RULE_HEADER_VALUE"))


def _redirected(outgoing: Outgoing, reply: Reply) -> Outgoing | None:
    """The request that a redirect asks for, None where the answer is none."""
    location = reply.headers.get("Location")
    if reply.status not in _FOLLOWED or not location:
        return None
    try:
        url = outgoing.url.join(URL(location))
    except ValueError:
        return None
    if reply.status == 303 or (reply.status in (301, 302) and outgoing.method == "POST"):
        headers = outgoing.headers.copy()
        headers.popall("Content-Type", None)
        return Outgoing("GET", url, headers, None)
    return Outgoing(outgoing.method, url, outgoing.headers, outgoing.body)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole body, unpacked. Raises TooLongError."""
    packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed else None
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        found = part if unpack is None else unpack.decompress(part, MAX_ANSWER_BYTES + 1 - size)
        size += len(found)
        if size > MAX_ANSWER_BYTES:
            raise TooLongError
        parts.append(found)
    if unpack is not None and not unpack.eof:
        raise EOFError
    return b"".join(parts)
