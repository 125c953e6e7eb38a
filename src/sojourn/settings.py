"""The settings of a server: one table that the CLI, the environment and the documentation read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

ClockKind = Literal["real", "virtual"]


def _setting(default: Any, words: str) -> Any:
    return field(default=default, metadata={"help": words})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is the option `--name` of `sojourn serve` and the environment variable `SOJOURN_NAME`."""

    data: Path = _setting(Path("data"), "folder of everything durable")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8010, "port to listen on")
    allow: tuple[str, ...] = _setting(
        (), "targets that may be called besides public ones: host:port, host:*, sqlite:PATH (repeatable)"
    )
    ca: Path | None = _setting(None, "file of certificates (PEM) to trust in calls besides the system's authorities")
    clock: ClockKind = _setting("real", "real, or virtual: journey time moves by events and POST /api/clock only")
    time_scale: float = _setting(1.0, "how many times as fast as the real clock journey time runs")
    start_at: str = _setting("", "journey time of the first start (ISO 8601), for scaled and virtual clocks")
    per_host: int = _setting(50, "calls to one host at a time")
    calls: int = _setting(1_000, "calls at a time, all hosts together")
    source_calls: int = _setting(15, "calls a second to each external data source without a capping configuration")
    live_journeys: int = _setting(100, "live journeys in a sandbox at most; publishing another is refused then")
    activities: int = _setting(50, "activities of a journey at most; no more than 200")
    retry_base: float = _setting(0.2, "seconds before the first retry of a call; doubles with each")
    public_url: str = _setting("", "address that browsers reach the server at, where it is another (https://...)")
    oidc_issuer: str = _setting(
        "",
        "issuer to sign in by with OpenID Connect; the client's secret comes from the "
        "variable SOJOURN_OIDC_CLIENT_SECRET",
    )
    oidc_client: str = _setting("", "id of this server as a client of the issuer")
    oidc_profile: str = _setting("", "product profile that users get who sign in there for the first time")
    lake_days: int = _setting(0, "days that the lake keeps step events and records of; 0 keeps them for ever")
    log_level: str = _setting("info", "debug, info, warning or error")


def options() -> list[tuple[str, Any, str]]:
    """(name, default, help) of every setting."""
    return [(each.name, each.default, each.metadata["help"]) for each in fields(Settings)]
