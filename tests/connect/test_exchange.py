"""Calling out safely: redirects, TLS, client certificates, against real servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sojourn.connect.access import Access
from sojourn.connect.exchange import REDIRECTS
from sojourn.connect.limits import Limits
from sojourn.connect.trial import Trials
from sojourn.engine.effect import Request
from sojourn.errors import InputError
from sojourn.journey.authentication import ApiKeyAuthentication, ClientCertificate
from sojourn.limits.rule import Capping, Rating, ServiceCap

from ..support.certificates import Authority
from ..support.partner import KEYS, Handler, Partner, run, sealed

CANARY = "canary-90cd"


def nothing(partner: Partner) -> Access:
    return Access()


def keyed(partner: Partner) -> Access:
    return Access(ApiKeyAuthentication(type="apiKey", name="X-Key", value=sealed(CANARY)))


def to(location: str, status: int = 307) -> Handler:
    """Redirects there; `{port}` is that of the server itself."""

    async def answer(request: web.Request) -> web.Response:
        port = request.transport.get_extra_info("sockname")[1]  # type: ignore[union-attr]
        return web.Response(status=status, headers={"Location": location.replace("{port}", str(port))})

    return answer


# --- redirects ---


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"),
        (308, "POST", "POST"), (301, "PUT", "PUT"), (302, "GET", "GET"),
    ],
)  # fmt: skip
def test_a_redirect_is_followed_as_browsers_do(status: int, method: str, becomes: str) -> None:
    """With the same key; with the body where the method stays. To the engine it is one attempt."""
    partner = Partner(answers={"/greet": to("moved?a=b", status)})
    body = None if method == "GET" else b'{"to":"anna"}'
    (answer,) = run(partner, keyed, request=lambda partner: Request(method, partner.url("/greet"), (), body))
    first, second = partner.received
    assert (answer.outcome, answer.code, answer.attempts) == ("ok", 200, 1)
    assert (second.method, second.path, second.query) == (becomes, "/moved", {"a": "b"})
    assert second.body == (first.body if becomes == method else b"")
    assert second.headers["idempotency-key"] == first.headers["idempotency-key"]
    assert second.headers["x-key"] == CANARY


def test_credentials_stay_with_their_host() -> None:
    """Another port is another host."""
    partner, other = Partner(), Partner()

    async def away(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": other.url("/taken")})

    partner.answers["/greet"] = away

    (answer,) = run(partner, keyed, others=[other])
    assert answer.outcome == "ok"
    assert "x-key" in partner.received[0].headers
    assert "x-key" not in other.received[0].headers and other.received[0].body == b'{"to":"anna"}'


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/in", "http://127.0.0.2:{port}/in", "http://[::1]:{port}/in", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data", "http://0x7f000001:{port}/in", "http://2130706433:{port}/in",
        "file:///etc/passwd", "ftp://127.0.0.1:{port}/in", "http://user:pass@127.0.0.1:{port}/in",
        "//localhost:{port}/in",
    ],
)  # fmt: skip
def test_the_guard_stands_at_every_hop(location: str) -> None:
    """What the operator allows is 127.0.0.1 alone here."""
    partner = Partner(answers={"/greet": to(location)})
    (answer,) = run(partner, nothing)
    assert (answer.outcome, answer.attempts) == ("error", 1)
    assert [got.path for got in partner.received] == ["/greet"]


def test_an_endless_chain_ends() -> None:
    partner = Partner(answers={"/greet": to("/greet")})
    (answer,) = run(partner, nothing)
    assert (answer.outcome, answer.code, answer.attempts) == ("http", 307, 1)
    assert len(partner.received) == 1 + REDIRECTS


def test_each_hop_takes_a_slot() -> None:
    partner = Partner(answers={"/greet": to("/moved")})
    limits = Limits()

    def capped(partner: Partner) -> Access:
        cap = Capping(partner.url("/moved"), ("POST",), {"action": ServiceCap(Rating(1, 3_600_000))})
        limits.deploy({("prod", "c"): cap})
        return Access()

    answers = run(partner, capped, calls=2, limits=limits)
    assert [(answer.outcome, answer.attempts) for answer in answers] == [("ok", 1), ("capping", 1)]


# --- TLS ---


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_an_authority_of_ones_own(authority: Authority) -> None:
    """The operator's file is trusted besides the system's; without it nobody is called."""
    partner = Partner(tls=authority.server())
    (answer,) = run(partner, nothing, authorities=authority.path)
    assert answer.outcome == "ok"
    partner = Partner(tls=authority.server())
    (answer,) = run(partner, nothing)
    assert (answer.outcome, partner.received) == ("error", [])


def test_a_file_without_authorities(tmp_path: Path) -> None:
    """The server does not begin with it."""
    path = tmp_path / "authorities.pem"
    path.write_text("nothing")
    with pytest.raises(InputError, match="ERR_CA_FILE"):
        Trials(KEYS, (), path)


def test_a_certificate_for_another_name(tmp_path: Path, authority: Authority) -> None:
    """That the authority is trusted does not make it the one we want to call."""
    partner = Partner(tls=authority.server("other.example"))
    options: dict[str, Any] = {"authorities": authority.path, "allow": ["localhost:*"]}
    ask = lambda partner: Request("POST", partner.url("/greet", "localhost"), (), b"{}")  # noqa: E731
    (answer,) = run(partner, nothing, request=ask, **options)
    assert (answer.outcome, partner.received) == ("error", [])


def test_a_client_certificate(tmp_path: Path, authority: Authority) -> None:
    certificate, key = authority.issue("sojourn")
    shown = Access(certificate=ClientCertificate(certificate=certificate, key=sealed(key)))
    partner = Partner(tls=authority.server(asks=True))
    (answer,) = run(partner, lambda partner: shown, authorities=authority.path)
    assert answer.outcome == "ok"
    partner = Partner(tls=authority.server(asks=True))
    (answer,) = run(partner, nothing, authorities=authority.path)
    assert (answer.outcome, partner.received) == ("error", [])


@pytest.mark.parametrize("broken", ["no key at all", "of another"])
def test_a_client_certificate_that_is_none(authority: Authority, broken: str) -> None:
    certificate, _ = authority.issue("sojourn")
    key = authority.issue("another")[1] if broken == "of another" else broken
    shown = Access(certificate=ClientCertificate(certificate=certificate, key=sealed(key)))
    partner = Partner(tls=authority.server(asks=True))
    (answer,) = run(partner, lambda partner: shown, authorities=authority.path)
    assert (answer.outcome, answer.attempts, partner.received) == ("error", 0, [])
