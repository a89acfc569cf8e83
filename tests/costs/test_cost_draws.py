"""Draws keep the stated median and range, and every input has a stream of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.costs.draws import Streams, spread
from forecast.costs.graph import quantity
from forecast.settings import generator

Z = 1.6448536269514722


@given(st.floats(1e-6, 1e9), st.floats(1, 50), st.floats(1, 50))
def test_median_and_ends_are_kept(low, up, further):
    node = quantity("chip_power_w")
    central, high = low * up, low * up * further
    assert np.allclose(spread(node, low, central, high, [-Z, 0, Z]), [low, central, high])


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("pue", (1.04, 1.1, 1.18)), ("utilization", (0.197, 0.38, 0.577)), ("wue_onsite_l_per_kwh", (0, 0.3, 1.9)),
        ("depreciation_oom_per_year", (0.1, 0.14, 0.18)), ("wue_onsite_l_per_kwh", (0, 0, 0.4)),
    ],
)  # fmt: skip
def test_ends_of_special_ranges_are_kept(name, limits):
    assert np.allclose(spread(quantity(name), *limits, [-Z, 0, Z]), limits)


@pytest.mark.parametrize("name", ["pue", "utilization", "fleet_utilization", "development_factor"])
def test_no_draw_leaves_what_is_possible(name):
    limits = {"pue": (1, 1.05, 1.5), "utilization": (0.1, 0.5, 0.9), "fleet_utilization": (0.3, 0.7, 0.95)}
    scores = np.linspace(-6, 6, 1001)
    values = spread(quantity(name), *limits.get(name, (1.2, 2.2, 4)), scores)
    assert quantity(name).possible(values)
    assert np.all(np.diff(values) >= 0)


def test_sample_holds_the_stated_share():
    scores = Streams(10_000, generator(0)).scores("chip_power_w")
    values = spread(quantity("chip_power_w"), 200, 300, 600, scores)
    assert np.mean((values > 200) & (values < 600)) == pytest.approx(0.9, abs=1e-3)
    assert np.median(values) == pytest.approx(300, rel=1e-3)


def test_streams_depend_on_seed_and_name_only():
    first, again, other = (Streams(1000, generator(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.scores("pue"), again.scores("pue"))
    again.scores("something_new")
    assert np.array_equal(first.scores("chips"), again.scores("chips"))
    assert not np.array_equal(first.scores("pue"), other.scores("pue"))
    assert abs(np.corrcoef(first.scores("pue"), first.scores("chips"))[0, 1]) < 0.1
