"""Activities that write to people: mails, pushes, short messages, and the shorthand for a call [5.3]."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
from pydantic import Field, StringConstraints, model_validator

from sojourn.errors import RuleError
from sojourn.expression import Type, to_json
from sojourn.expression.values import read_zone, text_of
from sojourn.journey.activity.base import ERROR, THEN, Onward, Ways
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.finding import nearest
from sojourn.journey.labels import check_labels
from sojourn.journey.node import Action, Evaluate, Manner, Need, Node, Values
from sojourn.journey.quiet import QuietTimes
from sojourn.journey.request import Call, ChannelKind, Limit, Request, Send
from sojourn.journey.template import Render, UnclosedError, compose, split
from sojourn.journey.types import TEMPLATE, Expression, Identifier, milliseconds
from sojourn.schema.document import Name

if TYPE_CHECKING:
    from sojourn.journey.builder import Builder, Path
    from sojourn.journey.project import Kind

_TEMPLATE = Field(json_schema_extra=TEMPLATE)
Subject = Annotated[str, StringConstraints(min_length=1, max_length=1_000), _TEMPLATE]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=2_000), _TEMPLATE]
Body = Annotated[str, StringConstraints(max_length=200_000), _TEMPLATE]
STRING = Type.parse("string")
DEVICES = Type.parse("list<any>")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_PHONE = re.compile(r"\+?[0-9]{4,20}")
_SPACE = str.maketrans("", "", " ().-/")
ADDRESS: dict[ChannelKind, tuple[str, ...]] = {
    "email": ("personalEmail", "address"),
    "sms": ("mobilePhone", "number"),
    "push": ("pushNotificationDetails",),
}
"""Where in a profile the address of a channel stands."""
NO_ADDRESS, BAD_ADDRESS = "noAddress", "badAddress"
"""Why a message is skipped: there is nowhere to send it to."""


class Text:
    """Texts of an activity, taken apart and compiled, with what is fetched for them.

    They go to `receiver`, who may have fields with these data-usage `labels`.
    """

    def __init__(self, build: Builder, receiver: str, labels: Collection[str] = ()) -> None:
        self._build = build
        self._receiver, self._labels = receiver, labels
        self.needs: dict[Need, None] = {}

    def __call__(self, source: str, where: Path, *, escaped: bool = False) -> Render:
        """What renders a text."""
        try:
            texts, expressions = split(source)
        except UnclosedError as error:
            self._build.say("ERR_TEMPLATE_OPEN", where, line=error.line, column=error.column)
            return lambda values, moment: ""
        return compose(texts, [self.part(each, where) for each in expressions], escaped=escaped)

    def part(self, expression: str, where: Path, kind: Type | None = None) -> Evaluate:
        """What evaluates an expression."""
        evaluate, asked = self._build.evaluate(expression, kind, where)
        self.needs |= dict.fromkeys(asked)
        check_labels(self._build, expression, self._receiver, self._labels, where)
        return evaluate


def parts_of(*sources: str) -> Iterator[str]:
    """The expressions in texts; none of one that has a finding."""
    for source in sources:
        try:
            yield from split(source).expressions
        except UnclosedError:
            continue


class MessageActivity(Onward):
    """What messages of all channels have. `to` is the address, left out it is that of the profile."""

    allowed: ClassVar = (THEN, ERROR)
    kind: ClassVar[ChannelKind]

    channel: Name
    to: Expression | None = None

    def texts(self) -> Iterator[str]:
        """The texts with personalisation."""
        raise NotImplementedError

    def expressions(self) -> Iterator[str]:
        if self.to is not None:
            yield self.to
        yield from parts_of(*self.texts())

    def uses(self) -> Iterator[tuple[Kind, str]]:
        yield "channel", self.channel

    def node(self, build: Builder, id_: str) -> Node:
        node = Action(id_, self.kind, self.label or id_, action=self.channel)
        build.links.place(node)
        where = ("activities", id_)
        channel = build.project.channels.get(self.channel)
        if channel is None:
            known = nearest(build.project.channels, self.channel)
            build.say("ERR_CHANNEL_UNKNOWN", (*where, "channel"), name=self.channel, known=known)
            return node
        if channel.kind != self.kind:
            build.say("ERR_CHANNEL_KIND", (*where, "channel"), name=channel.name, found=channel.kind, kind=self.kind)
            return node
        if self.to is None and build.document.namespace is None:
            build.say("ERR_MESSAGE_ADDRESS", (*where, "to"))
        self._compile(build, node, channel, where)
        return node

    def link(self, build: Builder, node: Any, ways: Ways) -> None:
        super().link(build, node, ways)
        if node.manner is not None:
            node.manner.skipped = build.skipping(node)

    def _compile(self, build: Builder, node: Action, channel: ChannelDocument, where: Path) -> None:
        consents = [("consents", "marketing", name, "val") for name in ("any", self.kind)]
        address = ADDRESS[self.kind]
        kinds = dict.fromkeys([*consents, ("timeZone",)], STRING) | {
            address: DEVICES if self.kind == "push" else STRING
        }
        profile, slots = build.profile(kinds)
        text = Text(build, channel.name, channel.labels)
        given = None if self.to is None else text.part(self.to, (*where, "to"), STRING)
        addresses = self._addresses(channel, given or (lambda values, moment: values[slots[address]]))
        marketing = channel.category == "marketing"
        agreed = [slots[path] for path in consents] if marketing else []

        def declined(values: Values) -> bool:
            return any(str(values[slot]).lower() in ("n", "no") for slot in agreed)

        def hindrance(values: Values, moment: Any) -> str | None:
            found = addresses(values, moment)
            return found if isinstance(found, str) else None

        rulesets = build.rulesets() if marketing else []
        hours = [each.quiet_hours for each in rulesets if each.quiet_hours]
        zone = read_zone(build.document.time_zone) or UTC
        quiet = QuietTimes(hours, self.kind, slots[("timeZone",)], zone)
        node.manner = Manner(declined, hindrance, quiet or None)
        limits = tuple(
            Limit(f"{ruleset.name}/{number}", tuple(rule.channels), rule.limit, milliseconds(rule.period))
            for ruleset in rulesets
            for number, rule in enumerate(ruleset.frequency)
            if self.kind in rule.channels
        )
        content = self._content(text, where)
        name, kind, timeout, namespace = channel.name, self.kind, build.timeout, build.document.namespace
        id_ = node.id

        def render(values: Values, moment: Any) -> Send:
            to = addresses(values, moment)
            assert not isinstance(to, str)
            subject, plain, markup, data = content(values, moment)
            return Send(name, kind, id_, to, subject, plain, timeout, markup, data, namespace, marketing, limits)

        node.render = render
        node.needs = (profile, *(need for need in text.needs if need is not profile))

    def _addresses(self, channel: ChannelDocument, given: Evaluate) -> Callable[[Values, Any], tuple[str, ...] | str]:
        """What gives the addresses, or the reason why there are none."""
        pattern, clean = (_MAIL, str.strip) if self.kind == "email" else (_PHONE, lambda text: text.translate(_SPACE))

        def one(values: Values, moment: Any) -> tuple[str, ...] | str:
            text = text_of(given(values, moment))
            if not text:
                return NO_ADDRESS
            address = clean(text)
            return (address,) if pattern.fullmatch(address) and len(address) <= 254 else BAD_ADDRESS

        return one

    def _content(self, text: Text, where: Path) -> Callable[[Values, Any], tuple[str, str, str, dict[str, str]]]:
        """What renders (subject, text, HTML, data)."""
        raise NotImplementedError


class EmailActivity(MessageActivity):
    """Send a mail [5.3]. `subject`, `text` and `html` hold `{{ expression }}` parts; in HTML their values are escaped.

    `sojourn:unsubscribe` as the target of a link becomes the reader's unsubscribe address.
    """

    kind: ClassVar = "email"

    type: Literal["email"]
    subject: Subject
    text: Body = ""
    html: Body = ""

    @model_validator(mode="after")
    def _says_something(self) -> EmailActivity:
        if not self.text and not self.html:
            raise RuleError("INFO_RULE_MAIL_PARTS")
        return self

    def texts(self) -> Iterator[str]:
        yield from (self.subject, self.text, self.html)

    def _content(self, text: Text, where: Path) -> Callable[[Values, Any], tuple[str, str, str, dict[str, str]]]:
        subject, plain = text(self.subject, (*where, "subject")), text(self.text, (*where, "text"))
        markup = text(self.html, (*where, "html"), escaped=True)
        return lambda values, moment: (subject(values, moment), plain(values, moment), markup(values, moment), {})


class SmsActivity(MessageActivity):
    """Send a short message [5.3]; `text` holds `{{ expression }}` parts."""

    kind: ClassVar = "sms"

    type: Literal["sms"]
    text: ShortText

    def texts(self) -> Iterator[str]:
        yield self.text

    def _content(self, text: Text, where: Path) -> Callable[[Values, Any], tuple[str, str, str, dict[str, str]]]:
        plain = text(self.text, (*where, "text"))
        return lambda values, moment: ("", plain(values, moment), "", {})


class PushActivity(MessageActivity):
    """Send a notification to the devices in the person's profile, or to the one registration token of `to` [5.3].

    `data` goes to the app beside what is shown; a token of `to` is one of `platform`.
    """

    kind: ClassVar = "push"

    type: Literal["push"]
    title: Annotated[str, StringConstraints(max_length=200), _TEMPLATE] = ""
    text: ShortText
    data: Annotated[dict[Identifier, ShortText], Field(max_length=20)] = {}
    platform: Literal["fcm", "apns"] = "fcm"

    def texts(self) -> Iterator[str]:
        yield from (self.title, self.text, *self.data.values())

    def _content(self, text: Text, where: Path) -> Callable[[Values, Any], tuple[str, str, str, dict[str, str]]]:
        title, plain = text(self.title, (*where, "title")), text(self.text, (*where, "text"))
        data = {name: text(source, (*where, "data", name)) for name, source in self.data.items()}
        return lambda values, moment: (
            title(values, moment),
            plain(values, moment),
            "",
            {name: render(values, moment) for name, render in data.items()},
        )

    def _addresses(self, channel: ChannelDocument, given: Evaluate) -> Callable[[Values, Any], tuple[str, ...] | str]:
        push, platform, own = channel.push, self.platform, self.to is not None
        assert push is not None
        reached = {name for name in ("fcm", "apns") if getattr(push, name) is not None}

        def devices(values: Values, moment: Any) -> tuple[str, ...] | str:
            found: Any = given(values, moment)
            if own:
                found = [{"appID": push.app, "platform": platform, "token": found}]
            tokens = [_device(each, push.app, reached) for each in found if isinstance(each, dict)] if found else []
            return tuple(dict.fromkeys(token for token in tokens if token))[:_DEVICES] or NO_ADDRESS

        return devices


_DEVICES = 20


def _device(found: dict[str, Any], app: str, reached: set[str]) -> str | None:
    platform, token = str(found.get("platform", "")).lower(), found.get("token")
    usable = isinstance(token, str) and 0 < len(token) <= 4_096 and token.isascii() and not any(map(str.isspace, token))
    if not usable or found.get("appID") != app or found.get("denylisted") is True or platform not in reached:
        return None
    return f"{platform}:{token}"


class WebhookActivity(Onward):
    """Call an endpoint without a custom action for it `[+]`: what differs stands in `{{ expression }}` parts.

    A text of the body that is one expression alone becomes its value, a number for a number. Fields with data-usage
    labels are for an action that lists them.
    """

    allowed: ClassVar = (THEN, ERROR)

    type: Literal["webhook"]
    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    method: Literal["POST", "PUT", "PATCH", "GET", "DELETE"] = "POST"
    headers: Annotated[dict[str, ShortText], Field(max_length=50)] = {}
    body: dict[str, Any] | None = None

    def expressions(self) -> Iterator[str]:
        yield from parts_of(*self.headers.values(), *_leaves(self.body))

    def node(self, build: Builder, id_: str) -> Node:
        node = Action(id_, "webhook", self.label or id_, action=id_)
        build.links.place(node)
        where, text = ("activities", id_), Text(build, self.label or id_)
        headers = [(name, text(source, (*where, "headers", name))) for name, source in self.headers.items()]
        body = None if self.body is None else _compiled(self.body, text, (*where, "body"))
        method, url, timeout = self.method, self.url, build.timeout

        def render(values: Values, moment: Any) -> Call:
            sent = tuple((name, " ".join(each(values, moment).split())) for name, each in headers)
            content = None if body is None else _encode(body(values, moment))
            return Call(id_, Request(method, url, sent, content), timeout)

        node.render = render
        node.needs = tuple(text.needs)
        return node


_encode = msgspec.json.Encoder().encode
Leaf = Callable[[Values, Any], Any]


def _leaves(body: Any) -> Iterator[str]:
    """The texts in a body."""
    if isinstance(body, str):
        yield body
    for child in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _leaves(child)


def _compiled(body: Any, text: Text, where: Path) -> Leaf:
    """What renders a body."""
    if isinstance(body, dict):
        fields = [(name, _compiled(child, text, (*where, name))) for name, child in body.items()]
        return lambda values, moment: {name: child(values, moment) for name, child in fields}
    if isinstance(body, list):
        items = [_compiled(child, text, (*where, number)) for number, child in enumerate(body)]
        return lambda values, moment: [child(values, moment) for child in items]
    if not isinstance(body, str):
        return lambda values, moment: body
    try:
        texts, expressions = split(body)
    except UnclosedError:
        return text(body, where)
    if len(expressions) != 1 or any(each.strip() for each in texts):
        return text(body, where)
    value = text.part(expressions[0], where)
    return lambda values, moment: to_json(value(values, moment))
