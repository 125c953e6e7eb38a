"""`sojourn serve`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import click

from sojourn.log import configure_logging
from sojourn.settings import Settings, options


def _setting_options(command: Any) -> Any:
    """One option for each setting of the table."""
    for name, default, help_ in reversed(options()):
        kwargs: dict[str, Any] = {"help": help_, "envvar": f"SOJOURN_{name.upper()}", "show_default": True}
        if isinstance(default, tuple):
            kwargs["multiple"] = True
        elif isinstance(default, Path):
            kwargs |= {"type": click.Path(path_type=Path), "default": default}
        elif name == "clock":
            kwargs |= {"type": click.Choice(["real", "virtual"]), "default": default}
        else:
            kwargs |= {"type": type(default), "default": default}
        command = click.option(f"--{name.replace('_', '-')}", name, **kwargs)(command)
    return command


@click.command()
@_setting_options
def serve(**given: Any) -> None:
    """Start the server: streaming inlet, REST API, report page, and the engine."""
    run(Settings(**given))


def run(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM."""
    import uvicorn  # the web stack is only loaded where it is used

    from sojourn.api.app import Application

    configure_logging(settings.log_level)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has stopped gracefully
    application = Application(settings)
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=10,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )


COMMANDS: tuple[click.Command, ...] = (serve,)
