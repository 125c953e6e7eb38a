"""The one place where the HTTP side is wired together."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import FastAPI
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.concurrency import run_in_threadpool

from sojourn import __version__
from sojourn.api import problems
from sojourn.api.access import router as access_router
from sojourn.api.audit import router as audit_router
from sojourn.api.backtests import router as backtests_router
from sojourn.api.calls import router as calls_router
from sojourn.api.configuring import router as configuring_router
from sojourn.api.documents import router as documents_router
from sojourn.api.expressions import router as expressions_router
from sojourn.api.gate import Gate, declared
from sojourn.api.inlets import router as inlets_router
from sojourn.api.journeys import router as journeys_router
from sojourn.api.keys import router as keys_router
from sojourn.api.lake import router as lake_router
from sojourn.api.limit import limited
from sojourn.api.listing import router as listing_router
from sojourn.api.messages import router as messages_router
from sojourn.api.notices import router as notices_router
from sojourn.api.openapi import complete
from sojourn.api.operations import router as operations_router
from sojourn.api.people import router as people_router
from sojourn.api.privacy import router as privacy_router
from sojourn.api.profiles import router as profiles_router
from sojourn.api.public import capping, rest, throttling
from sojourn.api.public import journeys as public_journeys
from sojourn.api.public.form import collapsed
from sojourn.api.reports import router as reports_router
from sojourn.api.sandboxes import router as sandboxes_router
from sojourn.api.segments import router as segments_router
from sojourn.api.server import Server
from sojourn.api.shadow import router as shadow_router
from sojourn.api.sign_in import router as sign_in_router
from sojourn.api.stays import router as stays_router
from sojourn.api.studio import router as studio_router
from sojourn.api.testers import router as testers_router
from sojourn.api.testing import router as testing_router
from sojourn.api.tracking import router as tracking_router
from sojourn.api.trials import router as trials_router
from sojourn.settings import Settings

_ROUTERS = (
    operations_router,
    sandboxes_router,
    documents_router,
    journeys_router,
    listing_router,
    reports_router,
    stays_router,
    people_router,
    testing_router,
    testers_router,
    shadow_router,
    backtests_router,
    calls_router,
    configuring_router,
    expressions_router,
    trials_router,
    access_router,
    keys_router,
    inlets_router,
    audit_router,
    profiles_router,
    segments_router,
    privacy_router,
    lake_router,
    notices_router,
    messages_router,
    capping.router,
    throttling.router,
    public_journeys.router,
    rest.router,
    tracking_router,
    studio_router,
    sign_in_router,
)


class Application:
    """The ASGI application: the inlet on its own fast way, everything else through FastAPI."""

    def __init__(self, settings: Settings) -> None:
        self.server = Server(settings)
        self.rest = FastAPI(
            title="Sojourn",
            version=__version__,
            summary="Real-time customer journey orchestration",
            description="Errors are problem documents, in Korean with `lang=ko` or by Accept-Language.",
            docs_url="/api/docs",
            redoc_url=None,
            openapi_url="/api/openapi.json",
            lifespan=self._lifespan,
        )
        self.rest.state.server = self.server
        for router in _ROUTERS:
            self.rest.routes.extend(router.routes)
        self.rest.state.needs = declared(self.rest)
        self._gate = Gate(self.rest, self.server.credentials, self.server.cookie)
        problems.install(self.rest)
        plain = self.rest.openapi

        def openapi() -> dict[str, Any]:
            with warnings.catch_warnings():  # FastAPI gives bodies an alias, which pydantic takes no notice of
                warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
                return complete(plain())

        self.rest.openapi = cache(openapi)  # type: ignore[method-assign]

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        self.server.start()
        yield
        await run_in_threadpool(self.server.close)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and "//" in scope["path"]:
            scope = collapsed(scope)
        if scope["type"] == "http" and scope["path"].startswith("/collection/"):
            await self.server.inlet(scope, receive, send)
        else:
            await limited(self._gate, scope, receive, send)
