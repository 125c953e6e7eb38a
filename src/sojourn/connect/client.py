"""Carrying out one effect over HTTP: attempts, backoff, timeout [5.4]. Runs on the real clock [6.30]."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from sojourn import __version__
from sojourn.connect.guard import check_url
from sojourn.connect.limits import CappedError, Limits, Throttle, caller_of
from sojourn.connect.resolver import GuardedResolver
from sojourn.crash import crash_point
from sojourn.engine.effect import Answer, Effect, Fetch, Outcome
from sojourn.errors import InputError

RETRIES = 3
MAX_ANSWER_BYTES = 1 << 20
_RETRIED_STATUS = 429


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How one request ended. `after` is the server's wish for the next one, in seconds."""

    outcome: Outcome
    code: int | None = None
    after: float | None = None
    body: bytes | None = None
    retry: bool = False


class Connector:
    """Executes effects; lives in one event loop. `retry_base` is the first backoff in seconds, doubled each time."""

    def __init__(
        self, limits: Limits, *, allow: Sequence[str] = (), limit: int = 1_000, retry_base: float = 0.2
    ) -> None:
        self._limits = limits
        self._allow = tuple(allow)
        self._retry_base = retry_base
        connector = aiohttp.TCPConnector(resolver=GuardedResolver(self._allow), limit=limit, ttl_dns_cache=30)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"User-Agent": f"Sojourn/{__version__}"},
            auto_decompress=True,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        await self._session.close()

    async def execute(
        self, effect_id: str, effect: Effect, sandbox: str = "prod", throttle: Throttle | None = None
    ) -> Answer:
        """Carries out an effect and says what became of it; raises nothing but CancelledError.

        `effect.timeout` (ms) holds for everything together: waiting for a connection, attempts, backoff; only the
        turn of a further attempt at a throttled endpoint is waited for beyond it [5.5]. Every attempt carries the
        same Idempotency-Key and needs a slot of its own [5.4].
        """
        begun = time.monotonic()
        end = begun + effect.timeout / 1000
        caller = caller_of(sandbox, effect)
        last: _Attempt | None = None
        attempts = 0
        for attempt in range(1 + RETRIES):
            if attempt and throttle is not None:
                end += await throttle.again()
            origin = (last.outcome, last.code) if last else (None, None)
            try:
                async with asyncio.timeout(end - time.monotonic()), self._limits.slot(caller, effect.request):
                    attempts += 1
                    found = await self._attempt(effect_id, effect)
            except CappedError:
                return Answer("capping", None, attempts, _since(begun), *origin)
            except TimeoutError:
                return Answer("timeout", None, attempts, _since(begun), *origin)
            last = found
            if not found.retry or attempt == RETRIES:
                break
            pause = found.after if found.after is not None else self._retry_base * 2**attempt * random.uniform(0.5, 1.0)
            if time.monotonic() + pause >= end:
                break  # the next attempt could not be made in time: the error at hand stands
            crash_point("call-between-attempts")
            await asyncio.sleep(pause)
        assert last is not None
        return Answer(last.outcome, last.code, attempts, _since(begun), body=last.body)

    async def _attempt(self, effect_id: str, effect: Effect) -> _Attempt:
        request = effect.request
        headers = {"Content-Type": "application/json", **dict(request.headers), "Idempotency-Key": effect_id}
        try:
            check_url(request.url, self._allow)
        except InputError:
            return _Attempt("error")
        try:
            async with self._session.request(
                request.method, request.url, data=request.body, headers=headers, allow_redirects=False
            ) as response:
                if response.status >= 400:
                    retry = response.status >= 500 or response.status == _RETRIED_STATUS
                    return _Attempt("http", response.status, _retry_after(response), retry=retry)
                if response.status >= 300:
                    return _Attempt("http", response.status)
                if not isinstance(effect, Fetch):
                    await response.content.read(MAX_ANSWER_BYTES)
                    return _Attempt("ok", response.status)
                body = await _bounded(response)
                return (
                    _Attempt("error", response.status) if body is None else _Attempt("ok", response.status, body=body)
                )
        except InputError:
            return _Attempt("error")  # the guard refused the address
        except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError):
            return _Attempt("error", retry=True)


async def _bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, None where it is longer than we keep."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """What Retry-After asks for, in seconds from now."""
    text = response.headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
