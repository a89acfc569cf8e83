"""The tornado shows the widest input on top and says so in words."""

from __future__ import annotations

import forecast
from forecast.figures.tornado import draw

ESTIMATE = forecast.estimate(params="70B", tokens="15T")


def test_widest_bar_comes_first_and_figure_is_deterministic():
    first, again = (draw(ESTIMATE["energy_kwh"], ESTIMATE.swings["energy_kwh"], "tornado") for _ in range(2))
    assert first.svg == again.svg
    widths = [abs(row["high"] - row["low"]) for row in first.data]
    assert widths == sorted(widths, reverse=True)
    assert first.data[0]["input"] == "utilization"
    assert "utilization (MFU) moves it from" in first.alt
    assert 'role="img"' in first.svg
