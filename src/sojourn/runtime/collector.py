"""Python's cyclic collector, kept out of the way of many small objects that have no cycles.

What the engine makes is immutable and acyclic, and freed by reference counting. A collection would only walk it all,
again and again: up to half of the time of reading a history.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No collection meanwhile."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
