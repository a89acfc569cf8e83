"""A format: the rows of an answer as ``key=value`` lines."""

from __future__ import annotations

from forecast.report.document import Answer, visible
from forecast.report.rendering import Rendered


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Return text; `stem` is the name of the output file, for companions beside it."""
    lines = [" ".join(f"{key}={visible(str(value))}" for key, value in row.items()) for row in answer.long_table()]
    return Rendered("\n".join(lines) + "\n")


ENTRY = render
