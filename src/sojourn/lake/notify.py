"""Telling people by webhook and e-mail: alerts, and reports that are sent out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sojourn import identifiers, messages
from sojourn.connect.access import Access
from sojourn.connect.attempt import Attempt
from sojourn.connect.exchange import BrokenError, tls_context
from sojourn.connect.limits import Caller
from sojourn.connect.mailer import Mailer
from sojourn.connect.trial import Trials
from sojourn.errors import NotFoundError, RemoteError
from sojourn.journey.channel import ChannelDocument, EmailChannel
from sojourn.journey.request import Request
from sojourn.lake.alerts import Alert, sentence
from sojourn.lake.mailing import Mailing, Parcel
from sojourn.lake.table import MEDIA
from sojourn.message.mail import Mail
from sojourn.secrets import Keyring

SECONDS = 20.0


class Attached(NamedTuple):
    """A file that goes along with a mail."""

    name: str
    media: str
    content: bytes


class Notifier:
    """Posts and mails, through the guard and by the channels of a sandbox. Blocking. Raises SojournError."""

    def __init__(
        self,
        trials: Trials,
        channel: Callable[[str, str], ChannelDocument | None],
        keys: Keyring,
        allow: Sequence[str],
        authorities: Path | None,
    ) -> None:
        self._trials = trials
        self._channel = channel
        self._keys = keys
        self._allow = allow
        self._authorities = authorities

    def tell(self, sandbox: str, name: str, alert: Alert, happened: dict[str, Any]) -> None:
        """Tells of an alert whoever is to know."""
        if alert.webhook is not None:
            self.post(sandbox, name, alert.webhook, {**happened, "text": sentence(happened)})
        if alert.channel is not None:
            text = f"{sentence(happened)}\n{sentence(happened, 'ko')}\n"
            for to in alert.email:
                id_ = identifiers.mail_id(sandbox, f"alert {name}", happened["at"], to)
                self.mail(sandbox, alert.channel, id_, to, sentence(happened), text)

    def send(self, sandbox: str, name: str, mailing: Mailing, parcel: Parcel) -> None:
        """Hands a mail of a mailing over."""
        day = mailing.day(parcel.due)
        told: dict[str, object] = {"name": name, "day": day}
        text = "".join(f"{messages.text('INFO_MAILING_TEXT', told, language)}\n" for language in messages.LANGUAGES)
        attached = Attached(f"{name}-{day}.{mailing.format}", MEDIA[mailing.format], parcel.content)
        subject = mailing.subject or f"{name} {day}"
        self.mail(sandbox, mailing.channel, parcel.id, parcel.to, subject, text, attached)

    def post(self, sandbox: str, name: str, url: str, happened: dict[str, Any]) -> None:
        """Posts JSON. Raises RemoteError for an answer that is no 2xx."""
        request = Request("POST", url, (("Content-Type", "application/json"),), msgspec.json.encode(happened))
        found = self._trials.call(Caller(sandbox, "action", f"alert {name}"), Access(), request)
        if not found.ok:
            raise RemoteError("ERR_ALERT_REFUSED", url=url, status=found.status)

    def channel(self, sandbox: str, name: str) -> EmailChannel:
        """An email channel. Raises NotFoundError where there is none of this name."""
        document = self._channel(sandbox, name)
        if document is None or document.email is None:
            raise NotFoundError("ERR_ALERT_NO_CHANNEL", field="channel", name=name)
        return document.email

    def mail(
        self, sandbox: str, channel: str, id_: str, to: str, subject: str, text: str, attached: Attached | None = None
    ) -> None:
        """Mails somebody. By its id it is the same mail at each attempt."""
        settings = self.channel(sandbox, channel)
        sender = settings.sender.address
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(settings.sender.name, addr_spec=sender)
        mail["To"], mail["Subject"] = Address(addr_spec=to), subject
        mail["Date"], mail["Message-ID"] = datetime.now(UTC), f"<{id_}@{sender.rpartition('@')[2]}>"
        mail.set_content(text)
        if attached is not None:
            main, _, sub = attached.media.partition("/")
            mail.add_attachment(attached.content, main, sub, filename=attached.name)
        password = None if settings.password is None else self._keys.open(settings.password)
        where = f"{settings.host}:{settings.port}"

        async def send() -> Attempt:
            mailer = Mailer(settings, password, self._allow, tls_context(self._authorities))
            try:
                return await asyncio.wait_for(mailer.send(Mail(sender, to, mail.as_bytes())), SECONDS)
            finally:
                mailer.close()

        try:
            found = asyncio.run(send())
        except (BrokenError, TimeoutError, OSError) as error:
            raise RemoteError("ERR_ALERT_REFUSED", url=where, status=str(error)) from error
        if found.outcome != "ok":
            raise RemoteError("ERR_ALERT_REFUSED", url=where, status=found.reply or found.code or found.outcome)
