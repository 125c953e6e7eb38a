"""A journey that writes to people on a running server, over real SMTP, and what comes back over HTTP [5.3, 5.7]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from sojourn.message.tracking import Tracking
from tests.support.endpoint import Endpoint
from tests.support.http import request
from tests.support.mail_server import MailServer, mail_server
from tests.support.server import RunningServer, wait

from .world import DOCUMENTS, MAIL

LINK = "https://shop.example.org/?a=1&b=2"


class World(NamedTuple):
    server: RunningServer
    mails: MailServer
    endpoint: Endpoint


def documents(smtp: int, server: int, endpoint: int) -> dict[str, Any]:
    base = f"http://127.0.0.1:{server}"
    email = {
        "host": "127.0.0.1", "port": smtp, "security": "none", "from": {"address": "shop@example.org"},
        "tracking": base, "bounces": "bounces@example.org",
    }  # fmt: skip
    html = f'<a href="{LINK.replace("&", "&amp;")}">Shop</a> <a href="sojourn:unsubscribe">No more</a>'
    activities = {
        "s": {"type": "event", "event": "Buy", "next": "m"},
        "m": MAIL | {"html": html, "next": {"then": ["c", "f"], "error": "e"}},
        "c": {"type": "reaction", "message": "m", "what": "clicked", "timeout": "P1D", "next": "u"},
        "f": {"type": "reaction", "message": "m", "what": "failed", "next": "e"},
        "u": {"type": "updateProfile", "dataset": "people", "field": "nick", "value": "'clicked'"},
        "e": {"type": "end"},
    }
    journey = {"name": "j", "namespace": "CRMID", "start": "s", "activities": activities}
    slow = {
        "s": {"type": "event", "event": "Ask", "next": "m"},
        "m": MAIL | {"text": "Hi", "html": html, "next": "h"},
        "h": {"type": "webhook", "url": f"http://127.0.0.1:{endpoint}/hook", "next": "c"},
        "c": {"type": "reaction", "message": "m", "what": "clicked"},
    }
    return {
        "schemas": DOCUMENTS["schema"],
        "datasets": DOCUMENTS["dataset"],
        "sources": DOCUMENTS["source"],
        "events": DOCUMENTS["event"],
        "channels": [{"name": "news", "email": email}],
        "journeys": [journey, journey | {"name": "slow", "activities": slow, "timeout": "PT30S"}],
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = RunningServer(tmp_path_factory.mktemp("messages"))
    with mail_server() as mails:
        server.start()
        try:
            endpoint = Endpoint()
            server.publish(documents(mails.port, server.port, endpoint.port))
            yield World(server, mails, endpoint)
            endpoint.close()
        finally:
            server.kill()


def buys(world: World, who: str) -> EmailMessage:
    """Somebody buys, and the mail that they get."""
    count = len(world.mails.received)
    send(world, who)
    wait(lambda: len(world.mails.received) > count, 20)
    world.server.wait_settled()
    return world.mails.received[-1].mail


def send(world: World, who: str, event: str = "Buy") -> None:
    """Somebody with an address buys."""
    known = {"crm": who, "personalEmail": {"address": f"{who}@example.org"}}
    entity = {"_id": who, "timestamp": "2024-01-01T00:00:00Z", "eventType": event, "_t": {"who": who, "what": "tea"}}
    person = {"header": {"datasetId": "people"}, "body": {"xdmEntity": known}}
    world.server.send([person, {"body": {"xdmEntity": entity}}])


def call(world: World, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    """A request as a reader's program makes it, from nobody."""
    connection = HTTPConnection("127.0.0.1", world.server.port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = answer.status, dict(answer.headers), answer.read()
    connection.close()
    return found


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def addresses(mail: EmailMessage) -> tuple[str, str, str]:
    """The paths of the pixel, of the link and of unsubscribing."""
    *_, markup = mail.iter_parts()
    found = re.findall(r'(?:href|src)="([^"]*)"', markup.get_content().replace("&amp;", "&"))
    link, leave, pixel = map(path_of, found)
    assert path_of(mail["List-Unsubscribe"].strip("<>")) == leave
    return pixel, link, leave


def steps(world: World, who: str, journey: str = "j") -> list[str]:
    found = world.server.get(f"/api/journeys/{journey}/steps?limit=200&person={who}")["steps"]
    events = [each["_experience"]["journeyOrchestration"]["stepEvents"] for each in found]
    return [f"{each['nodeID']} {each['stepStatus']}" for each in events]


def messages(world: World, who: str) -> list[str]:
    found = world.server.get(f"/api/journeys/j/messages?person={who}")
    return [each["status"] for each in found]


def test_a_reader_clicks(world: World) -> None:
    mail = buys(world, "ann")
    pixel, link, _ = addresses(mail)
    assert steps(world, "ann") == ["s transitions", "m transitions"]
    status, headers, body = call(world, "GET", pixel)
    assert (status, headers["content-type"], body[:3]) == (200, "image/gif", b"GIF")
    status, headers, _ = call(world, "GET", link)
    assert (status, headers["location"]) == (302, LINK)
    world.server.wait_settled()
    assert steps(world, "ann")[2:] == ["c transitions", "u endStep"]
    assert messages(world, "ann") == ["sent"]


def test_addresses_lead_nowhere_else(world: World) -> None:
    pixel, link, leave = addresses(buys(world, "eve"))
    other = link.replace("shop.example.org", "evil.example.org")
    before = world.server.status()["log"]["last"]
    for path in (other, link.partition("?")[0] + "?to=https%3A%2F%2Fevil.example.org", pixel.replace("/o/", "/u/")):
        assert call(world, "GET", path)[0] == 404
    assert call(world, "GET", link.partition("?")[0])[0] == 422
    assert call(world, "POST", leave[:-1] + ("A" if leave[-1] != "A" else "B"))[0] == 404
    assert call(world, "GET", "/t/o/x")[0] == 404
    assert call(world, "GET", leave)[0] == 200  # asks first: programs follow links
    assert world.server.status()["log"]["last"] == before


def test_one_click_unsubscribes(world: World) -> None:
    """RFC 8058: a POST with nothing but that, and nobody signed in."""
    _, _, leave = addresses(buys(world, "ben"))
    for _ in range(2):
        status, _, page = call(world, "POST", leave, b"List-Unsubscribe=One-Click")
        assert status == 200 and b"unsubscribed" in page
    world.server.wait_settled()
    profile = world.server.get("/api/profiles?namespace=CRMID&id=ben")
    assert profile["attributes"]["consents"]["marketing"]["email"]["val"] == "n"


def report(mail: EmailMessage, kind: str, *parts: str) -> bytes:
    """A multipart/report about a mail of ours, as a mail server makes it."""
    original = f"Message-ID: {mail['Message-ID']}\r\nSubject: Hi\r\n\r\n"
    types = [f"Content-Type: message/{kind}\r\n\r\n{part}" for part in parts]
    types += [f"Content-Type: message/rfc822\r\n\r\n{original}"]
    bodies = "".join(f"--x\r\n{part}\r\n" for part in ["Content-Type: text/plain\r\n\r\nSorry", *types])
    kind = f"multipart/report; report-type={kind}; boundary=x"
    head = f"From: a@example.net\r\nTo: bounces@example.org\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n"
    return f"{head}{bodies}--x--\r\n".encode()


def test_mails_that_come_back(world: World) -> None:
    failed = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; x\r\nAction: failed\r\nStatus: {}\r\n"
    cases = [
        ("cid", "delivery-status", failed.format("5.1.1"), "hardBounce"),
        ("dan", "delivery-status", failed.format("5.2.2"), "softBounce"),
        ("fay", "delivery-status", failed.format("4.0.0").replace("failed", "delayed"), "delayed"),
        ("gus", "feedback-report", "Feedback-Type: abuse\r\nUser-Agent: X\r\nVersion: 1\r\n", "sent"),
    ]
    for who, kind, part, status in cases:
        raw = report(buys(world, who), kind, part)
        for _ in range(2):  # reports come again
            answer = request(world.server.port, "POST", "/api/feedback/mail", raw=raw)
            assert (answer.status, answer.body) == (202, {"accepted": 1})
        world.server.wait_settled()
        assert messages(world, who)[-1] == status
    found = world.server.get("/api/suppressions")["suppressions"]
    assert {each["address"]: each["reason"] for each in found} == {
        "cid@example.org": "hardBounce", "gus@example.org": "complaint"
    }  # fmt: skip
    assert steps(world, "cid")[-1] == "f endStep"
    assert request(world.server.port, "DELETE", "/api/suppressions?channel=email&address=CID@example.org").status == 202
    world.server.wait_settled()
    assert [each["address"] for each in world.server.get("/api/suppressions")["suppressions"]] == ["gus@example.org"]


NONE = b"Content-Type: multipart/report; boundary=x\r\n\r\n--x"


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe" * 50, b"From: a\r\n\r\nI am on holiday", NONE])
def test_mails_that_report_nothing(world: World, raw: bytes) -> None:
    answer = request(world.server.port, "POST", "/api/feedback/mail", raw=raw)
    assert (answer.status, answer.body["code"]) == (400, "ERR_REPORT_MAIL")


def test_a_server_that_refuses(world: World) -> None:
    """[5.7, 6.24] The person takes the error path, and is not written to again."""
    world.mails.refusals["hal@example.org"] = "550 5.1.1 No such user"
    send(world, "hal")
    wait(lambda: steps(world, "hal") == ["s transitions", "m error"], 20)
    event = world.server.get("/api/journeys/j/steps?limit=200&person=hal")["steps"][-1]
    told = event["_experience"]["journeyOrchestration"]["stepEvents"]
    assert (told["actionType"], told["actionExecutionErrorCode"], told["attempts"]) == ("email", "550", 1)
    assert messages(world, "hal") == ["hardBounce"]
    body = [{"message": world.server.get("/api/journeys/j/messages?person=hal")[0]["id"], "kind": "delivered"}]
    assert request(world.server.port, "POST", "/api/feedback", body).status == 202
    unknown = [{"message": "01234567-89ab-8def-8123-456789abcdef", "kind": "opened"}]
    assert request(world.server.port, "POST", "/api/feedback", unknown).status == 404


def test_a_provider_reports(world: World) -> None:
    """[5.7] At the address that it was given with the message, in its own words, as a form or as JSON."""
    message = buys(world, "lea")["Message-ID"][1:37]
    path = f"/t/f/{Tracking.of(world.server.data).token('callback', message)}"
    assert call(world, "POST", path, b"MessageStatus=whatever")[0] == 400
    assert call(world, "POST", path, b"\xff{")[0] == 400
    assert call(world, "POST", path, b'{"status": "DELIVRD"}')[0] == 204
    world.server.wait_settled()
    assert messages(world, "lea") == ["delivered"]
    assert call(world, "POST", path, b"MessageStatus=undelivered&ErrorCode=5.1.1")[0] == 204
    world.server.wait_settled()
    assert messages(world, "lea") == ["hardBounce"] and steps(world, "lea")[-1] == "f endStep"
    assert call(world, "POST", path.replace("/f/", "/u/"), b"x=1")[0] == 404


def test_what_may_change_in_use(world: World) -> None:
    """[5.2] Where mails go and from whom, but not what kind of messages they are."""
    port = world.server.port
    channel = world.server.get("/api/channels/news")
    channel["email"]["from"]["name"] = "The shop"
    assert request(port, "PUT", "/api/channels/news", channel).status == 200
    sms = {"url": "https://sms.example.com/", "body": {"to": {"param": "to"}, "text": {"param": "text"}}}
    answer = request(port, "PUT", "/api/channels/news", {"name": "news", "sms": sms})
    assert answer.status == 422 and "ERR_CHANGE_IN_USE" in str(answer.body)
    assert request(port, "DELETE", "/api/channels/news").status == 409
    assert request(port, "POST", "/api/channels/news/rename", {"name": "letters"}).status == 200
    world.server.wait_settled()
    assert buys(world, "moe")["From"] == "The shop <shop@example.org>"
    assert world.server.get("/api/journeys/j")["document"]["activities"]["m"]["channel"] == "letters"
    assert request(port, "POST", "/api/channels/letters/rename", {"name": "news"}).status == 200
    world.server.wait_settled()


def asked(world: World, sql: str) -> list[Any]:
    """The rows of a query."""
    found: list[Any] = world.server.post("/api/query", {"sql": sql})["rows"]
    return found


def test_what_became_of_messages_is_in_the_lake(world: World) -> None:
    """[9.5] In the datasets and fields of the original, and once for each thing that happened."""
    mail = buys(world, "kim")
    pixel, link, leave = addresses(mail)
    for path in (pixel, pixel, link):
        call(world, "GET", path)
    call(world, "POST", leave)
    world.server.wait_settled()
    of = "_experience.customerJourneyManagement"
    mine = f"{of}.messageExecution.messageExecutionID = '{mail['Message-ID'][1:37]}'"
    feedback = asked(
        world,
        f"SELECT {of}.messageDeliveryfeedback.feedbackStatus, {of}.emailChannelContext.address, "
        f"{of}.messageExecution.messageType FROM cjm_message_feedback_event_dataset WHERE {mine}",
    )
    assert feedback == [["sent", "kim@example.org", "marketing"]]
    tracking = asked(
        world,
        f"SELECT {of}.messageInteraction.interactionType, count(*), max({of}.messageInteraction.label) "
        f"FROM cjm_email_tracking_experience_event_dataset WHERE {mine} GROUP BY 1 ORDER BY 1",
    )
    assert tracking == [["click", 1, LINK], ["open", 2, None], ["unsubscribe", 1, None]]


def test_a_shadow_decides_as_live_does(world: World) -> None:
    """[5.6, 6.33] Who is suppressed, has opted out or was written to too often is skipped in both, and a shadow counts
    for nobody: what the live version sends in its place does not stand in its way, nor its own in that of others."""
    made = documents(world.mails.port, world.server.port, world.endpoint.port)
    ways = {"next": {"then": "e", "error": "e"}}
    first: dict[str, Any] = {
        "s": {"type": "event", "event": "Buy", "next": "m"},
        "m": MAIL | ways,
        "e": {"type": "end"},
    }
    journey: dict[str, Any] = {"name": "j", "namespace": "CRMID", "start": "s", "activities": first}
    other = journey | {"name": "other", "activities": first | {"s": {"type": "event", "event": "Ask", "next": "m"}}}
    other["activities"]["m"] = MAIL | ways | {"text": "Hi", "html": "<p>Hi</p>"}
    made |= {"journeys": [journey, other]}
    made["rulesets"] = [{"name": "r", "everywhere": True, "frequency": [{"limit": 1, "period": "P1D"}]}]
    here = {"x-sandbox-name": "beside"}

    def ask(method: str, path: str, body: object = None) -> Any:
        answer = request(world.server.port, method, path, body, headers=here)
        assert answer.status < 300, answer
        return answer.body

    def event(name: str, who: str, number: int) -> dict[str, Any]:
        entity = {"_id": f"{name}{who}{number}", "timestamp": "2024-01-01T00:00:00Z", "eventType": name}
        return {"body": {"xdmEntity": entity | {"_t": {"who": who, "what": "tea"}}}}

    assert request(world.server.port, "POST", "/api/sandboxes", {"name": "beside"}).status == 201
    ask("POST", "/api/apply", made)
    for name in ("j", "other"):
        ask("POST", f"/api/journeys/{name}/publish")
    ask("PUT", "/api/journeys/j", journey | {"activities": first | {"m": first["m"] | {"text": "Thanks."}}})
    ask("POST", "/api/journeys/j/shadow")
    ask("POST", "/api/suppressions", {"channel": "email", "address": "sam@example.org", "reason": "by phone"})
    messages: list[dict[str, Any]] = []
    for who in ("fay", "sam", "kay", "opt"):
        known: dict[str, Any] = {"crm": who, "personalEmail": {"address": f"{who}@example.org"}}
        if who == "opt":
            known["consents"] = {"marketing": {"email": {"val": "n"}}}
        messages.append({"header": {"datasetId": "people"}, "body": {"xdmEntity": known}})
    messages += [event("Ask", "kay", 1)]
    messages += [event("Buy", who, number) for number in (1, 2) for who in ("fay", "sam", "kay", "opt")]
    count = len(world.mails.received)
    for message in messages:
        assert request(world.server.port, "POST", "/collection/beside", message).status == 200
    wait(lambda: ask("GET", "/api/journeys/j/report")["completed"] == 8, 20)
    world.server.wait_settled()
    found = ask("GET", "/api/journeys/j/shadow")
    live, shadow = found["live"]["actions"]["news"], found["shadow"]["actions"]["news"]
    assert (live["ok"], live["skipped"]) == (1, 7)
    assert (shadow["ok"], shadow["skipped"]) == (1, 7)
    assert {mail.mail["To"] for mail in world.mails.received[count:]} == {"kay@example.org", "fay@example.org"}
    assert len(world.mails.received) == count + 2
    ask("DELETE", "/api/journeys/j/shadow")
    wait(lambda: ask("GET", "/api/journeys/j/shadow")["state"] == "off", 20)


def test_feedback_while_a_call_is_open(world: World) -> None:
    """[6.14, 6.18] It waits for the answer, and then counts for the reaction that the person comes to."""
    count = len(world.mails.received)
    send(world, "joe", "Ask")
    wait(lambda: len(world.mails.received) > count and len(world.endpoint.calls) == 1, 20)
    _, link, _ = addresses(world.mails.received[-1].mail)
    assert call(world, "GET", link)[0] == 302
    assert steps(world, "joe", "slow") == ["s transitions", "m transitions"]
    world.endpoint.open()
    wait(lambda: steps(world, "joe", "slow")[2:] == ["h transitions", "c endStep"], 20)


def test_a_mail_that_goes_out_again_is_the_same(world: World) -> None:
    """[5.4] Killed before the server's answer was here: its id and all that is signed in it are what they were."""
    count = len(world.mails.received)
    world.mails.silent = True
    send(world, "ned")
    wait(lambda: len(world.mails.received) > count, 20)
    world.server.kill()
    world.mails.silent = False
    world.server.start()
    wait(lambda: len(world.mails.received) == count + 2, 20)
    world.server.wait_settled()
    first, second = (each.mail for each in world.mails.received[count:])
    assert first["Message-ID"] == second["Message-ID"] and addresses(first) == addresses(second)
    assert steps(world, "ned") == ["s transitions", "m transitions"] and messages(world, "ned") == ["sent"]


def test_feedback_outlives_a_kill(world: World) -> None:
    """[5.7] What was answered is in the log; each is taken in once."""
    pixel, link, _ = addresses(buys(world, "ida"))
    assert call(world, "GET", link)[0] == 302
    world.server.kill()
    world.server.start()
    world.server.wait_settled()
    assert steps(world, "ida")[-2:] == ["c transitions", "u endStep"]
    assert call(world, "GET", pixel)[0] == 200
    held = world.server.get("/api/privacy/access?namespace=CRMID&id=ida")
    assert [each["address"] for each in held["journeys"][0]["messages"]] == ["ida@example.org"]
    token = world.server.post("/api/privacy/delete", {"namespace": "CRMID", "id": "ida"})["token"]
    wait(lambda: bool(world.server.get(f"/api/privacy/deletes/{token}")["done"]), 30)
    assert messages(world, "ida") == []
    assert call(world, "GET", pixel)[0] == 404
    assert parse_qs(urlsplit(link).query)["to"] == [LINK]
