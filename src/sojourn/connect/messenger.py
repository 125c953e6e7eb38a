"""Sending a message through its channel configuration: mails, pushes, short messages [5.3]."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from sojourn.connect.apple import Apple
from sojourn.connect.attempt import Attempt
from sojourn.connect.connection import Connection
from sojourn.connect.exchange import Reply, tls_context
from sojourn.connect.limits import Caller, Limits
from sojourn.connect.mailer import Mailer
from sojourn.engine.effect import Request, Send
from sojourn.journey.channel import ChannelDocument, FirebaseApp, SmsChannel
from sojourn.journey.source import is_parameter
from sojourn.message.mail import Letter, compose
from sojourn.message.tracking import Tracking

Exchanged = Callable[[Request], Awaitable[Reply]]
"""Makes a request with the configuration's credentials."""
_REPLY = 500
_NOT_FOUND, _TOO_MANY = 404, 429


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message under way, by its id. `begun` is told of each request that is made without `exchange`; `done` keeps,
    over the attempts, what is settled for each device of a push."""

    caller: Caller
    id: str
    send: Send
    exchange: Exchanged
    begun: Callable[[], None]
    done: dict[str, Attempt] = field(default_factory=dict)


class Messenger:
    """What sends through one channel configuration. Lives in one event loop."""

    def __init__(
        self,
        channel: ChannelDocument,
        connection: Connection,
        tracking: Tracking,
        limits: Limits,
        allow: Sequence[str],
        authorities: Path | None,
    ) -> None:
        """Raises SecretError and InputError for a configuration that cannot be used."""
        self._channel = channel
        self._tracking = tracking
        self._mailer: Mailer | None = None
        self._apple: Apple | None = None
        tls: ssl.SSLContext = tls_context(authorities)
        if channel.email is not None:
            password = connection.open(channel.email.password)
            self._mailer = Mailer(channel.email, password, allow, tls)
        elif channel.push is not None and channel.push.apns is not None:
            self._apple = Apple(channel.push.apns, connection.open(channel.push.apns.key), allow, tls, limits)

    async def close(self) -> None:
        if self._mailer is not None:
            self._mailer.close()
        if self._apple is not None:
            await self._apple.close()

    async def send(self, delivery: Delivery) -> Attempt:
        """One attempt. Raises what an exchange does, TokenError and ValueError."""
        channel, send = self._channel, delivery.send
        if channel.email is not None:
            assert self._mailer is not None
            letter = Letter(send.to[0], send.subject, send.text, send.html)
            marketing = channel.category == "marketing"
            mail = compose(delivery.id, letter, channel.email, self._tracking, marketing=marketing)
            delivery.begun()
            return await self._mailer.send(mail)
        if channel.sms is not None:
            return _answered(await delivery.exchange(self._short_message(channel.sms, delivery.id, send)))
        for address in send.to:
            if address not in delivery.done:
                attempt = await self._push(delivery, *address.split(":", 1))
                if attempt.retry:
                    return attempt
                delivery.done[address] = attempt
        return _together(delivery.done)

    # --- short messages ---

    def _short_message(self, sms: SmsChannel, id_: str, send: Send) -> Request:
        values = {"to": send.to[0], "text": send.text, "from": sms.sender, "id": id_}
        if sms.tracking is not None:
            values["callback"] = self._tracking.address(sms.tracking, "callback", id_)
        body = _filled(sms.body, values)
        headers = tuple(sms.headers.items())
        if sms.form == "json":
            return Request(sms.method, sms.url, headers, msgspec.json.encode(body))
        kind = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
        return Request(sms.method, sms.url, (kind, *headers), urlencode(body).encode())

    # --- pushes ---

    async def _push(self, delivery: Delivery, platform: str, device: str) -> Attempt:
        push, send, id_ = self._channel.push, delivery.send, delivery.id
        assert push is not None
        data = dict(send.data) | {"messageId": id_}
        if push.tracking is not None:
            data["openUrl"] = self._tracking.address(push.tracking, "open", id_)
        if platform == "apns" and self._apple is not None:
            alert = {"alert": {"title": send.subject, "body": send.text}, "sound": "default"}
            delivery.begun()
            return await self._apple.send(delivery.caller, id_, quote(device, safe=""), {"aps": alert, **data})
        if platform == "fcm" and push.fcm is not None:
            return _from_firebase(device, await delivery.exchange(_to_firebase(push.fcm, id_, device, send, data)))
        return Attempt("error", reply=f"no configuration for {platform}")


def _to_firebase(app: FirebaseApp, id_: str, device: str, send: Send, data: dict[str, str]) -> Request:
    message = {
        "token": device,
        "notification": {"title": send.subject, "body": send.text},
        "data": data,
        "android": {"collapse_key": id_},
    }
    url = f"{app.endpoint.rstrip('/')}/v1/projects/{app.project}/messages:send"
    return Request("POST", url, (), msgspec.json.encode({"message": message}))


def _from_firebase(device: str, reply: Reply) -> Attempt:
    found = _answered(reply)
    if reply.status == _NOT_FOUND and b"UNREGISTERED" in reply.body:
        return Attempt("http", reply.status, reply="UNREGISTERED", gone=(f"fcm:{device}",))
    return found


def _answered(reply: Reply) -> Attempt:
    said = reply.body.decode(errors="replace")[:_REPLY]
    if reply.status < 300:
        return Attempt("ok", reply.status, reply=said)
    return Attempt("http", reply.status, retry=reply.status >= 500 or reply.status == _TOO_MANY, reply=said)


def _together(done: dict[str, Attempt]) -> Attempt:
    """What became of a push: it is sent if one device has it."""
    gone = tuple(address for attempt in done.values() for address in attempt.gone)
    best = next((each for each in done.values() if each.outcome == "ok"), None) or next(iter(done.values()))
    return Attempt(best.outcome, best.code, reply=best.reply, gone=gone)


def _filled(body: Any, values: dict[str, str | None]) -> Any:
    if is_parameter(body):
        return values.get(body["param"]) or ""
    if isinstance(body, dict):
        return {name: _filled(child, values) for name, child in body.items()}
    return [_filled(child, values) for child in body] if isinstance(body, list) else body
