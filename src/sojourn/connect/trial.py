"""A test call: what a data source or an action answers, to whom sets it up [4.3].

One attempt, through the guard and with the credentials of a real call. It takes no slot of the limits that are
deployed: these are kept by the process of the engine. What comes back is shown, but for the credentials in it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from sojourn.connect.access import Access
from sojourn.connect.connection import Connection, TokenError, token_calls
from sojourn.connect.exchange import BrokenError, Exchange, TooLongError, tls_context
from sojourn.connect.limits import Caller, Limits
from sojourn.connect.sql import parameters_of
from sojourn.engine.effect import Request
from sojourn.errors import RemoteError
from sojourn.expression.access import getter
from sojourn.expression.scope import type_of
from sojourn.schema.fields import Field
from sojourn.secrets import PLACEHOLDER, Keyring

SECONDS = 30
"""How long a test call may take."""
_CALLS = 1_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test call came to. `status` is the HTTP status, None for a database; `took` is ms, a token included.

    `answer` is the JSON that came back, or a text where it is none. `missing` are the fields of the example that the
    answer does not have, or has in another type.
    """

    ok: bool
    status: int | None
    took: int
    answer: Any
    missing: list[str]


class Trials:
    """Makes test calls. Blocking; each with connections of its own."""

    def __init__(self, keys: Keyring, allow: Sequence[str], authorities: Path | None) -> None:
        """Raises InputError for a file of authorities that has none."""
        tls_context(authorities)
        self._keys = keys
        self._allow = allow
        self._authorities = authorities

    def call(self, caller: Caller, access: Access, request: Request, fields: Field | None = None) -> Trial:
        """What `request` is answered, held against the `fields` of an example.

        Raises InputError for what may not be called, and RemoteError for what gives no answer.
        """

        async def make(exchange: Exchange, connection: Connection) -> Trial:
            begun = time.monotonic()
            token = await connection.token(token_calls(exchange, caller))
            reply = await exchange.send(
                caller, request, read="all", key=f"test-{uuid4()}", dress=connection.dress(token), tls=connection.tls()
            )
            answer = _shown(reply.body, connection.secrets())
            ok = reply.status < 300
            return Trial(ok, reply.status, _since(begun), answer, list(_missing(answer, fields)) if ok else [])

        return self._run(access, make)

    def ask(self, access: Access, group: str, request: Request, fields: Field) -> Trial:
        """What a SQL source answers. Raises as `call` does."""

        async def make(exchange: Exchange, connection: Connection) -> Trial:
            begun = time.monotonic()
            statement, given = dict(access.statements)[group], parameters_of(request.body)
            body = await asyncio.to_thread(connection.database().ask, statement, given, SECONDS)
            answer = msgspec.json.decode(body)
            return Trial(True, None, _since(begun), answer, list(_missing(answer, fields)))

        return self._run(access, make)

    def token(self, caller: Caller, access: Access) -> Trial:
        """Whether a token is given. Raises as `call` does."""

        async def make(exchange: Exchange, connection: Connection) -> Trial:
            begun = time.monotonic()
            await connection.token(token_calls(exchange, caller))
            return Trial(True, None, _since(begun), None, [])

        return self._run(access, make)

    def _run(self, access: Access, make: Callable[[Exchange, Connection], Awaitable[T]]) -> T:
        async def main() -> T:
            exchange = Exchange(Limits(source_calls=_CALLS), self._allow, 1, self._authorities)
            connection = Connection(access, self._keys, self._authorities, self._allow)
            try:
                async with asyncio.timeout(SECONDS):
                    return await make(exchange, connection)
            finally:
                connection.close()
                await exchange.close()

        try:
            return asyncio.run(main())
        except TimeoutError:
            raise RemoteError("ERR_CALL_TIMEOUT", seconds=SECONDS) from None
        except TokenError as error:
            if error.code is None:
                raise RemoteError("ERR_CALL_TOKEN", field="authentication") from None
            code = "ERR_CALL_TOKEN_STATUS" if error.code >= 300 else "ERR_CALL_TOKEN_PLACE"
            raise RemoteError(code, field="authentication", status=error.code) from None
        except (BrokenError, ValueError) as error:
            raise RemoteError("ERR_CALL_BROKEN", detail=str(error)) from None
        except TooLongError:
            raise RemoteError("ERR_CALL_LONG") from None


def _shown(body: bytes, secrets: set[str]) -> Any:
    """An answer without what is secret."""
    text = body.decode(errors="replace")
    for secret in sorted(secrets, key=len, reverse=True):
        for form in {secret, msgspec.json.encode(secret).decode()[1:-1]} - {""}:
            text = text.replace(form, PLACEHOLDER)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def _missing(answer: Any, fields: Field | None) -> Iterator[str]:
    """The paths of fields that an answer does not have as they are promised."""
    if fields is None:
        return
    if fields.kind != "object":
        if getter((), type_of(fields))(answer) is None:
            yield "."
        return
    for path, field in fields.leaves():
        found = answer if isinstance(answer, dict) else {}
        if field.kind != "any" and getter(path, type_of(field))(found) is None:
            yield ".".join(path)


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
