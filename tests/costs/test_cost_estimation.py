"""Estimates: exact where nothing is uncertain, calibrated where something is, and open about what was assumed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import forecast
from forecast.costs.attribution import variance_shares
from forecast.costs.plan import RunPlan
from forecast.costs.result import HEADLINES, total
from forecast.errors import UsageError
from forecast.settings import generator

SIZE = {"params": "70B", "tokens": "15T"}
NORMAL_90 = 1.6448536269514722


def test_bare_givens_assume_nothing_and_leave_out_what_does_not_follow():
    found = forecast.estimate(given={"chip_hours": 100, "price_per_chip_hour_usd": "$2"})
    assert found["cost_usd"].median == 200
    assert found.assumptions == ()
    assert not {"energy_kwh", "carbon_kg", "water_l"} & found.results.keys()
    assert {note.code for note in found.notes} >= {"left-out", "nothing-assumed"}
    with pytest.raises(UsageError, match="does not follow") as error:
        found["energy_kwh"]
    assert "pue" in error.value.hint


def test_plan_answers_every_headline_and_lists_what_it_assumed():
    found = forecast.estimate(**SIZE, count=8192, staff=20)
    assert found.results.keys() >= set(HEADLINES)
    named = {each.name for each in found.assumptions}
    assert {"chip", "region", "date", "utilization", "pue", "carbon_intensity_g_per_kwh"} <= named
    assert all(each.source for each in found.assumptions)
    assert found["compute_flop"].median == pytest.approx(6.3e24)


def test_product_of_ranges_has_the_analytic_interval():
    # Log-normal factors: log spreads add in squares.
    found = forecast.estimate(
        given={"chip_hours": "1e5..4e5", "price_per_chip_hour_usd": "1..3"}, levels=[0.9], draws=20_000
    )["cost_usd"]
    middle = np.sqrt(1e5 * 4e5 * 3)
    factor = np.exp(np.hypot(np.log(2), np.log(np.sqrt(3))))
    assert found.median == pytest.approx(middle, rel=0.01)
    assert found.intervals[0].lower == pytest.approx(middle / factor, rel=0.02)
    assert found.intervals[0].upper == pytest.approx(middle * factor, rel=0.02)


def test_shares_of_variance_are_those_of_the_logarithms():
    found = forecast.estimate(given={"chip_hours": "1e5..4e5", "price_per_chip_hour_usd": "1..3"})
    variances = np.array([np.log(2) ** 2, np.log(np.sqrt(3)) ** 2])
    shares = found.variance_shares["cost_usd"]
    assert list(shares) == ["chip_hours", "price_per_chip_hour_usd"]
    assert np.allclose(list(shares.values()), variances / variances.sum(), atol=0.02)


def test_shares_see_what_a_correlation_does_not():
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((2, 40_000))
    target = first**2 + 0.1 * second
    assert abs(np.corrcoef(target, first)[0, 1]) < 0.02
    assert variance_shares(target, {"first": first, "second": second})["first"] > 0.8


def test_shared_inputs_correlate_what_they_feed():
    draws = forecast.estimate(**SIZE).draws
    assert np.corrcoef(np.log(draws["energy_kwh"]), np.log(draws["cost_rental_usd"]))[0, 1] > 0.4


def test_seed_decides_and_narrowing_one_input_leaves_the_others():
    again = [forecast.estimate(**SIZE, rng=generator(3)) for _ in range(2)]
    assert again[0].to_dict() == again[1].to_dict()
    narrowed = forecast.estimate(**SIZE, pue="1.1", rng=generator(3))
    assert np.array_equal(narrowed.draws["chip_hours"], again[0].draws["chip_hours"])
    assert narrowed.draws["pue"].ndim == 0


def test_intervals_nest_and_contain_the_median():
    for result in forecast.estimate(**SIZE, levels=[0.9, 0.5, 0.99]).results.values():
        assert [each.level for each in result.intervals] == [0.5, 0.9, 0.99]
        lows, highs = [each.lower for each in result.intervals], [each.upper for each in result.intervals]
        assert lows == sorted(lows, reverse=True)
        assert highs == sorted(highs)
        assert lows[0] <= result.median <= highs[0]


def test_json_shape():
    result = forecast.estimate(**SIZE, own=True).to_dict()
    energy = result["quantities"]["energy_kwh"]
    assert energy["unit"] == "kWh"
    assert energy["level"] == 0.9
    assert [each["level"] for each in energy["intervals"]] == [0.5, 0.9]
    assert energy["lower"] < energy["median"] < energy["upper"]
    assert energy["convention"]["pue"] == "included"
    assert sum(result["shares"].values()) == pytest.approx(1)
    assert result["shares"].keys() == {"hardware", "energy"}
    assert {"name", "value", "low", "high", "unit", "source"} <= result["assumptions"][0].keys()
    assert result["dominant"]["energy_kwh"]["input"] == "utilization"
    assert result["given"]["tokens"] == 15e12


def test_cost_follows_the_choice_of_rental_or_ownership():
    rented, owned = forecast.estimate(**SIZE), forecast.estimate(**SIZE, own=True)
    assert rented["cost_usd"].median == rented["cost_rental_usd"].median
    assert owned["cost_usd"].median == owned["cost_ownership_usd"].median
    assert rented["cost_usd"].convention.cost == "rental"
    assert owned["cost_usd"].convention.cost == "ownership"
    assert 0.03 < owned.shares["energy"] < 0.3


def test_staff_and_development_are_counted_when_asked():
    plain, whole = forecast.estimate(**SIZE), forecast.estimate(**SIZE, development=True, staff=30)
    assert whole["chip_hours"].median / plain["chip_hours"].median == pytest.approx(2.2, rel=0.05)
    assert "cost_staff_usd" not in plain.results
    assert whole["cost_usd"].convention.staff is True
    assert whole["cost_usd"].convention.development is True
    assert plain["cost_usd"].convention.development is False


def test_place_and_date_decide_the_grid():
    grids = {
        (region, year): forecast.estimate(energy="1GWh", region=region, date=str(year))["carbon_operational_kg"].median
        for region, year in (("FRA", 2020), ("USA", 2020), ("USA", 2024), ("POL", 2024))
    }
    assert grids["FRA", 2020] < 0.2 * grids["USA", 2020]
    assert grids["USA", 2024] < grids["USA", 2020]
    assert grids["POL", 2024] > grids["USA", 2024]


def test_default_chip_is_of_the_time():
    chips = {year: forecast.estimate(**SIZE, date=year).plan.chip for year in ("2019", "2021", "2025")}
    assert "V100" in chips["2019"]
    assert "A100" in chips["2021"]
    assert "H100" in chips["2025"]


def test_energy_leads_back_to_hours_and_cost():
    found = forecast.estimate(energy="1.287GWh", chip="V100", date="2020-06")
    assert found["energy_kwh"].median == 1.287e6
    hours = found["chip_hours"]
    assert hours.intervals[-1].lower < 3.552e6 < hours.intervals[-1].upper  # Patterson et al. 2021: GPT-3


def test_use_phase_stays_out_of_the_training():
    without, with_use = forecast.estimate(**SIZE), forecast.estimate(**SIZE, inference_tokens="10T")
    assert with_use["carbon_kg"].median == without["carbon_kg"].median
    assert with_use["inference_carbon_kg"].convention.use is True
    assert with_use["carbon_kg"].convention.use is False
    assert with_use["inference_energy_kwh"].median > 0
    assert with_use["breakeven_tokens"].median > 1e11


def test_future_date_holds_the_last_known_prices_and_says_so():
    found = forecast.estimate(**SIZE, date="2028")
    assert [note for note in found.notes if note.code == "date-after-data" and note.severity == "warning"]


def test_carbon_market_is_kept_apart():
    found = forecast.estimate(**SIZE, given={"carbon_intensity_market_g_per_kwh": 0})
    assert found["carbon_market_kg"].median == 0
    assert found["carbon_kg"].median > found["carbon_operational_kg"].median > 0
    assert found["carbon_market_kg"].convention.accounting == "market"


def test_total_refuses_to_add_what_does_not_count_the_same():
    owned, rented = forecast.estimate(**SIZE, own=True), forecast.estimate(**SIZE)
    with pytest.raises(UsageError, match="kind of cost"):
        total([owned, rented], "cost_usd")
    assert total([rented, rented], "cost_usd") == 2 * rented["cost_usd"].median


def test_plan_object_and_mapping_and_keywords_agree():
    plan = RunPlan.read({**SIZE, "chip": "A100", "date": dt.date(2023, 1, 1)})
    same = [forecast.estimate(plan), forecast.estimate({**SIZE, "chip": "A100", "date": "2023"})]
    same.append(forecast.estimate(**SIZE, chip="A100", date="2023"))
    assert len({each["carbon_kg"].median for each in same}) == 1


def test_tables_of_an_estimate():
    found = forecast.estimate(**SIZE)
    frame, summary = found.to_frame(), found.summary()
    assert list(frame.columns) == ["quantity", "unit", "level", "median", "lower", "upper", "convention"]
    assert set(summary["quantity"]) <= set(HEADLINES)
    assert {each.quantity for each in found.equivalences} == {"carbon_kg", "energy_kwh", "water_l"}


def test_nothing_given_is_refused():
    with pytest.raises(UsageError, match="nothing is known"):
        forecast.estimate()


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"chip": "H1000"}, "did you mean 'H100'"),
        ({"region": "Frence"}, "did you mean 'France'"),
        ({"mfu": 45}, "impossible"),
        ({"pue": 0.9}, "at least 1"),
        ({"chip": "H100", "date": "2021"}, "there was no NVIDIA H100"),
        ({"date": "2040"}, "more than 5 years"),
        ({"precision": "fp9"}, "did you mean"),
        ({"chip": "A100", "precision": "fp8"}, "no known dense peak"),
        ({"commitment": "5y"}, "unknown commitment"),
        ({"provider": "Nobody"}, "Nobody"),
        ({"chip_hours": -5}, "greater than 0"),
        ({"params": float("nan")}, "impossible"),
    ],
)
def test_wrong_plans_are_refused(entries, message):
    with pytest.raises(UsageError, match=message):
        forecast.estimate({**SIZE, **entries})
