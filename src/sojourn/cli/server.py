"""`sojourn serve`."""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from sojourn.errors import SojournError
from sojourn.log import configure_logging
from sojourn.messages import text
from sojourn.settings import Settings, options

if TYPE_CHECKING:
    from sojourn.api.app import Application


_TYPES: dict[str, Any] = {
    "ca": click.Path(exists=True, dir_okay=False, path_type=Path),
    "clock": click.Choice(["real", "virtual"]),
    "log_level": click.Choice(["debug", "info", "warning", "error"]),
    "port": click.IntRange(1, 65_535),
    "time_scale": click.FloatRange(0, min_open=True),
    "per_host": click.IntRange(1),
    "calls": click.IntRange(1),
    "source_calls": click.IntRange(1),
    "retry_base": click.FloatRange(0),
}
"""What a setting may be, where its type alone does not say it."""


def _setting_options(command: Any) -> Any:
    """One option for each setting of the table."""
    for name, default, help_ in reversed(options()):
        kwargs: dict[str, Any] = {"help": help_, "envvar": f"SOJOURN_{name.upper()}", "show_default": True}
        if isinstance(default, tuple):
            kwargs["multiple"] = True
        elif isinstance(default, Path):
            kwargs |= {"type": click.Path(path_type=Path), "default": default}
        else:
            kwargs |= {"type": _TYPES.get(name, type(default)), "default": default}
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
    from sojourn.api.protocol import Protocol

    configure_logging(settings.log_level)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again when it has stopped gracefully
    application = Application(settings)
    sockets = _bound(application, settings)
    if link := application.server.first_link():
        click.echo(text("INFO_FIRST_LINK", {"link": link}))
    config = uvicorn.Config(
        application,
        http=Protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=10,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )

    class Ending(uvicorn.Server):
        """Who streams is told first: a stream that goes on would hold up the end."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            application.server.closing = True
            super().handle_exit(sig, frame)

    server = Ending(config)
    with suppress(KeyboardInterrupt):  # raised again after the graceful stop
        server.run(sockets)
    if not server.started:
        sys.exit(1)


def _bound(application: Application, settings: Settings) -> list[socket.socket]:
    """The address's sockets, bound before the engine starts. Raises SojournError when it cannot be listened on."""
    with ExitStack() as undo:
        undo.callback(application.server.close)
        found = []
        try:
            places = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            for family, kind, protocol, _, address in dict.fromkeys(places):
                made = undo.enter_context(socket.socket(family, kind, protocol))
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                made.bind(address)
                found.append(made)
        except (OSError, UnicodeError) as error:
            raise SojournError("ERR_LISTEN", host=settings.host, port=settings.port, detail=str(error)) from error
        undo.pop_all()
        return found


COMMANDS: tuple[click.Command, ...] = (serve,)
