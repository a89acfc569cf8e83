"""How a result shows itself in a notebook: the page that the command line prints, as HTML or Markdown.

Results are below reports in the layers, so they cannot import the page that is made of them. :class:`Displayed` looks it
up by name when a notebook asks, in :mod:`forecast.report.display`; nothing is imported for a result that is not shown.
"""

from __future__ import annotations

import importlib


class Displayed:
    """A result that notebooks show as a page."""

    def _repr_html_(self) -> str:
        return str(importlib.import_module("forecast.report.display").as_html(self))

    def _repr_markdown_(self) -> str:
        return str(importlib.import_module("forecast.report.display").as_markdown(self))
