import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecast.data.catalog import find_chip, find_zone
from forecast.data.dataset import load_dataset
from forecast.data.lookup import (
    electricity_price,
    grid_intensity,
    minerals_for,
    pue_for,
    range_of,
    rental_price,
    water_for,
    wue_for,
)
from forecast.data.resources import datasets_folder
from forecast.data.schema import package, resource
from forecast.errors import UsageError

TABLES = (
    "hardware", "purchase_prices", "prices", "zones", "grids", "water", "datacenters", "electricity_prices", "embodied",
    "uncertainty", "equivalences", "budgets",
)  # fmt: skip
#: Spellings in the column `hardware` of Epoch AI's table of models, July 2026.
SPELLINGS = """\
NVIDIA A100;NVIDIA H100 SXM5 80GB;NVIDIA V100;Google TPU v3;NVIDIA A100 SXM4 80 GB;Google TPU v4;NVIDIA A100 SXM4 40 GB
NVIDIA Tesla V100 DGXS 32 GB;Google TPU v5e;NVIDIA H800 SXM5;NVIDIA GeForce GTX 1080 Ti;NVIDIA RTX A6000;NVIDIA P100
NVIDIA GeForce GTX TITAN X;NVIDIA GeForce RTX 3090;NVIDIA GeForce GTX 580;NVIDIA Tesla K80;NVIDIA A800 PCIe 40 GB
Google TPU v2;NVIDIA GeForce RTX 2080 Ti 11GB;NVIDIA Tesla V100 DGXS 16 GB;Cerebras CS-2;NVIDIA GeForce RTX 4090
NVIDIA Tesla K40s;AMD Radeon Instinct MI250X;Google TPU v5p;NVIDIA GB200;NVIDIA GeForce GTX 480;NVIDIA Tesla K40c
NVIDIA M40;Huawei Ascend 910;NVIDIA GeForce RTX 3090 Ti;Amazon Trainium1;NVIDIA H100 PCIe;Google TPU v1;NVIDIA TITAN Xp
NVIDIA RTX A5000;NVIDIA A40 PCIe;Google TPU v6e Trillium;Huawei Ascend 910B;NVIDIA GeForce GTX Titan Black
NVIDIA Tesla K40t;NVIDIA Tesla V100S PCIe 32 GB;NVIDIA Titan V;NVIDIA Quadro RTX 8000;NVIDIA A100 PCIe
NVIDIA Tesla V100 SXM2;NVIDIA RTX 6000 Ada Generation;NVIDIA A800 PCIe 80 GB;NVIDIA A800 SXM;NVIDIA H100 NVL
NVIDIA B300 (Blackwell Ultra);NVIDIA GB300 (Blackwell Ultra);NVIDIA GeForce GTX 280;Intel Core 2 Quad Q9450
NVIDIA GeForce GTX 285;NVIDIA Tesla K20X;NVIDIA GeForce GTX TITAN;NVIDIA Quadro K6000;NVIDIA Tesla K20c
NVIDIA Tesla C2075;NVIDIA GeForce GTX 780;NVIDIA Tesla K20m;NVIDIA Tesla K40m;NVIDIA Quadro K4000;NVIDIA GeForce GTX 980
NVIDIA GeForce GTX 590;NVIDIA GeForce GTX 1080;NVIDIA P100 PCIe 16GB;NVIDIA Quadro GP100;NVIDIA Quadro P600;NVIDIA P40
NVIDIA Tesla P100 PCIe 16GB;NVIDIA TITAN RTX;NVIDIA Tesla V100 SXM3 32 GB;NVIDIA Tesla V100 PCIe 32 GB
NVIDIA Quadro RTX 6000;NVIDIA Quadro RTX 5000;NVIDIA Tesla V100 PCIe 16 GB;NVIDIA GeForce RTX 3060;Intel Core i5-11600K
NVIDIA Quadro RTX 4000;NVIDIA GeForce RTX 2080;NVIDIA RTX A1000;NVIDIA A10 PCIe;Intel A100;NVIDIA A30 PCIe
NVIDIA GeForce RTX 4060 Ti;NVIDIA A10G;NVIDIA A800 PCIe;Ascend (昇腾) 910B;AMD Radeon Instinct MI250;NVIDIA Tesla T4
AMD EPYC 7413;NVIDIA GeForce RTX 3080;NVIDIA GeForce RTX 3070;Huawei Ascend 800T A2;NVIDIA H200 SXM;NVIDIA GH200
Google TPU v7 Ironwood;NVIDIA H200;Nvidia H100 80G;NVIDIA B200 GPUs;Huawei Ascend 910C""".replace("\n", ";").split(";")


def text(name: str) -> pd.DataFrame:
    return pd.read_csv(datasets_folder() / resource(name).path, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_the_data_package_says(name):
    about, cells, frame = resource(name), text(name), load_dataset(name).frame
    assert list(cells.columns) == about.columns
    assert about.licence
    assert about.attribution
    for item in about.fields:
        column = cells[item.name]
        assert not (column != column.str.strip()).any(), item.name
        assert not column.str.contains("\n").any(), item.name
        if item.required:
            assert (column != "").all(), item.name
        if item.constraints.get("unique"):
            assert column.is_unique, item.name
        if item.enum:
            assert set(column) - {""} <= set(item.enum), item.name
        for bound, wrong in ((item.minimum, frame[item.name].lt), (item.maximum, frame[item.name].gt)):
            if bound is not None:
                assert not wrong(pd.Timestamp(bound) if item.type == "date" else bound).any(), item.name


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_a_key_of_its_own(name):
    assert (text(name)["source"] != "").all()
    (entry,) = [entry for entry in package()["resources"] if entry["name"] == name]
    key = entry["schema"].get("primaryKey")
    if key:
        assert not text(name).duplicated(key).any()
    assert not text(name).duplicated().any()


@pytest.mark.parametrize("name", TABLES)
def test_references_stand_in_the_other_table(name):
    for column, other, target in resource(name).references:
        assert set(text(name)[column]) <= set(text(other)[target]), column


@pytest.mark.parametrize(
    ("name", "low", "value", "high"),
    [
        ("hardware", "measured_power_low_w", "measured_power_w", "measured_power_high_w"),
        ("hardware", "embodied_low_kg", "embodied_kg", "embodied_high_kg"),
        ("hardware", "peak_fp32_flop_per_s", "peak_fp16_flop_per_s", "sparse_fp16_flop_per_s"),
        ("hardware", "peak_tf32_flop_per_s", "peak_fp16_flop_per_s", "peak_fp8_flop_per_s"),
        ("hardware", "peak_fp16_flop_per_s", "peak_fp8_flop_per_s", "peak_fp4_flop_per_s"),
        ("electricity_prices", "low", "usd_per_kwh", "high"),
        ("water", "offsite_low", "offsite_l_per_kwh", "offsite_high"),
        ("datacenters", "pue_low", "pue", "pue_high"),
        ("datacenters", "wue_low", "wue_onsite_l_per_kwh", "wue_high"),
        ("embodied", "low", "kg", "high"),
        ("uncertainty", "low", "central", "high"),
    ],
)
def test_figures_are_in_order(name, low, value, high):
    frame = load_dataset(name).frame
    known = frame[[low, value, high]]
    below = known[low] > known[value] * (1 + 1e-9)
    above = known[value] > known[high] * (1 + 1e-9)
    assert not frame[below | above].values.tolist()


def test_a_chip_alone_draws_no_more_than_it_is_rated_for():
    frame = load_dataset("hardware").frame
    alone = frame[frame["power_boundary"] == "chip"]
    assert len(alone) >= 3
    assert (alone["measured_power_high_w"] <= alone["tdp_w"]).all()


def test_chips_with_embodied_figures_are_in_the_table_of_hardware():
    assert set(text("embodied")["accelerator"]) - {""} <= set(text("hardware")["accelerator"])
    b200 = text("embodied").set_index("item")["kg"]["HGX B200 baseboard, 8 chips, derived"]
    assert float(b200) == pytest.approx(1312 * 0.50 / 0.66 * 2250 / 989.4, rel=1e-3)


def test_marketed_sparse_rates_are_about_twice_the_dense_ones():
    frame = load_dataset("hardware").frame
    ratio = (frame["sparse_fp16_flop_per_s"] / frame["peak_fp16_flop_per_s"]).dropna()
    assert len(ratio) > 30
    assert ratio.between(1.99, 2.01).all()


@pytest.mark.parametrize(
    ("chip", "column", "value"),
    [
        ("A100", "peak_fp16_flop_per_s", 312e12),
        ("A100", "sparse_fp16_flop_per_s", 624e12),
        ("A100-PCIe", "tdp_w", 300),
        ("H100", "peak_fp16_flop_per_s", 989.4e12),
        ("H100", "sparse_fp16_flop_per_s", 1979e12),
        ("H100", "server_factor", 1.821),
        ("B200", "peak_fp16_flop_per_s", 2250e12),
        ("MI300X", "peak_fp16_flop_per_s", 1307.4e12),
        ("V100", "tdp_w", 300),
        ("V100-PCIe", "tdp_w", 250),
        ("V100", "measured_power_w", 330),
        ("TPUv3", "tdp_w", 450),
        ("TPUv3", "measured_power_w", 283),
        ("TPUv4", "measured_power_w", 326),
    ],
)
def test_known_traps_of_hardware_tables(chip, column, value):
    assert find_chip(chip)[column] == pytest.approx(value)


def test_rated_power_times_factors_gives_the_measured_power():
    # Cottier et al. 2024 fit server factor and load to these measurements of Patterson et al. 2021.
    for chip in ("V100", "P100", "TPUv2", "TPUv3"):
        row = find_chip(chip)
        load = range_of("load_factor", "TPU" if row["kind"] == "TPU" else "GPU").value
        factor = row["server_factor"] or range_of("server_factor", row["kind"]).value
        assert row["tdp_w"] * factor * load == pytest.approx(row["measured_power_w"], rel=0.25), chip


def test_every_spelling_of_the_models_is_a_chip():
    assert len(SPELLINGS) == 104
    assert [name for name in SPELLINGS if not find_chip(name)] == []


def test_names_of_chips_are_unambiguous():
    frame = text("hardware")
    owners: dict[str, set[str]] = {}
    for _, row in frame.iterrows():
        for name in (row["accelerator"], row["short"], *row["aliases"].split("; ")):
            owners.setdefault("".join(c for c in name.casefold() if c.isalnum()), set()).add(row["accelerator"])
    assert {name: chips for name, chips in owners.items() if name and len(chips) > 1} == {}


@pytest.mark.parametrize(
    ("typed", "short"),
    [("h100", "H100"), ("NVIDIA A100", "A100"), ("tpu v4", "TPUv4"), ("rtx4090", "RTX-4090"), ("V100 SXM2", "V100")],
)
def test_a_chip_is_found_however_it_is_written(typed, short):
    assert find_chip(typed)["short"] == short


@pytest.mark.parametrize(("typed", "meant"), [("H1000", "H100"), ("V10O", "V100"), ("TPU v33", "TPUv3")])
def test_an_unknown_chip_names_the_nearest(typed, meant):
    with pytest.raises(UsageError, match=f"unknown chip '{typed}'; did you mean '{meant}'") as caught:
        find_chip(typed)
    assert meant in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("USA", "USA"), ("us", "USA"), ("United States of America", "USA"), ("germany", "DEU"), ("UK", "GBR"),
        ("Korea (Republic of)", "KOR"), ("world", "WORLD"), ("EU", "OWID_EU27"), ("Georgia", "GEO"), ("texas", "US-TX"),
        ("us-east1", "us-east1"), ("us-east-1", "us-east-1"), ("eastus", "eastus"), (" FR ", "FRA"),
    ],
)  # fmt: skip
def test_a_place_is_found_however_it_is_written(typed, zone):
    assert find_zone(typed)["zone"] == zone


@pytest.mark.parametrize(
    ("typed", "meant"), [("Frnace", "France"), ("us-centrl1", "us-central1"), ("Germny", "Germany")]
)
def test_an_unknown_place_names_the_nearest(typed, meant):
    with pytest.raises(UsageError, match=f"unknown place '{typed}'; did you mean '{meant}'"):
        find_zone(typed)


def test_an_empty_name_is_refused():
    for find in (find_chip, find_zone):
        with pytest.raises(UsageError, match="unknown"):
            find("")


def test_every_country_of_the_models_is_a_place():
    countries = set(load_dataset("grids").frame["country_iso3"]) - {""}
    assert countries <= set(load_dataset("zones").frame["zone"])
    assert all(find_zone(zone)["zone_kind"] == "country" for zone in countries)


def test_a_run_of_2020_uses_the_grid_of_2020():
    world = {year: grid_intensity("WORLD", dt.date(year, 6, 1)).value for year in range(2018, 2026)}
    published = [518.5, 505.8, 492.1, 494.8, 489.5, 483.2, 471.1, 458.3]  # Our World in Data
    assert list(world.values()) == pytest.approx(published, abs=0.06)
    assert grid_intensity("FRA", dt.date(2020, 6, 1)).note == ""


def test_a_grid_beyond_the_table_is_the_nearest_and_says_so():
    late, early = grid_intensity("FRA", dt.date(2030, 1, 1)), grid_intensity("FRA", dt.date(2012, 1, 1))
    assert "last known before 2030" in late.note
    assert "figure of 2018, the first known, after 2012" in early.note


def test_a_region_without_a_grid_uses_its_country():
    there = grid_intensity("us-east-1", dt.date(2021, 1, 1))
    assert there.value == grid_intensity("USA", dt.date(2021, 1, 1)).value
    assert "United States stands in" in there.note
    assert "World stands in" in grid_intensity("Central African Republic", dt.date(2021, 1, 1)).note


def test_a_region_states_its_boundary_and_gives_way_for_another():
    iowa = dt.date(2024, 1, 1)
    assert grid_intensity("us-central1", iowa).convention.startswith("direct, location-based")
    lifecycle = grid_intensity("us-central1", iowa, boundary="lifecycle")
    assert lifecycle.value == grid_intensity("USA", iowa).value  # the region's own lifecycle figures end in 2020
    with pytest.raises(UsageError, match="unknown boundary 'gross'"):
        grid_intensity("USA", iowa, boundary="gross")


def test_every_place_has_an_intensity_and_water():
    for zone in load_dataset("zones").frame["zone"]:
        assert 0 <= grid_intensity(zone, dt.date(2024, 1, 1)).value < 1500
        water = water_for(zone)
        assert 0 < water.low <= water.value <= water.high


def test_rental_price_is_the_median_of_the_offers_of_the_time():
    offers = load_dataset("prices").frame
    when = pd.Timestamp(2026, 3, 1)
    near = (offers["date"] - when).abs() <= pd.Timedelta(days=183)
    mine = offers[near & (offers["accelerator"] == "NVIDIA H100 SXM5 80GB") & (offers["commitment"] == "on_demand")]
    price = rental_price("H100", when.date())
    assert len(mine) >= 5
    assert price.value == mine["usd_per_chip_hour"].median()
    assert [price.low, price.high] == pytest.approx(np.quantile(mine["usd_per_chip_hour"], [0.05, 0.95]))
    assert f"{len(mine)} offers of 2025" in price.note


def test_rental_prices_follow_the_market_down():
    prices = [rental_price("H100", dt.date(year, 7, 1)).value for year in (2023, 2026)]
    assert prices[0] > 1.3 * prices[1]


def test_few_offers_widen_the_range():
    price = rental_price("TPUv4", dt.date(2022, 7, 1))
    spread = range_of("price_spread")
    assert price.value == 3.22
    assert (price.low, price.high) == pytest.approx((3.22 * spread.low, 3.22 * spread.high))


def test_without_an_offer_of_the_time_the_last_known_before_counts():
    price = rental_price("K80", dt.date(2021, 6, 1))
    assert "the last known before 2021-06-01" in price.note
    assert "the first known, after 2012-01-01" in rental_price("K80", dt.date(2012, 1, 1)).note


def test_a_reserved_price_that_is_not_stated_is_derived_from_the_one_on_demand():
    listed, reserved = (rental_price("B200", dt.date(2026, 6, 1), kind) for kind in ("on_demand", "3y"))
    assert reserved.value == pytest.approx(listed.value * (1 - range_of("discount_3y").value))
    assert "discount" in reserved.note


def test_a_reserved_price_is_the_stated_one_where_enough_are_known():
    offers = load_dataset("prices").frame
    near = (offers["date"] - pd.Timestamp(2019, 11, 15)).abs() <= pd.Timedelta(days=183)
    mine = offers[near & (offers["accelerator"] == "NVIDIA Tesla V100 SXM2 16 GB") & (offers["commitment"] == "3y")]
    assert len(mine) >= 5
    assert rental_price("V100", dt.date(2019, 11, 15), "3y").value == mine["usd_per_chip_hour"].median()


@pytest.mark.parametrize("chip", ["A100", "H100", "V100", "TPUv4", "TPUv5e", "A10G", "B200"])
@pytest.mark.parametrize("year", [2020, 2023, 2025, 2026])
def test_a_longer_commitment_is_never_dearer(chip, year):
    prices = [rental_price(chip, dt.date(year, 7, 1), commitment).value for commitment in ("on_demand", "1y", "3y")]
    assert prices == sorted(prices, reverse=True)


def test_another_chip_of_the_family_stands_in():
    assert "family V100" in rental_price("V100S-PCIe-32GB", dt.date(2020, 1, 1)).note
    assert rental_price("Ascend 910B", dt.date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("on-demand",), "unknown commitment 'on-demand'"), (("spot", "cloud"), "unknown kind of provider 'cloud'")],
)
def test_unknown_terms_of_rental_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        rental_price("H100", dt.date(2024, 1, 1), *arguments)


def test_price_spread_is_the_one_of_the_table():
    offers = load_dataset("prices").frame
    offers = offers[offers["commitment"] == "on_demand"]
    for applies_to, least in (("all", 5), ("hyperscaler", 3)):
        kept = offers if applies_to == "all" else offers[offers["provider_kind"] == applies_to]
        half = kept["date"].dt.year * 2 + (kept["date"].dt.month > 6)
        groups = kept.groupby(["accelerator", half])["usd_per_chip_hour"]
        ratio = (kept["usd_per_chip_hour"] / groups.transform("median"))[groups.transform("size") >= least]
        spread = range_of("price_spread", applies_to)
        assert [spread.low, spread.high] == pytest.approx(np.quantile(ratio, [0.05, 0.95]), abs=0.02)


def test_a_board_of_two_chips_and_a_device_of_four_are_priced_by_the_row_of_the_chip():
    offers = load_dataset("prices").frame
    k80 = offers[(offers["accelerator"] == "NVIDIA Tesla K80") & (offers["provider"] == "Amazon Web Services")]
    assert k80.loc[k80["commitment"] == "on_demand", "usd_per_chip_hour"].tolist() == [1.8] * 4
    v2 = offers[(offers["accelerator"] == "Google TPU v2") & (offers["commitment"] == "on_demand")]
    assert v2["usd_per_chip_hour"].tolist() == pytest.approx([1.13, 1.125])


def test_electricity_prices_by_year_and_country():
    assert electricity_price("USA", dt.date(2022, 1, 1)).value == 0.0832
    norway = electricity_price("Norway", dt.date(2022, 1, 1))
    assert "no figure for Norway, United States stands in" in norway.note
    assert norway.high / norway.low > 4 > 0.12 / 0.05
    assert electricity_price("us-central1", dt.date(2020, 1, 1)).value == 0.0667
    assert "second-hand" in electricity_price("FRA", dt.date(2024, 1, 1)).note


def test_pue_by_provider_region_kind_and_year():
    day = dt.date(2024, 6, 1)
    assert pue_for(None, dt.date(2018, 1, 1)).value == 1.58
    assert pue_for("us-central1", day).value == 1.10
    assert pue_for("aws", day).value == 1.15
    assert 1.07 <= pue_for("Google", day).value <= 1.12
    assert pue_for("other", day).value == 1.25
    assert "other stands in" in pue_for("CoreWeave", day).note
    assert "Amazon Web Services stands in" in pue_for("ap-east-1", day).note  # the region has a figure for water only
    with pytest.raises(UsageError, match="unknown data centre 'Gogle'; did you mean 'Google Cloud'"):
        pue_for("Gogle", day)
    with pytest.raises(UsageError, match="unknown data centre ' '"):
        pue_for(" ", day)


def test_every_provider_and_region_has_a_pue():
    zones, prices = load_dataset("zones").frame, load_dataset("prices").frame
    names = {
        *zones.loc[zones["zone_kind"] == "cloud_region", "zone"],
        *prices["provider"],
        *load_dataset("datacenters").frame["provider"],
    }
    for name in names:
        assert 1.0 < pue_for(name, dt.date(2024, 1, 1)).value < 2.6, name


def test_water_on_site_and_off_site():
    assert wue_for("us-east-1", dt.date(2024, 1, 1)).value == 0.12
    assert wue_for("Lambda Labs", dt.date(2024, 1, 1)) is None
    assert water_for("US-WA").value == 9.501
    assert (water_for("USA").low, water_for("USA").high) == (3.1321, 4.35)
    assert "world average" in water_for("Kenya").note
    assert minerals_for("us-east-1").value == minerals_for("USA").value


def test_an_input_without_a_row_is_refused():
    with pytest.raises(UsageError, match="unknown input 'utilisation'; did you mean 'utilization'"):
        range_of("utilisation")
    with pytest.raises(UsageError, match="server_factor has no value for all"):
        range_of("server_factor")


def test_no_figure_rests_on_memory_or_on_share_alike_data():
    for name in TABLES:
        cells = text(name)
        for column in {"source", "note"} & set(cells):
            assert (
                not cells[column].str.contains("memory, verify|from memory|unconfirmed|Electricity Maps|WattTime").any()
            )


def test_one_equivalence_is_printed_for_each_thing_but_flights_and_cars():
    frame = load_dataset("equivalences").frame
    printed = frame[frame["default"]]
    assert printed["kg"].count() >= 2
    assert printed["kwh"].count() == printed["litres"].count() == 1
    five_cars = 626_155 * 0.45359237 / frame.loc[frame["quantity"] == "1 lifetime incl. fuel", "kg"].item()
    assert five_cars == pytest.approx(4.97, abs=0.005)  # Strubell et al. 2019
