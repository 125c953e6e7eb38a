"""The REST API of the lake: SQL over what happened [9.5]."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from sojourn.api.request import Sandbox, ServerOf
from sojourn.lake.catalogue import TABLES, leaves
from sojourn.lake.table import MEDIA, Format

router = APIRouter(tags=["lake"])


class QueryBody(BaseModel):
    """A query, and the form of its answer."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(min_length=1, description="one SELECT over the datasets, in Postgres' or Spark's dialect")
    format: Format = "json"
    limit: Annotated[int, Field(ge=1, le=1_000_000)] = Field(10_000, description="rows at most")
    timeout: Annotated[float, Field(gt=0, le=60)] = Field(30.0, description="seconds")


class Column(BaseModel):
    """A column of an answer; `type` is DuckDB's."""

    name: str
    type: str


class Answer(BaseModel):
    """A table. Moments are ISO 8601 in UTC; `truncated` where there are more rows than `limit`."""

    columns: list[Column]
    rows: list[list[Any]]
    truncated: bool


class Dataset(BaseModel):
    """A dataset that SQL can ask, with all fields, each by its dotted path."""

    name: str
    fields: list[Column]


FILES = {media: {"schema": {"type": "string", "format": "binary"}} for name, media in MEDIA.items() if name != "json"}


@router.post("/query", response_model=Answer, responses={200: {"content": FILES}})
def query(server: ServerOf, sandbox: Sandbox, body: QueryBody) -> Response:
    """Runs a query over the sandbox's datasets, seconds old at most [9.5]. It can only read."""
    found = server.ask_lake("query", sandbox, body.sql, server.now(), body.limit, body.timeout, body.format)
    return file(found, body.format, "query")


@router.get("/query/datasets")
def datasets() -> list[Dataset]:
    """What can be asked: the datasets and their fields [9.2, 9.3]."""
    return [
        Dataset(name=name, fields=[Column(name=leaf.path, type=leaf.type) for leaf in leaves(tree)])
        for name, tree in TABLES.items()
    ]


def file(content: bytes, format_: Format, name: str) -> Response:
    """An answer, to be saved where it is no JSON."""
    headers = {} if format_ == "json" else {"content-disposition": f'attachment; filename="{name}.{format_}"'}
    return Response(content, media_type=MEDIA[format_], headers=headers)
