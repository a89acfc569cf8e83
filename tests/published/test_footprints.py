"""Published footprints and costs, recomputed from their own inputs through the public interface."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

import forecast
from forecast.app import run
from forecast.costs.conventions import comparable
from forecast.costs.plan import Given
from forecast.costs.result import total

with (Path(__file__).parent / "footprint_cases.csv").open(encoding="utf-8", newline="") as stream:
    CASES = list(csv.DictReader(stream))


def _given(text: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in text.split(";"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['model']}: {case['what']}")
def test_published_figure_is_reproduced(case):
    runs = [forecast.estimate(given=_given(part)) for part in case["given"].split("|")]
    value = total(runs, case["quantity"])
    assert math.isclose(value, float(case["published"]), rel_tol=float(case["rel_tolerance"]))
    assert all(run[case["quantity"]].intervals[-1].lower == run[case["quantity"]].median for run in runs)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "|" not in case["given"]][::9], ids=lambda case: case["what"]
)
def test_command_line_says_the_same(case, capsys):
    words = [word for name, value in _given(case["given"]).items() for word in ("--set", f"{name}={value}")]
    assert run(["estimate", *words, "--json", "-q"]) == 0
    quantities = json.loads(capsys.readouterr().out)["result"]["quantities"]
    expected = forecast.estimate(given=_given(case["given"]))[case["quantity"]].to_dict()
    assert quantities[case["quantity"]] == expected


def test_energy_of_a_whole_run_from_its_first_days():
    # Dodge et al. 2022, arXiv:2206.05229: 13,812.4 kWh in 8 of 60 days
    done = forecast.estimate(given={"energy_it_kwh": "13812.4kWh", "wall_hours": "8d"})
    whole = forecast.estimate(given={"power_it_w": done["power_it_w"].median, "wall_hours": "60d"})
    assert math.isclose(whole["energy_it_kwh"].median, 103_593, rel_tol=1e-3)


def test_equivalent_price_of_a_chip_that_is_not_sold():
    # Cottier et al. 2024, arXiv:2405.21015, Table 3: the geometric mean of two estimates for the TPU v3
    assert math.isclose(Given.read("chip_price_usd", "2591..10742").central, 5276, rel_tol=1e-3)


def test_acquisition_is_not_the_cost_of_a_run():
    # Cottier et al. 2024, section 3.3: GPT-4 $800M to buy, $40M used up
    run_ = forecast.estimate(given={"cost_acquisition_usd": "800M", "cost_hardware_usd": "40M", "cost_energy_usd": 0})
    bought, used = run_["cost_acquisition_usd"], run_["cost_ownership_usd"]
    assert bought.median / used.median == 20
    assert comparable(bought.convention, used.convention) == ["kind of cost: acquisition against ownership"]


def test_bloom_has_four_totals_and_each_says_what_it_counts():
    # Luccioni et al. 2022, arXiv:2211.02001: 24.7 t, 30 t, 39.3 t and 50.5 t for one run
    base = {
        "chip_hours": 1_082_990, "chip_power_w": 400, "server_factor": 1, "load_factor": 1,
        "carbon_intensity_g_per_kwh": 57, "idle_energy_kwh": 256_646, "chip_embodied_kg": 150,
        "server_embodied_kg": 2500, "chips_per_server": 8, "lifetime_years": 6, "fleet_utilization": 0.85,
    }  # fmt: skip
    bare = forecast.estimate(given={**base, "pue": 1})
    with_pue = forecast.estimate(given={**base, "pue": 1.2})
    dynamic, overhead = bare["carbon_operational_kg"], with_pue["carbon_operational_kg"]
    assert dynamic.median == pytest.approx(24_692, rel=1e-4)
    assert overhead.median == pytest.approx(29_631, rel=1e-4)
    assert bare["carbon_kg"].median == pytest.approx(50_500, rel=2e-3)
    assert bare["carbon_kg"].median - bare["carbon_embodied_kg"].median == pytest.approx(39_300, rel=2e-3)
    assert comparable(dynamic.convention, overhead.convention) == [
        "overhead of the building (PUE): excluded against included"
    ]
    assert bare["carbon_kg"].convention.idle is True
    assert bare["carbon_kg"].convention.embodied == "chips and servers"
