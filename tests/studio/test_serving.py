"""How the studio is served: one page for all its addresses, files to keep for ever, and not too much of them."""

from __future__ import annotations

import gzip
import http.client
import re
from contextlib import closing

import pytest

from ..support.http import authorization
from ..support.server import RunningServer

MOST = 350 * 1024
"""Bytes of compressed JavaScript that the first page loads."""


def get(server: RunningServer, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", path, headers={**authorization(server.port), **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize("path", ["/", "/journeys", "/journeys/any%20name/report", "/configuration/events/x"])
def test_every_address_is_the_page(server: RunningServer, path: str) -> None:
    """No script stands in it, no other host is named, and nobody may keep or frame it."""
    status, headers, body = get(server, path)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src" not in policy and "http" not in policy  # scripts are as by default: our files alone
    assert headers["cache-control"] == "no-cache"
    text = body.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", text) == []


def test_files_are_kept_for_ever_and_sent_compressed(server: RunningServer) -> None:
    _, _, page = get(server, "/")
    files = re.findall(r'(?:src|href)="(/assets/[^"]+\.js)"', page.decode())
    assert files
    total = 0
    for path in files:
        status, headers, packed = get(server, path, **{"Accept-Encoding": "gzip"})
        assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert "immutable" in headers["cache-control"]
        plain = get(server, path)[2]
        assert (gzip.decompress(packed) if headers.get("content-encoding") else packed) == plain
        total += len(packed)
    assert total <= MOST


@pytest.mark.parametrize("name", ["none.js", "..%2findex.html", "%2e%2e%2f.content"])
def test_nothing_but_the_files(server: RunningServer, name: str) -> None:
    assert get(server, f"/assets/{name}")[0] == 404
