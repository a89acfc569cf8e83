"""What every figure is: an SVG, its alt text, and the numbers it shows; and the common style.

Colours are Okabe and Ito's, safe for colour-blind readers. The SVG keeps text as text, holds no date, and its
identifiers come from a fixed salt, so that the same input gives the same bytes.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#666666",
)  # fmt: skip

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "scaling-forecast",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
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
    """

    name: str
    svg: str
    alt: str
    data: list[dict[str, Any]] = field(default_factory=list)


def to_svg(figure: matplotlib.figure.Figure, *, title: str, alt: str) -> str:
    """Render a matplotlib figure as deterministic, accessible SVG and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn under :data:`STYLE`.
    title, alt : str
        Go into the SVG's ``<title>`` and ``<desc>``, with ``role="img"``.
    """
    import matplotlib.pyplot as plt

    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    head, rest = svg.split(">", 1)
    described = f"\n <title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>"
    text = f'{head} role="img" aria-label="{escape(title)}">{described}{rest}'
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
