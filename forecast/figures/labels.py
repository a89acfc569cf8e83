"""Words inside a drawing, put where they do not cover one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

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


def beside_points(axes: Axes, x: Iterable[float], y: Iterable[float], names: Iterable[str], *, limit: int = 7) -> None:
    """Name points, to their upper left, until `limit` have a name; one that would cover another name has none.

    Parameters
    ----------
    axes : Axes
        Whose limits are final.
    x, y : iterable of float
        The points, the most important first.
    names : iterable of str
        Their names; long ones are cut.
    limit : int
        So many are named at most.
    """
    scale = _height(axes) / _HEIGHT
    taken: list[tuple[float, float, float, float]] = []
    left_edge = axes.bbox.x0
    for at, value, name in zip(x, y, names, strict=True):
        text = name if len(name) <= 24 else name[:23] + "…"
        point = axes.transData.transform((at, value))
        right, bottom = float(point[0]) - 3 * scale, float(point[1]) + 2 * scale
        box = (right - len(text) * _WIDTH * scale, bottom, right, bottom + _HEIGHT * scale)
        if not text.strip() or box[0] < left_edge or any(_touch(box, other) for other in taken):
            continue
        taken.append(box)
        axes.annotate(
            text, (at, value), xytext=(-3, 2), textcoords="offset points", ha="right", fontsize=SIZE, color="#333333",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3},
        )  # fmt: skip
        if len(taken) == limit:
            return


def _height(axes: Axes) -> float:
    figure = axes.get_figure(root=True)
    assert figure is not None
    return _HEIGHT * figure.dpi / 72


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
