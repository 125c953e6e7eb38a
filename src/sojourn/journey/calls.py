"""Findings about what calls the world: data sources and custom actions [4, 5.1]."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from sojourn.errors import InputError, rule_of
from sojourn.journey.action import ActionDocument, Part, parts
from sojourn.journey.authentication import (
    ApiKeyAuthentication,
    Authentication,
    CustomAuthentication,
    JwtBearerAuthentication,
    OAuthAuthentication,
)
from sojourn.journey.channel import ChannelDocument
from sojourn.journey.finding import Finding, nearest
from sojourn.journey.project import Kind, Project
from sojourn.journey.source import PlatformGroup, SourceDocument
from sojourn.messages import Said

UrlRule = Callable[[str], None]
"""Says by InputError why a URL may not be called; which ones may is the operator's setting, not the document's."""
Path = tuple[str | int, ...]
_SECRET_HEADERS = ("authorization", "proxy-authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "cookie")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")


class _Check:
    """Findings about one document."""

    def __init__(self, kind: Kind, name: str, url_rule: UrlRule | None) -> None:
        self.about = kind, name
        self.url_rule = url_rule
        self.found: list[Finding] = []

    def error(self, code: str, path: Path, **params: object) -> None:
        self.found.append(Finding(code, "error", *self.about, path, params))

    def warn(self, code: str, path: Path, **params: object) -> None:
        self.found.append(Finding(code, "warning", *self.about, path, params))

    def url(self, url: str, *path: str) -> None:
        """A URL may be called, and better over TLS."""
        try:
            if self.url_rule is not None:
                self.url_rule(url)
        except InputError as error:
            self.error(error.code, path, **error.params)
        else:
            parts = urlsplit(url)
            if parts.scheme == "http" and not _LOOPBACK.fullmatch(parts.hostname or ""):
                self.warn("WARN_URL_PLAIN", path, url=url)

    def header(self, name: str, value: str, path: Path) -> None:
        if rule := header_rule(name, value):
            self.error("ERR_ACTION_HEADER", path, name=name, rule=rule)

    def authentication(self, given: Authentication | None, within: tuple[str, ...] = ()) -> None:
        where = (*within, "authentication")
        if isinstance(given, ApiKeyAuthentication) and given.location == "header":
            self.header(given.name, "", (*where, "name"))
        if isinstance(given, CustomAuthentication | OAuthAuthentication | JwtBearerAuthentication):
            self.url(given.endpoint, *where, "endpoint")
        if isinstance(given, CustomAuthentication):
            if given.target[0] == "header":
                self.header(given.target[1], "", (*where, "tokenTarget"))
            for name in given.headers:
                self.header(name, "", (*where, "headers", name))


def check_source(project: Project, source: SourceDocument, url_rule: UrlRule | None = None) -> list[Finding]:
    """Findings about a data source."""
    check = _Check("source", source.name, url_rule)
    if source.url is not None:
        check.url(source.url, "url")
        check.authentication(source.authentication)
    if source.database is not None and url_rule is not None:
        try:
            url_rule(source.database)
        except InputError as error:
            check.error(error.code, ("database",), **error.params)
    for name, group in source.field_groups.items():
        if isinstance(group, PlatformGroup):
            for code, path, params in _platform(project, group):
                check.error(code, ("fieldGroups", name, *path), **params)
    return check.found


def _platform(project: Project, group: PlatformGroup) -> Iterator[tuple[str, Path, dict[str, str]]]:
    root = project.root(group.schema_)
    if root is None:
        yield (
            "ERR_SCHEMA_UNKNOWN",
            ("schema",),
            {"name": group.schema_, "known": nearest(project.schemas, group.schema_)},
        )
        return
    for number, path in enumerate(group.fields):
        if root.changed(tuple(path.split(".")), lambda field: field) is None:
            yield "ERR_EVENT_FIELD", ("fields", number), {"name": path, "schema": group.schema_}


def check_action(action: ActionDocument, url_rule: UrlRule | None = None) -> list[Finding]:
    """Findings about a custom action alone."""
    check = _Check("action", action.name, url_rule)
    try:
        list(parts(action))
    except ValueError as error:
        check.error("ERR_ACTION_BODY", ("body",), rule=rule_of(error))
    if action.method == "GET" and action.body:
        check.error("ERR_ACTION_BODY", ("method",), rule=Said("INFO_RULE_GET_NONE"))
    for name, value in action.headers.items():
        where = ("headers", name)
        check.header(name, "" if isinstance(value, Part) else value, where)
        if name.lower() == "content-type" and isinstance(value, Part):
            check.error("ERR_ACTION_HEADER", where, name=name, rule=Said("INFO_RULE_HEADER_CONSTANT"))
        if name.lower() in _SECRET_HEADERS and not isinstance(value, Part):
            check.warn("WARN_HEADER_SECRET", where, name=name)
    check.url(action.url, "url")
    check.authentication(action.authentication)
    return check.found


def check_channel(channel: ChannelDocument, url_rule: UrlRule | None = None) -> list[Finding]:
    """Findings about a channel configuration."""
    check = _Check("channel", channel.name, url_rule)
    for path, url in channel.targets:
        check.url(url, *path)
    if channel.email is not None:
        if channel.email.security == "none" and not _LOOPBACK.fullmatch(channel.email.host):
            check.warn("WARN_MAIL_PLAIN", ("email", "security"), host=channel.email.host)
        if channel.category == "marketing" and channel.email.tracking is None:
            check.warn("WARN_MAIL_NO_UNSUBSCRIBE", ("email", "tracking"))
    if channel.sms is not None:
        check.authentication(channel.sms.authentication, ("sms",))
        for name, value in channel.sms.headers.items():
            check.header(name, value, ("sms", "headers", name))
    return check.found


def header_rule(name: str, value: str) -> Said | None:
    """The rule that a header breaks, None where it keeps all of them [5.1]."""
    if (
        not name
        or name[0] in ".$"
        or not all(33 <= ord(letter) < 127 and letter not in '()<>@,;:\\"/[]?={}' for letter in name)
    ):
        return Said("INFO_RULE_HEADER_NAME")
    if any(ord(letter) < 32 or ord(letter) > 255 for letter in value):
        return Said("INFO_RULE_HEADER_VALUE")
    if name.lower() == "content-type" and value and not _is_json(value):
        return Said("INFO_RULE_HEADER_JSON")
    if name.lower() in ("content-length", "host", "transfer-encoding", "idempotency-key", "connection"):
        return Said("INFO_RULE_HEADER_SYSTEM")
    return None


def _is_json(content_type: str) -> bool:
    return content_type.split(";", maxsplit=1)[0].strip().lower().endswith(("/json", "+json"))
