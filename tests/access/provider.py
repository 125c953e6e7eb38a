"""A small OpenID Connect provider on loopback: discovery, authorization with PKCE, tokens, keys.

It signs in whoever `person` says, and goes wrong where `fault` says.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT = "sojourn"
SECRET = "canary-client-secret"


class Provider:
    """Serves until `close`. Everything wrong with a request is an assertion kept in `complaints`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.person: dict[str, Any] = {"sub": "s1", "email": "eve@a.example", "email_verified": True}
        self.fault = ""
        self.complaints: list[str] = []
        self.keys = [RSAKey.generate_key(2048, {"kid": "k1"})]
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.issuer = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        if parts.path == "/.well-known/openid-configuration":
            issuer = "http://elsewhere.example" if self.fault == "issuer" else self.issuer
            self._json(handler, 200, {
                "issuer": issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            })  # fmt: skip
        elif parts.path == "/keys":
            self._json(handler, 200, KeySet(list(self.keys)).as_dict(private=False))
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if asked.get("code_challenge_method") != "S256" or asked.get("client_id") != CLIENT:
                self.complaints.append(f"authorize: {asked}")
            code = f"code-{len(self._codes)}"
            self._codes[code] = asked
            answer = {"state": asked["state"]}
            answer |= {"error": "access_denied"} if self.fault == "denied" else {"code": code}
            handler.send_response(302)
            handler.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
            handler.end_headers()
        else:
            self._json(handler, 404, {})

    def post(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self._codes.pop(given.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        pair = base64.b64decode(handler.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        good = (
            asked is not None
            and challenge.rstrip(b"=").decode() == asked["code_challenge"]
            and given.get("redirect_uri") == asked["redirect_uri"]
            and [unquote(part) for part in pair.split(":")] == [CLIENT, SECRET]
        )
        if not good or asked is None or self.fault == "token":
            self._json(handler, 400, {"error": "invalid_grant"})
            return
        self._json(handler, 200, {"access_token": "-", "token_type": "Bearer", "id_token": self._token(asked["nonce"])})

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce, **self.person}
        header: dict[str, Any] = {"alg": "RS256", "kid": self.keys[-1].kid}
        key: Any = self.keys[-1]
        if self.fault == "signature":
            key = RSAKey.generate_key(2048, {"kid": str(self.keys[-1].kid)})
        elif self.fault == "symmetric":  # signed with what everybody knows
            header, key = {"alg": "HS256", "kid": self.keys[-1].kid}, OctKey.import_key("public" * 10)
        elif self.fault == "none":
            head, body = (
                base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                for part in ({"alg": "none"}, claims)
            )
            return f"{head}.{body}."
        wrong: dict[str, dict[str, object]] = {
            "audience": {"aud": "another"}, "expired": {"exp": now - 600}, "nonce": {"nonce": "other"},
            "iss": {"iss": "http://elsewhere.example"}, "azp": {"azp": "another"},
        }  # fmt: skip
        claims |= wrong.get(self.fault, {})
        return str(jwt.encode(header, claims, key))

    @staticmethod
    def _json(handler: BaseHTTPRequestHandler, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
