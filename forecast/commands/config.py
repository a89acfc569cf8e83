"""`forecast config`, and where defaults come from: flags, then the environment, then ``forecast.toml``, then our own.

``forecast.toml`` in the present folder (or the file that ``FORECAST_CONFIG`` names) holds options by their long names,
for every command at the top and for one command in a table of its name. ``FORECAST_SEED=1`` sets an option for every
command, ``FORECAST_PREDICT_SEED=1`` for one.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from forecast.commands.emit import Emitter, with_output
from forecast.errors import UsageError, did_you_mean

_FILE = "forecast.toml"
_VARIABLE = "FORECAST_CONFIG"
#: Options that say where one answer goes; a lasting default for them would only surprise.
_NOT_CONFIGURED = {"help", "version", "install_completion", "show_completion", "output"}


@dataclass(frozen=True)
class Setting:
    """A default that was changed: the command's words, its option, the value, and where it was set."""

    path: tuple[str, ...]
    option: str
    value: Any
    origin: str


def changed_defaults(group: Any) -> list[Setting]:
    """Return what the environment and the configuration file set, the strongest last.

    Parameters
    ----------
    group : click group
        The command line.

    Raises
    ------
    UsageError
        For a file that cannot be read, and for a key or value that no command has.
    """
    commands = dict(_commands(group))
    return [*_from_file(commands), *_from_environment(commands)]


def default_map(settings: list[Setting]) -> dict[str, Any]:
    """Return settings as click takes them: nested by the words of the command."""
    nested: dict[str, Any] = {}
    for setting in settings:
        place = nested
        for word in setting.path:
            place = place.setdefault(word, {})
        place[setting.option] = setting.value
    return nested


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            options = [p for p in command.params if p.param_type_name == "option" and p.name not in _NOT_CONFIGURED]
            yield (*path, name), {_long_name(option): option for option in options}


def _long_name(option: Any) -> str:
    return str(max(option.opts, key=len)).lstrip("-")


def _from_file(commands: Mapping[tuple[str, ...], Mapping[str, Any]]) -> list[Setting]:
    path = Path(os.environ.get(_VARIABLE, _FILE))
    if not path.is_file():
        if _VARIABLE in os.environ:
            message = f"{_VARIABLE} names {path}, which is no file"
            raise UsageError(message)
        return []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: is not a configuration: {error}"
        raise UsageError(
            message, hint='write lines such as: level = [0.8], or under [predict]: frontier = "top5"'
        ) from error
    general = {key: value for key, value in content.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in content.items() if isinstance(value, dict)}
    found = []
    for key, value in general.items():
        able = [words for words, options in commands.items() if key in options]
        if not able:
            _refuse(path, key, {name for options in commands.values() for name in options})
        found += [_setting(words, commands[words][key], value, f"{path}: {key}") for words in able]
    return found + list(_tables(path, tables, (), commands))


def _tables(
    path: Path, tables: Mapping[str, Any], prefix: tuple[str, ...], commands: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> Iterator[Setting]:  # fmt: skip
    for key, value in tables.items():
        words = (*prefix, key)
        if words in commands and isinstance(value, dict):
            for option, given in value.items():
                if option not in commands[words]:
                    _refuse(path, f"[{'.'.join(words)}] {option}", set(commands[words]), option)
                yield _setting(words, commands[words][option], given, f"{path}: [{'.'.join(words)}] {option}")
        elif isinstance(value, dict) and any(known[: len(words)] == words for known in commands):
            yield from _tables(path, value, words, commands)
        else:
            _refuse(path, f"[{'.'.join(words)}]", {".".join(known) for known in commands}, ".".join(words))


def _refuse(path: Path, key: str, known: set[str], name: str | None = None) -> None:
    message = f"{path}: {key} is no option of any command{did_you_mean(name or key, known)}"
    raise UsageError(message, hint="run: forecast config COMMAND")


def _from_environment(commands: Mapping[tuple[str, ...], Mapping[str, Any]]) -> list[Setting]:
    # The general variables first, so that one of a single command wins.
    found = []
    for own in (False, True):
        for words, options in commands.items():
            for name, option in options.items():
                variable = variable_name(words if own else (), name)
                if variable in os.environ:
                    text = os.environ[variable]
                    value = text.replace(",", " ").split() if option.multiple else text
                    found.append(_setting(words, option, value, f"environment: {variable}"))
    return found


def variable_name(words: tuple[str, ...], option: str) -> str:
    """Return the environment variable of an option.

    Examples
    --------
    >>> variable_name(("predict",), "known-by")
    'FORECAST_PREDICT_KNOWN_BY'
    """
    return "_".join(("FORECAST", *words, option)).replace("-", "_").upper()


def _setting(words: tuple[str, ...], option: Any, value: Any, origin: str) -> Setting:
    if isinstance(value, list) and not option.multiple:
        message = f"{origin}: takes one value, not a list"
        raise UsageError(message)
    return Setting(words, option.name, [value] if option.multiple and not isinstance(value, list) else value, origin)


@with_output
def config(
    emit: Emitter,
    context: typer.Context,
    command: Annotated[
        str | None, typer.Argument(metavar="[COMMAND]", help="Show every option of this command.")
    ] = None,
) -> None:
    """Show the options that have a value, and where each comes from: flag, environment, forecast.toml or default.

    [bold]Examples[/bold]

    forecast config

    forecast config predict
    """
    from forecast.report.document import Answer, Document, Section, Table, Text

    group = context.find_root().command
    commands = dict(_commands(group))
    words = tuple((command or "").split())
    if command and words not in commands:
        message = f"unknown command {command!r}{did_you_mean(command, [' '.join(known) for known in commands])}"
        raise UsageError(message)
    latest = {(setting.path, setting.option): setting for setting in changed_defaults(group)}
    rows = []
    for path, options in commands.items():
        if words and path != words:
            continue
        for name, option in options.items():
            setting = latest.get((path, option.name))
            if setting is None and not words:
                continue
            value = setting.value if setting else option.default
            rows.append(
                {
                    "command": " ".join(path), "option": f"--{name}", "value": "" if value is None else str(value),
                    "origin": setting.origin if setting else "default", "variable": variable_name(path, name),
                }
            )  # fmt: skip
    columns = ["command", "option", "value", "origin", "variable"]
    table = Table(columns, [[str(row[column]) for column in columns] for row in rows])
    empty = Text("Every option has its default: no forecast.toml here, and no variable FORECAST_… is set.")
    advice = Text("Flags win over the environment, that over forecast.toml, and that over the defaults.")
    emit(
        Answer(
            schema="forecast/config/1",
            result={"rows": rows},
            document=Document("Configuration", [Section("", [table if rows else empty, advice])]),
            explains=("forecast.commands.config",),
        )
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="About")(config)
