"""The REST API of lists of journeys: searched, filtered, ordered, in pages."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from sojourn.api.journeys import Version, version_of
from sojourn.api.request import Sandbox, ServerOf
from sojourn.api.routing import routes_at
from sojourn.authoring.search import SORTS, Listed, Search, search, who
from sojourn.errors import InputError
from sojourn.journey.types import epoch_ms
from sojourn.report.progress import Reached, Status

router = routes_at("/api", tags=["journeys"])

PAGE, LARGEST_PAGE = 30, 1_000
Moment = Annotated[AwareDatetime | None, Query()]


class Use(BaseModel):
    """A document that a version names; of `sourcegroup` the name is SOURCE.GROUP."""

    kind: str
    name: str


class ListedVersion(Version):
    """A version in a list. `startDate` and `endDate` are epoch ms of journey time."""

    name: str
    journey: str = Field(description="the journey's uid")
    latest: bool
    description: str
    tags: list[str]
    namespace: str | None
    starts: str = Field(description="the kind of the first activity: event, segmentQualification, readAudience")
    start_date: int | None = Field(serialization_alias="startDate", description="of the document, else its publication")
    end_date: int | None = Field(serialization_alias="endDate")
    uses: list[Use]
    versions: list[Status] = Field(description="of all versions of its journey, the oldest first")


class VersionPage(BaseModel):
    """A page of versions. `total` is how many there are in the sandbox, `matching` how many were found.

    `statuses` counts, for each status, those that fit all filters but that for the status. Folded, journeys count.
    """

    items: list[ListedVersion]
    total: int
    matching: int
    page: int
    pages: int
    statuses: dict[Status, int]
    tags: list[str] = Field(description="all that there are in the sandbox")
    people: list[str] = Field(description="all who have made or published one")


@router.get("/journey-versions")
def versions(
    server: ServerOf,
    sandbox: Sandbox,
    text: Annotated[str, Query(max_length=200, description="in names, descriptions and tags")] = "",
    status: Annotated[list[Status], Query()] = [],  # noqa: B006 - FastAPI's way
    starts: Annotated[list[str], Query(description="kinds of the first activity")] = [],  # noqa: B006
    tag: Annotated[list[str], Query()] = [],  # noqa: B006
    name: Annotated[list[str], Query(description="names of journeys")] = [],  # noqa: B006
    version: Annotated[
        Literal["all", "latest", "folded"], Query(description="folded: of each journey that version which is in use")
    ] = "all",
    uses: Annotated[list[str], Query(description="documents, all of them: event:Purchase, sourcegroup:A.B")] = [],  # noqa: B006
    createdBy: Annotated[list[str], Query()] = [],  # noqa: B006, N803
    createdFrom: Moment = None,  # noqa: N803
    createdTo: Moment = None,  # noqa: N803
    publishedBy: Annotated[list[str], Query()] = [],  # noqa: B006, N803
    publishedFrom: Moment = None,  # noqa: N803
    publishedTo: Moment = None,  # noqa: N803
    sort: Annotated[str, Query(max_length=200, description="fields by importance, `-` for downwards")] = "-createdAt",
    page: Annotated[int, Query(ge=1, lt=2**31)] = 1,
    size: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
) -> VersionPage:
    """Journey versions: every version is one item, or, folded, every journey.

    Several values of a filter are alternatives, but for `uses`.
    """
    moments = [createdFrom, createdTo, publishedFrom, publishedTo]
    created_from, created_to, published_from, published_to = (epoch_ms(at) if at else None for at in moments)
    wanted = Search(
        text=text,
        statuses=frozenset(status),
        starts=frozenset(starts),
        names=frozenset(name),
        latest=version == "latest",
        folded=version == "folded",
        uses=frozenset(uses),
        tags=frozenset(tag),
        created_by=frozenset(createdBy),
        created_from=created_from,
        created_to=created_to,
        published_by=frozenset(publishedBy),
        published_from=published_from,
        published_to=published_to,
    )
    rows = server.authoring.catalogue(sandbox)
    statuses, reached = server.statuses(sandbox), server.progress.reached(sandbox)
    listed = [Listed(row, statuses(row)) for row in rows]
    found = search(listed, wanted, order_of(sort), page, size)
    states: dict[str, list[Status]] = {each.row.journey: [] for each in found.page}
    for row, status_ in listed:
        if row.journey in states:
            states[row.journey].append(status_)
    return VersionPage(
        items=[
            _item(each, reached.get((each.row.journey, each.row.number)), states[each.row.journey])
            for each in found.page
        ],
        total=len({row.journey for row in rows}) if version == "folded" else len(rows),
        matching=found.matching,
        page=page,
        pages=-(-found.matching // size),
        statuses=found.statuses,
        tags=sorted({tag for row in rows for tag in row.tags}),
        people=sorted({by for row in rows for what in ("created", "lastDeployed") if (by := who(row, what))}),
    )


def order_of(sort: str) -> list[tuple[str, bool]]:
    """Fields and directions: `name,-createdAt`. Raises InputError."""
    found = [(field.removeprefix("-"), field.startswith("-")) for each in sort.split(",") if (field := each.strip())]
    for field, _ in found:
        if field not in SORTS:
            raise InputError("ERR_SORT", field="sort", name=field, known=", ".join(SORTS))
    return found


def _item(listed: Listed, reached: Reached | None, versions: list[Status]) -> ListedVersion:
    """Without a start date of its own a version starts with its publication [6.2]."""
    row = listed.row
    start = row.start if row.start is not None or reached is None else reached.published_at
    uses = [Use(kind=kind, name=name) for kind, _, name in (use.partition(":") for use in sorted(row.uses))]
    return ListedVersion(
        **version_of(row, listed.status).model_dump(),
        name=row.name,
        journey=row.journey,
        latest=row.latest,
        description=row.description,
        tags=list(row.tags),
        namespace=row.namespace,
        starts=row.starts,
        start_date=start,
        end_date=row.end,
        uses=uses,
        versions=versions,
    )
