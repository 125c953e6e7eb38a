"""Signing a request with a shared key: HTTP message signatures (RFC 9421) with `hmac-sha256`.

Over the method, the whole address, what is sent (Content-Digest, RFC 9530) and the Idempotency-Key: a receiver sees
that nobody has changed a request, and takes no copy of one for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from multidict import CIMultiDict
from yarl import URL

_COVERED = ("content-type", "content-digest", "idempotency-key")


def signed(
    method: str, url: URL, headers: CIMultiDict[str], body: bytes | None, *, key: bytes, key_id: str, created: int
) -> dict[str, str]:
    """The headers that a signed request has besides. `created` is epoch seconds."""
    more: dict[str, str] = {}
    if body is not None:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        more["Content-Digest"] = f"sha-256=:{digest}:"
    known: CIMultiDict[str] = CIMultiDict({**headers, **more})
    covered = [("@method", method), ("@target-uri", target_uri(url))]
    covered += [(name, known[name].strip()) for name in _COVERED if name in known]
    quoted = key_id.replace("\\", "\\\\").replace('"', '\\"')
    params = {"created": str(created), "keyid": f'"{quoted}"', "alg": '"hmac-sha256"'}
    described, signature = sign(covered, params, key)
    return {**more, "Signature-Input": f"sig1={described}", "Signature": f"sig1=:{signature}:"}


def sign(covered: Sequence[tuple[str, str]], params: Mapping[str, str], key: bytes) -> tuple[str, str]:
    """The signature parameters and the signature, in base64, of components and their values."""
    names = " ".join(f'"{name}"' for name, _ in covered)
    described = f"({names})" + "".join(f";{name}={value}" for name, value in params.items())
    lines = [*(f'"{name}": {value}' for name, value in covered), f'"@signature-params": {described}']
    return described, base64.b64encode(hmac.digest(key, "\n".join(lines).encode(), "sha256")).decode()


def target_uri(url: URL) -> str:
    """The address as the receiver sees it: as it goes over the wire, without a port that goes without saying."""
    port = "" if url.is_default_port() else f":{url.port}"
    host = url.raw_host or ""
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}{port}{url.raw_path_qs}"
