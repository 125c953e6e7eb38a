"""`sojourn`: every command. Exit 0 for success, 1 for failure, 2 for bad input, with one readable line [12.1]."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from sojourn import __version__
from sojourn.errors import SojournError

MODULES = {
    **dict.fromkeys(("validate", "apply", "report", "quarantine", "json-schema"), "project"),
    **dict.fromkeys(("plan", "publish", "close", "stop", "journeys"), "journeys"),
    **dict.fromkeys(("backtest", "replay"), "history"),
    **dict.fromkeys(("users", "product-profiles", "tokens", "inlets", "secrets", "audit"), "access"),
    "explain": "explain",
    "shadow": "shadow",
    "serve": "server",
    "profiles": "profiles",
    "segments": "segments",
    "sandboxes": "sandboxes",
    "query": "lake",
    "metrics": "lake",
    "demo": "demo",
    "eval": "evaluate",
    "schema": "schema",
    "source": "calls",
    "action": "calls",
}
"""Where each command is: only the one that is called is loaded, so that each starts quickly."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for name in [cmd_name] if cmd_name in MODULES else MODULES:  # all of them to suggest what was meant
            for command in import_module(f"sojourn.cli.{MODULES[name]}").COMMANDS:
                self.add_command(command)
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sojourn")
def cli() -> None:
    """Sojourn: real-time customer journey orchestration."""


def main() -> None:
    """The entry point of the console script."""
    try:
        cli(prog_name="sojourn", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        said = " ".join(error.format_message().split())
        help_ = f" See {context.command_path} --help." if context is not None else ""
        click.echo(f"sojourn: {said}{'' if said.endswith(('.', '?')) else '.'}{help_}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except SojournError as error:
        click.echo(f"sojourn: {' '.join(str(error).split())}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
