"""A skipped test is a failure, unless `allowed_skips.txt` lists it with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

_ALLOWED = {
    line.split("#")[0].strip()
    for line in (Path(__file__).parent / "allowed_skips.txt").read_text().splitlines()
    if line.split("#")[0].strip()
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.nodeid not in _ALLOWED:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which tests/allowed_skips.txt does not allow: {report.longrepr}"
    return report
