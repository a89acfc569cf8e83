"""The answer's figure alone, as PNG at 200 dots per inch."""

from __future__ import annotations

from forecast.errors import UsageError
from forecast.report.document import Answer
from forecast.report.formats.svg import only_figure
from forecast.report.rendering import Rendered


def render(answer: Answer, stem: str | None = None) -> Rendered:
    """Return the PNG.

    Raises
    ------
    UsageError
        When the figure was not drawn as pixels, or there is not just one.
    """
    figure = only_figure(answer)
    if not figure.png:
        message = "PNG is written by 'forecast plot' only"
        raise UsageError(message, hint="run: forecast plot NAME SUBJECT -o figure.png")
    return Rendered(figure.png)


ENTRY = render
