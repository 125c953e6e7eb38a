"""A mail as it goes over the wire: headers, a text and an HTML part, and what makes feedback possible [5.3]."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

from sojourn.journey.channel import EmailChannel, Mailbox
from sojourn.message.links import UNSUBSCRIBE, rewrite
from sojourn.message.tracking import Tracking

_POLICY = SMTP.clone(cte_type="7bit")  # every server takes it
_WHOLE = _POLICY.clone(max_line_length=900)
"""Headers in one line each: not everyone who reads an address of List-Unsubscribe unfolds it."""


class Letter(NamedTuple):
    """What one person is written; texts are rendered."""

    to: str
    subject: str
    text: str
    html: str


class Mail(NamedTuple):
    """Envelope and content."""

    sender: str
    recipient: str
    content: bytes


def compose(id_: str, letter: Letter, channel: EmailChannel, tracking: Tracking, *, marketing: bool) -> Mail:
    """The mail of a message, by its id, which is also that of the mail: the same at each attempt.

    Raises ValueError for an address that is none.
    """
    text, markup = letter.text, letter.html
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(channel.sender)
    mail["To"] = Address(addr_spec=letter.to)
    if channel.reply_to is not None:
        mail["Reply-To"] = _address(channel.reply_to)
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{id_}@{_domain(channel.sender.address)}>"
    if channel.tracking is not None:
        base = channel.tracking
        leave = tracking.address(base, "unsubscribe", id_)
        if marketing:
            mail["List-Unsubscribe"] = f"<{leave}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        if channel.clicks or channel.opens:
            pixel = tracking.address(base, "open", id_) if channel.opens else None
            markup = markup and rewrite(
                markup,
                lambda target: tracking.address(base, "click", id_, target) if channel.clicks else target,
                pixel,
            )
        text = text.replace(UNSUBSCRIBE, leave)
        markup = markup.replace(UNSUBSCRIBE, html.escape(leave))
    mail.set_content(text or " ", cte="quoted-printable")
    if markup:
        mail.add_alternative(markup, subtype="html", cte="quoted-printable")
    return Mail(envelope_sender(id_, channel), letter.to, mail.as_bytes(policy=_WHOLE))


def envelope_sender(id_: str, channel: EmailChannel) -> str:
    """Where a server reports that it could not deliver a mail: an address that names the message."""
    if channel.bounces is None:
        return channel.sender.address
    name, _, domain = channel.bounces.rpartition("@")
    return f"{name}+{id_.replace('-', '')}@{domain}"


def _address(mailbox: Mailbox) -> Address:
    return Address(mailbox.name, addr_spec=mailbox.address)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
