"""The REST API of the lake: SQL over what happened, and metrics [9.5, 9.6]."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sojourn.api.problems import language_of
from sojourn.api.reports import epoch
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.lake.catalogue import TABLES, leaves
from sojourn.lake.question import Question, fits
from sojourn.lake.table import MEDIA, Format
from sojourn.messages import label
from sojourn.report.definitions import DIMENSIONS, METRICS

router = routes_at("/api", tags=["lake"])


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


class MetricsBody(BaseModel):
    """What is asked: any metrics by any dimensions that fit them."""

    model_config = ConfigDict(extra="forbid")

    metrics: list[str] = Field(min_length=1, max_length=50)
    dimensions: list[str] = Field([], max_length=5)
    since: AwareDatetime | None = Field(None, description="beginning of the range; left out, from the first step on")
    until: AwareDatetime | None = Field(None, description="its end, not included; left out, until now")
    grain: Literal["all", "hour", "day", "week", "month"] = Field("all", description="pieces of time, a row for each")
    zone: str = Field("UTC", description="the time zone in which days, weeks and months begin")
    filters: dict[str, list[str | None]] = Field({}, description="by dimension, the values that are kept")
    order: str = Field("", description="a metric, a dimension or `time`; `-` before it for the largest first")
    limit: Annotated[int, Field(ge=1, le=100_000)] = 10_000
    format: Format = "json"

    def question(self) -> Question:
        return Question(
            metrics=tuple(self.metrics), dimensions=tuple(self.dimensions), since=epoch(self.since),
            until=epoch(self.until), grain=self.grain, zone=self.zone, filters=self.filters,
            order=self.order, limit=self.limit,
        )  # fmt: skip


class MetricShown(BaseModel):
    """A metric or a dimension; `text` says what it is, in the language of the request."""

    name: str
    text: str
    kind: str = Field("", description="count, rate, level, people or time; empty for a dimension")
    unit: str = Field("", description="number, share or ms")
    dimensions: list[str] = Field([], description="the dimensions that a metric can be told apart by")


class Catalogue(BaseModel):
    """All that can be asked."""

    metrics: list[MetricShown]
    dimensions: list[MetricShown]


@router.post("/metrics", response_model=Answer, responses={200: {"content": FILES}})
def metrics(server: ServerOf, sandbox: Sandbox, body: MetricsBody) -> Response:
    """Metrics by dimensions over a range, by a grain of time, for all journeys or those filtered [9.6].

    Live figures are those of a range that ends now; all-time ones those without a range. People in tests are in none.
    """
    return file(server.ask_lake("metrics", sandbox, body.question(), body.format), body.format, "metrics")


@router.get("/metrics")
def metrics_known(request: Request) -> Catalogue:
    """The metrics and dimensions that there are."""
    language = language_of(request)
    return Catalogue(
        metrics=[
            MetricShown(
                name=name, text=label("INFO_METRIC_", name, language), kind=metric.kind, unit=metric.unit,
                dimensions=[each for each in DIMENSIONS if fits(name, each)],
            )
            for name, metric in METRICS.items()
        ],
        dimensions=[MetricShown(name=name, text=label("INFO_DIMENSION_", name, language)) for name in DIMENSIONS],
    )  # fmt: skip


def file(content: bytes, format_: Format, name: str) -> Response:
    """An answer, to be saved where it is no JSON."""
    headers = {} if format_ == "json" else {"content-disposition": f'attachment; filename="{name}.{format_}"'}
    return Response(content, media_type=MEDIA[format_], headers=headers)
