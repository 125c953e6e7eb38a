"""Reading what mail servers and mailbox providers send back [5.7]: delivery status notifications (RFC 3464) and
complaints in the abuse reporting format (RFC 5965). They come from anywhere, so nothing in them is trusted but the id
of a message of ours."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32
from typing import Literal, NamedTuple

from sojourn import messages
from sojourn.errors import InputError

Said = Literal["delivered", "delayed", "hardBounce", "softBounce", "complaint"]
LONGEST = 1_000_000
"""Bytes that a report may have."""
_ID = re.compile(r"([0-9a-f]{8}-?[0-9a-f]{4}-?8[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12})", re.IGNORECASE)
_HEADER = re.compile(rb"^Message-ID:[^\n]*", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REASON = 500
_SOFT = {"5.2.2", "5.3.4", "5.7.1"}
"""Permanent by their number, but not for ever: a full mailbox, a mail too large, a policy."""


class Reported(NamedTuple):
    """What is said of a message, by its id; `code` is an enhanced status such as 5.1.1."""

    message: str
    said: Said
    code: str = ""
    reason: str = ""


def read_report(body: bytes) -> list[Reported]:
    """What a mail reports, for each message that it names. Raises InputError for a mail that is no report of ours."""
    if len(body) > LONGEST:
        raise InputError("ERR_BODY_SIZE", field="body", size=len(body), limit=LONGEST)
    try:
        mail = message_from_bytes(body, policy=compat32)
        parts = list(mail.walk())
    except (MessageError, RecursionError, ValueError) as error:
        raise InputError("ERR_REPORT_MAIL", field="body", rule=type(error).__name__) from None
    id_ = _message_of(mail, parts)
    if id_ is None:
        raise InputError("ERR_REPORT_MAIL", field="body", rule=messages.Said("INFO_RULE_REPORT_MESSAGE"))
    said = [*_statuses(parts), *_complaints(parts)]
    if not said:
        raise InputError("ERR_REPORT_MAIL", field="body", rule=messages.Said("INFO_RULE_REPORT_STATUS"))
    return [Reported(id_, *each) for each in dict.fromkeys(said)]


def bounce_of(code: str) -> Said:
    """Whether an enhanced status says that an address is of no use any more."""
    return "hardBounce" if code.startswith("5") and code not in _SOFT else "softBounce"


def status_in(text: str) -> str:
    """The enhanced status (RFC 3463) in an answer, empty where there is none."""
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else ""


def _message_of(mail: Message, parts: list[Message]) -> str | None:
    """The id of the message that a report is about: in the mail that it holds, or in the address that it came to."""
    for part in parts[1:]:
        for name in ("Message-ID", "Original-Envelope-Id"):
            if found := _ID.search(str(part.get(name, ""))):
                return str(uuid.UUID(found[1]))
        if part.get_content_type() in ("text/rfc822-headers", "text/plain"):
            text = part.get_payload(decode=True)
            line = _HEADER.search(text) if isinstance(text, bytes) else None
            if line and (found := _ID.search(line[0].decode("latin-1"))):
                return str(uuid.UUID(found[1]))
    for name in ("To", "Delivered-To", "X-Original-To"):
        for value in mail.get_all(name, []):
            if found := _ID.search(str(value)):
                return str(uuid.UUID(found[1]))
    return None


def _statuses(parts: list[Message]) -> Iterator[tuple[Said, str, str]]:
    for part in parts:
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for block in part.get_payload():
            action = str(block.get("Action", "")).strip().lower() if isinstance(block, Message) else ""
            if not isinstance(block, Message) or not action:
                continue
            code = status_in(str(block.get("Status", "")))
            reason = " ".join(str(block.get("Diagnostic-Code", "")).split())[:_REASON]
            if action == "failed":
                yield bounce_of(code or "5"), code, reason
            elif action in ("delayed", "delivered"):
                yield ("delayed" if action == "delayed" else "delivered"), code, reason


def _complaints(parts: list[Message]) -> Iterator[tuple[Said, str, str]]:
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        inner = part.get_payload()
        fields = inner[0] if isinstance(inner, list) and inner else part
        kind = str(fields.get("Feedback-Type", "")).strip().lower() if isinstance(fields, Message) else ""
        if kind in ("abuse", "fraud", "other"):
            yield "complaint", "", kind
