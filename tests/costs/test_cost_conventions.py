"""Two numbers of different conventions are never compared silently."""

from __future__ import annotations

import pytest

import forecast
from forecast.costs.conventions import Convention, check_comparable, comparable
from forecast.errors import UsageError

RATED = {"chip_hours": 1e6, "chip_power_w": 400, "server_factor": 1, "load_factor": 1}


def test_power_basis_tells_the_three_habits_apart():
    rated = forecast.estimate(given={**RATED, "pue": 1.1})["energy_kwh"].convention
    server = forecast.estimate(chip_hours=1e6, chip="A100")["energy_kwh"].convention
    measured = forecast.estimate(chip_hours=1e6, chip="V100")["energy_kwh"].convention
    stated = forecast.estimate(given={"energy_kwh": 5})["energy_kwh"].convention
    assert [each.power for each in (rated, server, measured, stated)] == [
        "rated chip", "server at load", "measured", "as given",
    ]  # fmt: skip
    assert comparable(rated, server) == ["basis of the power: rated chip against server at load"]


def test_overhead_is_told():
    assert forecast.estimate(given={**RATED, "pue": 1.1})["energy_it_kwh"].convention.pue == "excluded"
    assert forecast.estimate(given={**RATED, "pue": 1})["energy_kwh"].convention.pue == "excluded"
    assert forecast.estimate(given={**RATED, "pue": 1.1})["energy_kwh"].convention.pue == "included"
    assert forecast.estimate(given={"energy_kwh": 5})["energy_kwh"].convention.pue == "as given"


def test_embodied_says_whose_manufacture():
    life = {"lifetime_years": 4, "fleet_utilization": 1, "chip_hours": 1e6, "chip_embodied_kg": 150}
    chips = forecast.estimate(given=life)
    both = forecast.estimate(given={**life, "server_embodied_kg": 2500, "chips_per_server": 8})
    assert chips["carbon_embodied_kg"].convention.embodied == "chips"
    assert "servers-left-out" in {note.code for note in chips.notes}
    assert both["carbon_embodied_kg"].convention.embodied == "chips and servers"


def test_grid_boundary_and_accounting_are_told():
    found = forecast.estimate(energy="1MWh", region="FRA")["carbon_operational_kg"].convention
    assert (found.boundary, found.accounting) == ("lifecycle", "location")


def test_dollars_carry_their_year():
    assert forecast.estimate(chip_hours=10, date="2023-05")["cost_usd"].convention.dollars == "nominal 2023"


def test_comparing_different_conventions_raises_with_each_difference():
    one = Convention(cost="rental", dollars="nominal 2023")
    with pytest.raises(UsageError, match=r"rental against ownership.*nominal 2023 against constant 2025"):
        check_comparable(one, Convention(cost="ownership", dollars="constant 2025"))
    check_comparable(one, Convention(cost="rental"))


def test_convention_round_trips_as_data():
    made = Convention(pue="included", idle=False, embodied="chips")
    assert Convention(**made.to_dict()) == made
    assert str(made) == "PUE included; without idle; embodied: chips"
