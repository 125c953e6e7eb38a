"""Sign-in by OpenID Connect, against a real provider on loopback."""

from __future__ import annotations

import asyncio
import ssl
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import RSAKey

from sojourn.access import oidc

from ..support.certificates import Authority
from ..support.http import request
from ..support.server import RunningServer
from .conftest import Browser, Raw
from .provider import CLIENT, SECRET, Provider


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that the system does not know: the server is told of it by `--ca`."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def provider(authority: Authority) -> Iterator[Provider]:
    made = Provider(authority.server())
    yield made
    made.close()


@pytest.fixture(scope="module")
def connected(
    provider: Provider, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    options = ["--oidc-issuer", provider.issuer, "--oidc-client", CLIENT, "--oidc-profile", "Limited access user"]
    running = RunningServer(tmp_path_factory.mktemp("oidc"), *options, "--ca", str(authority.path))
    try:
        yield running.start({"SOJOURN_OIDC_CLIENT_SECRET": SECRET})
    finally:
        running.kill()


@pytest.fixture(autouse=True)
def _well(provider: Provider) -> Iterator[None]:
    yield
    provider.fault = ""
    provider.person = {"sub": "s1", "email": "eve@a.example", "email_verified": True}
    assert provider.complaints == []


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def sign_on(browser: Browser, next_: str = "/account") -> Raw:
    """The whole way of a browser: to the provider, and back with what it says."""
    sent = browser.ask("GET", f"/sign-in/oidc?next={next_}")
    assert sent.status == 303, sent.body.decode()
    state = sent.headers["Set-Cookie"].partition(";")[0]
    try:
        trusting = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
        urllib.request.build_opener(_NoRedirect, trusting).open(sent.headers["Location"])
        raise AssertionError("the provider sends the browser back")
    except HTTPError as answer:
        back = urlsplit(answer.headers["Location"])
    return browser.ask("GET", f"{back.path}?{back.query}", headers={"Cookie": state})


def me(browser: Browser) -> str:
    return browser.ask("GET", "/account").body.decode()


def test_a_new_user_is_made_and_known_again(connected: RunningServer) -> None:
    assert 'href="/sign-in/oidc' in Browser(connected).ask("GET", "/sign-in").body.decode()
    for _ in range(2):
        browser = Browser(connected)
        done = sign_on(browser)
        assert (done.status, done.headers["Location"]) == (303, "/account")
        assert "eve@a.example" in me(browser) and "read journeys" in me(browser)
    users = [user for user in connected.get("/api/access/users") if user["singleSignOn"]]
    assert [(user["name"], user["profiles"]) for user in users] == [("eve@a.example", ["Limited access user"])]


def test_who_was_made_before_is_found_by_a_verified_address(connected: RunningServer, provider: Provider) -> None:
    connected.post("/api/access/users", {"name": "zoe", "email": "zoe@a.example", "profiles": ["Standard user"]})
    provider.person = {"sub": "s2", "email": "zoe@a.example", "email_verified": False}
    browser = Browser(connected)
    sign_on(browser)
    assert "<h1>zoe@a.example</h1>" in me(browser)  # not zoe: anybody may claim an address
    provider.person = {"sub": "s3", "email": "zoe@a.example", "email_verified": True}
    sign_on(browser)
    assert "<h1>zoe</h1>" in me(browser) and "publish journeys" in me(browser)
    provider.person = {"sub": "s4", "email": "zoe@a.example", "email_verified": True}
    sign_on(browser)
    assert "<h1>zoe</h1>" not in me(browser)  # zoe is s3 for good


def test_a_disabled_user_stays_out(connected: RunningServer, provider: Provider) -> None:
    provider.person = {"sub": "s5", "preferred_username": "Left Us"}
    browser = Browser(connected)
    sign_on(browser)
    assert "<h1>left-us</h1>" in me(browser)
    assert request(connected.port, "PATCH", "/api/access/users/left-us", {"disabled": True}).status == 200
    refused = sign_on(Browser(connected))
    assert (refused.status, refused.cookie) == (403, "")


@pytest.mark.parametrize(
    "fault", ["signature", "symmetric", "none", "audience", "expired", "nonce", "iss", "azp", "token", "denied"]
)
def test_what_does_not_hold_signs_nobody_in(connected: RunningServer, provider: Provider, fault: str) -> None:
    provider.fault = fault
    browser = Browser(connected)
    refused = sign_on(browser)
    assert refused.status in (400, 401, 502) and browser.cookie == ""
    assert b'role="alert"' in refused.body
    assert SECRET.encode() not in refused.body


def test_the_provider_changes_its_key(connected: RunningServer, provider: Provider) -> None:
    sign_on(Browser(connected))
    provider.keys = [RSAKey.generate_key(2048, {"kid": "k2"})]
    assert sign_on(Browser(connected)).status == 303


def test_only_the_browser_that_began_goes_on(connected: RunningServer) -> None:
    """A callback with somebody else's state, an old one, or none."""
    browser = Browser(connected)
    began = browser.ask("GET", "/sign-in/oidc")
    state = began.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    for path, cookie in (
        (f"?code=c&state={state}", ""),
        (f"?code=c&state={state}", "sojourn_oidc=other"),
        ("?code=c&state=made-up", "sojourn_oidc=made-up"),
        ("?code=c", "sojourn_oidc="),
        ("", ""),
    ):
        answer = browser.ask("GET", f"/sign-in/oidc/callback{path}", headers={"Cookie": cookie})
        assert answer.status in (400, 401) and answer.cookie == ""


@pytest.mark.parametrize(
    ("fault", "trusted", "detail"),
    [("issuer", True, "its configuration"), ("", False, "ClientConnectorCertificateError")],
)
def test_a_provider_that_is_not_itself(
    provider: Provider, authority: Authority, fault: str, trusted: bool, detail: str
) -> None:
    """Its configuration names another issuer; nobody whom we know vouches for its certificate."""
    provider.fault = fault
    asked = oidc.Provider(provider.issuer, CLIENT, (), authority.path if trusted else None)
    with pytest.raises(oidc.ProviderError) as refused:
        asyncio.run(asked.begin("http://127.0.0.1/back", "/"))
    assert refused.value.params["detail"] == detail


def test_without_a_provider(server: RunningServer) -> None:
    assert Browser(server).ask("GET", "/sign-in/oidc").status == 404
    assert b"/sign-in/oidc" not in Browser(server).ask("GET", "/sign-in").body
