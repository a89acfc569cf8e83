"""Finding a model, taking a table away, and comparing two."""

import io
import json

import pandas as pd
import pytest

from forecast.data.cells import as_text
from forecast.data.dataset import load_dataset
from forecast.data.diff import as_models, compare
from forecast.data.export import attribution, export
from forecast.data.model_names import aliases_of, find_model
from forecast.data.table import Table, read_table
from forecast.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ChatGPT", "GPT-3.5"),
        ("dalle", "DALL·E"),
        ("llama2 70b", "Llama 2-70B"),
        ("GPT-4", "GPT-4"),
        ("deepseek v3", "DeepSeek-V3"),
    ],
)
def test_models_are_found_as_people_type_them(typed, name):
    assert find_model(typed)["name"] == name


def test_unknown_models_get_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'GPT-4 Turbo'"):
        find_model("GPT-4 Turbot")


def test_aliases_of():
    assert "chatgpt" in aliases_of("GPT-3.5")


def test_export_formats_hold_the_same_table():
    dataset = load_dataset("deflators")
    assert export(dataset, "x.csv") == dataset.path.read_text()
    rows = json.loads(export(dataset, "x.json"))
    lines = [json.loads(line) for line in export(dataset, "x.jsonl").splitlines()]
    back = pd.read_parquet(io.BytesIO(export(dataset, "x.parquet")))
    pd.testing.assert_frame_equal(back, dataset.frame)
    assert rows == lines
    assert [row["value"] for row in rows] == list(dataset.frame["value"])


def test_dates_and_gaps_in_json():
    rows = json.loads(export(load_dataset("models"), "x.json"))
    row = next(row for row in rows if row["name"] == "GPT-3.5")
    assert row["published"] == "2022-03-15"
    assert row["parameters"] is None


def test_attribution_names_source_licence_and_bytes():
    dataset = load_dataset("models")
    text = attribution(dataset)
    assert "Epoch AI" in text
    assert "CC-BY-4.0" in text
    assert dataset.digest in text


def test_unknown_suffix():
    with pytest.raises(UsageError, match="names no table format"):
        export(load_dataset("models"), "x.xyz")


def models(**cells):
    return Table(pd.DataFrame({"name": ["A", "B"], "published": ["2020-01-01"] * 2} | cells, dtype=object), "t.csv", "")


def test_compare_by_name():
    old = models(parameters=["1e9", "2"])
    new = Table(
        pd.DataFrame({"name": ["C", "A"], "published": ["2020-01-01"] * 2, "parameters": ["5", "2000000000"]}),
        "n.csv",
        "",
    )
    found = compare(old, new)
    assert (found.added, found.removed, found.rows) == (("C",), ("B",), (2, 2))
    ((change),) = found.changes
    assert (change.name, change.column, change.factor) == ("A", "parameters", 2.0)
    assert found.columns() == {"parameters": 1}


def test_the_same_number_in_another_spelling_is_no_change():
    assert compare(models(parameters=["1e9", "2"]), models(parameters=["1000000000", "2.0"])).changes == ()


def test_text_and_gaps_have_no_factor():
    found = compare(models(domain=["x", ""]), models(domain=["y", ""]))
    assert [(change.old, change.new, change.factor) for change in found.changes] == [("x", "y", None)]


def test_tables_without_names_or_with_one_twice_are_refused():
    with pytest.raises(DataError, match="no column 'name'"):
        as_models(Table(pd.DataFrame({"x": ["1"]}), "x.csv", ""))
    with pytest.raises(DataError, match=r"row 3, column 'name': 'A' stands more than once"):
        as_models(Table(pd.DataFrame({"name": ["A", "A"], "published": ["2020", "2020"]}), "x.csv", ""))


def test_bundled_table_against_itself():
    table = read_table(load_dataset("models").path)
    assert compare(table, as_models(table)).changes == ()


def test_cells_become_text():
    assert as_text(pd.Series(pd.to_datetime(["2020-01-02", None]))).tolist() == ["2020-01-02", ""]
    assert as_text(pd.Series(["a", None], dtype=object)).tolist() == ["a", ""]
    assert as_text(pd.Series([1, 2])).tolist() == ["1.0", "2.0"]
    assert as_text(pd.Series([True, None, False], dtype=object)).tolist() == ["true", "", "false"]


@pytest.mark.parametrize("suffix", ["parquet", "jsonl", "json", "csv"])
def test_an_export_read_back_is_the_same_table(tmp_path, suffix):
    dataset = load_dataset("models")
    content = export(dataset, f"m.{suffix}")
    path = tmp_path / f"m.{suffix}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert compare(read_table(dataset.path), read_table(path)).changes == ()
