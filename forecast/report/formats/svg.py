"""The answer's figure alone, as SVG."""

from __future__ import annotations

from forecast.errors import UsageError
from forecast.figures.drawing import Figure
from forecast.report.document import Answer
from forecast.report.rendering import Rendered


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Return the SVG.

    Raises
    ------
    UsageError
        When the answer has no figure, or several.
    """
    return Rendered(only_figure(answer).svg)


def only_figure(answer: Answer) -> Figure:
    """Return the one figure of an answer.

    Raises
    ------
    UsageError
        When there is none, or there are several.
    """
    figures = [block for section in answer.document.sections for block in section.blocks if isinstance(block, Figure)]
    if len(figures) != 1:
        message = f"an image holds one figure, and this answer has {len(figures) or 'none'}"
        raise UsageError(message, hint="draw one figure with 'forecast plot', or write .html or .md")
    return figures[0]


ENTRY = render
