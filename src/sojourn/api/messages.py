"""The REST API of messages: what was written to somebody, what came back, and who is not to be written to [5.7]."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from starlette.concurrency import run_in_threadpool

from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.api.server import Server
from sojourn.api.tracking import tell
from sojourn.errors import InputError, NotFoundError, RuleError
from sojourn.identifiers import digest
from sojourn.journey.request import ChannelKind
from sojourn.message.report import LONGEST, read_report
from sojourn.report.messages import Message
from sojourn.runtime.contacts import plain
from sojourn.store.entry import FeedbackKind, Suppressed
from sojourn.store.journal import Job

router = routes_at("/api", tags=["messages"])
Address = Annotated[str, StringConstraints(min_length=1, max_length=4_200, strip_whitespace=True)]
Word = Annotated[str, StringConstraints(max_length=500)]
MAIL = {"requestBody": {"required": True, "content": {"message/rfc822": {"schema": {"type": "string"}}}}}


class Suppression(BaseModel):
    """An address that is not written to."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelKind
    address: Address = Field(description="of a push `fcm:TOKEN` or `apns:TOKEN`")
    reason: Word = ""


class NewSuppression(Suppression):
    """One that is put on the list: what is no address keeps nobody from being written to."""

    @field_validator("address")
    @classmethod
    def _of_its_channel(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("channel") == "email" and "@" not in value[1:-1]:
            raise RuleError("INFO_RULE_MAIL_ADDRESS")
        if info.data.get("channel") == "push" and value.partition(":")[0] not in ("fcm", "apns"):
            raise RuleError("INFO_RULE_PUSH_ADDRESS")
        return value


class Suppressed_(Suppression):  # noqa: N801 - what is read of it
    """An address on the list, since `at` (epoch ms)."""

    at: int


class Suppressions(BaseModel):
    """A page of the list; `next` leads on, null at the end."""

    suppressions: list[Suppressed_]
    next: str | None


class Said(BaseModel):
    """What became of a message, by its id: the Idempotency-Key that it was sent with."""

    model_config = ConfigDict(extra="forbid")

    message: Annotated[str, StringConstraints(pattern="^[0-9a-f-]{36}$")]
    kind: FeedbackKind
    code: Annotated[str, StringConstraints(max_length=50)] = Field("", description="such as 5.1.1")
    detail: Word = Field("", description="the reason, or the target of a link")


class Taken(BaseModel):
    """How much feedback was taken."""

    accepted: int


class Written(BaseModel):
    """A message; `status` is what was heard of it last, `at` when it was decided on (epoch ms)."""

    id: str
    journey_version: str = Field(serialization_alias="journeyVersionID")
    activity: str
    channel: ChannelKind
    configuration: str
    address: str
    at: int
    status: str


@router.get("/suppressions", name="list suppressions")
def suppressions(
    server: ServerOf, sandbox: Sandbox, after: Annotated[str, Query(max_length=4_300)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    address: Annotated[str, Query(max_length=4_200, description="only this address, on all channels")] = "",
) -> Suppressions:  # fmt: skip
    """The addresses that are not written to, in order: after hard bounces and complaints, or put there by hand."""
    channel, _, last_address = after.partition(":")
    shard = server.require_shard()
    if address:
        rows = shard.rows("suppressions_of", sandbox, address, plain("email", address))
    else:
        rows = shard.rows("suppressions", sandbox, channel, last_address, limit)
    found = [Suppressed_(channel=row[0], address=row[1], reason=row[2], at=row[3]) for row in rows]
    last = f"{rows[-1][0]}:{rows[-1][1]}" if len(rows) == limit and not address else None
    return Suppressions(suppressions=found, next=last)


@router.post("/suppressions", status_code=202, name="add suppression")
def suppress(server: ServerOf, sandbox: Sandbox, body: NewSuppression) -> Suppression:
    """Puts an address on the list."""
    _change(server, sandbox, body, remove=False)
    return body


@router.delete("/suppressions", status_code=202, name="remove suppression")
def release(
    server: ServerOf, sandbox: Sandbox, channel: ChannelKind, address: Annotated[Address, Query()]
) -> Suppression:
    """Takes an address off the list."""
    found = server.require_shard().rows("suppression", sandbox, channel, plain(channel, address))
    if not found:
        raise NotFoundError("ERR_SUPPRESSION_UNKNOWN", field="address", channel=channel)
    body = Suppression(channel=channel, address=address, reason=found[0][0])
    _change(server, sandbox, body, remove=True)
    return body


def _change(server: Server, sandbox: str, body: Suppression, *, remove: bool) -> None:
    address = plain(body.channel, body.address)

    def work(job: Job) -> None:
        job.append(Suppressed(job.at, sandbox, body.channel, address, body.reason, remove))
        # The audit log outlives the person: it holds a hash of the address.
        told = {"channel": body.channel, "address": digest(address).hex()}
        job.record(f"suppression.{'remove' if remove else 'add'}", sandbox, body.channel, None, told)

    server.journal.run(work).result()


@router.post("/feedback", status_code=202, name="report feedback", responses={404: {}})
def feedback(server: ServerOf, body: Annotated[list[Said], Field(min_length=1, max_length=1_000)]) -> Taken:
    """Takes in what a provider, or an app, says of messages. What is said of one again has no effect."""
    for said in body:
        tell(server, said.message, said.kind, said.code, said.detail, once=said.kind not in ("opened", "clicked"))
    return Taken(accepted=len(body))


@router.post("/feedback/mail", status_code=202, name="report mail", openapi_extra=MAIL)
async def mail(server: ServerOf, request: Request) -> Taken:
    """Takes in a mail that came back: a delivery status notification (RFC 3464) or a complaint (RFC 5965)."""
    body = await request.body()
    if len(body) > LONGEST:
        raise InputError("ERR_BODY_SIZE", field="body", size=len(body), limit=LONGEST)
    return await run_in_threadpool(_reported, server, body)


def _reported(server: Server, body: bytes) -> Taken:
    found = read_report(body)
    for each in found:
        tell(server, each.message, each.said, each.code, each.reason, once=True)
    return Taken(accepted=len(found))


@router.get("/journeys/{name}/messages", name="list messages of a person")
def messages(
    server: ServerOf, sandbox: Sandbox, name: str, person: Annotated[str, Query(max_length=2_000)]
) -> list[Written]:
    """What a journey has written to somebody, and what was heard of it."""
    uid = server.authoring.journey_id(sandbox, name)
    shard = server.require_shard()
    numbers = [row[0] for row in shard.rows("journeys") if row[1] == sandbox and row[2] == uid]
    found = [Message(*row) for number in numbers for row in shard.rows("messages_of", number, person)]
    return [
        Written(
            id=each.id, journey_version=each.uid, activity=each.activity, channel=each.channel,
            configuration=each.configuration, address=each.address, at=each.at, status=each.status,
        )
        for each in found
    ]  # fmt: skip
