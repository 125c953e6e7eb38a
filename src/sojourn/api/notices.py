"""The REST API of what tells people of itself: alerts, and answers that are mailed [9.6]."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import Path, Query
from pydantic import BaseModel, Field

from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.lake.alerts import Alert
from sojourn.lake.mailing import Mailing, Runs
from sojourn.schema.document import LETTERS

router = routes_at("/api")


class AlertState(BaseModel):
    """An alert as it is. Moments are epoch ms of journey time."""

    name: str
    alert: dict[str, Any]
    state: Literal["ok", "firing"]
    since: int | None = Field(description="since when it is in this state; null: since it was made")
    value: float | None = Field(description="of the metric when the state last changed")


class AlertChange(BaseModel):
    """A change of an alert's state, and whether everybody has been told."""

    id: int
    at: int
    state: Literal["ok", "firing"]
    value: float | None
    usual: float | None
    told: bool
    note: str


Named = Annotated[str, Path(pattern=rf"^[{LETTERS}0-9_ -]{{1,60}}$")]


@router.get("/alerts", tags=["alerts"])
def alerts(server: ServerOf, sandbox: Sandbox) -> list[AlertState]:
    """The alerts of the sandbox."""
    return [AlertState(**msgspec.structs.asdict(each)) for each in server.alerts.all(sandbox)]


@router.put("/alerts/{name}", tags=["alerts"])
def put_alert(server: ServerOf, sandbox: Sandbox, name: Named, body: Alert) -> AlertState:
    """Makes or changes an alert: a metric over a window, a limit, and who is told."""
    if body.channel is not None:
        server.notifier.channel(sandbox, body.channel)
    server.alerts.put(sandbox, name, body)
    return AlertState(**msgspec.structs.asdict(server.alerts.read(sandbox, name)))


@router.delete("/alerts/{name}", tags=["alerts"], status_code=204)
def delete_alert(server: ServerOf, sandbox: Sandbox, name: Named) -> None:
    """Deletes an alert; its history stays."""
    server.alerts.delete(sandbox, name)


@router.get("/alerts/{name}/history", tags=["alerts"])
def alert_history(
    server: ServerOf, sandbox: Sandbox, name: Named, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> list[AlertChange]:
    """Its changes of state, the latest first."""
    return [AlertChange(**each) for each in server.alerts.history(sandbox, name, limit)]


class MailingState(BaseModel):
    """A mailing as it is. `due` is when it is sent next, epoch ms of journey time."""

    name: str
    mailing: dict[str, Any]
    due: int | None


class MailingRun(BaseModel):
    """One time that a mailing was due (epoch ms of journey time), and who has it."""

    id: int
    due: int
    state: Runs
    told: list[str] = Field(description="the addresses whose server has taken the mail")
    tries: int
    note: str = Field(description="why somebody has it not")


@router.get("/mailings", tags=["mailings"])
def mailings(server: ServerOf, sandbox: Sandbox) -> list[MailingState]:
    """The answers of the sandbox that are mailed again and again."""
    return [MailingState(**msgspec.structs.asdict(each)) for each in server.mailings.all(sandbox)]


@router.put("/mailings/{name}", tags=["mailings"])
def put_mailing(server: ServerOf, sandbox: Sandbox, name: Named, body: Mailing) -> MailingState:
    """Makes or changes a mailing: what is asked, in which form, when, and who gets it. It is asked once, to see."""
    server.notifier.channel(sandbox, body.channel)
    server.mailings.put(sandbox, name, body)
    return MailingState(**msgspec.structs.asdict(server.mailings.read(sandbox, name)))


@router.delete("/mailings/{name}", tags=["mailings"], status_code=204)
def delete_mailing(server: ServerOf, sandbox: Sandbox, name: Named) -> None:
    """Deletes a mailing; its history stays."""
    server.mailings.delete(sandbox, name)


@router.get("/mailings/{name}/history", tags=["mailings"])
def mailing_history(
    server: ServerOf, sandbox: Sandbox, name: Named, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> list[MailingRun]:
    """Each time that it was due, the latest first."""
    return [MailingRun(**msgspec.structs.asdict(each)) for each in server.mailings.history(sandbox, name, limit)]
