"""Which targets may be called: the public ones on ports 80 and 443, and what the operator lists [4.2, 5.1]."""

from __future__ import annotations

import asyncio

import pytest

from sojourn.connect.guard import BlockedError, check_url, is_public
from sojourn.connect.resolver import GuardedResolver
from sojourn.errors import InputError

PUBLIC = [
    "https://example.com/x",
    "http://example.com",
    "https://example.com:443/x?y=1",
    "http://example.com:80/",
    "https://bücher.example/",
]


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_url(url: str) -> None:
    check_url(url)


REFUSED = {
    "ftp://example.com/": "ERR_URL",
    "file:///etc/passwd": "ERR_URL",
    "//example.com/": "ERR_URL",
    "example.com": "ERR_URL",
    "https://": "ERR_URL",
    "https://user:word@example.com/": "ERR_URL",
    "https://example.com:99999/": "ERR_URL",
    "https://[::1/": "ERR_URL",
    "https://exa mple.com/": "ERR_URL",
    "https://a..b/": "ERR_URL",
    "https://127%2e0%2e0%2e1/": "ERR_URL",
    "https://example.com:8443/": "ERR_URL_PORT",
    "https://example.com:22/": "ERR_URL_PORT",
    "http://localhost/": "ERR_URL_PRIVATE",
    "http://LOCALHOST/": "ERR_URL_PRIVATE",
    "http://api.localhost/": "ERR_URL_PRIVATE",
    "http://printer.local/": "ERR_URL_PRIVATE",
    "http://metadata.google.internal/": "ERR_URL_PRIVATE",
    "http://localhost./": "ERR_URL_PRIVATE",
    "http://metadata.google.internal./": "ERR_URL_PRIVATE",
    "http://internal/": "ERR_URL_PRIVATE",
    "http://127.0.0.1/": "ERR_URL_PRIVATE",
    "http://127.1/": "ERR_URL_PRIVATE",
    "http://2130706433/": "ERR_URL_PRIVATE",
    "http://0x7f000001/": "ERR_URL_PRIVATE",
    "http://0x7f.1/": "ERR_URL_PRIVATE",
    "http://0177.0.0.1/": "ERR_URL_PRIVATE",
    "http://0/": "ERR_URL_PRIVATE",
    "http://127.0.0x1/": "ERR_URL_PRIVATE",
    "http://127.0.0.1./": "ERR_URL_PRIVATE",
    "http://127。0。0。1/": "ERR_URL_PRIVATE",
    "http://10．0｡0.5/": "ERR_URL_PRIVATE",
    "http://①②⑦.0.0.1/": "ERR_URL_PRIVATE",
    "http://ⓛocalhost/": "ERR_URL_PRIVATE",
    "http://\u200b127.0.0.1/": "ERR_URL",
    "http://10.0.0.1/": "ERR_URL_PRIVATE",
    "http://169.254.169.254/latest/meta-data": "ERR_URL_PRIVATE",
    "http://[::1]/": "ERR_URL_PRIVATE",
    "http://[::ffff:127.0.0.1]/": "ERR_URL_PRIVATE",
    "http://[fe80::1%25eth0]/": "ERR_URL_PRIVATE",
}


@pytest.mark.parametrize("url, code", REFUSED.items(), ids=list(REFUSED))
def test_a_url_that_is_refused(url: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        check_url(url)
    assert refused.value.code == code
    assert refused.value.field == "url"


@pytest.mark.parametrize("entry", ["127.0.0.1:8011", "127.0.0.1:*"])
def test_an_entry_allows_its_target_and_no_other(entry: str) -> None:
    check_url("http://127.0.0.1:8011/x", [entry])
    for other in ("http://localhost:8011/", "http://127.0.0.2:8011/", "http://10.0.0.1:8011/"):
        with pytest.raises(InputError):
            check_url(other, [entry])
    if entry.endswith("8011"):
        with pytest.raises(InputError):
            check_url("http://127.0.0.1:8012/x", [entry])


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
     "fe80::1%eth0", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1",
     "fec0::1"],
)  # fmt: skip
def test_a_private_address(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_a_public_address(address: str) -> None:
    assert is_public(address)


def test_a_name_that_leads_to_a_private_address() -> None:
    """Checked at the connection too: a name may turn to a private address after its document was validated."""

    async def resolve(allow: list[str]) -> int:
        resolver = GuardedResolver(allow)
        try:
            return len(await resolver.resolve("localhost", 80))
        finally:
            await resolver.close()

    with pytest.raises(BlockedError) as refused:
        asyncio.run(resolve([]))
    assert refused.value.code == "ERR_URL_PRIVATE"
    assert asyncio.run(resolve(["localhost:80"])) > 0
