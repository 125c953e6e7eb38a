"""The one page of the first light: every journey's numbers and flow, as they move."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from sojourn import messages
from sojourn.access.permission import Permission
from sojourn.api.gate import principal_of
from sojourn.api.problems import language_of
from sojourn.api.server import Server
from sojourn.journey.document import JourneyDocument

router = APIRouter()
_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=select_autoescape(), trim_blocks=True
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
NUMBERS = ("entered", "completed", "current", "failed", "exited", "stopped")


def html(request: Request, template: str, *, code: int = 200, **values: Any) -> HTMLResponse:
    """A page in the language asked for; no other site may show it in a frame, and nobody keeps it."""
    language = language_of(request)

    def say(code: str, **params: object) -> str:
        return messages.text(code, params, language)

    text = _environment.get_template(template).render(say=say, language=language, **values)
    return HTMLResponse(text, code, headers=_HEADERS)


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request) -> HTMLResponse:
    """The journeys of all sandboxes that one may read, with their numbers where one may read reports."""
    server: Server = request.app.state.server
    who = principal_of(request)
    journeys = []
    if server.shard is not None:
        for sandbox in server.authoring.sandboxes():
            if who.may(Permission.READ_JOURNEYS, sandbox):
                reports = who.may(Permission.READ_REPORTS, sandbox)
                names = server.authoring.project(sandbox).journeys
                journeys += [_view(server, sandbox, name) | {"reports": reports} for name in names]
    status = server.status()
    now = datetime.fromtimestamp(status["clock"]["now"] / 1000, UTC)
    set_aside = len(server.quarantine()) if server.shard and who.administrator else 0
    return html(
        request, "page.html", journeys=journeys, status=status, numbers=NUMBERS, now=now.strftime("%Y-%m-%d %H:%M"),
        quarantined=set_aside, who=who,
    )  # fmt: skip


def _view(server: Server, sandbox: str, name: str) -> dict[str, Any]:
    """A journey for the template: totals, and the newest published version's activities in the order of the flow."""
    found = server.report(sandbox, name)
    version = found["versions"][-1] if found["versions"] else None
    rows = []
    if version is not None:
        body = server.authoring.versions(sandbox, name)[version["version"] - 1].body
        document = JourneyDocument.model_validate_json(body)
        entered = max(version["entered"], 1)
        labels = {id_: activity.label or id_ for id_, activity in document.activities.items()}
        tops = _tops(document)
        for id_ in _in_order(document):
            activity = document.activities[id_]
            counted = version["activities"].get(id_, {})
            arrows = counted.get("arrows", {})
            ways = [
                {"name": path, "to": ", ".join(labels[target] for target in targets),
                 "count": (count := arrows.get(f"{id_}/{path}", 0)), "share": round(100 * count / entered)}
                for path, targets in activity.ways().items()
            ]  # fmt: skip
            rows.append(
                {"id": id_, "type": activity.type, "label": labels[id_], "left": counted.get("left", 0),
                 "current": counted.get("current"), "counted_at": labels.get(tops.get(id_, "")), "ways": ways}
            )  # fmt: skip
        found["description"] = document.description
    return {"sandbox": sandbox, "rows": rows, "status": version["status"] if version else "draft", **found}


def _tops(document: JourneyDocument) -> dict[str, str]:
    """The activities that stand in parallel below another, where those who wait at both are counted."""
    paths = (targets for activity in document.activities.values() for targets in activity.ways().values())
    return {below: targets[0] for targets in paths for below in targets[1:]}


def _in_order(document: JourneyDocument) -> list[str]:
    """Activities breadth first from the start: the order in which people come by them."""
    order, queue = [], [document.start]
    while queue:
        here = queue.pop(0)
        if here not in order:
            order.append(here)
            for targets in document.activities[here].ways().values():
                queue += targets
    return [id_ for id_ in order if document.activities[id_].type != "end"]
