"""What activities ask of the world. Each is complete in itself (all values rendered), so it can be stored, retried
after a crash, recorded by a backtest, or carried by another process."""

from __future__ import annotations

from typing import Literal

import msgspec

ChannelKind = Literal["email", "push", "sms"]


class Request(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One HTTP exchange, rendered. `headers` are (name, value) pairs; `body` is JSON text."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


class Call(msgspec.Struct, frozen=True, tag="call", gc=False):
    """A custom action to execute.

    `timeout` (ms, real time) covers all attempts together [5.4]. `not_before` (epoch ms on the journey's clock)
    makes it a delayed call, None sends it at once.
    """

    action: str
    request: Request
    timeout: int
    not_before: int | None = None


class Fetch(msgspec.Struct, frozen=True, tag="fetch", gc=False):
    """A field group of a data source to read [4.4]; `body` of its answer is kept."""

    source: str
    field_group: str
    request: Request
    timeout: int
    sandbox: str = "prod"


class Limit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A frequency rule [5.6]: at most `most` messages of these `channels` in `period` ms, counted as `counter`."""

    counter: str
    channels: tuple[ChannelKind, ...]
    most: int
    period: int


class Write(msgspec.Struct, frozen=True, tag="write", gc=False):
    """A field of the person's profile to set [5.3]: `record` is the profile record (JSON) that sets it.

    It is done within the transition and never goes out.
    """

    record: bytes


class Send(msgspec.Struct, frozen=True, tag="send", gc=False):
    """A message to one person [5.3], through the channel configuration `channel` and by the `activity`.

    `to` are addresses: one of a mail or a phone, or of pushes `fcm:TOKEN` and `apns:TOKEN`, one for each device. A
    push has its title in `subject`. `namespace` is that of the person's id, None in a journey without one.
    """

    channel: str
    kind: ChannelKind
    activity: str
    to: tuple[str, ...]
    subject: str
    text: str
    timeout: int
    html: str = ""
    data: dict[str, str] = {}
    namespace: str | None = None
    marketing: bool = True
    limits: tuple[Limit, ...] = ()
    """The frequency rules that it has to keep."""


class Enter(msgspec.Struct, frozen=True, tag="enter", gc=False):
    """Another journey to enter, by its name [6.23]; `record` is the event by which the person does, JSON.

    It is done within the turn and never goes out.
    """

    journey: str
    record: bytes


Effect = Call | Fetch | Send
