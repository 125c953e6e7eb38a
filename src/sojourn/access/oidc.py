"""Sign-in by OpenID Connect: authorization code with PKCE; the identity token is checked against the issuer's keys."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets as random
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sojourn.connect.exchange import tls_context
from sojourn.connect.guard import check_url
from sojourn.connect.resolver import GuardedResolver
from sojourn.errors import InputError, SojournError, UnauthorizedError

SECRET_VARIABLE = "SOJOURN_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a variable
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_FLOW_SECONDS = 600.0
_FLOWS = 1_000
_KEPT_SECONDS = 3_600.0
_MAX_BYTES = 1 << 20
_LEEWAY = 60


class ProviderError(SojournError):
    """The identity provider does not answer as it should."""

    status = 502


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `subject` holds the issuer too."""

    subject: str
    email: str | None
    name: str


@dataclass(frozen=True, slots=True)
class _Flow:
    """A sign-in under way, known by its state."""

    nonce: str
    verifier: str
    redirect: str
    next: str
    begun: float = field(default_factory=time.monotonic)


class Provider:
    """One issuer. Its metadata and keys are fetched when they are needed, through the guard of all calls."""

    def __init__(self, issuer: str, client: str, allow: Sequence[str], authorities: Path | None) -> None:
        """`authorities` is a file of certificates to trust besides the system's. Raises InputError if it has none."""
        parts = urlsplit(issuer)
        self._tls = tls_context(authorities)
        self._issuer = issuer
        self._client = client
        self._secret = os.environ.get(SECRET_VARIABLE, "")
        # Whoever names the issuer on the command line may call it, wherever it is.
        self._allow = (*allow, f"{parts.hostname}:{parts.port or {'https': 443}.get(parts.scheme, 80)}")
        self._flows: OrderedDict[str, _Flow] = OrderedDict()
        self._metadata: tuple[dict[str, Any], float] | None = None
        self._keys: KeySet | None = None

    async def begin(self, redirect: str, next_: str) -> tuple[str, str]:
        """(address to send the browser to, state to remember in it). Raises ProviderError."""
        metadata = await self._metadata_now()
        state, nonce, verifier = (random.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        self._flows[state] = _Flow(nonce, verifier, redirect, next_)
        while len(self._flows) > _FLOWS:
            self._flows.popitem(last=False)
        query = {
            "response_type": "code", "client_id": self._client, "redirect_uri": redirect,
            "scope": "openid email profile", "state": state, "nonce": nonce, "code_challenge": challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        place = metadata["authorization_endpoint"]
        return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}", state

    async def finish(self, code: str, state: str) -> tuple[Identity, str]:
        """(who has signed in, where they wanted to go). Raises UnauthorizedError, ProviderError."""
        flow = self._flows.pop(state, None)
        if flow is None or time.monotonic() - flow.begun > _FLOW_SECONDS:
            raise UnauthorizedError("ERR_OIDC_STATE")
        metadata = await self._metadata_now()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": flow.redirect,
            "code_verifier": flow.verifier, "client_id": self._client,
        }  # fmt: skip
        headers = {"Accept": "application/json"}
        if self._secret:
            methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in methods:
                pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
                headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
            else:
                form["client_secret"] = self._secret
        answer = await self._fetch("POST", metadata["token_endpoint"], form, headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("ERR_OIDC_ANSWER", issuer=self._issuer, detail="no identity token")
        return await self._identity(token, flow.nonce), flow.next

    async def _identity(self, token: str, nonce: str) -> Identity:
        claims = await self._claims(token)
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            rules.validate(claims)
        except JoseError as error:
            raise UnauthorizedError("ERR_OIDC_TOKEN", detail=error.error) from None
        if claims.get("azp", self._client) != self._client:
            raise UnauthorizedError("ERR_OIDC_TOKEN", detail="azp")
        email = claims.get("email") if claims.get("email_verified") is True else None
        name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        return Identity(f"{self._issuer} {claims['sub']}", email, str(name))

    async def _claims(self, token: str) -> dict[str, Any]:
        """The claims of a token that is signed by the issuer; keys are fetched anew once, for they change."""
        for attempt in (1, 2):
            fresh = self._keys is None or attempt == 2
            if fresh:
                metadata = await self._metadata_now()
                found = await self._fetch("GET", metadata["jwks_uri"])
                try:
                    self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError):
                    raise ProviderError("ERR_OIDC_ANSWER", issuer=self._issuer, detail="its keys") from None
            assert self._keys is not None
            try:
                return dict(jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, KeyError, TypeError):
                if fresh:
                    break
        raise UnauthorizedError("ERR_OIDC_TOKEN", detail="signature")

    async def _metadata_now(self) -> dict[str, Any]:
        if self._metadata is None or time.monotonic() - self._metadata[1] > _KEPT_SECONDS:
            found = await self._fetch("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
            if not all(isinstance(found.get(name), str) for name in needed) or found["issuer"] != self._issuer:
                raise ProviderError("ERR_OIDC_ANSWER", issuer=self._issuer, detail="its configuration")
            self._metadata = found, time.monotonic()
        return self._metadata[0]

    async def _fetch(
        self, method: str, url: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """A JSON object from the provider; nothing of what is sent gets into an error."""
        try:
            check_url(url, self._allow)
            connector = aiohttp.TCPConnector(resolver=GuardedResolver(self._allow), ssl=self._tls)
            timeout = aiohttp.ClientTimeout(total=10)
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
                session.request(method, url, data=form, headers=headers, allow_redirects=False) as response,
            ):
                body = bytearray()
                async for part in response.content.iter_any():
                    body += part[: _MAX_BYTES - len(body)]  # what is cut off is no JSON any more
                status = response.status
        except (aiohttp.ClientError, OSError, TimeoutError, InputError) as error:
            detail = str(error) if isinstance(error, InputError) else type(error).__name__
            raise ProviderError("ERR_OIDC_ANSWER", issuer=self._issuer, detail=detail) from None
        try:
            found = msgspec.json.decode(body)
        except msgspec.DecodeError:
            found = None
        if status != 200 or not isinstance(found, dict):
            reason = found.get("error") if isinstance(found, dict) else None
            raise ProviderError("ERR_OIDC_ANSWER", issuer=self._issuer, detail=f"{status} {reason or ''}".strip())
        return found
