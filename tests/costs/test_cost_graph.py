"""The graph: what follows from what, forward and backward, elementwise."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.costs.graph import evaluate, missing, quantities, quantity, resolve
from forecast.costs.quantities import QUANTITIES
from forecast.errors import UsageError
from forecast.units import check_unit

SIZES = st.floats(1e-3, 1e12)
RUN = {"chip_hours": 1_082_990, "chip_power_w": 400, "server_factor": 1, "load_factor": 1, "pue": 1}


@pytest.mark.parametrize("name", QUANTITIES.names())
def test_every_rule_reads_quantities_and_documents_itself(name):
    node = QUANTITIES[name]
    assert node.name == name
    assert check_unit(node.unit) == node.unit
    assert len({rule.name for rule in node.rules}) == len(node.rules) > 0
    for rule in node.rules:
        assert set(rule.required + rule.optional) <= quantities().keys() - {name}
        assert set(rule.backward_from) <= set(rule.required)
        assert inspect.getdoc(rule.function)


def test_every_quantity_follows_from_inputs_alone():
    inputs = [name for name, node in quantities().items() if not node.rules]
    resolution = resolve([*inputs, "pue", "utilization", "carbon_intensity_g_per_kwh", "price_per_chip_hour_usd"])
    assert quantities().keys() == resolution.given | resolution.rules.keys()


def test_facility_energy_of_bloom_is_exact():
    assert evaluate(RUN)["energy_kwh"] == 433_196


def test_arrays_give_what_their_elements_give():
    hours, pue = np.array([1e3, 2e6, 7.0]), np.array([1.0, 1.1, 1.58])
    together = evaluate({**RUN, "chip_hours": hours, "pue": pue})
    for at in range(3):
        alone = evaluate({**RUN, "chip_hours": hours[at], "pue": pue[at]})
        assert alone["energy_kwh"] == together["energy_kwh"][at]


def test_draws_and_plans_broadcast():
    found = evaluate({**RUN, "chip_hours": np.ones((4, 1)), "pue": np.full((1, 5), 1.2)})
    assert found["energy_kwh"].shape == (4, 5)
    assert found["energy_it_kwh"].shape == (4, 1)


@given(SIZES, SIZES, st.floats(1, 3))
def test_energy_leads_back_to_chip_hours(hours, power, pue):
    forward = evaluate({"chip_hours": hours, "it_power_per_chip_w": power, "pue": pue})
    back = evaluate({"energy_kwh": forward["energy_kwh"], "it_power_per_chip_w": power, "pue": pue})
    assert np.isclose(back["chip_hours"], hours)


@given(st.floats(1e18, 1e27), st.floats(0.05, 0.9))
def test_hours_and_compute_lead_back_to_the_utilization(compute, utilization):
    forward = evaluate({"compute_flop": compute, "peak_flop_per_s": 1e15, "utilization": utilization})
    back = evaluate({"compute_flop": compute, "peak_flop_per_s": 1e15, "chip_hours": forward["chip_hours"]})
    assert np.isclose(back["utilization"], utilization)


def test_given_quantity_is_never_computed():
    found = evaluate({"parameters": 1e9, "tokens": 1e9, "compute_flop": 5e18})
    assert found["compute_flop"] == 5e18


def test_pue_counts_once_in_water():
    # Li et al. 2023: on-site water is per computing energy, off-site per metered energy
    found = evaluate({"energy_it_kwh": 100, "pue": 1.5, "wue_onsite_l_per_kwh": 2, "ewif_l_per_kwh": 3})
    assert found["water_onsite_l"] == 200
    assert found["water_offsite_l"] == 450
    assert found["water_l"] == 650


def test_dry_cooling_needs_no_energy_and_one_kind_of_water_is_no_total():
    assert evaluate({"energy_kwh": 10, "wue_onsite_l_per_kwh": 0, "ewif_l_per_kwh": 3})["water_l"] == 30
    assert "water_l" not in evaluate({"energy_it_kwh": 10, "wue_onsite_l_per_kwh": 0.5})


def test_experts_count_when_active():
    # Meta, Llama 4 Scout: 109 B parameters, 17 B active, 40 T tokens
    found = evaluate({"parameters": 109e9, "active_parameters": 17e9, "tokens": 40e12})
    assert found["compute_flop"] == pytest.approx(4.08e24)


def test_fine_tune_alone_and_after_pretraining():
    alone = evaluate({"parameters": 7e9, "finetuning_tokens": 1e9})
    assert alone["compute_flop"] == pytest.approx(6 * 7e9 * 1e9)
    frozen = evaluate({"parameters": 7e9, "finetuning_tokens": 1e9, "finetuning_flop_per_parameter_token": 4})
    assert frozen["compute_flop"] == pytest.approx(4 * 7e9 * 1e9)
    both = evaluate({"parameters": 7e9, "tokens": 1e12, "finetuning_tokens": 1e9})
    assert both["compute_flop"] == pytest.approx(6 * 7e9 * 1.001e12)


def test_development_multiplies_hours_but_not_the_final_run():
    run = {"compute_flop": 3.6e21, "achieved_flop_per_s": 1e15, "chips": 10}
    final, whole = evaluate(run), evaluate({**run, "development_factor": 2.0})
    assert whole["chip_hours"] == 2 * final["chip_hours"]
    assert whole["wall_hours"] == final["wall_hours"]
    assert whole["compute_flop"] == final["compute_flop"]


def test_measured_parts_of_a_server_give_its_power():
    # Strubell et al. 2019: 1.58 t (p_cpu + p_dram + g p_gpu)
    found = evaluate(
        {"chips": 8, "chip_power_w": 150, "cpu_power_w": 100, "dram_power_w": 20, "wall_hours": 10, "pue": 1.58}
    )
    assert found["energy_kwh"] == pytest.approx(1.58 * 10 * (100 + 20 + 8 * 150) / 1000)


def test_depreciation_of_a_short_use_is_the_linear_form():
    price = {"acquisition_usd_per_chip": 3e4, "value_share": 0.7, "depreciation_oom_per_year": 0.14}
    exact = evaluate({**price, "chips": 100, "wall_hours": 24})["cost_hardware_usd"]
    linear = evaluate({**price, "chip_hours": 2400})["cost_hardware_usd"]
    assert exact == pytest.approx(linear, rel=1e-3)
    assert exact < linear


def test_inference_matches_the_published_regression():
    # EcoLogits: 123 B parameters on 4 chips of 80 GB, batch 64, 8 chips a server
    found = evaluate(
        {
            "parameters": 123e9, "inference_batch": 64, "chips_per_server": 8, "memory_bytes": 80e9,
            "inference_bytes_per_parameter": 2, "inference_memory_factor": 1.2,
        }
    )  # fmt: skip
    assert found["inference_chips"] == 4
    chip_wh = 1.17e-6 * np.exp(-0.0112 * 64) * 123 + 4.05e-5
    server_wh = 150 * (0.000678 * 123 + 0.000312 * 64 + 0.0194) / 3600 / 64
    assert found["inference_it_kwh_per_token"] == pytest.approx(4 * (chip_wh + server_wh) / 1000, rel=1e-3)


def test_missing_names_the_fewest_inputs():
    resolution = resolve(["energy_kwh"])
    assert missing("carbon_operational_kg", resolution) == ("carbon_intensity_g_per_kwh",)
    assert missing("water_offsite_l", resolution) == ("ewif_l_per_kwh",)


@pytest.mark.parametrize(
    ("name", "hint"), [("chip_hour", "did you mean 'chip_hours'"), ("energy", "did you mean"), ("zzz", "known:")]
)
def test_unknown_quantity_is_refused(name, hint):
    with pytest.raises(UsageError, match=hint):
        quantity(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("pue", 0.9), ("utilization", 45), ("chip_hours", -1), ("energy_kwh", np.nan), ("tokens", [1, np.inf])],
)
def test_impossible_values_are_refused(name, value):
    with pytest.raises(UsageError, match=name):
        evaluate({name: value})
