"""Apple's push service: HTTP/2 with a provider token [5.3]."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Sequence

import httpcore
import msgspec

from sojourn.connect.attempt import Attempt
from sojourn.connect.connection import signed_token
from sojourn.connect.exchange import BrokenError
from sojourn.connect.guard import check_url
from sojourn.connect.limits import Caller, Limits
from sojourn.connect.resolver import GuardedResolver
from sojourn.engine.effect import Request
from sojourn.journey.channel import AppleApp

TOKEN_SECONDS = 40 * 60
"""How long a provider token is used: Apple takes them for an hour, and refuses a new one within twenty minutes."""
_FORBIDDEN, _GONE = 403, 410
_REPLY = 500


class _Network(httpcore.AsyncNetworkBackend):
    """Connects to addresses that the guard lets through."""

    def __init__(self, allow: Sequence[str]) -> None:
        self._resolver = GuardedResolver(allow)
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await self._resolver.resolve(host, port)
        return await self._network.connect_tcp(found[0]["host"], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


class Apple:
    """Sends to devices of one app. Lives in one event loop."""

    def __init__(self, app: AppleApp, key: str, allow: Sequence[str], tls: ssl.SSLContext, limits: Limits) -> None:
        self._app = app
        self._key = key
        self._allow = allow
        self._limits = limits
        self._token: tuple[str, float] | None = None
        tls.set_alpn_protocols(["h2"])
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, http1=False, http2=True, max_connections=4, network_backend=_Network(allow)
        )

    async def close(self) -> None:
        await self._pool.aclose()

    async def send(self, caller: Caller, id_: str, device: str, payload: dict[str, object]) -> Attempt:
        """Sends a notification to a device. Raises BrokenError, CappedError and InputError as an exchange does, and
        ValueError for a key that is none."""
        url = f"{self._app.endpoint.rstrip('/')}/3/device/{device}"
        check_url(url, self._allow)
        attempt = Attempt("error")
        for renewed in (False, True):
            async with self._limits.slot(caller, Request("POST", url)):
                attempt, reason = await self._post(url, id_, payload)
            if attempt.code != _FORBIDDEN or renewed or reason != "ExpiredProviderToken":
                break
            self._token = None
        return attempt

    async def _post(self, url: str, id_: str, payload: dict[str, object]) -> tuple[Attempt, str]:
        headers: list[tuple[bytes | str, bytes | str]] = [
            ("authorization", f"bearer {self._provider_token()}"),
            ("apns-id", id_),
            ("apns-collapse-id", id_),
            ("apns-push-type", "alert"),
            ("apns-topic", self._app.topic),
        ]
        try:
            response = await self._pool.request("POST", url, headers=headers, content=msgspec.json.encode(payload))
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            httpcore.UnsupportedProtocol,
            OSError,
        ) as error:
            raise BrokenError(type(error).__name__) from error
        status, reason = response.status, _reason(response.content)
        if status < 300:
            return Attempt("ok", status, reply=id_), ""
        gone = status == _GONE or reason in ("BadDeviceToken", "Unregistered", "DeviceTokenNotForTopic")
        retry = not gone and (status >= 500 or status == 429)
        device = url.rpartition("/")[2]
        found = Attempt("http", status, retry=retry, reply=reason[:_REPLY], gone=(f"apns:{device}",) if gone else ())
        return found, reason

    def _provider_token(self) -> str:
        now = time.monotonic()
        if self._token is None or now - self._token[1] > TOKEN_SECONDS:
            claims = {"iss": self._app.team_id, "iat": int(time.time())}
            self._token = signed_token("ES256", self._key, self._app.key_id, claims), now
        return self._token[0]


def _reason(body: bytes) -> str:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    return str(found.get("reason", "")) if isinstance(found, dict) else ""
