"""What documents say of how they are called, for who makes the calls. Without any of what makes them: the engine's loop
compares and hands these on, and need not load a client.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sojourn.connect.limits import Caller, channel_caller
from sojourn.engine.effect import Effect, Request, Send
from sojourn.journey.action import ActionDocument
from sojourn.journey.authentication import Authentication, ClientCertificate, JwtBearerAuthentication
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.project import Project
from sojourn.journey.source import CalledGroup, SourceDocument, SqlGroup


@dataclass(frozen=True)
class Access:
    """What a document says of how it is called. `kept` is for how long answers are used again, ms by field group."""

    authentication: Authentication | None = None
    certificate: ClientCertificate | None = None
    kept: tuple[tuple[str, int], ...] = ()
    answers: bool = False
    """Whether somebody reads what a call is answered."""
    database: str | None = None
    password: str | None = None
    statements: tuple[tuple[str, str], ...] = ()
    """Of a SQL source, by field group."""
    channel: ChannelDocument | None = None


Accesses = dict[Caller, Access]


def aimed(effect: Effect, access: Access | None) -> Request:
    """The request, or one like it, that an effect begins with: limits and lanes look at its address."""
    if not isinstance(effect, Send):
        return effect.request
    channel = access.channel if access is not None else None
    return Request("POST", next(url for _, url in channel.targets) if channel is not None else "")


_FIREBASE = "https://www.googleapis.com/auth/firebase.messaging"


def access_of(document: SourceDocument | ActionDocument | ChannelDocument) -> Access:
    """How a data source, an action or a channel configuration is called."""
    if isinstance(document, ChannelDocument):
        return Access(_of_channel(document), answers=True, channel=document)
    if isinstance(document, ActionDocument):
        return Access(document.authentication, document.client_certificate, answers=document.response is not None)
    groups = document.field_groups.items()
    kept = tuple(
        (name, group.cache_duration // timedelta(milliseconds=1))
        for name, group in groups
        if isinstance(group, CalledGroup) and group.cache_duration is not None
    )
    statements = tuple((name, group.statement) for name, group in groups if isinstance(group, SqlGroup))
    return Access(
        document.authentication, document.client_certificate, kept, True, document.database, document.password,
        statements,
    )  # fmt: skip


def _of_channel(document: ChannelDocument) -> Authentication | None:
    if document.sms is not None:
        return document.sms.authentication
    if document.push is None or document.push.fcm is None:
        return None
    app = document.push.fcm
    return JwtBearerAuthentication(
        type="jwtBearer", endpoint=app.token_endpoint, issuer=app.client_email, key=app.private_key, scope=_FIREBASE
    )


def accesses(project: Project) -> Accesses:
    """How the data sources, actions and channel configurations of a sandbox are called."""
    sources = {Caller(project.sandbox, "dataSource", name): each for name, each in project.sources.items()}
    actions = {Caller(project.sandbox, "action", name): each for name, each in project.actions.items()}
    channels = {channel_caller(project.sandbox, name): each for name, each in project.channels.items()}
    return {caller: access_of(document) for caller, document in (sources | actions | channels).items()}
