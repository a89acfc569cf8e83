from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from forecast.costs.derivation import derive_footprints
from forecast.costs.estimation import estimate
from forecast.costs.model_runs import chip_of, entries_of, place_of, provider_of
from forecast.costs.plan import RunPlan
from forecast.data.dataset import load_dataset
from forecast.data.derived import FILLED, add_derived
from forecast.data.looked import range_of
from forecast.data.model_names import find_model


def test_the_bundled_table_is_what_the_graph_derives_from_the_bundled_models() -> None:
    bundled = load_dataset("derived")
    fresh = derive_footprints()
    assert set(bundled.frame["models_sha256"]) == {load_dataset("models").digest[:16]}
    text = pd.read_csv(io.BytesIO(bundled.path.read_bytes()), dtype=str, keep_default_na=False)
    assert list(text["name"]) == list(fresh["name"])
    for column in ("energy_kwh", "carbon_kg", "water_l", "cost_rental_usd"):
        np.testing.assert_allclose(bundled.frame[column], fresh[column], rtol=1e-9)


def test_reported_figures_are_never_replaced_and_filled_ones_are_marked() -> None:
    bare = load_dataset("models").frame
    full = add_derived(bare)
    for column in FILLED:
        known = bare[column].notna()
        pd.testing.assert_series_equal(full[column][known], bare[column][known])
        pd.testing.assert_series_equal(full[f"{column}_status"][known], bare[f"{column}_status"][known])
        filled = full[column].notna() & ~known
        assert filled.sum() > 10
        assert set(full[f"{column}_status"][filled]) <= {"derived", "imputed"}


def test_a_derived_figure_is_the_estimate_of_the_same_run() -> None:
    name = "Falcon-180B"
    row = load_dataset("derived").frame.set_index("name").loc[name]
    found = estimate(RunPlan.read(entries_of(find_model(name))))
    assert row["carbon_kg"] == pytest.approx(found["carbon_operational_kg"].median, rel=0.02)
    assert row["water_l"] == pytest.approx(found["water_l"].median, rel=0.05)


def test_a_blind_plan_holds_no_reported_figure() -> None:
    gpt3 = find_model("GPT-3")
    assert entries_of(gpt3)["energy_kwh"] == 1_287_000
    assert {"energy_kwh", "energy_it_kwh", "chip_hours"}.isdisjoint(entries_of(gpt3, blind=True))


def test_what_a_row_names_is_read_or_left_to_the_graph() -> None:
    import datetime as dt

    assert chip_of("Quantum; NVIDIA A100", dt.date(2022, 1, 1)) == "NVIDIA A100 SXM4 80 GB"
    assert chip_of("NVIDIA H100 SXM5 80GB", dt.date(2020, 1, 1)) is None
    assert place_of("China") == "CHN"
    assert place_of("China; France") is None
    assert provider_of("Google DeepMind") == "Google"
    assert provider_of("BigScience") is None


def test_the_range_of_utilization_is_that_of_the_models() -> None:
    """Compute over chip-hours and dense peak of runs whose hours are stated and whose compute does not come from them."""
    from forecast.data.catalog import find_chip

    frame = load_dataset("models").frame
    known = frame["chip_hours"].notna() & (frame["training_compute_flop"] > 1e22) & (frame["use"] != "excluded")
    known &= (frame["training_compute_flop_status"] != "imputed") & ~frame["compute_method"].str.contains("Hardware")
    shares = []
    for row in frame[known].to_dict("records"):
        name = chip_of(row["hardware"], row["published"].date())
        peak = find_chip(name)["peak_fp16_flop_per_s"] if name else None
        if peak:
            shares.append(row["training_compute_flop"] / (row["chip_hours"] * 3600 * peak))
    stated = range_of("utilization")
    assert len(shares) > 30
    assert np.quantile(shares, [0.05, 0.5, 0.95]) == pytest.approx([stated.low, stated.value, stated.high], rel=0.1)


def test_the_spread_of_sites_is_that_of_the_grids() -> None:
    grids = load_dataset("grids").frame
    sites = grids[grids["zone_kind"] == "cloud_region"]
    national = grids[grids["zone_kind"] == "country"].set_index(["zone", "year"])["g_per_kwh"]
    keys = list(zip(sites["country_iso3"], sites["year"], strict=True))
    ratio = sites["g_per_kwh"].to_numpy() / national.reindex(keys).to_numpy()
    row = range_of("grid_intensity_site")
    assert np.nanquantile(ratio, [0.05, 0.5, 0.95]) == pytest.approx([row.low, row.value, row.high], rel=0.05)
    anywhere = range_of("grid_intensity_anywhere")
    quantiles = np.quantile(sites["g_per_kwh"], [0.05, 0.5, 0.95])
    assert quantiles == pytest.approx([anywhere.low, anywhere.value, anywhere.high], rel=0.05)
