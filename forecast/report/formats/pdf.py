"""PDF, printed from the HTML page by WeasyPrint (extra ``pdf``)."""

from __future__ import annotations

from forecast.errors import MissingExtraError, UsageError
from forecast.report.document import Answer
from forecast.report.formats.html import page
from forecast.report.rendering import Rendered
from forecast.report.templating import Template


def render(answer: Answer, stem: str | None = None, template: Template | None = None) -> Rendered:
    """Render as PDF.

    Raises
    ------
    MissingExtraError
        When WeasyPrint is not installed.
    UsageError
        When the system lacks the library that WeasyPrint sets text with.
    """
    try:
        import weasyprint
    except ModuleNotFoundError as error:
        what = "writing PDF"
        raise MissingExtraError(what, "pdf") from error
    except OSError as error:
        message = f"writing PDF: WeasyPrint cannot load Pango ({error})"
        raise UsageError(
            message, hint="install it, on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        ) from error
    text = page(answer, template or Template(), scripts=False)
    return Rendered(weasyprint.HTML(string=text, url_fetcher=_refuse).write_pdf())


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    message = f"a report loads nothing, but asks for {url}"
    raise ValueError(message)


ENTRY = render
