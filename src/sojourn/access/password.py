"""Passwords: hashed with Argon2id, and a brake on those who guess."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from typing import Any

from sojourn.errors import InputError

SHORTEST, LONGEST = 10, 1_000
_ONE_AT_A_TIME = threading.Semaphore(2)  # each hash takes 64 MiB: many at once would be a way to fill the memory


class ThrottledError(InputError):
    """Too many wrong passwords; `wait` says how many seconds to wait."""

    status = 429

    def __init__(self, wait: int) -> None:
        super().__init__("ERR_SIGN_IN_THROTTLED", wait=wait)
        self.wait = wait


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher  # only loaded where somebody signs in

    return PasswordHasher()


def hashed(password: str) -> str:
    """A password as it is stored. Raises InputError where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError("ERR_PASSWORD", field="password", shortest=SHORTEST, longest=LONGEST)
    with _ONE_AT_A_TIME:
        return str(_hasher().hash(password.encode(errors="surrogatepass")))


@cache
def _nobody() -> str:
    return hashed("the password of nobody")


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long where there is none, so that nobody learns who has one."""
    from argon2.exceptions import VerificationError

    with _ONE_AT_A_TIME:
        try:
            _hasher().verify(stored or _nobody(), password[: LONGEST + 1].encode(errors="surrogatepass"))
        except VerificationError:
            return False
    return stored is not None


class Brake:
    """After some failures each further try has to wait, twice as long each time; counted by name and by address."""

    FREE = {"pair": 5, "address": 20, "name": 100}
    """Failures without a wait: of a name from one address, of one address, of a name from anywhere."""
    LONGEST = 900.0
    FORGET = 3_600.0
    SIZE = 50_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()
        """By what is counted: how many failures, and when the last was."""

    def begin(self, name: str, address: str) -> None:
        """Counts a try as failed until `succeeded`. Raises ThrottledError while it has to wait."""
        keys = self._keys(name, address)
        with self._lock:
            now = self._clock()
            wait = max(self._wait(key, now) for key in keys)
            if wait > 0:
                raise ThrottledError(int(wait) + 1)
            for key in keys:
                count, last = self._failures.pop(key, (0, now))
                self._failures[key] = (count + 1 if now - last < self.FORGET else 1), now
            while len(self._failures) > self.SIZE:
                self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """The try was a good one: the pair begins anew, and the others are given it back."""
        with self._lock:
            pair, *rest = self._keys(name, address)
            self._failures.pop(pair, None)
            for key in rest:
                if key in self._failures:
                    count, last = self._failures[key]
                    self._failures[key] = max(0, count - 1), last

    def _wait(self, key: tuple[str, str], now: float) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        over = count - self.FREE[key[0]]
        if over < 0 or now - last >= self.FORGET:
            return 0.0
        return last + min(self.LONGEST, 2.0 ** min(over, 20)) - now

    @staticmethod
    def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
        return ("pair", f"{name}\0{address}"), ("address", address), ("name", name)
