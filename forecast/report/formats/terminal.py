"""Text for a terminal: the title, tables that fit the window, notes last; colour only where the terminal has it."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from forecast.figures.drawing import Figure
from forecast.report.document import Answer, Block, Bullets, Code, Table, Text
from forecast.report.rendering import Rendered


def render(answer: Answer, stem: str | None = None, *, console: Console | None = None) -> Rendered:
    """Render for a terminal; with a console, print to it and return nothing."""
    buffer = io.StringIO()
    out = console or Console(file=buffer, width=100, color_system=None, force_terminal=False)
    if answer.document.title:
        out.print(RichText(_clean(answer.document.title), style="bold"))
    for number, section in enumerate(answer.document.sections):
        if section.title:
            out.print(RichText(("\n" if number else "") + _clean(section.title), style="bold"))
        for block in section.blocks:
            out.print(_block(block))
    for note in answer.notes:
        mark = "!" if note.severity == "warning" else "·"
        line = RichText(f"{mark} {note.code}: ", style="bold yellow" if mark == "!" else "dim")
        out.print(line.append(RichText(_clean(note.text), style="not bold default")))
    return Rendered("\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n")


def _block(block: Block) -> RenderableType:
    match block:
        case Text(text, strong):
            return RichText(_clean(text), style="bold" if strong else "")
        case Bullets(items):
            return RichText("\n".join(f"- {_clean(item)}" for item in items))
        case Code(text):
            return Padding(RichText(_clean(text), style="cyan"), (0, 2))
        case Figure():
            return RichText(f"[figure: {_clean(block.alt)}]", style="dim")
        case Table():
            return _table(block)


def _table(table: Table) -> RenderableType:
    grid = RichTable(
        title=_clean(table.caption) or None,
        title_justify="left",
        title_style="italic",
        box=None,
        pad_edge=True,
    )
    for column in table.columns:
        grid.add_column(
            RichText(_clean(column)), justify="right" if column in table.numeric else "left", overflow="fold"
        )
    for row in table.rows:
        grid.add_row(*(RichText(_clean(cell)) for cell in row))
    return grid


def _clean(text: str) -> str:
    """Drop control characters: a name from a file must not move the cursor or colour the terminal."""
    return "".join(character for character in text if character.isprintable() or character == "\n")


ENTRY = render
