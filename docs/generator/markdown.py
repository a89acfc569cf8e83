"""Pieces of Markdown, from plain text and from docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_ROLE = re.compile(r":(?:mod|func|class|data|meth|attr):`[~.]?([^`]*)`")


def joined(parts: Iterable[str]) -> str:
    """Return a page of its parts; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def words(text: str | None) -> str:
    """Return a docstring as Markdown: roles and double backquotes are code."""
    return re.sub(r"``([^`]+)``", r"`\1`", _ROLE.sub(r"`\1`", inspect.cleandoc(text or "")))


def first(text: str | None) -> str:
    return words(text).split("\n\n")[0]


def rest(text: str | None) -> str:
    """Return what follows the first paragraph; lines that are indented or aligned stay as they are."""
    parts = words(text).split("\n\n")[1:]
    shaped = [f"```text\n{part}\n```" if part.startswith(" ") or "   " in part else part for part in parts]
    return "\n\n".join(shaped)


def code(text: object) -> str:
    return f"`{text}`"
