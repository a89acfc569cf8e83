"""The command ``forecast``: builds the Typer app and turns failures into exit codes; imports nothing heavy."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import traceback
from typing import Annotated, Any

import typer

from forecast import __version__, commands
from forecast.commands.config import Setting, changed_defaults, default_map
from forecast.errors import ForecastError

app = typer.Typer(
    name="forecast",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Forecast the size, compute, cost, energy, carbon and water of AI models, with honest intervals.",
    epilog="Exit codes: 0 ok, 1 our bug, 2 wrong usage, 3 invalid data, 4 the fit failed, 5 --strict met a warning.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"scaling-forecast {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Hold the options of the command itself."""


#: The help in four panels, commands in the order people meet them; one that no panel names comes last.
_PANELS = {
    "Forecast": ("predict", "next", "report", "plot", "backtest", "sensitivity", "ledger"),
    "Fit": ("fit", "show", "compare", "allocate", "design"),
    "Footprint and cost": ("estimate", "audit", "decompose", "afford", "derive"),
    "Data and tool": ("data", "list", "cite", "config", "doctor"),
}


def _register() -> None:
    # Each module of commands/ that has a `register` adds itself.
    for module in pkgutil.iter_modules(commands.__path__):
        register = getattr(importlib.import_module(f"{commands.__name__}.{module.name}"), "register", None)
        if register is not None:
            register(app)
    places = {name: (number, panel) for number, (panel, names) in enumerate(_PANELS.items()) for name in names}
    order = [name for names in _PANELS.values() for name in names]
    for entries in (app.registered_commands, app.registered_groups):
        for entry in entries:
            entry.rich_help_panel = places.get(_name(entry), (len(_PANELS), "More"))[1]
        entries.sort(key=lambda entry: order.index(_name(entry)) if _name(entry) in order else len(order))


def _name(entry: Any) -> str:
    if entry.name:
        return str(entry.name)
    if getattr(entry, "typer_instance", None) is not None:
        return str(entry.typer_instance.info.name)
    return str(entry.callback.__name__)


_register()


def main() -> None:
    """Run the command line and exit with the documented code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that unfinished files are cleaned up
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


#: Options whose value may be left out, with the value they then have; typer knows none of these.
_OPTIONAL_VALUES = {"--vintage": "all"}


def _complete(arguments: list[str]) -> list[str]:
    completed = []
    for argument, following in zip(arguments, [*arguments[1:], "--"], strict=False):
        completed.append(argument)
        if argument in _OPTIONAL_VALUES and following.startswith("-"):
            completed.append(_OPTIONAL_VALUES[argument])
    return completed


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    changed: list[Setting] = []
    arguments = _complete(arguments)
    try:
        # Looked up before click reads the arguments, so that a flag wins over all of it.
        changed = changed_defaults(typer.main.get_command(app))
        code = app(arguments, standalone_mode=False, default_map=default_map(changed))
    except ForecastError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone; not worth a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _foreign(error, arguments, changed)
    return code if isinstance(code, int) else 0


def _foreign(error: Exception, arguments: list[str], changed: list[Setting]) -> int:
    # Some versions of typer ship click's classes as their own, so a usage error is known by its shape.
    if hasattr(error, "exit_code") and hasattr(error, "format_message"):
        if not error.format_message():  # help was printed because nothing was asked
            return int(error.exit_code)
        context = getattr(error, "ctx", None)
        name = getattr(getattr(error, "param", None), "name", None)
        origins = [setting.origin for setting in changed if name is not None and setting.option == name]
        hint = f"the value may come from {origins[-1]}" if origins else None
        _complain(error.format_message(), hint or (f"run: {context.command_path} --help" if context else None))
        return int(error.exit_code)
    if {"-v", "--verbose"} & set(arguments):
        traceback.print_exc()
    _complain(
        f"this is a bug of scaling-forecast: {type(error).__name__}: {error}",
        None if {"-v", "--verbose"} & set(arguments) else "run it again with -v and report the traceback",
    )
    return 1


def _complain(message: str, hint: str | None) -> None:
    sys.stderr.write(f"Error: {message}\n" + (f"  → {hint}\n" if hint else ""))
