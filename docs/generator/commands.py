"""The page of commands, from the Typer app."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docs.generator.markdown import code, joined, table, words

_MARKUP = re.compile(r"\[/?(?:bold|dim|italic)\]")


def commands_page() -> str:
    """Return every command with its options and examples."""
    import typer

    from forecast.app import app

    root = typer.main.get_command(app)
    leaves = list(_leaves(root))
    shared = set.intersection(*({_flags(p) for p in command.params} for _, command in leaves if _writes(command)))
    page = [
        "# Commands",
        "Every command takes the options of the first table. Numbers are written as people write them (`3e25`, `70B`, `$100M`, "
        "`20MWh`), dates as `2028`, `2028-06`, `2028-06-15` or `+18m`. Results go to standard output, everything else to "
        "standard error. Defaults can be changed: [Configure](../how-to/configure.md).",
        "## Options of every command",
        _options([p for p in leaves[0][1].params if _flags(p) in shared]),
    ]
    for words_, command in leaves:
        page.append(f"## forecast {' '.join(words_)}")
        text, _, examples = words(command.help).partition("[bold]Examples[/bold]")
        page.append(_MARKUP.sub("", text).strip())
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        usage = " ".join(str(p.metavar or p.name.upper()) for p in arguments)
        page.append(f"```text\nforecast {' '.join(words_)} [OPTIONS] {usage}".rstrip() + "\n```")
        if examples.strip():
            page.append("```sh\n" + "\n".join(e.strip() for e in examples.strip().split("\n\n")) + "\n```")
        if arguments:
            page.append(
                table(["argument", "meaning"], [[code(p.metavar or p.name.upper()), _about(p)] for p in arguments])
            )
        own = [p for p in command.params if p not in arguments and _flags(p) not in shared and p.name != "help"]
        panels: dict[str, list[Any]] = {}
        for parameter in own:
            panels.setdefault(_panel(parameter), []).append(parameter)
        for panel, parameters in panels.items():
            if len(panels) > 1:
                page.append(f"**{panel}**")
            page.append(_options(parameters))
    return joined(page)


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, child in sorted(command.commands.items()):
        if hasattr(child, "commands"):
            yield from _leaves(child, (*path, name))
        else:
            yield (*path, name), child


def _writes(command: Any) -> bool:
    return any(p.name == "output" for p in command.params)


def _flags(parameter: Any) -> str:
    return ", ".join(code(flag) for flag in [*parameter.opts, *parameter.secondary_opts])


def _panel(parameter: Any) -> str:
    panel = getattr(parameter, "rich_help_panel", None)
    return panel if isinstance(panel, str) else "Options"


def _about(parameter: Any) -> str:
    text = _MARKUP.sub("", getattr(parameter, "help", None) or "")
    return text.replace("<", "&lt;")


def _options(parameters: Sequence[Any]) -> str:
    rows = []
    for parameter in parameters:
        switch = isinstance(parameter.default, bool) or parameter.secondary_opts or getattr(parameter, "is_flag", False)
        kind = "NUMBER" if isinstance(parameter.default, int | float) else "TEXT"
        value = "" if switch else code(parameter.metavar or kind)
        shown = parameter.show_default
        default = (
            shown if isinstance(shown, str) else "" if switch or parameter.default is None else str(parameter.default)
        )
        rows.append([_flags(parameter), value, "" if callable(parameter.default) else default, _about(parameter)])
    return table(["option", "value", "default", "meaning"], rows)
