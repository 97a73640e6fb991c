"""A small OpenID Connect provider on this machine: code flow with PKCE and nonce, tokens signed with a key of its own.

Whoever is `person` is signed in without being asked; what the standard wants checked is checked, and a client that
leaves it out gets no token. For tests only.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "denials", "a secret that only tests know"
KEYS = KeySet([RSAKey.generate_key(2048, {"kid": "tests", "use": "sig", "alg": "RS256"})])


class Provider(ThreadingHTTPServer):
    """The provider; `person` says who signs in next, `seconds` how long a token lasts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.person: dict[str, Any] = {}
        self.seconds = 3_600
        self.codes: dict[str, dict[str, str]] = {}

    def as_person(self, email: str, is_verified: bool = True, seconds: int = 3_600) -> None:
        """From now on this person signs in."""
        self.person = {"sub": email.lower(), "email": email, "email_verified": is_verified}
        self.seconds = seconds

    def code_for(self, asked: dict[str, str]) -> str:
        """A code for this request, good for one token; AssertionError where the request is not as it must be."""
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        assert wanted.items() <= asked.items()
        assert asked["state"] and asked["nonce"] and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def token_for(self, given: dict[str, str], credentials: str) -> dict[str, Any]:
        """The token for a code; AssertionError where secret, address or PKCE verifier are not the right ones."""
        asked = self.codes.pop(given["code"])
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert f"{CLIENT}:{SECRET}" == unquote(base64.b64decode(credentials.removeprefix("Basic ")).decode())
        assert asked["redirect_uri"] == given["redirect_uri"]
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + self.seconds, "nonce": asked["nonce"]}
        token = jwt.encode({"alg": "RS256", "kid": "tests"}, claims | self.person, KEYS)
        return {"access_token": "none", "token_type": "Bearer", "expires_in": self.seconds, "id_token": token}


class Answers(BaseHTTPRequestHandler):
    """What the provider says to a request."""

    server: Provider

    def do_GET(self) -> None:
        """Metadata, keys, and the sign-in itself, which leads straight back."""
        place, issuer = urlsplit(self.path), self.server.issuer
        if place.path == "/authorize":
            asked = dict(parse_qsl(place.query))
            back = urlencode({"code": self.server.code_for(asked), "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif place.path == "/jwks":
            self._say(KEYS.as_dict(private=False))
        else:
            places = {"authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token"}
            methods = {"code_challenge_methods_supported": ["S256"], "id_token_signing_alg_values_supported": ["RS256"]}
            self._say({"issuer": issuer, "jwks_uri": f"{issuer}/jwks"} | places | methods)

    def do_POST(self) -> None:
        """A token for a code."""
        given = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self._say(self.server.token_for(given, self.headers["Authorization"]))

    def _say(self, told: dict[str, Any]) -> None:
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is written to the terminal."""


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers until the block ends."""
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
