"""How one data source or action is called: with which credentials, which certificate, and what is kept of it.

Documents hold secrets sealed; they are opened here, at the moment of a call, and nothing that they become is stored,
logged or told.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import secrets as random
import ssl
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec
from multidict import CIMultiDict

from sojourn.connect.access import Access
from sojourn.connect.exchange import BrokenError, Dress, Exchange, Outgoing, Reply, TooLongError, tls_context
from sojourn.connect.limits import Caller
from sojourn.connect.signature import signed
from sojourn.connect.sql import Database
from sojourn.engine.effect import Request
from sojourn.errors import InputError
from sojourn.journey.authentication import (
    HOUR,
    ApiKeyAuthentication,
    BasicAuthentication,
    ClientCertificate,
    CustomAuthentication,
    JwtBearerAuthentication,
    OAuthAuthentication,
    SignatureAuthentication,
    selected,
)
from sojourn.secrets import Keyring, is_sealed

log = logging.getLogger(__name__)

TOKEN_TIMEOUT = 30.0
"""Seconds that a token call may take."""
_EARLY = timedelta(minutes=1)
"""How long before its end an OAuth token is no longer used."""
_ENCODED = re.compile(r"EncodeBase64\((.*)\)", re.DOTALL)


_Renewing = CustomAuthentication | OAuthAuthentication | JwtBearerAuthentication


class TokenError(Exception):
    """No token: the token endpoint answered with `code`, or not at all. `retry` says whether it may later."""

    def __init__(self, code: int | None, *, retry: bool) -> None:
        super().__init__(code)
        self.code = code
        self.retry = retry


@dataclass(slots=True)
class _Token:
    text: str
    until: float
    """Monotonic seconds."""


Send = Callable[[Request], Awaitable[Reply]]
"""Makes a token call; raises TokenError for what is no answer."""


@dataclass(slots=True)
class Connection:
    """An `Access` in use: its token, its TLS context. Lives in one event loop."""

    access: Access
    keys: Keyring
    authorities: Path | None = None
    allow: Sequence[str] = ()
    _database: Database | None = None
    _token: _Token | None = None
    _pending: asyncio.Task[_Token] | None = None
    _tls: ssl.SSLContext | None = field(default=None, repr=False)

    # --- TLS ---

    def tls(self) -> ssl.SSLContext | None:
        """The context with the client's certificate, None without one. Raises ValueError for a broken one."""
        if self.access.certificate is not None and self._tls is None:
            given = self.access.certificate
            self._tls = _with_certificate(given, self.open(given.key), self.authorities)
        return self._tls

    # --- databases ---

    def database(self) -> Database:
        """What a SQL source asks. Raises InputError and SecretError."""
        if self._database is None:
            password = self.open(self.access.password)
            self._database = Database(self.access.database or "", password, self.allow)
        return self._database

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    # --- tokens ---

    @property
    def renews(self) -> bool:
        """Whether another token may help where one is refused."""
        return isinstance(self.access.authentication, _Renewing)

    async def token(self, send: Send) -> str | None:
        """The token to call with, fetched by `send` where none is at hand; None where none is needed.

        All that ask while one is being fetched wait for the same. Raises TokenError, CappedError and SecretError.
        """
        if not self.renews:
            return None
        if self._token is not None and time.monotonic() < self._token.until:
            return self._token.text
        if self._pending is None:
            self._pending = asyncio.create_task(self._fetch(send))
            self._pending.add_done_callback(self._fetched)
        return (await asyncio.shield(self._pending)).text

    def forget(self, token: str) -> None:
        """A token is refused: the next one is fetched anew."""
        if self._token is not None and self._token.text == token:
            self._token = None

    def _fetched(self, task: asyncio.Task[_Token]) -> None:
        self._pending = None
        if not task.cancelled() and task.exception() is None:
            self._token = task.result()

    async def _fetch(self, send: Send) -> _Token:
        how = self.access.authentication
        match how:
            case CustomAuthentication():
                request = self._custom_request(how)
            case OAuthAuthentication():
                request = self._oauth_request(how)
            case _:
                assert isinstance(how, JwtBearerAuthentication)
                request = self._assertion_request(how)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(TOKEN_TIMEOUT):
                reply = await send(request)
        except TimeoutError:
            raise TokenError(None, retry=True) from None
        if reply.status >= 300:
            raise TokenError(reply.status, retry=reply.status >= 500 or reply.status == 429)
        text, lasts = _read_token(how, reply.body)
        if not text or not text.isprintable():
            raise TokenError(reply.status, retry=False)
        return _Token(text, begun + lasts.total_seconds())

    def _custom_request(self, how: CustomAuthentication) -> Request:
        headers: CIMultiDict[str] = CIMultiDict(_encoded(self.open(dict(how.headers))))
        body = None
        if how.body is not None:
            params = _encoded(self.open(how.body.body_params))
            form = how.body.body_type == "form"
            body = urlencode({name: _text(value) for name, value in params.items()}).encode() if form else None
            body = msgspec.json.encode(params) if body is None else body
            kind = "application/x-www-form-urlencoded" if form else "application/json"
            headers.setdefault("Content-Type", f"{kind}; charset=UTF-8")
        return Request(how.method, how.endpoint, tuple(headers.items()), body)

    def _oauth_request(self, how: OAuthAuthentication) -> Request:
        params = {"grant_type": "client_credentials", "scope": how.scope, "audience": how.audience}
        secret = self.open(how.client_secret)
        headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if how.client_authentication == "body":
            params |= {"client_id": how.client_id, "client_secret": secret}
        else:
            headers.append(("Authorization", _basic(quote_plus(how.client_id), quote_plus(secret))))
        sent = urlencode({name: value for name, value in params.items() if value})
        return Request("POST", how.endpoint, tuple(headers), sent.encode())

    def _assertion_request(self, how: JwtBearerAuthentication) -> Request:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": how.issuer,
            "aud": how.audience or how.endpoint,
            "iat": now,
            "exp": now + 3_600,
        }
        claims |= {name: value for name, value in (("sub", how.subject), ("scope", how.scope)) if value}
        assertion = signed_token(how.algorithm, self.open(how.key), how.key_id, claims)
        sent = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"))
        return Request("POST", how.endpoint, headers, urlencode(sent).encode())

    # --- each call ---

    def dress(self, token: str | None) -> Dress:
        """What adds the credentials to a request. May raise SecretError as it does."""
        return lambda outgoing: self._dressed(outgoing, token)

    def _dressed(self, outgoing: Outgoing, token: str | None) -> Outgoing:
        headers, url = outgoing.headers.copy(), outgoing.url
        match self.access.authentication:
            case BasicAuthentication(username=username, password=password):
                headers["Authorization"] = _basic(username, self.open(password))
            case ApiKeyAuthentication(name=name, value=value, location="header"):
                headers[name] = self.open(value)
            case ApiKeyAuthentication(name=name, value=value):
                url = url.update_query({name: self.open(value)})
            case OAuthAuthentication() | JwtBearerAuthentication():
                headers["Authorization"] = f"Bearer {token}"
            case CustomAuthentication(target=("bearer", _)):
                headers["Authorization"] = f"Bearer {token}"
            case CustomAuthentication(target=("header", name)):
                headers[name] = str(token)
            case CustomAuthentication(target=(_, name)):
                url = url.update_query({name: str(token)})
            case SignatureAuthentication(key_id=key_id, key=sealed, encoding=encoding):
                text = self.open(sealed)
                key = base64.b64decode(text) if encoding == "base64" else text.encode()
                created = int(time.time())
                headers.update(
                    signed(outgoing.method, url, headers, outgoing.body, key=key, key_id=key_id, created=created)
                )
        return Outgoing(outgoing.method, url, headers, outgoing.body)

    def secrets(self) -> set[str]:
        """All that is secret in a call, as it may come back from an endpoint that tells what it was sent."""
        found = {self._token.text} if self._token is not None else set[str]()
        match self.access.authentication:
            case BasicAuthentication(username=username, password=sealed):
                password = self.open(sealed)
                found |= {password, _basic(username, password).removeprefix("Basic ")}
            case ApiKeyAuthentication(value=sealed):
                found.add(self.open(sealed))
        return found

    def open(self, value: Any) -> Any:
        """Sealed texts opened, at any depth. Raises SecretError."""
        if isinstance(value, dict):
            return {name: self.open(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.open(each) for each in value]
        return self.keys.open(value) if isinstance(value, str) and is_sealed(value) else value


def _encoded(value: Any) -> Any:
    """`EncodeBase64(...)` carried out, at any depth."""
    if isinstance(value, dict):
        return {name: _encoded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_encoded(each) for each in value]
    if isinstance(value, str):
        return _ENCODED.sub(lambda found: base64.b64encode(found[1].encode()).decode(), value)
    return value


def token_calls(exchange: Exchange, caller: Caller) -> Send:
    """What makes token calls for a caller: past the guard, with slots of their own."""

    async def send(request: Request) -> Reply:
        try:
            return await exchange.send(caller, request, read="success")
        except BrokenError:
            raise TokenError(None, retry=True) from None
        except (InputError, TooLongError):
            raise TokenError(None, retry=False) from None

    return send


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def signed_token(algorithm: str, key: str, key_id: str | None, claims: dict[str, Any]) -> str:
    """A JSON Web Token. Raises ValueError for a key that is none, or of another kind."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    try:
        made = (RSAKey if algorithm.startswith("RS") else ECKey).import_key(key)
        return jwt.encode(
            {"alg": algorithm} | ({"kid": key_id} if key_id else {}), claims, made, algorithms=[algorithm]
        )
    except (JoseError, TypeError) as error:
        raise ValueError("no key to sign with") from error


def _read_token(how: _Renewing, body: bytes) -> tuple[str, timedelta]:
    """The token of an answer, empty where it has none, and how long it may be used."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        answer = None
    if isinstance(how, OAuthAuthentication | JwtBearerAuthentication):
        found = selected(answer, "access_token")
        lasts = selected(answer, "expires_in")
        whole = timedelta(seconds=float(lasts)) if isinstance(lasts, int | float) and 0 < lasts < 1e9 else HOUR
        return (found if isinstance(found, str) else ""), max(whole - _EARLY, whole / 2)
    if how.token_in_response == "response":  # noqa: S105 - a place, no password
        text = body.decode(errors="replace").strip()
        found = answer if isinstance(answer, str) else text
    else:
        found = selected(answer, how.token_in_response)
    token = found if isinstance(found, str) else str(found) if isinstance(found, int) else ""
    cache = how.cache_duration
    if cache is None:
        return token, HOUR
    count: Any = cache.duration if cache.expiry_in_response is None else selected(answer, cache.expiry_in_response)
    try:
        return token, cache.of(max(0.0, float(count)))
    except (TypeError, ValueError):
        return token, HOUR  # the answer does not say


def _with_certificate(given: ClientCertificate, key: str, authorities: Path | None) -> ssl.SSLContext:
    """A TLS context with a certificate to show. The library reads it from a file: there the key is locked away."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    password = random.token_urlsafe(24)
    try:
        locked = serialization.load_pem_private_key(key.encode(), None).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        )
        context = tls_context(authorities)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(locked + b"\n" + given.certificate.encode())
            file.flush()
            context.load_cert_chain(file.name, password=password)
    except (ssl.SSLError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("no certificate with its key") from error
    return context
