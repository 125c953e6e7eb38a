"""What can be wrong with a limit or with what is asked of one: the codes and numbers of the public API."""

from __future__ import annotations

from typing import Literal

from sojourn.errors import InputError

Family = Literal["INPUT_OUTPUT_ERROR", "INTERNAL_ERROR"]
_IN: Family = "INPUT_OUTPUT_ERROR"
_BUG: Family = "INTERNAL_ERROR"

NUMBERS: dict[str, tuple[int, int, Family]] = {
    "ERR_PUBLIC_INTERNAL": (4000, 500, _BUG),
    "ERR_PUBLIC_PATH": (404, 404, _IN),
    "ERR_CAPPING_UNKNOWN": (404, 404, _IN),
    "ERR_CAPPING_DEPLOYED": (1451, 500, _IN),
    "ERR_THROTTLING_DEPLOYED": (1456, 400, _IN),
    "ERR_THROTTLING_DELETE": (1457, 500, _BUG),
    "ERR_THROTTLING_DEPLOY": (1458, 500, _BUG),
    "ERR_THROTTLING_UNDEPLOY": (1459, 500, _BUG),
    "ERR_THROTTLING_GET": (1460, 500, _BUG),
    "ERR_THROTTLING_UPDATE": (1462, 500, _BUG),
    "ERR_THROTTLING_NON_PROD": (1463, 400, _IN),
    "ERR_THROTTLING_CREATE": (1464, 500, _BUG),
    "ERR_THROTTLING_SECOND": (1465, 400, _IN),
    "ERR_THROTTLING_ALREADY_DEPLOYED": (14466, 400, _IN),
    "ERR_THROTTLING_UNKNOWN": (14467, 404, _IN),
    "ERR_THROTTLING_NOT_DEPLOYED": (14468, 400, _IN),
}
"""The number, HTTP status and family of each error of an operation."""


class LimitError(InputError):
    """An operation on a limit is refused. A code that ends in a number has that number, others that of their status."""

    def __init__(self, code: str, /, *, field: str | None = None, status: int | None = None, **params: object) -> None:
        super().__init__(code, field=field, **params)
        last = code.rpartition("_")[2]
        own = int(last) if last.isdecimal() else status or 500
        self.number, known, self.family = NUMBERS.get(code, (own, 500, _IN))
        self.status = status or known
