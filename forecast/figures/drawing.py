"""What every figure is: an SVG, its alt text, and the numbers it shows; and the common style.

Colours are Okabe and Ito's, safe for colour-blind readers. Letters are drawn as outlines, so that a figure looks alike
everywhere (its title and description stay text); it holds no date, and its identifiers come from a fixed salt, so that
the same input gives the same bytes.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from forecast.figures.interaction import Interactive

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#666666",
)  # fmt: skip

STYLE: dict[str, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "scaling-forecast",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so it is the same everywhere
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Figure:
    """A drawing with what a reader who cannot see it needs.

    Parameters
    ----------
    name : str
        Short identifier, used in file names.
    svg : str
        The drawing.
    alt : str
        What it shows and what follows from it.
    data : list of dict
        The numbers drawn, one row each.
    title : str
        What it is called.
    tables : mapping of str to list of dict
        The numbers drawn, where they are of several kinds: name -> rows. By default `data` alone.
    interactive : Interactive, optional
        The same on a screen, for a reader who may hover and choose.
    png : bytes
        The drawing as pixels, where it was asked for (:func:`rasters`).
    """

    name: str
    svg: str
    alt: str
    data: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""
    tables: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    interactive: Interactive | None = None
    png: bytes = b""

    def all_tables(self) -> Mapping[str, list[dict[str, Any]]]:
        """Return every table of the figure by name."""
        return self.tables or ({"data": self.data} if self.data else {})


_RASTERS: ContextVar[list[bytes] | None] = ContextVar("rasters", default=None)


@contextmanager
def rasters() -> Iterator[list[bytes]]:
    """Let every figure drawn inside also be drawn as PNG; gives the list they are added to."""
    drawn: list[bytes] = []
    token = _RASTERS.set(drawn)
    try:
        yield drawn
    finally:
        _RASTERS.reset(token)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as plain dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(value: float) -> str:
    """Return a power of ten as text.

    Examples
    --------
    >>> power_of_ten(1e25)
    '10²⁵'
    """
    return f"10{str(round(math.log10(value))).translate(_SUPERSCRIPTS)}"


@contextmanager
def canvas(width: float = 8.0, height: float = 4.8) -> Iterator[tuple[matplotlib.figure.Figure, matplotlib.axes.Axes]]:
    """Give a figure with one pair of axes, in inches, under the common style, without a screen."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    with plt.rc_context(STYLE):  # type: ignore[arg-type]  # the stubs list every key of one matplotlib version
        yield plt.subplots(figsize=(width, height))


def to_svg(figure: matplotlib.figure.Figure, *, title: str, alt: str) -> str:
    """Render a matplotlib figure as deterministic, accessible SVG and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn under :data:`STYLE`.
    title, alt : str
        Go into the SVG's ``<title>`` and ``<desc>``, with ``role="img"``.
    """
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    metadata = {"Date": None, "Creator": None}
    buffer = io.StringIO()
    with mpl.rc_context(STYLE), warnings.catch_warnings(record=True) as caught:  # type: ignore[arg-type]
        warnings.simplefilter("always")
        figure.savefig(buffer, format="svg", metadata=metadata)
        if (drawn := _RASTERS.get()) is not None:
            pixels = io.BytesIO()
            figure.savefig(pixels, format="png", dpi=200, metadata={"Software": None})
            drawn.append(pixels.getvalue())
    if any("missing from font" in str(warning.message) for warning in caught):
        # The font has no outline of some letter (Chinese, an emoji): the reader's own fonts may.
        buffer = io.StringIO()
        letters: Any = STYLE | {"svg.fonttype": "none"}
        with mpl.rc_context(letters), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            figure.savefig(buffer, format="svg", metadata=metadata)
    plt.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    # A style sheet would reach beyond the figure once the SVG stands inside a page.
    svg = re.sub(r"<defs>\s*<style type=\"text/css\">[^<]*</style>\s*</defs>\s*", "", svg)
    head, rest = svg.split(">", 1)
    described = f"\n <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>"
    text = f'{head} stroke-linejoin="round" stroke-linecap="butt" role="img" aria-label="{escape(title)}">{described}{rest}'
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
