"""A skipped test is a failure, unless `allowed_skips.txt` lists it with its reason; and long files begin first."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in each run, however long one takes on a busy machine.
settings.register_profile("sojourn", derandomize=True, deadline=None)
settings.load_profile("sojourn")


def _allowed() -> frozenset[str]:
    """The listed test ids. Raises UsageError for a line without a reason."""
    found = set()
    for line in (Path(__file__).parent / "allowed_skips.txt").read_text(encoding="utf-8").splitlines():
        node, _, reason = (part.strip() for part in line.partition("#"))
        if node and not reason:
            raise pytest.UsageError(f"tests/allowed_skips.txt gives no reason for {node}")
        if node:
            found.add(node)
    return frozenset(found)


_ALLOWED = _allowed()
_LONGEST = ("faults", "demo", "studio")
"""The folders whose files take longest: none of them is to begin when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Otherwise folder by folder, so that a worker keeps the server that the tests of a folder share."""
    root = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(root).parts[0] not in _LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips itself, or is skipped by a mark or a fixture."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.nodeid not in _ALLOWED:
        report.outcome = "failed"
        report.longrepr = _not_allowed(item.nodeid, report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that skips itself while it is read, as by `pytest.importorskip`."""
    report = yield
    if report.skipped and collector.nodeid not in _ALLOWED:
        report.outcome = "failed"
        report.longrepr = _not_allowed(collector.nodeid, report.longrepr)
    return report


def _not_allowed(node: str, why: object) -> str:
    reason = why[2] if isinstance(why, tuple) else why
    return f"{node} was skipped, which tests/allowed_skips.txt does not allow: {reason}"
