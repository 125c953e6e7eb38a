"""Sojourn: real-time customer journey orchestration."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("sojourn")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0.0.0"
