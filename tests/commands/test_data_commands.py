"""`forecast data …` as a user runs it."""

import json

import pandas as pd
import pytest

from forecast.app import run
from forecast.data.dataset import dataset_names, load_dataset
from forecast.data.resources import datasets_folder


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def do(*words):
        code = run(["data", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return do


def write(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return str(path)


EPOCH = {
    "Model": ["A-7B", "B"], "Publication date": ["2024-01-02", "2024-02-03"], "Organization": ["X", "Y"],
    "Parameters": ["7e9", ""], "Training compute (FLOP)": ["1e23", "$2e22"], "Notability criteria": ["Highly cited", ""],
}  # fmt: skip


def test_list(call):
    code, out, _ = call("list", "--json")
    rows = json.loads(out)["result"]["rows"]
    assert code == 0
    assert [row["name"] for row in rows] == dataset_names()


@pytest.mark.parametrize("name", ["table", "csv", "md", "html", "json"])
def test_every_format(call, name):
    code, out, _ = call("show", "bloom", "-f", name)
    assert code == 0
    assert "366" in out


def test_show_model(call):
    code, out, _ = call("show", "chatgpt")
    assert code == 0
    assert "GPT-3.5" in out
    assert "imputed" in out
    result = json.loads(call("show", "chatgpt", "--json")[1])["result"]
    assert result["model"]["parameters"] is None
    assert "chatgpt" in result["aliases"]


def test_show_table(call):
    code, out, _ = call("show", "deflators")
    assert code == 0
    assert "gdp_deflator" in out


def test_show_unknown(call):
    code, _, err = call("show", "DeepSeek-V33")
    assert code == 2
    assert "did you mean 'DeepSeek-V3'" in err


def test_check_of_the_bundled_models(call):
    code, out, _ = call("check", str(load_dataset("models").path))
    assert code == 0
    assert "Nothing to correct" in out


def test_check_exits_3_with_errors_and_prints_them(call, tmp_path):
    path = write(tmp_path / "m.csv", **EPOCH | {"Hardware utilization (MFU)": ["72", "0.4"]})
    code, out, _ = call("check", path, "--json")
    assert code == 3
    places = {(row["row"], row["column"]) for row in json.loads(out)["result"]["rows"]}
    assert {(2, "Hardware utilization (MFU)"), (3, "Training compute (FLOP)")} <= places


def test_check_exits_0_with_warnings_and_5_under_strict(call, tmp_path):
    good = EPOCH | {"Training compute (FLOP)": ["1e23", "2e22"]}
    path = write(tmp_path / "m.csv", **good | {"Model": ["A 1", "A-1"], "Organization": ["X", "X"]})
    assert call("check", path)[0] == 0
    code, out, _ = call("check", path, "--strict")
    assert code == 5
    assert "1 warning" in out


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("", 3, "is empty"),
        ("a,b\n", 3, "no rows"),
        ("a,b\n1,2\n", 2, "no known table"),
        ("a\n1,2,3\n", 3, "row 2 has 3 cells"),
        ("\xff", 3, "UTF-8"),
    ],
)
def test_check_of_what_is_no_table(call, tmp_path, content, code, says):
    (tmp_path / "x.csv").write_bytes(content.encode("latin-1"))
    found, _, err = call("check", "x.csv")
    assert found == code
    assert says in err


def test_unknown_schema(call, tmp_path):
    path = write(tmp_path / "m.csv", **EPOCH)
    code, _, err = call("check", path, "--schema", "model")
    assert code == 2
    assert "did you mean 'models'" in err


def test_import_writes_ours_and_forecasts_read_it(call, tmp_path):
    path = write(tmp_path / "all.csv", **EPOCH)
    code, out, err = call("import", "epoch", path, "-o", "models.csv", "--cleaning", "cleaning.csv")
    assert code == 0, err
    assert "4 models from 2 rows" in out
    assert list(pd.read_csv("models.csv").columns) == load_dataset("models").resource.columns
    assert pd.read_csv("cleaning.csv")["rule"][0] == "links"
    again = call("import", "epoch", path, "-o", "-")[1]
    assert again == (tmp_path / "models.csv").read_text()


def test_import_of_something_else_writes_nothing(call, tmp_path):
    path = write(tmp_path / "x.csv", a=["1"])
    code, _, err = call("import", "epoch", path, "-o", "models.csv")
    assert code == 3
    assert "not Epoch AI's table" in err
    assert not (tmp_path / "models.csv").exists()


def test_strict_import_with_a_warning_writes_nothing(call, tmp_path):
    path = write(tmp_path / "x.csv", **EPOCH | {"Parameters": ["many", "2"]})
    code, _, err = call("import", "epoch", path, "-o", "models.csv", "--strict")
    assert code == 5
    assert "row 2, column 'Parameters': 'many'" in err
    assert not (tmp_path / "models.csv").exists()


@pytest.mark.parametrize("words", [("export", "models"), ("import", "epoch", "x.csv")])
def test_a_table_needs_a_file_to_go_to(call, tmp_path, words):
    write(tmp_path / "x.csv", **EPOCH)
    code, _, err = call(*words)
    assert code == 2
    assert "-o FILE is missing" in err


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_export_puts_attribution_beside_it(call, tmp_path, suffix):
    code, _, err = call("export", "aliases", "-o", f"a.{suffix}")
    assert code == 0, err
    assert (tmp_path / f"a.{suffix}").stat().st_size > 100
    assert "Licence" in (tmp_path / f"a.{suffix}.attribution.txt").read_text()


def test_export_to_an_unknown_format_or_place(call):
    assert call("export", "models", "-o", "a.xyz")[0] == 2
    assert call("export", "models", "-o", "nowhere/a.csv")[0] == 2
    assert "did you mean 'models'" in call("export", "modells", "-o", "a.csv")[2]


def test_diff(call, tmp_path):
    frame = pd.read_csv(load_dataset("models").path, dtype=str, keep_default_na=False)
    frame.loc[frame["name"] == "GPT-3 175B", "training_compute_flop"] = "6.28e23"
    frame[frame["name"] != "BLOOM-176B"].to_csv(tmp_path / "new.csv", index=False)
    code, out, _ = call("diff", "models", "new.csv", "--json")
    result = json.loads(out)["result"]
    assert code == 0
    assert result["removed"] == ["BLOOM-176B"]
    assert [(row["name"], row["factor"]) for row in result["rows"]] == [("GPT-3 175B", 2.0)]
    assert result["growth"]["compute"]["old"]["n"] > 70


@pytest.mark.parametrize(("document", "name"), [("readme", "README.md"), ("curation", "CURATION.md")])
def test_cards_are_current(call, document, name):
    code, out, err = call("card", document)
    assert code == 0
    assert out == (datasets_folder() / name).read_text(encoding="utf-8"), (
        f"run: forecast data card {document} -o datasets/{name}"
    )
    assert call("card", document, "--check")[0] == 0
    assert not err


def test_card_front_matter_names_every_table(call):
    text = call("card")[1]
    front = text.split("---")[1]
    assert "license: cc-by-4.0" in front
    assert all(f"config_name: {name}\n" in front for name in dataset_names())


def test_a_stale_card_is_said(call, monkeypatch, tmp_path):
    from forecast.data import resources

    (tmp_path / "README.md").write_text("old")
    call("list")  # the tables are read before their folder is replaced
    call("card")
    monkeypatch.setattr(resources, "datasets_folder", lambda: tmp_path)
    code, _, err = call("card", "--check")
    assert code == 3
    assert "run: forecast data card readme -o" in err


def test_unknown_card(call):
    assert call("card", "licence")[0] == 2


def test_every_decision_is_in_the_curation_record(call):
    text = (datasets_folder() / "CURATION.md").read_text(encoding="utf-8")
    for decision in load_dataset("curation").frame.itertuples():
        assert decision.reason.split("`")[0][:30].replace("_", "\\_").split("|")[0][:20] in text
