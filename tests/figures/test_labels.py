from __future__ import annotations

import pytest

from forecast.figures.drawing import canvas
from forecast.figures.labels import at_the_end, beside_points


def _boxes(axes, figure):
    figure.draw_without_rendering()
    return [text.get_window_extent() for text in axes.texts]


@pytest.mark.parametrize("heights", [(5, 5, 5, 5), (5, 5.1, 4.9, 5.2, 4.8), (1, 9, 5), (5,)])
def test_labels_at_the_end_do_not_touch(heights: tuple[float, ...]) -> None:
    with canvas() as (figure, axes):
        axes.set_xlim(0, 12)
        axes.set_ylim(0, 10)
        figure.draw_without_rendering()
        at_the_end(axes, 10, [(height, f"label {height}", "black") for height in heights])
        boxes = _boxes(axes, figure)
        assert len(boxes) == len(heights)
        assert axes.texts[0].xy[1] == pytest.approx(heights[0])
        for number, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[number + 1 :])


def test_names_touch_neither_names_nor_points() -> None:
    x, y = [1, 1.05, 1.1, 5, 5.2, 9], [1, 1.1, 1.05, 5, 5.1, 9]
    with canvas() as (figure, axes):
        points = axes.scatter(x, y, s=20)
        axes.set_xlim(0, 12)
        axes.set_ylim(0, 10)
        figure.draw_without_rendering()
        beside_points(axes, x, y, [f"model number {number}" for number in range(6)])
        boxes = _boxes(axes, figure)
        assert 3 <= len(boxes) <= 6
        centres = axes.transData.transform(points.get_offsets())
        for number, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[number + 1 :])
            assert not any(box.contains(*centre) for centre in centres)


def test_a_long_name_is_cut_and_an_empty_one_is_none() -> None:
    with canvas() as (figure, axes):
        axes.scatter([5, 9], [5, 1])
        axes.set_xlim(0, 12)
        figure.draw_without_rendering()
        beside_points(axes, [5, 9], [5, 1], ["x" * 10_000, " "])
        assert [len(text.get_text()) for text in axes.texts] == [24]
