from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forecast
from forecast.errors import UsageError
from forecast.generation.chain import METRICS
from forecast.generation.joint import NextGeneration, next_generation
from forecast.generation.limits import limits
from forecast.settings import generator

DATES = ["2027", "2028"]


@pytest.fixture(scope="module")
def found() -> NextGeneration:
    return next_generation(DATES, rng=generator(0))


def test_every_draw_keeps_the_identities(found: NextGeneration) -> None:
    one = found.draws
    assert one["compute_flop"].shape == (10_000, 2)
    exact = {"rtol": 1e-12, "atol": 0}
    np.testing.assert_allclose(6 * one["active_parameters"] * one["tokens"], one["compute_flop"], **exact)
    np.testing.assert_allclose(one["power_w"] / 1000 * one["wall_hours"], one["energy_kwh"], **exact)
    np.testing.assert_allclose(one["efficiency_flop_per_kwh"] * one["energy_kwh"], one["compute_flop"], **exact)
    np.testing.assert_allclose(one["cost_per_flop_usd"] * one["compute_flop"], one["cost_usd"], **exact)
    assert (one["cost_usd"] > one["cost_energy_usd"]).all()
    assert (one["parameters"] >= one["active_parameters"] * (1 - 1e-12)).all()
    assert all(np.isfinite(values).all() and (values > 0).all() for values in one.values())


def test_its_compute_is_that_of_predict(found: NextGeneration) -> None:
    alone = forecast.predict("compute", DATES, rng=generator(0))
    for date in found.dates:
        joint = found.select("compute_flop", "member", 0.9, date)
        single = alone.select("member", 0.9, date)
        assert joint.median == pytest.approx(single.median, rel=0.05)
        assert joint.upper / joint.lower > 0.98 * single.upper / single.lower  # figure errors only widen


def test_the_record_is_never_below_todays(found: NextGeneration) -> None:
    for date in found.dates:
        assert found.select("compute_flop", "record", 0.9, date).lower >= found.compute.record * (1 - 1e-12)


def test_carbon_and_water_follow_from_energy(found: NextGeneration) -> None:
    per_kwh = found.draws["carbon_operational_kg"] / found.draws["energy_kwh"]
    assert 0.2 < np.median(per_kwh) < 0.6  # kg/kWh of the United States
    clean = next_generation(["2027"], region="FRA", draws=2000)
    assert np.median(clean.draws["carbon_operational_kg"] / clean.draws["energy_kwh"]) < 0.1


def test_electricity_is_a_sane_share_of_the_cost(found: NextGeneration) -> None:
    assert 0.03 < found.energy_share["median"] < 0.30
    assert "energy-share" not in {note.code for note in found.notes}


def test_one_seed_one_answer() -> None:
    one, two = (next_generation(["2027"], draws=300, rng=generator(5)) for _ in range(2))
    assert one.rows == two.rows
    assert next_generation(["2027"], draws=300, rng=generator(6)).rows != one.rows


def test_a_shared_bias_widens_and_does_not_shift() -> None:
    date = dt.date(2027, 1, 1)
    none, much = (
        next_generation(["2027"], shared_bias=sd).select("compute_flop", "member", 0.9, date) for sd in (0.0, 0.8)
    )
    assert np.log10(much.upper / much.lower) > np.log10(none.upper / none.lower) + 0.2
    assert much.median == pytest.approx(none.median, rel=0.15)


@pytest.mark.parametrize("name", ["power", "chips", "data", "capital", "latency", "power_distributed"])
def test_a_scenario_caps_its_metric_and_keeps_the_identities(found: NextGeneration, name: str) -> None:
    capped = next_generation(["2030"], scenario=[name], draws=2000)
    free = next_generation(["2030"], draws=2000)
    metric = limits()[name].metric
    # Limits are drawn, so compare with the draws of the limit that the cap used: no draw grows, some fall.
    assert (capped.draws[metric] <= free.draws[metric] * (1 + 1e-9)).all()
    share = next(row.probability for row in capped.binding if row.limit == name)
    assert np.mean(capped.draws[metric] < free.draws[metric] * (1 - 1e-9)) == pytest.approx(share, abs=1e-9)
    np.testing.assert_allclose(
        6 * capped.draws["active_parameters"] * capped.draws["tokens"], capped.draws["compute_flop"], rtol=1e-12
    )


def test_limits_bind_more_often_the_later(found: NextGeneration) -> None:
    for name in limits():
        shares = [row.probability for row in found.binding if row.limit == name]
        assert shares == sorted(shares)


def test_late_dates_need_a_scenario() -> None:
    with pytest.raises(UsageError, match="more than 5 years") as caught:
        next_generation(["2034"])
    assert "--scenario" in str(caught.value.hint)
    assert next_generation(["2034"], scenario=["power"], draws=200).dates == (dt.date(2034, 1, 1),)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"scenario": ["pwer"]}, "did you mean 'power'"), ({"scenario": ["none", "data"]}, "contradicts"),
        ({"region": "Atlantis"}, "unknown place"), ({"shared_bias": -1.0}, "is not between"), ({"shared_bias": float("nan")}, "is not between"),
    ],
)  # fmt: skip
def test_wrong_choices_are_refused(arguments: dict, part: str) -> None:
    with pytest.raises(UsageError, match=part):
        next_generation(["2027"], **arguments)


def test_tables_and_draws_as_frames(found: NextGeneration) -> None:
    frame = found.to_frame()
    assert len(frame) == len(DATES) * len(METRICS) * 2 * 2
    assert found.draws_frame().shape == (20_000, 2 + len(METRICS))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_levels_nest_for_any_seed(seed: int) -> None:
    rows = next_generation(["2027"], draws=200, rng=generator(seed)).rows
    for inner, outer in zip(rows[::2], rows[1::2], strict=True):
        assert outer.lower <= inner.lower <= inner.median <= inner.upper <= outer.upper
