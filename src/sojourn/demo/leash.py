"""Runs a module as a program that does not outlive whoever started it: python -m sojourn.demo.leash MODULE ARGUMENT...

Standard input is the leash: the starter holds its other end, and nobody writes to it. It ends when the starter does,
killed or not, and the program is then asked to stop as by SIGTERM.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Runs the module that the arguments name."""
    threading.Thread(target=_watch, name="leash", daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _watch() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
