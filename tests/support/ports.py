"""Free TCP ports."""

from __future__ import annotations

import itertools
import os
import socket
from contextlib import ExitStack

_FIRST, _COUNT = 10_000, 1_350
"""Below those that systems give to outgoing connections, which could take a port before its server does."""
_EACH = 16
"""So many ports are two for each of eight workers, so that none takes what another was given."""
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % (_EACH // 2)
_numbers = itertools.count(os.getpid())


def free_port() -> int:
    """A port that nobody listens on at the moment, as on the next one; each is given once."""
    for _ in range(_COUNT):
        port = _FIRST + next(_numbers) % _COUNT * _EACH + 2 * _worker
        try:
            with ExitStack() as probes:
                for each in (port, port + 1):
                    probes.enter_context(socket.create_server(("127.0.0.1", each)))
        except OSError:
            continue
        return port
    raise OSError("no port is free")
