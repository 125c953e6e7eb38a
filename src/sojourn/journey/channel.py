"""Channel configurations: through which server or service messages of a kind go out, and from whom [5.3].

What it configures shows in what it has::

    name: Newsletter
    email:
      host: smtp.example.com
      username: mailer
      password: ...
      from: {name: Example, address: news@example.com}
      tracking: https://t.example.com
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sojourn.errors import RuleError
from sojourn.journey.authentication import Authentication
from sojourn.journey.request import ChannelKind
from sojourn.journey.source import is_parameter, parameters_in
from sojourn.schema.document import Document, Name
from sojourn.secrets import Secret

CHANNELS: tuple[ChannelKind, ...] = ("email", "push", "sms")
Category = Literal["marketing", "transactional"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$", max_length=253)]
_MAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}$"


def _mail_address(text: str) -> str:
    if not re.fullmatch(_MAIL, text):
        raise PydanticCustomError("ERR_FIELD_MAIL", "a mail address")
    return text


MailAddress = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(_mail_address),
    Field(json_schema_extra={"pattern": _MAIL}),
]
BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$", max_length=500)]


class Mailbox(Document):
    """An address with the name that readers see."""

    name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\r\n]*$")] = ""
    address: MailAddress


class EmailChannel(Document):
    """An SMTP server, and what mails through it have in common."""

    host: Host
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    """TLS from a STARTTLS on, from the first byte on, or not at all."""
    username: Word | None = None
    password: Secret | None = None
    connections: Annotated[int, Field(ge=1, le=100)] = 10
    """At most so many at a time."""
    sender: Annotated[Mailbox, Field(alias="from")]
    reply_to: Annotated[Mailbox | None, Field(alias="replyTo")] = None
    bounces: MailAddress | None = None
    """Where mail servers report what they could not deliver; left out, the sender's address."""
    tracking: BaseUrl | None = None
    """Address at which readers reach this server; left out, nothing is tracked and nobody can unsubscribe."""
    opens: bool = True
    clicks: bool = True

    @model_validator(mode="after")
    def _makes_sense(self) -> EmailChannel:
        if (self.username is None) != (self.password is None):
            raise RuleError("INFO_RULE_USER_PASSWORD")
        if self.username is not None and self.security == "none":
            raise RuleError("INFO_RULE_PASSWORD_TLS")
        return self


class FirebaseApp(Document):
    """Firebase Cloud Messaging, HTTP v1: what a service account's key file says."""

    project: Annotated[str, StringConstraints(pattern=r"^[a-z0-9:.-]{1,100}$")]
    client_email: Annotated[Word, Field(alias="clientEmail")]
    private_key: Annotated[Secret, Field(alias="privateKey")]
    endpoint: BaseUrl = "https://fcm.googleapis.com"
    token_endpoint: Annotated[BaseUrl, Field(alias="tokenEndpoint")] = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class AppleApp(Document):
    """Apple's push service, by a provider token."""

    topic: Word
    """The app's bundle id."""
    team_id: Annotated[Word, Field(alias="teamId")]
    key_id: Annotated[Word, Field(alias="keyId")]
    key: Secret
    """The content of the .p8 file."""
    endpoint: BaseUrl = "https://api.push.apple.com"


class PushChannel(Document):
    """An app, and the push services that reach its devices."""

    app: Word
    """The app's id: of the tokens in somebody's profile, those of this app are used."""
    fcm: FirebaseApp | None = None
    apns: AppleApp | None = None
    tracking: BaseUrl | None = None
    """Address at which the app reaches this server to say that a message was opened."""

    @model_validator(mode="after")
    def _one_at_least(self) -> PushChannel:
        if self.fcm is None and self.apns is None:
            raise RuleError("INFO_RULE_PUSH_SERVICE")
        return self


SMS_PARAMETERS = ("to", "text", "from", "id", "callback")


class SmsChannel(Document):
    """A provider that takes short messages over HTTP.

    In `body`, `{param: to}`, `{param: text}`, `{param: from}`, `{param: id}` (the message's id, the same at each
    attempt) and `{param: callback}` (where the provider may report what became of it) stand for what differs.
    """

    url: Text
    method: Literal["POST", "PUT"] = "POST"
    headers: dict[str, Annotated[str, StringConstraints(max_length=2_000)]] = {}
    form: Literal["json", "urlencoded"] = "json"
    body: dict[str, Any]
    sender: Annotated[Word | None, Field(alias="from")] = None
    authentication: Authentication | None = None
    tracking: BaseUrl | None = None
    """Address at which the provider reaches this server."""

    @field_validator("body")
    @classmethod
    def _names_what_there_is(cls, value: dict[str, Any]) -> dict[str, Any]:
        named = set(parameters_in(value))
        if unknown := sorted(named - set(SMS_PARAMETERS)):
            raise RuleError("INFO_RULE_SMS_UNKNOWN", name=unknown[0], known=", ".join(SMS_PARAMETERS))
        if lost := [name for name in ("to", "text") if name not in named]:
            raise RuleError("INFO_RULE_BODY_LOST", name=lost[0])
        return value

    @model_validator(mode="after")
    def _makes_sense(self) -> SmsChannel:
        if self.form == "urlencoded" and any(
            isinstance(value, dict | list) and not is_parameter(value) for value in self.body.values()
        ):
            raise RuleError("INFO_RULE_FORM_FLAT", field="body", other="json")
        named = set(parameters_in(self.body))
        if "callback" in named and self.tracking is None:
            raise RuleError("INFO_RULE_CALLBACK")
        if "from" in named and self.sender is None:
            raise RuleError("INFO_RULE_SMS_FROM")
        return self


class ChannelDocument(Document):
    """A channel configuration: `email`, `push` or `sms`.

    Marketing messages keep to consents, frequency rules and quiet hours [5.6]; transactional ones, such as a receipt,
    do not.
    """

    name: Name
    description: Annotated[str, StringConstraints(max_length=1_000)] = ""
    category: Category = "marketing"
    labels: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = []
    """Data-usage labels of fields that messages may hold; a field with another one is refused in them [2.5]."""
    email: EmailChannel | None = None
    push: PushChannel | None = None
    sms: SmsChannel | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> ChannelDocument:
        if sum(getattr(self, kind) is not None for kind in CHANNELS) != 1:
            raise RuleError("INFO_RULE_CHANNEL_KIND")
        return self

    @property
    def kind(self) -> ChannelKind:
        """Which messages go through it."""
        return next(kind for kind in CHANNELS if getattr(self, kind) is not None)

    @property
    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """The addresses that it calls, each with the field that holds it."""
        if self.email is not None:
            yield ("email", "host"), f"smtp://{self.email.host}:{self.email.port}"
        if self.push is not None and self.push.fcm is not None:
            yield ("push", "fcm", "endpoint"), self.push.fcm.endpoint
            yield ("push", "fcm", "tokenEndpoint"), self.push.fcm.token_endpoint
        if self.push is not None and self.push.apns is not None:
            yield ("push", "apns", "endpoint"), self.push.apns.endpoint
        if self.sms is not None:
            yield ("sms", "url"), self.sms.url
