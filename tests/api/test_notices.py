"""Alerts and mailings over HTTP, with a mail server and a webhook that are there [9.6]."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ..support.mail_server import mail_server
from ..support.server import wait
from .conftest import Sandbox
from .test_query import STEP, asked  # noqa: F401


@contextmanager
def webhook() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """A server that takes what is posted to it: its port, and what came."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_who_is_told(asked: Sandbox) -> None:  # noqa: F811
    """An alert fires and is told by webhook and mail; a mailing brings its answer, once to each, as files."""
    with mail_server() as mails, webhook() as (port, heard):
        mails.refusals["late@x.org"] = "451 4.3.0 not now"
        email = {"host": "127.0.0.1", "port": mails.port, "security": "none",
                 "from": {"name": "소저너", "address": "reports@x.org"}}  # fmt: skip
        asked.good("POST", "/api/apply", {"channels": [{"name": "mails", "email": email}]})
        url = f"http://127.0.0.1:{port}/hook"
        alert = {"metric": "discardRate", "filters": {"journey": ["asked"]}, "above": 0.2, "webhook": url,
                 "email": ["ops@x.org"], "channel": "mails"}  # fmt: skip
        assert asked.ask("PUT", "/api/alerts/lost", alert | {"channel": "none"}).body["code"] == "ERR_ALERT_NO_CHANNEL"
        asked.good("PUT", "/api/alerts/lost", alert)
        once = {"schedule": {"every": "once"}, "channel": "mails"}
        asked.good("PUT", "/api/mailings/who", {
            "sql": f'SELECT {STEP}.profileID AS "고객" FROM journey_step_events WHERE {STEP}.entrance ORDER BY 1',
            "format": "csv", "email": ["ann@x.org", "late@x.org"], "subject": "고객 목록", **once,
        })  # fmt: skip
        figures = {"metrics": ["entered", "discarded"], "dimensions": ["journey"]}
        asked.good("PUT", "/api/mailings/numbers", {"figures": figures, "email": ["ann@x.org"], **once})
        refused = asked.ask(
            "PUT", "/api/mailings/bad", {"sql": "SELECT nothing FROM journeys", "email": ["a@x.org"], **once}
        )
        assert (refused.status, refused.body["code"]) == (400, "ERR_QUERY_FAILED")
        refused = asked.ask("PUT", "/api/mailings/bad", {"email": ["a@x.org"], **once}, lang="ko")
        assert refused.status in (400, 422) and "정기 메일" in json.dumps(refused.body, ensure_ascii=False)

        wait(lambda: len(mails.received) >= 3 and bool(heard), 60)
        mails.refusals.clear()
        wait(lambda: len(mails.received) >= 4, 30)

        (told,) = heard
        assert (told["alert"], told["state"], told["metric"], told["value"]) == ("lost", "firing", "discardRate", 0.25)
        by_mail: dict[tuple[str, str], EmailMessage] = {
            (one.recipients[0], one.mail["Subject"]): one.mail for one in mails.received
        }
        assert len(by_mail) == len(mails.received) == 4
        to_ops = next(mail for (to, _), mail in by_mail.items() if to == "ops@x.org")
        assert "lost" in to_ops.get_content() and "알림" in to_ops.get_content()
        assert "소저너" in to_ops["From"]
        for to in ("ann@x.org", "late@x.org"):
            (attached,) = by_mail[to, "고객 목록"].iter_attachments()
            assert attached.get_content_type() == "text/csv" and (attached.get_filename() or "").endswith(".csv")
            text = attached.get_payload(decode=True).decode("utf-8-sig")  # type: ignore[union-attr]
            assert list(csv.reader(io.StringIO(text))) == [["고객"], ["ann"], ["bob"], ["cid"]]
        numbers = next(mail for (to, subject), mail in by_mail.items() if subject.startswith("numbers "))
        (attached,) = numbers.iter_attachments()
        assert attached.get_payload(decode=True)[:2] == b"PK"  # type: ignore[index]

        wait(lambda: asked.good("GET", "/api/mailings/who/history")[0]["state"] == "sent", 20)  # type: ignore[index]
        runs: Any = asked.good("GET", "/api/mailings/who/history")
        (run,) = runs
        assert run["told"] == ["ann@x.org", "late@x.org"] and run["tries"] >= 2
        states: Any = asked.good("GET", "/api/mailings")
        assert [(each["name"], each["due"]) for each in states] == [("numbers", None), ("who", None)]
        changes: Any = asked.good("GET", "/api/alerts/lost/history")
        (change,) = changes
        assert change["state"] == "firing" and change["told"]
    audit: Any = asked.good("GET", "/api/audit?limit=200&order=newest")
    actions = {each["action"] for each in audit["entries"] if each["sandbox"] == asked.name}
    assert {"alert.write", "alert.firing", "mailing.write", "mailing.sent"} <= actions
    asked.good("DELETE", "/api/alerts/lost")
    asked.good("DELETE", "/api/mailings/who")
    assert asked.ask("DELETE", "/api/mailings/who").status == 404


def test_a_journey_that_is_renamed_is_watched_on(sandbox: Sandbox) -> None:
    """Alerts and mailings ask for it by its new name; those about other journeys stay as they are."""
    sandbox.good("PUT", "/api/journeys/old", {"name": "old", "start": "a", "activities": {"a": {"type": "end"}}})
    channel = {"name": "mails", "email": {"host": "127.0.0.1", "security": "none", "from": {"address": "a@x.org"}}}
    sandbox.good("POST", "/api/apply", {"channels": [channel]})
    for name, watched in (("one", ["old"]), ("both", ["other", "old"]), ("none", ["other"])):
        alert = {"metric": "entered", "below": 1, "filters": {"journey": watched, "version": ["old"]}}
        sandbox.good("PUT", f"/api/alerts/{name}", alert)
    figures = {"metrics": ["entered"], "filters": {"journey": ["old"]}}
    monthly = {"schedule": {"every": "day", "at": "03:00"}, "email": ["a@x.org"], "channel": "mails"}
    sandbox.good("PUT", "/api/mailings/daily", {"figures": figures, **monthly})
    [before] = sandbox.ask("GET", "/api/mailings").body
    sandbox.good("POST", "/api/journeys/old/rename", {"name": "new"})
    found = {each["name"]: each["alert"]["filters"] for each in sandbox.ask("GET", "/api/alerts").body}
    assert {name: filters["journey"] for name, filters in found.items()} == {
        "both": ["other", "new"],
        "none": ["other"],
        "one": ["new"],
    }
    assert found["one"]["version"] == ["old"]
    [after] = sandbox.ask("GET", "/api/mailings").body
    assert (after["mailing"]["figures"]["filters"], after["due"]) == ({"journey": ["new"]}, before["due"])
