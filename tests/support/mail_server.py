"""A real SMTP server on loopback, in a thread of its own, that answers as a test says."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from .ports import free_port


class Received(NamedTuple):
    """A mail as it came: envelope and content."""

    sender: str
    recipients: list[str]
    mail: EmailMessage
    raw: bytes


class MailServer:
    """`refusals` are answers to RCPT by address, `answers` those to DATA, one for each mail (the rest is taken)."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[Received] = []
        self.refusals: dict[str, str] = {}
        self.answers: list[str] = []
        self.sessions: set[int] = set()
        self.secure: list[bool] = []
        self.silent = False
        """Whether it takes mails and then says nothing."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers and (answer := self.answers.pop(0)):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.sessions.add(id(session))
        self.secure.append(session.ssl is not None)
        self.received.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), mail, content))
        while self.silent:
            await asyncio.sleep(0.02)
        return f"250 2.0.0 Ok: queued as {len(self.received)}"


def _known(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"mailer", b"secret")
    return AuthResult(success=good, handled=False)


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, asks: bool = False) -> Iterator[MailServer]:
    """A server, with STARTTLS where it has a certificate; `asks` for the name `mailer` and the password `secret`."""
    server = MailServer()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=_known if asks else None,
        auth_required=asks,
        ready_timeout=30,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
