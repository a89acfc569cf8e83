"""What follows from stated figures, and how each is known."""

import numpy as np
import pandas as pd
import pytest

from forecast.data.dataset import typed
from forecast.data.derive import derive
from forecast.data.schema import resource


def derived(**cells):
    about = resource("models")
    plain = {
        "name": "A",
        "published": "2024-01-01",
        "notable": "true",
        "domain": "Language",
        "use": "fitted",
        "source": "x",
    }
    text = pd.DataFrame([{name: (plain | cells).get(name, "") for name in about.columns}], dtype=object)
    return derive(typed(text, about)).iloc[0]


def test_compute_of_a_dense_model():
    found = derived(parameters="7e9", tokens="2e12", confidence="Confident")
    assert found["training_compute_flop"] == pytest.approx(8.4e22)
    assert (found["compute_method"], found["training_compute_flop_status"]) == ("6ND", "derived")


def test_compute_of_a_mixture_uses_active_parameters_and_epochs():
    found = derived(parameters="1e12", active_parameters="3e10", tokens="1e12", epochs="2")
    assert found["training_compute_flop"] == pytest.approx(6 * 3e10 * 2e12)


@pytest.mark.parametrize(
    "cells",
    [
        {"base_model": "B"},  # a fine-tune's tokens are not its base model's
        {"tokens": "1e9"},  # a small set was repeated, nobody says how often
        {"domain": "Vision"},
        {"parameters_status": "imputed"},
        {"tokens_status": "imputed"},
        {"training_compute_flop": "5e20"},
    ],
)
def test_compute_is_not_derived_where_it_would_be_wrong(cells):
    found = derived(**({"parameters": "7e9", "tokens": "2e12"} | cells))
    assert found["compute_method"] != "6ND"


@pytest.mark.parametrize(
    ("method", "confidence", "status"),
    [
        ("Reported", "Confident", "reported"), ("Reported; Hardware", "Speculative", "reported"),
        ("Operation counting", "Likely", "derived"), ("Hardware", "Speculative", "imputed"),
        ("Third-party estimation", "Confident", "derived"), ("Third-party estimation", "Likely", "imputed"),
        ("Benchmarks", "Confident", "imputed"), ("", "Unknown", "imputed"),
    ],
)  # fmt: skip
def test_status_of_compute(method, confidence, status):
    found = derived(training_compute_flop="1e24", compute_method=method, confidence=confidence)
    assert found["training_compute_flop_status"] == status


def test_sizes_of_closed_models_that_are_speculative_are_imputed():
    closed = derived(parameters="1e12", confidence="Speculative", accessibility="API access")
    opened = derived(parameters="1e12", confidence="Speculative", accessibility="Open weights (unrestricted)")
    assert (closed["parameters_status"], opened["parameters_status"]) == ("imputed", "reported")


def test_energy_counts_the_hours_that_ran():
    whole = derived(hardware="H", hardware_quantity="10", training_time_hours="100", power_draw_w="5000")
    ran = derived(
        hardware="H", hardware_quantity="10", training_time_hours="100", power_draw_w="5000", chip_hours="800"
    )
    assert (whole["chip_hours"], whole["energy_kwh"]) == (1000, 500)
    assert ran["energy_kwh"] == 400
    assert (ran["energy_boundary"], ran["energy_kwh_status"]) == ("facility", "derived")


def test_reported_energy_stands():
    found = derived(
        energy_kwh="7", energy_kwh_status="reported", energy_boundary="IT", power_draw_w="5000", training_time_hours="9"
    )
    assert (found["energy_kwh"], found["energy_boundary"]) == (7, "IT")


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"hardware": "H", "hardware_quantity": "8"}, "derived"), ({"hardware": "H", "chip_hours": "8"}, "derived"),
        ({"hardware": "H"}, "imputed"), ({"hardware_quantity": "8"}, "imputed"),
        ({"hardware": "H", "hardware_quantity": "8", "confidence": "Speculative"}, "imputed"),
    ],
)  # fmt: skip
def test_status_of_cost(cells, status):
    found = derived(cost_usd="100", **cells)
    assert (found["cost_usd_status"], found["cost_dollar_year"]) == (status, 2023)


def test_unknown_figures_have_no_status():
    found = derived()
    figures = [name for name in resource("models").columns if name.endswith("_status")]
    assert all(found[name] == "" for name in figures)
    assert np.isnan(found["cost_dollar_year"])
