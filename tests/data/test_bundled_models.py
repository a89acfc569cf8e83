"""The curated models: complete, sound, sourced; the figures of well-known systems; who stands at the frontier."""

import numpy as np
import pytest

from forecast.data.dataset import load_dataset
from forecast.data.frontier import FrontierRule
from forecast.data.model_names import find_model
from forecast.dates import decimal_year

METRICS = ("parameters", "training_compute_flop", "tokens", "cost_usd", "energy_kwh", "power_draw_w")


@pytest.fixture(scope="module")
def models():
    return load_dataset("models").frame


def frontier(models, column):
    ranked = models[(models["use"] != "excluded") & models["notable"] & models[column].notna()]
    day = decimal_year(ranked["published"].to_numpy("datetime64[D]"))
    members = FrontierRule("top10").members(day, np.log10(ranked[column].to_numpy()))
    return ranked[members & (day >= 2018)]


def test_enough_recent_models_have_a_figure(models):
    recent = models[models["published"] >= "2018"]
    known = recent[["parameters", "training_compute_flop", "tokens", "cost_usd", "energy_kwh"]].notna().any(axis=1)
    assert known.sum() >= 1300
    assert models["published"].min().year == 2010
    assert (models["published"].max().year, models["published"].max().month) == (2026, 7)


def test_use_follows_date_and_reason(models):
    excluded = models["use"] == "excluded"
    assert ((models["exclusion_reason"] != "") == excluded).all()
    assert (models["published"][models["use"] == "fitted"] >= "2018").all()
    assert (models["published"][models["use"] == "history"] < "2018").all()
    assert excluded[models["base_model"] != ""].all()


@pytest.mark.parametrize(
    "column",
    [name.removesuffix("_status") for name in load_dataset("models").resource.columns if name.endswith("_status")],
)
def test_every_figure_says_how_it_is_known(models, column):
    assert ((models[f"{column}_status"] != "") == models[column].notna()).all()


def test_every_row_has_a_source_and_costs_their_dollars(models):
    assert (models["source"] != "").all()
    assert models["cost_dollar_year"][models["cost_usd"].notna()].notna().all()
    assert (models["cost_method"][models["cost_usd"].notna()] != "").all()


def test_about_a_third_of_the_costs_is_imputed(models):
    share = (models["cost_usd_status"][models["cost_usd"].notna()] == "imputed").mean()
    assert 0.3 < share < 0.45


@pytest.mark.parametrize("column", METRICS)
def test_the_frontier_holds_no_fine_tunes_searches_or_tables(models, column):
    members = frontier(models, column)
    assert (members["base_model"] == "").all()
    for name in (
        "DLRM-2020",
        "MEB",
        "SNM-skip",
        "MnasNet-A3",
        "AmoebaNet-A (F=448)",
        "Composer 2.5",
        "Diffractive Deep Neural Network",
    ):
        assert name not in set(members["name"])
    assert len(members) >= 40


def test_nothing_at_the_frontier_is_out_of_scale(models):
    compute = frontier(models, "training_compute_flop")
    assert compute["training_compute_flop"].between(1e20, 6e26).all()
    assert frontier(models, "parameters")["parameters"].max() <= 3e12
    tokens = frontier(models, "tokens")
    assert (tokens["domain"].str.contains("Language")).all()
    assert tokens["tokens"].max() <= 5e13


def test_mixtures_carry_their_active_parameters(models):
    mixed = models[models["active_parameters"].notna()]
    assert (mixed["active_parameters"] < mixed["parameters"]).all()
    for name, active in (
        ("DeepSeek-V3", 37e9),
        ("Llama 4 Maverick", 17e9),
        ("GLaM", 96.6e9),
        ("Kimi K2", 32e9),
        ("Qwen3-235B-A22B", 22e9),
    ):
        assert find_model(name)["active_parameters"] == active


#: Parameters, tokens seen, FLOP, and the first day, from the papers; None where nothing is published.
ARTICLE = [
    ("bert", 340e6, 1.06e11, 2.85e20, "2018-10"), ("gpt-1", 117e6, 1.33e11, 8.3e19, "2018-06"),
    ("gpt-2", 1.5e9, None, None, "2019-02"), ("gpt-3", 175e9, 300e9, 3.14e23, "2020-05"),
    ("gpt-4", 1.8e12, None, 2.1e25, "2023-03"), ("chatgpt", None, None, 2.58e24, "2022-03"),
    ("dall-e", 12e9, None, 4.7e22, "2021-01"), ("palm", 540e9, 780e9, 2.53e24, "2022-04"),
    ("llama", 65.2e9, 1.4e12, 5.5e23, "2023-02"), ("bloom", 176e9, 366e9, 3.7e23, "2022-07"),
    ("gopher", 280e9, 300e9, 6.31e23, "2021-12"), ("opt", 175e9, 300e9, 4.3e23, "2022-05"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameters", "seen", "compute", "month"), ARTICLE)
def test_well_known_systems(name, parameters, seen, compute, month):
    row = find_model(name)
    assert str(row["published"])[:7] == month
    assert row["link"].startswith("http")
    assert row["use"] == "fitted"
    if parameters:
        assert row["parameters"] == pytest.approx(parameters, rel=0.01)
    if seen:
        assert row["tokens"] * row["epochs"] == pytest.approx(seen, rel=0.01)
    if compute:
        assert row["training_compute_flop"] == pytest.approx(compute, rel=0.02)


@pytest.mark.parametrize(
    ("name", "energy_mwh", "boundary", "tonnes", "chip_hours"),
    [
        ("gpt-3", 1287, "facility", 552.1, 3_552_000), ("gopher", 1066, "IT", 380, 3_768_320),
        ("bloom", 433.196, "IT", 24.69, 1_082_990), ("llama", 449, "facility", 173, 1_022_362),
        ("opt", 356, "facility", 75, 809_472), ("palm", 3179, "IT", 271.43, 8_404_992),
    ],
)  # fmt: skip
def test_published_footprints_of_well_known_systems(name, energy_mwh, boundary, tonnes, chip_hours):
    row = find_model(name)
    assert row["energy_kwh"] == pytest.approx(energy_mwh * 1e3)
    assert row["energy_boundary"] == boundary
    assert row["carbon_kg"] == pytest.approx(tonnes * 1e3)
    assert row["chip_hours"] == pytest.approx(chip_hours, rel=1e-3)
    assert row["footprint_source"]


def test_guesses_about_closed_models_are_marked():
    row = find_model("gpt-4")
    assert {row[f"{name}_status"] for name in ("parameters", "training_compute_flop", "tokens", "cost_usd")} == {
        "imputed"
    }


@pytest.mark.parametrize("table", ["aliases", "model_footprints"])
def test_references_hold(models, table):
    assert set(load_dataset(table).frame["name"]) <= set(models["name"])


def test_deflators_rise_and_cover_the_dollars(models):
    prices = load_dataset("deflators").frame
    for index, group in prices.groupby("index"):
        inflation = group.sort_values("year")["value"].pct_change().dropna()
        assert inflation.between(-0.01, 0.09).all(), index
        assert set(models["cost_dollar_year"].dropna().astype(int)) <= set(group["year"])
