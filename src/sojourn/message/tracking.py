"""Addresses that messages hold and readers call: the open pixel, tracked links, unsubscribing [5.3, 5.7].

Each is signed for its one use: an address that this server has not made leads nowhere, and a tracked link leads to
the target that it was made for and to no other. The key is a file of its own in the data folder: links in old mails
outlive the rotation of the keys that seal secrets.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import stat
import uuid
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sojourn.errors import NotFoundError, StoreError
from sojourn.secrets import write_private

Use = Literal["open", "click", "unsubscribe", "callback"]
PATHS: dict[Use, str] = {"open": "o", "click": "c", "unsubscribe": "u", "callback": "f"}
KEY_FILE = "tracking.key"
_KEY_BYTES = 32
_ID_BYTES = 16
_MAC_BYTES = 12


class Tracking:
    """Makes and reads such addresses. `key` is secret: whoever has it can make this server send people anywhere."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, folder: Path) -> Tracking:
        """With the key of a data folder, made where there is none. Raises StoreError for a file that is none."""
        path = folder / KEY_FILE
        try:
            if not path.exists():
                write_private(path, f"{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}\n")
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise StoreError("ERR_FILE_MODE", path=str(path))
            key = base64.b64decode(path.read_text().strip(), validate=True)
        except OSError as error:
            raise StoreError("ERR_STORE_IO", path=str(path), detail=str(error)) from error
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise StoreError("ERR_STORE_CORRUPT", path=str(path), detail="it holds no key")
        return cls(key)

    def address(self, base: str, use: Use, message: str, target: str = "") -> str:
        """The address for a use of a message, by its id; a click leads on to `target`."""
        token = self.token(use, message, target)
        query = f"?to={quote(target, safe='')}" if target else ""
        return f"{base.rstrip('/')}/t/{PATHS[use]}/{token}{query}"

    def token(self, use: Use, message: str, target: str = "") -> str:
        """The part of an address that names the message and is signed."""
        id_ = uuid.UUID(message).bytes
        return base64.urlsafe_b64encode(id_ + self._mac(use, id_, target)).decode().rstrip("=")

    def read(self, use: Use, token: str, target: str = "") -> str:
        """The id of the message that a token was made for. Raises NotFoundError for one that was not."""
        try:
            id_ = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[:_ID_BYTES]
            message = str(uuid.UUID(bytes=id_))
        except ValueError:
            message = str(uuid.UUID(int=0))
        if not hmac.compare_digest(self.token(use, message, target).encode(), token.encode(errors="replace")):
            raise NotFoundError("ERR_TRACKING_TOKEN", field="token")
        return message

    def _mac(self, use: Use, id_: bytes, target: str) -> bytes:
        said = use.encode() + b"\0" + id_ + target.encode(errors="surrogatepass")
        return hmac.digest(self._key, said, "sha256")[:_MAC_BYTES]
