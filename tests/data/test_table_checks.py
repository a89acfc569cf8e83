"""`data check`: each class of dirt, planted, is found with its row, column, value and remedy; clean data is left alone."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecast.data.check import KEPT, infer_schema, inspect_table
from forecast.data.checks.duplicates import folded
from forecast.data.curation import explained, load_decisions
from forecast.data.dataset import dataset_names, load_dataset
from forecast.data.table import Table, read_table
from forecast.errors import UsageError

TODAY = dt.date(2026, 8, 1)
CLEAN = {
    "name": "Sound-7B", "organization": "Acme", "domain": "Language", "published": "2024-05-01", "notable": "true",
    "parameters": "7e9", "tokens": "2e12", "epochs": "1", "training_compute_flop": "8.4e22", "use": "fitted",
    "source": "arXiv:1", "base_model": "", "utilization": "0.4", "hardware_quantity": "100", "chip_hours": "1000",
    "training_time_hours": "10", "active_parameters": "", "compute_lower_flop": "", "compute_upper_flop": "",
    "exclusion_reason": "", "confidence": "Confident",
}  # fmt: skip


def table(*rows):
    return Table(pd.DataFrame([CLEAN | row for row in rows], dtype=object), "mine.csv", "digest")


def found(*rows, schema="models"):
    return inspect_table(table(*rows), schema=schema, today=TODAY)


def test_sound_rows_have_no_findings():
    other = {"name": "Other-1B", "organization": "Elsewhere", "parameters": "1e9", "training_compute_flop": "1.2e22"}
    result = found({}, other)
    assert result.findings == ()
    assert (result.errors, result.warnings) == (0, 0)


@pytest.mark.parametrize(
    ("cells", "check", "column", "severity", "says"),
    [
        ({"cost_usd": "$1,234"}, "schema", "cost_usd", "error", "write 1234"),
        ({"parameters": "many"}, "schema", "parameters", "error", "is not a number"),
        ({"parameters": "-5"}, "schema", "parameters", "error", "below the smallest plausible value"),
        ({"parameters": "inf"}, "schema", "parameters", "error", "is not a number"),
        ({"utilization": "72"}, "schema", "utilization", "error", "write 0.72"),
        ({"published": "2024-5-1"}, "schema", "published", "error", "write 2024-05-01"),
        ({"published": ""}, "schema", "published", "error", "is empty"),
        ({"notable": "perhaps"}, "schema", "notable", "error", "neither true nor false"),
        ({"use": "maybe"}, "schema", "use", "error", "fitted, history, excluded"),
        ({"published": "2031-01-01"}, "future", "published", "error", "lies in the future"),
        ({"name": "Sound\t-7B"}, "names", "name", "error", "write 'Sound -7B'"),
        ({"name": "Sound-7B "}, "names", "name", "error", "stray spaces"),
        ({"base_model": "Older"}, "inherited", "use", "error", "fine-tune"),
        ({"active_parameters": "9e9"}, "mixtures", "active_parameters", "error", "more than the parameters"),
        ({"compute_lower_flop": "9e22"}, "bounds", "compute_lower_flop", "error", "lies above"),
        ({"compute_upper_flop": "1e22"}, "bounds", "compute_upper_flop", "error", "lies below"),
        ({"compute_lower_flop": "5e9"}, "bounds", "compute_lower_flop", "error", "exponent"),
        ({"training_compute_flop": "8.4e25"}, "arithmetic", "training_compute_flop", "warning", "1e+03 times above"),
        ({"training_compute_flop": "1.4e22"}, "arithmetic", "training_compute_flop", "error", "multiply by 6"),
        ({"chip_hours": "80000"}, "chip_hours", "chip_hours", "warning", "80 times accelerators × hours"),
        ({"parameters": "7e12"}, "size_in_name", "parameters", "warning", "far from the 7e+09"),
        (
            {"name": "V4-Flash", "parameters": "2.84e8", "tokens": "", "training_compute_flop": "2.5e24"},
            "arithmetic", "parameters", "warning", "ten times more tokens",
        ),
        (
            {"name": "Big MoE", "parameters": "1e12", "training_compute_flop": "4e23"},
            "mixtures", "active_parameters", "warning", "not stated",
        ),
    ],
)  # fmt: skip
def test_planted_dirt_is_found(cells, check, column, severity, says):
    result = found(cells)
    hits = [item for item in result.findings if (item.check, item.column) == (check, column)]
    assert hits, result.findings
    assert hits[0].severity == severity
    assert hits[0].row == 2
    assert hits[0].value == (CLEAN | cells)[column]
    assert says in f"{hits[0].rule} {hits[0].remedy}"


def test_near_duplicates_by_spelling():
    (hit,) = [item for item in found({"name": "GLM 4.6"}, {"name": "GLM-4.6"}).findings if item.check == "duplicates"][
        :1
    ]
    assert hit.row == 3
    assert "'GLM 4.6'" in hit.rule


def test_near_duplicates_by_figures():
    result = found({"name": "Cosmos-1.0"}, {"name": "Predict-1"})
    assert "in common with 'Cosmos-1.0'" in next(item.rule for item in result.findings if item.check == "duplicates")


def test_one_name_years_apart_or_in_two_houses_is_no_duplicate():
    apart = found({"name": "Genie"}, {"name": "genie", "published": "2019-01-01", "parameters": "6e9"})
    houses = found({"name": "Genie"}, {"name": "genie", "organization": "Bio", "parameters": "6e9"})
    assert not [item for item in (*apart.findings, *houses.findings) if item.check == "duplicates"]


def test_equal_compute_of_an_earlier_sibling():
    result = found({"name": "GLM-4.5"}, {"name": "GLM-4.6", "published": "2024-09-01"})
    (hit,) = [item for item in result.findings if item.check == "inherited"]
    assert (hit.row, hit.column) == (3, "training_compute_flop")
    assert "'GLM-4.5'" in hit.rule


def test_price_far_off_its_time():
    rng = np.random.default_rng(0)
    rows = [
        {"name": f"m{i}", "organization": f"o{i}", "cost_usd": f"{8.4e22 * 2e-18 * 10 ** rng.normal(0, 0.2):.6g}"}
        for i in range(40)
    ]
    rows[7]["cost_usd"] = "1.5"
    hits = [item for item in found(*rows).findings if item.check == "price"]
    assert [item.row for item in hits] == [9]


def test_sparse_peaks_of_accelerators():
    rows = pd.DataFrame(
        {
            "name": ["dense", "sparse", "mixed"],
            "peak_fp16_flop_per_s": ["312e12", "1979e12", "1979e12"],
            "sparse_fp16_flop_per_s": ["624e12", "1979e12", ""],
            "peak_fp8_flop_per_s": ["", "", "1979e12"],
        }
    )
    result = inspect_table(Table(rows, "chips.csv", ""), schema="models", today=TODAY)
    assert [(item.row, item.severity) for item in result.findings if item.check == "sparse_peaks"] == [
        (3, "error"),
        (4, "warning"),
    ]


def test_missing_and_misspelt_columns():
    frame = table({}).frame.rename(columns={"parameters": "paramaters"}).drop(columns="published")
    result = inspect_table(Table(frame, "mine.csv", ""), schema="models", today=TODAY)
    texts = [f"{item.rule}; {item.remedy}" for item in result.findings if item.row is None]
    assert "the column 'published' is missing; add it" in texts
    assert "the schema 'models' has no column 'paramaters'; did you mean 'parameters'?" in texts


def test_many_findings_are_counted_and_the_first_kept():
    result = found(*({"name": f"m{i}", "organization": f"o{i}", "utilization": "50"} for i in range(KEPT + 100)))
    assert result.errors == KEPT + 100
    assert len([item for item in result.findings if item.check == "schema"]) == KEPT


def test_epochs_columns_are_checked_under_their_own_headings():
    frame = pd.DataFrame(
        {
            "Model": ["A\u00a0", "B"], "Publication date": ["2024-01-01"] * 2, "Organization": ["X", "Y"],
            "Parameters": ["7e9", "$5"], "Training compute (FLOP)": ["1e22", ""], "Notability criteria": ["", ""],
            "Hardware utilization (MFU)": ["0.3", "72"], "Base model": ["B", ""],
        }
    )  # fmt: skip
    result = inspect_table(Table(frame, "all.csv", ""), today=TODAY)
    assert result.schema == "epoch"
    places = {(item.check, item.column, item.row) for item in result.findings}
    assert ("names", "Model", 2) in places
    assert ("schema", "Parameters", 3) in places
    assert ("schema", "Hardware utilization (MFU)", 3) in places
    assert ("inherited", "Base model", None) in places


def test_schema_is_inferred_or_asked_for():
    assert infer_schema(read_table(load_dataset("deflators").path)) == "deflators"
    with pytest.raises(UsageError, match="columns are those of no known table"):
        infer_schema(Table(pd.DataFrame({"x": ["1"]}), "x.csv", ""))


def test_typed_formats_are_checked_as_their_text():
    frame = load_dataset("deflators").frame
    assert inspect_table(Table(frame, "d.parquet", "", 1), schema="deflators", today=TODAY).findings == ()


@pytest.mark.parametrize("name", dataset_names())
def test_bundled_tables_have_nothing_to_correct(name):
    result = inspect_table(read_table(load_dataset(name).path), schema=name, today=TODAY)
    assert [item for item in result.findings if item.severity == "error"] == []
    assert result.findings == () or name not in (
        "models",
        "model_footprints",
        "curation",
        "aliases",
        "deflators",
        "cleaning",
    )


def test_what_was_looked_into_is_counted_and_every_explanation_is_needed():
    result = inspect_table(read_table(load_dataset("models").path), today=TODAY)
    assert result.explained == len(explained(load_decisions()))


def test_an_explanation_holds_only_for_the_value_it_was_given_for():
    frame = read_table(load_dataset("models").path).frame
    frame.loc[frame["name"] == "GNMT", "training_compute_flop"] = "6.62e23"
    result = inspect_table(Table(frame, "mine.csv", ""), today=TODAY)
    assert [(item.check, item.name) for item in result.findings] == [("arithmetic", "GNMT")]


@pytest.mark.parametrize(
    ("one", "other"), [("GPT-4 (Mar 2023)", "gpt 4"), ("Llama 2-70B", "LLaMA-2 70B"), ("Café", "cafe")]
)
def test_spellings_fold_together(one, other):
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("PanGu-α", "PanGu-Σ"), ("GPT-4.1", "GPT-41"), ("Claude 3", "Claude 3.5"), ("A+", "A")]
)
def test_different_models_stay_apart(one, other):
    assert folded(one) != folded(other)
