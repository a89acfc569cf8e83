"""Givens that cannot all be true: both values are named, and what is merely unlikely is a warning."""

from __future__ import annotations

import pytest

import forecast
from forecast.errors import UsageError


def _codes(estimate):
    return {note.code for note in estimate.notes}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"energy_it_kwh": 1000, "pue": 1.1, "energy_kwh": 5000}, ["1.00 MWh", "5.00 MWh"]),
        ({"parameters": "70B", "tokens": "15T", "compute_flop": 1e22}, ["1.00e22", "6.30e24"]),
        ({"compute_flop": 1e25, "chip_hours": 10, "peak_flop_per_s": 1e15}, ["1.00e25", "10.0 h", "utilization"]),
        ({"energy_kwh": 1000, "energy_it_kwh": 2000}, ["1.00 MWh", "2.00 MWh", "PUE"]),
        ({"parameters": "7B", "active_parameters": "70B"}, ["7.00 B", "70.0 B"]),
        ({"chips": 10, "wall_hours": 10, "chip_hours": 5000}, ["5.00 k h", "10.0"]),
    ],
)
def test_exact_contradictions_are_refused_with_both_values(given, said):
    with pytest.raises(UsageError) as error:
        forecast.estimate(given=given)
    for text in said:
        assert text in error.value.message


def test_compute_and_hours_must_fit_the_chip():
    with pytest.raises(UsageError, match="dense bf16 peak of NVIDIA H100"):
        forecast.estimate(compute=1e25, chip_hours=1000)
    with pytest.raises(UsageError, match="disagrees"):
        forecast.estimate(compute=1e20, chip_hours=2e7)


def test_unlikely_givens_are_a_warning():
    found = forecast.estimate(compute=3e24, chip_hours=2.5e7, chip="H100")
    assert "contradiction" in _codes(found)
    assert found["utilization"].median == pytest.approx(3e24 / (2.5e7 * 3600 * 989.4e12))
    assert "contradiction" not in _codes(forecast.estimate(compute=3e24, chip_hours=3e6, chip="H100"))


def test_rounded_publications_pass():
    # Patterson et al. 2021 print 1,287 MWh and the factors that give 1,289; Brown et al. 3.14e23 beside 6ND = 3.15e23
    found = forecast.estimate(
        given={
            "chips": 10_000, "wall_hours": "14.8d", "it_power_per_chip_w": 330, "pue": 1.1, "energy_kwh": "1287MWh",
            "parameters": "175B", "tokens": "300B", "compute_flop": 3.14e23,
        }
    )  # fmt: skip
    assert "contradiction" not in _codes(found)
    assert found["energy_kwh"].median == 1.287e6


def test_sparse_peak_is_refused_for_the_chip_and_suspected_without():
    with pytest.raises(UsageError, match="sparsity") as error:
        forecast.estimate(params="70B", tokens="15T", chip="H100", given={"peak_flop_per_s": 1979e12})
    assert "9.894e+14" in error.value.hint
    dense_fp8 = forecast.estimate(
        params="70B", tokens="15T", chip="H100", precision="fp8", given={"peak_flop_per_s": 1979e12}
    )
    assert "sparse-peak" not in _codes(dense_fp8)
    assert "sparse-peak" in _codes(forecast.estimate(given={"peak_flop_per_s": 624e12, "utilization": 0.4}))
    assert "sparse-peak" not in _codes(forecast.estimate(given={"peak_flop_per_s": 312e12, "utilization": 0.4}))
