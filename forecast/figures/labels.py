"""Words inside a drawing, put where they do not cover one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 8
#: Line height of a label, and a letter's mean width, in points
_HEIGHT, _WIDTH = 10.5, 0.56 * SIZE


def at_the_end(axes: Axes, x: float, labels: Sequence[tuple[float, str, str]]) -> None:
    """Write texts to the right of the last `x`, moved apart where they would touch.

    Parameters
    ----------
    axes : Axes
        Whose limits are final.
    x : float
        Where the lines end.
    labels : sequence of (y, text, colour)
        The first keeps its height; the others give way upwards or downwards.
    """
    pixels = _height(axes)
    heights = [float(axes.transData.transform((x, y))[1]) for y, _, _ in labels]
    order = sorted(range(1, len(labels)), key=lambda index: heights[index])
    above = [index for index in order if heights[index] >= heights[0]]
    below = [index for index in reversed(order) if heights[index] < heights[0]]
    for indices, sign in ((above, 1), (below, -1)):
        last = heights[0]
        for index in indices:
            heights[index] = last = sign * max(sign * heights[index], sign * last + pixels)
    for (_, text, colour), height in zip(labels, heights, strict=True):
        y = float(axes.transData.inverted().transform((0, height))[1])
        axes.annotate(
            text, (x, y), xytext=(5, 0), textcoords="offset points", va="center", fontsize=SIZE, color=colour,
            annotation_clip=False,
        )  # fmt: skip


#: Where a name may stand beside its point, in points: how it is aligned, and its offset; the first that is free is taken
_PLACES = (("right", -3.0, 2.0), ("center", 0.0, 6.0), ("left", 4.0, 2.0))


def beside_points(axes: Axes, x: Iterable[float], y: Iterable[float], names: Iterable[str], *, limit: int = 7) -> None:
    """Name points where there is room beside them, until `limit` have a name.

    Parameters
    ----------
    axes : Axes
        Whose limits are final, and on which all that a name may not cover is drawn as points already.
    x, y : iterable of float
        The points, the most important first.
    names : iterable of str
        Their names; long ones are cut.
    limit : int
        So many are named at most.
    """
    scale = _height(axes) / _HEIGHT
    margin = 3 * scale
    scattered = [np.asarray(points.get_offsets()) for points in axes.collections]
    places = [place for points in scattered if len(points) for place in axes.transData.transform(points)]
    taken = [(px - margin, py - margin, px + margin, py + margin) for px, py in places]
    edges = axes.bbox.extents
    named = 0
    for at, value, name in zip(x, y, names, strict=True):
        text = name if len(name) <= 24 else name[:23] + "…"
        if not text.strip() or named == limit:
            continue
        own_x, own_y = axes.transData.transform((at, value))
        own = (own_x - margin, own_y - margin, own_x + margin, own_y + margin)
        width = len(text) * _WIDTH * scale
        for side, dx, dy in _PLACES:
            left = own_x + dx * scale - {"right": width, "center": width / 2, "left": 0.0}[side]
            bottom = own_y + dy * scale
            box = (left, bottom, left + width, bottom + (_HEIGHT - 2) * scale)
            inside = edges[0] < box[0] and box[2] < edges[2] and edges[1] < box[1] and box[3] < edges[3]
            if not inside or any(_touch(box, other) for other in taken if other != own):
                continue
            taken.append(box)
            named += 1
            axes.annotate(
                text, (at, value), xytext=(dx, dy), textcoords="offset points", ha=side, fontsize=SIZE, color="#333333"
            )
            break


def _height(axes: Axes) -> float:
    figure = axes.get_figure(root=True)
    assert figure is not None
    return _HEIGHT * figure.dpi / 72


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
