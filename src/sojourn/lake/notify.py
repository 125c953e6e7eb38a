"""Telling people by webhook and e-mail: alerts, and reports that are sent out."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec

from sojourn.connect.access import Access
from sojourn.connect.exchange import BrokenError, tls_context
from sojourn.connect.limits import Caller
from sojourn.connect.mailer import Mailer
from sojourn.connect.trial import Trials
from sojourn.errors import NotFoundError, RemoteError
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.request import Request
from sojourn.message.mail import Mail
from sojourn.secrets import Keyring

SECONDS = 20.0


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

    def post(self, sandbox: str, name: str, url: str, happened: dict[str, Any]) -> None:
        """Posts JSON. Raises RemoteError for an answer that is no 2xx."""
        request = Request("POST", url, (("Content-Type", "application/json"),), msgspec.json.encode(happened))
        found = self._trials.call(Caller(sandbox, "action", f"alert {name}"), Access(), request)
        if not found.ok:
            raise RemoteError("ERR_ALERT_REFUSED", url=url, status=found.status)

    def mail(self, sandbox: str, channel: str, to: Sequence[str], subject: str, text: str) -> None:
        """Mails each of `to`."""
        document = self._channel(sandbox, channel)
        if document is None or document.email is None:
            raise NotFoundError("ERR_ALERT_NO_CHANNEL", field="channel", name=channel)
        settings = document.email
        password = None if settings.password is None else self._keys.open(settings.password)
        sender = settings.sender

        async def send() -> None:
            mailer = Mailer(settings, password, self._allow, tls_context(self._authorities))
            for recipient in to:
                mail = EmailMessage()
                mail["From"], mail["To"], mail["Subject"] = sender.address, recipient, subject
                mail["Date"], mail["Message-ID"] = datetime.now(UTC), f"<{uuid.uuid4()}@{sender.address.split('@')[1]}>"
                mail.set_content(text)
                found = await asyncio.wait_for(mailer.send(Mail(sender.address, recipient, mail.as_bytes())), SECONDS)
                if found.outcome != "ok":
                    where = f"{settings.host}:{settings.port}"
                    raise RemoteError("ERR_ALERT_REFUSED", url=where, status=found.reply or found.code or found.outcome)

        try:
            asyncio.run(send())
        except (BrokenError, TimeoutError, OSError) as error:
            raise RemoteError("ERR_ALERT_REFUSED", url=f"{settings.host}:{settings.port}", status=str(error)) from error
