"""What editors ask to see an expression at work: its fields, recent values, a try, and how often it holds."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import BaseModel, Field

from sojourn.api.expressions import EXPECTED, ExpressionBody, Sight, Use, seen
from sojourn.api.problems import language_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.editor.offered import OfferedField, offered
from sojourn.editor.simple import to_text
from sojourn.editor.trial import Imagined, Trial, share
from sojourn.errors import NotFoundError
from sojourn.expression import ExpressionError, to_json
from sojourn.journey.events import compile_event, visible
from sojourn.journey.finding import nearest
from sojourn.journey.plan import EventPlan
from sojourn.runtime.recent import WEEK, recent

router = routes_at("/api", tags=["expressions"])
LOOKED_AT, VALUES, LONGEST = 200, 5, 60
"""Events that samples are taken of, values of each field, characters of a value."""
MOST = 20_000
"""Events that a share is told of."""
NARROW = frozenset({"string", "integer", "decimal", "boolean", "dateOnly", "dateTime", "dateTimeOnly", "duration"})


@router.post("/expressions/fields")
def fields(server: ServerOf, sandbox: Sandbox, body: Sight, request: Request) -> list[OfferedField]:
    """The fields that an expression can look at where it stands."""
    scope, shown = seen(server.project(sandbox), body)
    return offered(shown, scope, language_of(request))


class Samples(BaseModel):
    """Values that a field had lately, the most frequent first."""

    field: str
    values: list[str | int | float | bool]


@router.get("/events/{name}/samples")
def samples(server: ServerOf, sandbox: Sandbox, name: str) -> list[Samples]:
    """Values that the event's fields had in the last 200 events of a week.

    Fields with data-usage labels, and those that say who a person is, show none.
    """
    project = server.project(sandbox)
    plan = _plan(server, sandbox, name)
    document = project.events[name]
    root = visible(project, document)
    assert root is not None  # it compiles
    identities = {tuple(path.split(".")) for path in project.schemas[document.schema_].identities}
    shown = {
        path
        for path, leaf in root.leaves()
        if leaf.kind in NARROW
        and path not in identities
        and path[0] not in ("_id", "identityMap")
        and not root.labels_at(path)
    }
    found: dict[tuple[str, ...], Counter[Any]] = {path: Counter() for path in shown}
    for _, payload in recent(server.settings.data / "journal.db", sandbox, plan, server.now() - WEEK, LOOKED_AT):
        for path in shown:
            here: Any = payload
            for step in path:
                here = here.get(step) if isinstance(here, dict) else None
            if here is not None and not isinstance(here, dict | list) and len(str(here)) <= LONGEST:
                found[path][here] += 1
    return [
        Samples(field=".".join(path), values=[value for value, _ in values.most_common(VALUES)])
        for path, values in sorted(found.items())
        if values
    ]


class TryBody(ExpressionBody):
    """An expression, and what it is tried on."""

    payloads: dict[str, Any] = Field({}, description="by event, the payload that was heard last")
    segments: list[str] = Field([], description="the segments that the person is in")


class Outcome(BaseModel):
    """What an expression gave: its value, or why there is none. `empty` are the fields that no payload gives."""

    type: str
    value: Any = None
    error: str | None = None
    empty: list[str] = []


@router.post("/expressions/try")
def try_out(server: ServerOf, sandbox: Sandbox, body: TryBody, request: Request) -> Outcome:
    """Evaluates an expression on payloads; what is no event's, such as data sources, is empty."""
    trial = _trial(server, sandbox, body)
    now = datetime.fromtimestamp(server.now() / 1000, UTC)
    found = trial.on(body.payloads, Imagined(now, frozenset(body.segments)))
    error = found.error.text(language_of(request)) if found.error is not None else None
    return Outcome(type=str(trial.type), value=to_json(found.value), error=error, empty=list(trial.others))


class ShareBody(ExpressionBody):
    """A condition whose share is asked for."""

    use: Use = "condition"


class Shared(BaseModel):
    """Of how many of the last week's events a condition was true.

    `why` says why there is no share: it looks at the fields of `none` or `several` events, or at `other` things.
    """

    event: str | None = None
    events: int = 0
    true: int = 0
    failed: int = 0
    since: int | None = Field(None, description="the oldest of them, epoch ms of journey time")
    why: Literal["none", "several", "other"] | None = None


@router.post("/expressions/share")
def share_of(
    server: ServerOf,
    sandbox: Sandbox,
    body: ShareBody,
    most: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Shared:
    """How often a condition on the fields of one event held for the last week's events, the newest `most` of them."""
    trial = _trial(server, sandbox, body)
    if trial.others or trial.asks_segments:
        return Shared(why="other")
    if len(trial.events) != 1:
        return Shared(why="several" if trial.events else "none")
    (event,) = trial.events
    plan = _plan(server, sandbox, event)
    oldest = [server.now()]

    def payloads() -> Any:
        for at, payload in recent(server.settings.data / "journal.db", sandbox, plan, oldest[0] - WEEK, most):
            oldest[0] = at
            yield datetime.fromtimestamp(at / 1000, UTC), payload

    found = share(trial, event, payloads())
    return Shared(event=event, events=found.events, true=found.true, failed=found.failed, since=oldest[0])


def _trial(server: Server, sandbox: str, body: ExpressionBody) -> Trial:
    scope, _ = seen(server.project(sandbox), body)
    text = to_text(body.simple, scope) if body.simple is not None else body.text or ""
    try:
        return Trial(text, scope, EXPECTED[body.use])
    except ExpressionError as error:
        error.field = "text"
        raise


def _plan(server: Server, sandbox: str, name: str) -> EventPlan:
    project = server.project(sandbox)
    document = project.events.get(name)
    plan = compile_event(project, document)[0] if document is not None else None
    if plan is None:
        raise NotFoundError("ERR_EVENT_UNKNOWN", field="event", name=name, known=nearest(project.events, name))
    return plan
