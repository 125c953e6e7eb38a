"""`sojourn`: every command. Exit 0 for success, 1 for failure, 2 for bad input, with one readable line [12.1]."""

from __future__ import annotations

import sys

import click

from sojourn import __version__
from sojourn.cli import demo, history, project, server
from sojourn.errors import SojournError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sojourn")
def cli() -> None:
    """Sojourn: real-time customer journey orchestration."""


for command in (*project.COMMANDS, *history.COMMANDS, *server.COMMANDS, *demo.COMMANDS):
    cli.add_command(command)


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
        click.echo(f"sojourn: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
