"""Which targets may be called [4.2, 5.1]: public ones on ports 80 and 443, and what the operator allows besides.

Checked twice: the URL when a document is validated, the addresses that a name resolves to at each connection, so that
a name that turns to a private address later (DNS rebinding) gets nowhere.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from sojourn.errors import InputError
from sojourn.messages import Said

PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")


class BlockedError(InputError, OSError):
    """A name resolves to an address that may not be called; an OSError too, as callers of resolvers expect."""


def allowed(host: str, port: int, allow: Sequence[str]) -> bool:
    """Whether the operator lists this target: `host:port` or `host:*`."""
    return any(entry in (f"{host}:{port}", f"{host}:*") for entry in allow)


def target(url: str) -> tuple[str, int]:
    """The host and port that a URL names. Raises InputError for one that nobody could call."""
    if not all(letter.isprintable() and letter != " " for letter in url):  # the parser leaves some of these out
        raise _bad(url, Said("INFO_RULE_URL_LETTERS"))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = _ascii(url)
    except ValueError as error:
        raise _bad(url, str(error)) from None
    if parts.scheme not in PORTS or not host:
        raise _bad(url, Said("INFO_RULE_URL_WHOLE"))
    if parts.username or parts.password:
        raise _bad(url, Said("INFO_RULE_URL_USER"))
    if not (_NAME.fullmatch(host) or _is_address(host)):
        raise _bad(url, Said("INFO_RULE_URL_HOST"))
    return host, port or PORTS[parts.scheme]


def _bad(url: str, rule: Said | str) -> InputError:
    return InputError("ERR_URL", field="url", url=url, rule=rule)


def check_url(url: str, allow: Sequence[str] = ()) -> None:
    """Raises InputError naming the rule that a URL breaks."""
    host, port = target(url)
    if allowed(host, port, allow):
        return
    if port not in PORTS.values():
        raise InputError("ERR_URL_PORT", field="url", port=port, entry=f"{host}:{port}")
    _require_public_name(host, port)


def _require_public_name(host: str, port: int) -> None:
    if _is_address(host) or f".{host.rstrip('.')}".endswith((".localhost", ".local", ".internal")):
        raise InputError("ERR_URL_PRIVATE", field="url", host=host, entry=f"{host}:{port}")


MAIL_PORTS = (25, 465, 587, 2525)


def check_mail_server(host: str, port: int, allow: Sequence[str] = ()) -> None:
    """Raises InputError naming the rule that an SMTP server's address breaks."""
    if allowed(host, port, allow):
        return
    if port not in MAIL_PORTS:
        raise InputError("ERR_MAIL_PORT", field="port", port=port, entry=f"{host}:{port}")
    _require_public_name(host, port)


def _ascii(url: str) -> str | None:
    """The host as the client will call it: with other letters and dots it may well be an address (127。0。0。1)."""
    from yarl import URL  # the client's own parser, needed for such names only

    return URL(url).raw_host


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    with suppress(OSError):  # 127.1, 0x7f000001, 127.0.0x1: what a resolver takes for an address
        socket.inet_aton(host)
        return True
    return host.replace(".", "").isdigit()


_GLOBAL = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet; an IPv6 one that wraps an IPv4 one is judged by that."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if found not in _GLOBAL:  # the rest is local, or wraps an IPv4 one in a form of the past
            return False
    return found.is_global and not found.is_multicast
