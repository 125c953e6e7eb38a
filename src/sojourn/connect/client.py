"""Carrying out one effect over HTTP: attempts, backoff, timeout [5.4]. Runs on the real clock [6.30]."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from secrets import token_bytes

import msgspec

from sojourn.connect.access import Access, Accesses, aimed
from sojourn.connect.attempt import Attempt
from sojourn.connect.cache import Key, SourceCache
from sojourn.connect.connection import Connection, TokenError, token_calls
from sojourn.connect.exchange import MAX_ANSWER_BYTES, BrokenError, Exchange, Reading, Reply, TooLongError
from sojourn.connect.limits import Caller, CappedError, Limits, Throttle, caller_of
from sojourn.connect.messenger import Delivery, Messenger
from sojourn.connect.sql import parameters_of
from sojourn.crash import crash_point
from sojourn.engine.effect import Answer, Effect, Fetch, Look, Request, Send
from sojourn.errors import InputError
from sojourn.message.tracking import Tracking
from sojourn.secrets import Keyring, SecretError

log = logging.getLogger(__name__)

RETRIES = 3
_RETRIED_STATUS = 429
_UNAUTHORIZED = 401
_THREADS = 32
"""SQL statements at a time, all sources together."""


class _Run:
    """An effect under way: how many requests were sent for it."""

    def __init__(self, effect_id: str, effect: Effect, caller: Caller, connection: Connection) -> None:
        self.id = effect_id
        self.send = effect if isinstance(effect, Send) else None
        self.request = Request("POST", "") if isinstance(effect, Send) else effect.request
        self.caller = caller
        self.connection = connection
        self.field_group = effect.field_group if isinstance(effect, Fetch) else ""
        self.read: Reading = "success" if isinstance(effect, Fetch) or connection.access.answers else "nothing"
        self.read = "all" if self.send is not None else self.read
        self.attempts = 0
        self.delivery: Delivery | None = None

    def sent(self) -> None:
        self.attempts += 1

    @property
    def said(self) -> str | None:
        """The reply of a message that nobody has said anything to."""
        return None if self.send is None else ""


class Connector:
    """Executes effects; lives in one event loop. `retry_base` is the first backoff in seconds, doubled each time.

    `keys` opens the secrets of the documents that `connect` tells of; `authorities` is a file of certificates to
    trust besides the system's; `cache` keeps answers of sources; `tracking` makes the addresses that messages hold.
    """

    def __init__(
        self,
        limits: Limits,
        keys: Keyring,
        *,
        allow: Sequence[str] = (),
        limit: int = 1_000,
        retry_base: float = 0.2,
        authorities: Path | None = None,
        cache: SourceCache | None = None,
        tracking: Tracking | None = None,
    ) -> None:
        self._keys = keys
        self._allow = tuple(allow)
        self._limits = limits
        self._retry_base = retry_base
        self._exchange = Exchange(limits, allow, limit, authorities)
        self._tracking = tracking or Tracking(token_bytes())
        self._connections: dict[Caller, Connection] = {}
        self._messengers: dict[Caller, Messenger] = {}
        self._cache = SourceCache() if cache is None else cache
        self._flights: dict[Key, asyncio.Future[Answer]] = {}
        self._closing: list[asyncio.Future[None]] = []
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="sql")

    def connect(self, accesses: Accesses) -> None:
        """Takes up how sources and actions are called; what has not changed keeps its token."""
        before = self._connections
        kept = {caller: each for caller, each in before.items() if accesses.get(caller) == each.access}
        for caller in before.keys() - kept.keys():
            before[caller].close()
            self._cache.forget(caller.sandbox, caller.name)
            if (messenger := self._messengers.pop(caller, None)) is not None:
                self._closing.append(asyncio.ensure_future(messenger.close()))
        self._connections = kept | {
            caller: self._connection(access) for caller, access in accesses.items() if caller not in kept
        }

    def _connection(self, access: Access) -> Connection:
        return Connection(access, self._keys, self._exchange.authorities, self._allow)

    async def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        for messenger in self._messengers.values():
            await messenger.close()
        await asyncio.gather(*self._closing, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        await self._exchange.close()

    def cached(self, effect: Effect | Look) -> Answer | None:
        """The answer to a fetch that is kept from an earlier one; no call is made. Safe from any thread."""
        if not isinstance(effect, Fetch):
            return None
        found = self._cache.get(key_of(effect))
        return None if found is None else Answer("ok", attempts=0, body=found)

    def target(self, effect: Effect, sandbox: str) -> Request:
        """The request, or one like it, that an effect begins with: limits and lanes look at its address."""
        connection = self._connections.get(caller_of(sandbox, effect))
        return aimed(effect, connection.access if connection is not None else None)

    async def execute(
        self, effect_id: str, effect: Effect, sandbox: str = "prod", throttle: Throttle | None = None
    ) -> Answer:
        """Carries out an effect and says what became of it; raises nothing but CancelledError.

        A fetch that may be cached is made once for all who ask for the same meanwhile; each waits within its timeout.
        `effect.timeout` (ms) holds for everything together: waiting for a connection, tokens, attempts, backoff; only
        the turn of a further attempt at a throttled endpoint is waited for beyond it [5.5]. Every attempt carries the
        same Idempotency-Key and needs a slot of its own [5.4].
        """
        caller = caller_of(sandbox, effect)
        connection = self._connections.get(caller) or self._connection(Access())
        run = _Run(effect_id, effect, caller, connection)
        kept = dict(connection.access.kept).get(effect.field_group) if isinstance(effect, Fetch) else None
        if not isinstance(effect, Fetch) or kept is None:
            return await self._execute(run, effect, throttle)
        begun, key = time.monotonic(), key_of(effect)
        while (answer := self.cached(effect)) is None and (flight := self._flights.get(key)) is not None:
            left = begun + effect.timeout / 1000 - time.monotonic()
            done, _ = await asyncio.wait([flight], timeout=max(0.0, left))
            if not done:
                return Answer("timeout", None, 0, _since(begun))
            if not flight.cancelled() and (found := flight.result()).outcome != "timeout":
                return msgspec.structs.replace(found, attempts=0, took=_since(begun))
        if answer is not None:
            return answer
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._execute(run, effect, throttle)
            if answer.outcome == "ok" and answer.body is not None:
                self._cache.put(key, answer.body, kept / 1000)
            flight.set_result(answer)
            return answer
        finally:
            del self._flights[key]
            flight.cancel()  # unless it has a result

    async def _execute(self, run: _Run, effect: Effect, throttle: Throttle | None) -> Answer:
        begun = time.monotonic()
        end = begun + effect.timeout / 1000
        last: Attempt | None = None
        for attempt in range(1 + RETRIES):
            if attempt and throttle is not None:
                end += await throttle.again()
            origin, origin_code = (last.outcome, last.code) if last else (None, None)
            try:
                async with asyncio.timeout(end - time.monotonic()):
                    found = await self._attempt(run, end)
            except CappedError:
                return Answer("capping", None, run.attempts, _since(begun), origin, origin_code, reply=run.said)
            except TimeoutError:
                return Answer("timeout", None, run.attempts, _since(begun), origin, origin_code, reply=run.said)
            last = found
            if not found.retry or attempt == RETRIES:
                break
            pause = found.after if found.after is not None else self._retry_base * 2**attempt * random.uniform(0.5, 1.0)
            if time.monotonic() + pause >= end:
                break  # the next attempt could not be made in time: the error at hand stands
            crash_point("call-between-attempts")
            await asyncio.sleep(pause)
        assert last is not None
        reply = run.said if last.reply is None else last.reply
        return Answer(last.outcome, last.code, run.attempts, _since(begun), body=last.body, reply=reply, gone=last.gone)

    async def _asked(self, run: _Run, end: float) -> bytes:
        """The answer of a SQL source."""
        statement = dict(run.connection.access.statements)[run.field_group]
        database, given = run.connection.database(), parameters_of(run.request.body)
        async with self._limits.slot(run.caller, run.request):
            run.sent()
            ask = partial(database.ask, statement, given, end - time.monotonic())
            return await asyncio.get_running_loop().run_in_executor(self._threads, ask)

    def _messenger(self, run: _Run) -> Messenger:
        """What sends for a channel configuration. Raises KeyError where there is none any more."""
        found = self._messengers.get(run.caller)
        if found is None:
            channel = self._connections[run.caller].access.channel
            assert channel is not None
            found = self._messengers[run.caller] = Messenger(
                channel, run.connection, self._tracking, self._limits, self._allow, self._exchange.authorities
            )
        return found

    def _delivery(self, run: _Run, send: Send) -> Delivery:
        run.delivery = Delivery(run.caller, run.id, send, partial(self._exchanged, run), run.sent)
        return run.delivery

    async def _exchanged(self, run: _Run, request: Request) -> Reply:
        """The answer to a request, with the caller's credentials; if its token is refused, once more with another."""
        connection, tls = run.connection, run.connection.tls()
        for renewed in (False, True):
            token = await connection.token(token_calls(self._exchange, run.caller))
            reply = await self._exchange.send(
                run.caller, request, read=run.read, key=run.id, dress=connection.dress(token), tls=tls, begun=run.sent
            )
            if reply.status != _UNAUTHORIZED or token is None or renewed:
                break
            connection.forget(token)
        return reply

    async def _attempt(self, run: _Run, end: float) -> Attempt:
        """One attempt [4.2, 5.4]."""
        connection = run.connection
        try:
            if connection.access.database is not None:
                return Attempt("ok", body=await self._asked(run, end))
            if run.send is not None:
                return await self._messenger(run).send(run.delivery or self._delivery(run, run.send))
            reply = await self._exchanged(run, run.request)
        except TokenError as error:
            facts = {"action": "token_failed", "caller": tuple(run.caller), "status": error.code}
            log.warning("%s %s gets no token", run.caller.service, run.caller.name, extra=facts)
            return Attempt("error", error.code, retry=error.retry)
        except BrokenError:
            return Attempt("error", retry=True)
        except (InputError, TooLongError):
            return Attempt("error")  # the guard refused the address, or nobody could keep the answer
        except (SecretError, ValueError, KeyError) as error:
            facts = {"action": "call_unusable", "caller": tuple(run.caller)}
            log.error("%s %s: %s", run.caller.service, run.caller.name, type(error).__name__, extra=facts)
            return Attempt("error")
        if reply.status >= 300:
            retry = reply.status >= 500 or reply.status == _RETRIED_STATUS
            return Attempt("http", reply.status, _retry_after(reply), retry=retry)
        return Attempt("ok", reply.status, body=None if run.read == "nothing" else reply.body)


def key_of(effect: Fetch) -> Key:
    """What a fetch's answer is kept under."""
    request = effect.request
    return effect.sandbox, effect.source, effect.field_group, request.method, request.url, request.body


def _retry_after(reply: Reply) -> float | None:
    """What Retry-After asks for, in seconds from now."""
    text = reply.headers.get("Retry-After", "").strip()
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


__all__ = ["MAX_ANSWER_BYTES", "RETRIES", "Connector", "key_of"]
