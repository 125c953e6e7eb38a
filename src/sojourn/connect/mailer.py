"""Handing mails to an SMTP server: kept connections, and what its answers mean [5.3, 5.4]."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from sojourn.connect.attempt import Attempt
from sojourn.connect.exchange import BrokenError
from sojourn.connect.guard import check_mail_server
from sojourn.connect.limits import Places
from sojourn.connect.resolver import GuardedResolver
from sojourn.journey.channel import EmailChannel
from sojourn.message.mail import Mail
from sojourn.message.report import bounce_of, status_in

IDLE = 15.0
"""Seconds that a connection is kept unused: servers end them after minutes, firewalls sooner."""
MAILS = 100
"""Mails over one connection; then another is made, as servers count too."""
_REPLY = 500


@dataclass(slots=True)
class _Line:
    """A connection; `since` is when it was used last (monotonic seconds)."""

    smtp: SMTP
    since: float
    mails: int = 0


class Mailer:
    """One SMTP server. Lives in one event loop."""

    def __init__(self, channel: EmailChannel, password: str | None, allow: Sequence[str], tls: ssl.SSLContext) -> None:
        self._channel = channel
        self._password = password
        self._allow = allow
        self._tls = tls
        self._resolver = GuardedResolver(allow)
        self._places = Places(channel.connections)
        self._idle: list[_Line] = []

    def close(self) -> None:
        for line in self._idle:
            line.smtp.close()
        self._idle = []

    async def send(self, mail: Mail) -> Attempt:
        """Hands a mail over; how long that may take is for who calls.

        Raises BrokenError where the server did not get to an answer, and InputError for one that may not be called.
        """
        check_mail_server(self._channel.host, self._channel.port, self._allow)
        await self._places.take()
        try:
            return await self._send(mail)
        except (SMTPServerDisconnected, SMTPConnectError, SMTPTimeoutError, OSError) as error:
            raise BrokenError(type(error).__name__) from error
        except SMTPRecipientRefused as error:
            said = status_in(error.message) or f"{error.code // 100}"
            gone = (mail.recipient,) if bounce_of(said) == "hardBounce" else ()
            return _refused(error, gone)
        except SMTPResponseException as error:
            if error.code <= 0:
                raise BrokenError("no answer of SMTP") from error
            return _refused(error, ())
        except SMTPException as error:  # it does not speak what the configuration asks for
            return Attempt("error", reply=str(error)[:_REPLY])
        finally:
            self._places.give()

    async def _send(self, mail: Mail) -> Attempt:
        line = await self._begun(mail)
        smtp = line.smtp
        try:
            await smtp.rcpt(mail.recipient)
            said = await smtp.data(mail.content)
        except SMTPResponseException as error:
            await self._keep(line, reset=error.code > 0)
            raise
        except BaseException:
            smtp.close()  # nobody knows what it is waiting for
            raise
        line.mails += 1
        await self._keep(line, reset=False)
        return Attempt("ok", said.code, reply=f"{said.code} {said.message}"[:_REPLY])

    async def _begun(self, mail: Mail) -> _Line:
        """A connection that has taken the sender: a kept one, or if that has ended meanwhile another."""
        while (line := self._kept()) is not None:
            try:
                await line.smtp.mail(mail.sender)
                return line
            except (SMTPServerDisconnected, OSError):
                line.smtp.close()
            except SMTPResponseException as error:
                line.smtp.close()
                if error.code != _CLOSING:
                    raise
            except BaseException:
                line.smtp.close()
                raise
        line = _Line(await self._connected(), time.monotonic())
        try:
            await line.smtp.mail(mail.sender)
        except BaseException:
            line.smtp.close()
            raise
        return line

    def _kept(self) -> _Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.smtp.is_connected and time.monotonic() - line.since < IDLE:
                return line
            line.smtp.close()
        return None

    async def _keep(self, line: _Line, *, reset: bool) -> None:
        try:
            if line.mails >= MAILS or len(self._idle) >= self._channel.connections:
                line.smtp.close()
                return
            if reset:
                await line.smtp.rset()
        except (SMTPException, OSError):
            line.smtp.close()
            return
        except BaseException:
            line.smtp.close()
            raise
        line.since = time.monotonic()
        self._idle.append(line)

    async def _connected(self) -> SMTP:
        channel = self._channel
        smtp = SMTP(
            hostname=channel.host,
            sock=await self._socket(),
            username=channel.username,
            password=self._password,
            use_tls=channel.security == "tls",
            start_tls=channel.security == "starttls",
            tls_context=self._tls if channel.security != "none" else None,
            local_hostname=channel.sender.address.rpartition("@")[2],
            timeout=None,
        )
        try:
            await smtp.connect()
        except BaseException:
            smtp.close()
            raise
        return smtp

    async def _socket(self) -> socket.socket:
        """A connection to the first of the host's addresses that takes one; private ones only where that is allowed."""
        loop = asyncio.get_running_loop()
        host, port = self._channel.host, self._channel.port
        failure: OSError | None = None
        for found in await self._resolver.resolve(host, port):
            made = socket.socket(found["family"], socket.SOCK_STREAM)
            made.setblocking(False)
            try:
                await loop.sock_connect(made, (found["host"], found["port"]))
                return made
            except OSError as error:
                made.close()
                failure = error
            except BaseException:
                made.close()
                raise
        raise failure or OSError("no address")


_CLOSING = 421


def _refused(error: SMTPResponseException, gone: tuple[str, ...]) -> Attempt:
    """A server's no: for now (4xx), to be tried again, or for good."""
    reply = f"{error.code} {error.message}"[:_REPLY]
    return Attempt("error", error.code, retry=400 <= error.code < 500, reply=reply, gone=gone)
