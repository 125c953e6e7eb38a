"""Texts with expressions, links in HTML, signed addresses and reports: what they promise of any input [5.3, 5.7]."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.errors import InputError, NotFoundError
from sojourn.journey.template import UnclosedError, changed, split
from sojourn.message.links import rewrite
from sojourn.message.report import read_report
from sojourn.message.tracking import Tracking
from tests.engine.generator import examples

TRACKING = Tracking(b"k" * 32)
IDS = st.uuids(version=4).map(str)


@given(st.text("ab {}\"'\\\n@"))
@examples(300)
def test_a_text_is_taken_apart_or_refused(source: str) -> None:
    try:
        texts, expressions = split(source)
    except UnclosedError as error:
        assert source.split("\n")[error.line - 1][error.column - 1 :].startswith("{{")
        return
    assert len(texts) == len(expressions) + 1
    assert re.sub(r"\s", "", changed(source, str)) == re.sub(r"\s", "", source)
    assert not any("{{" in text for text in texts)


def test_braces_within_braces() -> None:
    source = "{{@{A.b}}} and {{ \"}}\" + '{{' }} and {{ #{S.g, params: {q: @{A.c}}} }}"
    assert split(source).expressions == ("@{A.b}", "\"}}\" + '{{'", "#{S.g, params: {q: @{A.c}}}")


TAGS = st.lists(
    st.sampled_from(
        [
            "<p>", "</p>", "text & more", '<a href="https://e.org/?a=1&amp;b=2">', "<a class=x HREF='http://e.org'>",
            "<a href=https://e.org/x>", "</a>", '<a href="mailto:a@b.c">', "<a>", "\n",
            "<!-- <a href=\"https://no.org\"> -->", "<a data-href=\"https://no.org\">", "<", "<a href=", "\"",
            "<script>'<a href=\"https://no.org\">'</script>",
        ]
    )
)  # fmt: skip


@given(TAGS)
@examples(300)
def test_links_are_changed_where_they_stand(parts: list[str]) -> None:
    """And nothing else: with each link led back to its target the HTML is what it was."""
    source = "".join(parts)
    found: list[str] = []

    def link(target: str) -> str:
        found.append(target)
        return f"https://t.org/{len(found) - 1}"

    made = rewrite(source, link, None)
    assert all(target.startswith(("http://", "https://")) for target in found)
    back = re.sub(r'"https://t\.org/(\d+)"', lambda match: f'"{html.escape(found[int(match[1])])}"', made)
    plain = re.compile("[\"']")
    assert plain.sub("", back) == plain.sub("", source)
    assert rewrite(source, str, "https://t.org/o?a=1&b=2").count("https://t.org/o?a=1&amp;b=2") == 1


@given(IDS, IDS, st.text(), st.text(), st.binary())
@examples(150)
def test_an_address_is_for_its_one_use(one: str, other: str, target: str, elsewhere: str, key: bytes) -> None:
    token = TRACKING.token("click", one, target)
    assert TRACKING.read("click", token, target) == one
    wrong: list[Callable[[], str]] = [
        lambda: TRACKING.read("open", token, target),
        lambda: Tracking(b"k" + key).read("click", token, target),
        lambda: TRACKING.read("click", token[:-1], target),
    ]
    if elsewhere != target:
        wrong.append(lambda: TRACKING.read("click", token, elsewhere))
    if other != one:
        swapped = TRACKING.token("click", other, target)[:20] + token[20:]
        wrong.append(lambda: TRACKING.read("click", swapped, target))
    for attempt in wrong:
        with pytest.raises(NotFoundError):
            attempt()


@given(st.text())
@examples(100)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(NotFoundError):
        TRACKING.read("open", text)


HEADERS = st.sampled_from(
    [
        b"Content-Type: multipart/report; boundary=x\r\n", b"MIME-Version: 1.0\r\n", b"\r\n", b"--x\r\n", b"--x--\r\n",
        b"Content-Type: message/delivery-status\r\n", b"Content-Type: message/feedback-report\r\n",
        b"Action: failed\r\n", b"Status: 5.1.1\r\n", b"Feedback-Type: abuse\r\n", b"Content-Type: message/rfc822\r\n",
        b"Message-ID: <01234567-89ab-8def-8123-456789abcdef@e.org>\r\n", b"\xff\x00",
        b"Content-Transfer-Encoding: base64\r\n",
    ]
)  # fmt: skip


@given(st.lists(HEADERS | st.binary(max_size=20), max_size=25).map(b"".join))
@examples(400)
def test_any_mail_is_read_or_refused(body: bytes) -> None:
    try:
        found = read_report(body)
    except InputError as error:
        assert error.code == "ERR_REPORT_MAIL"
    else:
        assert found and all(uuid.UUID(each.message) for each in found)
