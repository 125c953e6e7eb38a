"""Messages over real servers: SMTP, HTTP, HTTP/2, and what each way of failing becomes [5.3, 5.4]."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from sojourn.connect.access import access_of
from sojourn.connect.client import Connector
from sojourn.connect.limits import Limits, caller_of
from sojourn.engine.effect import Answer, Send
from sojourn.journey.channel import ChannelDocument
from sojourn.message.tracking import Tracking
from tests.support.apple import AppleService
from tests.support.certificates import Authority
from tests.support.mail_server import mail_server
from tests.support.partner import KEYS, Partner, run, sealed

ID = "01234567-89ab-8def-8123-456789abcdef"
TRACKING = Tracking(b"t" * 32)
BASE = "https://t.example.com"
HTML = (
    '<html><body><p>Hello</p><a href="https://shop.example.com/?a=1&amp;b=2">Shop</a>\n'
    '<a href="sojourn:unsubscribe">no</a></body></html>'
)


def email(port: int, **more: Any) -> ChannelDocument:
    sender = {"name": "Shop", "address": "shop@example.com"}
    smtp = {"host": "127.0.0.1", "port": port, "security": "none", "from": sender, **more}
    return ChannelDocument.model_validate({"name": "News", "email": smtp})


def mail(to: str = "anna@example.org", **more: Any) -> Send:
    text = "Hello\nsojourn:unsubscribe"
    return msgspec.structs.replace(Send("News", "email", "welcome", (to,), "Hello Anna", text, 30_000, HTML), **more)


def sent(channel: ChannelDocument, *sends: Send, together: bool = False, **options: Any) -> list[Answer]:
    """What becomes of messages that go through a channel configuration."""

    async def main() -> list[Answer]:
        made = {"allow": ["127.0.0.1:*"], "retry_base": 0.01, "tracking": TRACKING, **options}
        connector = Connector(Limits(), KEYS, **made)
        connector.connect({caller_of("prod", sends[0]): access_of(channel)})
        try:
            if together:
                return list(await asyncio.gather(*(connector.execute(ID, each) for each in sends)))
            return [await connector.execute(ID, each) for each in sends]
        finally:
            await connector.close()

    return asyncio.run(main())


# --- mails ---


def test_a_mail_as_it_arrives() -> None:
    with mail_server() as server:
        channel = email(
            server.port, tracking=BASE, bounces="bounces@example.com", replyTo={"address": "care@example.com"}
        )
        (answer,) = sent(channel, mail())
        ((sender, recipients, found, _),) = server.received
    assert (answer.outcome, answer.code, answer.attempts) == ("ok", 250, 1)
    assert "queued" in (answer.reply or "")
    assert sender == f"bounces+{ID.replace('-', '')}@example.com"
    assert recipients == ["anna@example.org"]
    assert found["From"] == "Shop <shop@example.com>" and found["Reply-To"] == "care@example.com"
    assert found["Subject"] == "Hello Anna"
    assert found["Message-ID"] == f"<{ID}@example.com>"
    leave = TRACKING.address(BASE, "unsubscribe", ID)
    assert found["List-Unsubscribe"] == f"<{leave}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, markup = (part.get_content() for part in found.iter_parts())
    assert plain.split() == ["Hello", leave]
    target = "https://shop.example.com/?a=1&b=2"
    assert TRACKING.address(BASE, "click", ID, target).replace("&", "&amp;") in markup
    assert f'href="{leave}"' in markup
    assert f'<img src="{TRACKING.address(BASE, "open", ID)}"' in markup
    assert markup.rstrip().endswith("</body></html>")


def test_a_transactional_mail_without_tracking() -> None:
    with mail_server() as server:
        channel = email(server.port).model_copy(update={"category": "transactional"})
        sent(channel, mail(html="", subject="Rechnung für 안나\r\nBcc: eve@example.com"))
        ((sender, _, found, raw),) = server.received
    assert sender == "shop@example.com"
    assert found["Subject"] == "Rechnung für 안나 Bcc: eve@example.com" and found["Bcc"] is None
    assert found["List-Unsubscribe"] is None and found.get_content_type() == "text/plain"
    assert raw.isascii()


def test_a_connection_is_used_again_and_several_are_made_for_several_mails() -> None:
    with mail_server() as server:
        channel = email(server.port, connections=3)
        assert {answer.outcome for answer in sent(channel, *[mail()] * 4)} == {"ok"}
        assert len(server.sessions) == 1
        assert {answer.outcome for answer in sent(channel, *[mail()] * 9, together=True)} == {"ok"}
        assert len(server.received) == 13


@pytest.mark.parametrize(
    ("answers", "refusal", "outcome", "code", "attempts", "gone"),
    [
        (["451 4.3.0 Try later", ""], None, "ok", 250, 2, ()),
        (["451 4.3.0 Try later"] * 4, None, "error", 451, 4, ()),
        (["554 5.7.1 We do not like this"], None, "error", 554, 1, ()),
        ([], "550 5.1.1 No such user", "error", 550, 1, ("anna@example.org",)),
        ([], "550 No such user", "error", 550, 1, ("anna@example.org",)),
        ([], "552 5.2.2 Mailbox full", "error", 552, 1, ()),
        ([], "450 4.2.1 Later", "error", 450, 4, ()),
    ],
)
def test_what_a_server_says(
    answers: list[str], refusal: str | None, outcome: str, code: int, attempts: int, gone: tuple[str, ...]
) -> None:
    with mail_server() as server:
        server.answers = answers
        server.refusals = {"anna@example.org": refusal} if refusal else {}
        (answer, other) = sent(email(server.port), mail(), mail("ben@example.org"))
    assert (answer.outcome, answer.code, answer.attempts, answer.gone) == (outcome, code, attempts, gone)
    assert answer.reply and answer.reply.startswith(str(code))
    assert other.outcome == "ok"  # over the same connection


def test_a_server_with_tls_and_a_password(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with mail_server(authority.server(), asks=True) as server:
        secure = {"security": "starttls", "username": "mailer", "host": "localhost"}
        good = email(server.port, **secure, password=sealed("secret"))
        allow: dict[str, Any] = {"allow": ["localhost:*"]}
        assert sent(good, mail(), authorities=authority.path, **allow)[0].outcome == "ok"
        assert server.secure == [True]
        (unknown,) = sent(good, mail(), **allow)
        assert unknown.outcome == "error"  # nobody vouches for its certificate
        wrong = email(server.port, **secure, password=sealed("guess"))
        (refused,) = sent(wrong, mail(), authorities=authority.path, **allow)
    assert (refused.outcome, refused.code, refused.attempts) == ("error", 535, 1)
    assert len(server.received) == 1


def test_a_server_that_may_not_be_called() -> None:
    with mail_server() as server:
        (answer,) = sent(email(server.port), mail(), allow=[])
    assert (answer.outcome, answer.attempts) == ("error", 1)
    assert server.received == []


@contextmanager
def scripted(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that is none: each connection is given to `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    talk(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def says(*lines: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        for line in lines:
            connection.sendall(line)
            if not connection.recv(65_536):
                return

    return talk


@pytest.mark.parametrize(
    ("talk", "outcome", "attempts"),
    [
        (says(), "error", 4),  # hangs up
        (says(b"GET / HTTP/1.1\r\n\r\n"), "error", 4),  # speaks something else
        (says(b"\xff\xfe\r\n" * 1_000), "error", 4),
        (says(b"220 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"999 what\r\n"), "error", 1),
        (says(b"421 too busy\r\n"), "error", 4),
        (lambda connection: connection.recv(1 << 20) and None, "timeout", 1),  # says nothing
    ],
)
def test_a_server_that_talks_nonsense(talk: Any, outcome: str, attempts: int) -> None:
    with scripted(talk) as port:
        (answer,) = sent(email(port), mail(timeout=700 if outcome == "timeout" else 30_000))
    assert answer.outcome == outcome and answer.reply is not None
    assert answer.attempts == attempts


# --- short messages ---


def short(partner: Partner, **more: Any) -> ChannelDocument:
    body = {"recipient": {"param": "to"}, "content": {"body": {"param": "text"}, "sender": {"param": "from"}}}
    sms = {"url": partner.url("/sms"), "body": body, "from": "Shop", **more}
    return ChannelDocument.model_validate({"name": "Texts", "sms": sms})


TEXT = Send("Texts", "sms", "remind", ("+4915112345678",), "", "Bis gleich, 안나", 5_000)


def test_a_short_message() -> None:
    partner = Partner()
    key = {"type": "apiKey", "name": "X-Key", "value": sealed("geheim")}
    (answer,) = run(partner, lambda each: access_of(short(each, authentication=key)), effect=lambda _: TEXT)
    ((_, _, _, headers, body, _),) = partner.at("/sms")
    assert (answer.outcome, answer.code, answer.reply) == ("ok", 200, "{}")
    assert headers["x-key"] == "geheim" and headers["idempotency-key"] == "key-0"
    assert json.loads(body) == {
        "recipient": "+4915112345678",
        "content": {"body": "Bis gleich, 안나", "sender": "Shop"},
    }


def test_a_short_message_as_a_form_that_is_refused_once() -> None:
    partner = Partner()

    async def later(request: web.Request) -> web.Response:
        return web.Response(status=503 if len(partner.received) == 1 else 202)

    partner.answers["/sms"] = later
    fields = {"form": "urlencoded", "body": {"To": {"param": "to"}, "Body": {"param": "text"}, "Ref": {"param": "id"}}}
    (answer,) = run(partner, lambda each: access_of(short(each, **fields)), effect=lambda _: TEXT, tracking=TRACKING)
    assert (answer.outcome, answer.code, answer.attempts) == ("ok", 202, 2)
    first, second = partner.at("/sms")
    assert first.body == second.body
    assert parse_qs(first.body.decode()) == {"To": ["+4915112345678"], "Body": ["Bis gleich, 안나"], "Ref": ["key-0"]}


# --- pushes ---


def pem(key: Any) -> str:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return str(key.private_bytes(serialization.Encoding.PEM, form, plain), "ascii")


def test_pushes_by_firebase() -> None:
    partner, key = Partner(), pem(rsa.generate_private_key(65_537, 2_048))

    async def token(request: web.Request) -> web.Response:
        form = await request.post()
        assertion = jwt.decode(str(form["assertion"]), RSAKey.import_key(key))
        assert assertion.claims["iss"] == "sojourn@app.example" and "firebase" in assertion.claims["scope"]
        return web.json_response({"access_token": "open sesame", "expires_in": 3_600})

    async def send(request: web.Request) -> web.Response:
        gone = (await request.json())["message"]["token"] == "old"
        error = {"error": {"code": 404, "details": [{"errorCode": "UNREGISTERED"}]}}
        return web.json_response(error if gone else {"name": "projects/app/messages/1"}, status=404 if gone else 200)

    partner.answers |= {"/token": token, "/v1/projects/app/messages:send": send}

    def app(each: Partner) -> Any:
        fcm = {
            "project": "app",
            "clientEmail": "sojourn@app.example",
            "privateKey": sealed(key),
            "endpoint": each.url(""),
            "tokenEndpoint": each.url("/token"),
        }
        return access_of(ChannelDocument.model_validate({"name": "App", "push": {"app": "shop", "fcm": fcm}}))

    push = Send("App", "push", "nudge", ("fcm:old", "fcm:new"), "Title", "Body", 5_000, data={"screen": "cart"})
    answers = run(partner, app, effect=lambda _: push, calls=2)
    assert [(answer.outcome, answer.code, answer.attempts, answer.gone) for answer in answers] == [
        ("ok", 200, 2, ("fcm:old",))
    ] * 2
    assert len(partner.at("/token")) == 1
    *_, last = partner.at("/v1/projects/app/messages:send")
    assert last.headers["authorization"] == "Bearer open sesame"
    message = json.loads(last.body)["message"]
    assert message["notification"] == {"title": "Title", "body": "Body"}
    assert message["data"] == {"screen": "cart", "messageId": "key-1"}


def test_pushes_by_apple(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.server()
    service = AppleService(tmp_path / "localhost.pem")
    key = pem(ec.generate_private_key(ec.SECP256R1()))
    apns = {
        "topic": "com.example.shop",
        "teamId": "TEAM",
        "keyId": "KEY",
        "key": sealed(key),
        "endpoint": f"https://localhost:{service.port}",
    }
    channel = ChannelDocument.model_validate({"name": "App", "push": {"app": "shop", "apns": apns, "tracking": BASE}})
    service.answers = {"gone": [(410, "Unregistered")], "busy": [(429, "TooManyRequests"), (500, "Oops")]}

    async def main() -> list[Answer]:
        async with service.serving():
            made = {"allow": ["localhost:*"], "retry_base": 0.01, "tracking": TRACKING, "authorities": authority.path}
            connector = Connector(Limits(), KEYS, **made)  # type: ignore[arg-type]
            connector.connect({caller_of("prod", push()): access_of(channel)})
            try:
                return [await connector.execute(ID, push("gone", "busy")), await connector.execute(ID, push("gone"))]
            finally:
                await connector.close()

    def push(*devices: str) -> Send:
        return Send("App", "push", "nudge", tuple(f"apns:{each}" for each in devices), "Title", "Body", 5_000)

    service.answers["gone"] *= 2
    both, alone = asyncio.run(main())
    assert (both.outcome, both.code, both.attempts, both.gone) == ("ok", 200, 4, ("apns:gone",))
    assert (alone.outcome, alone.code, alone.reply, alone.gone) == ("http", 410, "Unregistered", ("apns:gone",))
    version, headers, body = service.received[-2]
    assert version == "2" and headers["apns-id"] == ID and headers["apns-topic"] == "com.example.shop"
    claims = jwt.decode(headers["authorization"].removeprefix("bearer "), ECKey.import_key(key)).claims
    assert claims["iss"] == "TEAM"
    sent_ = json.loads(body)
    assert sent_["aps"]["alert"] == {"title": "Title", "body": "Body"}
    assert sent_["openUrl"] == TRACKING.address(BASE, "open", ID)
