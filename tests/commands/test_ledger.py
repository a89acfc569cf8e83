import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def path(tmp_path):
    return tmp_path / "l.jsonl"


@pytest.fixture
def add(cli, path):
    def call(*arguments):
        return cli("ledger", "add", *arguments, "--draws", "500", "--method", "ols", "--ledger", path)

    return call


def test_add_list_score(cli, add, path):
    assert add("compute", "--known-by", "2024", "--by", "2026", "--label", "first | <b>").code == 0
    assert add("cost", "--known-by", "2024", "--by", "2026").code == 0
    listed = cli("ledger", "list", "--ledger", path)
    assert "first | <b>" in listed.out
    assert "cost" in listed.out
    scored = cli("ledger", "score", "--ledger", path, "--json")
    result = json.loads(scored.out)["result"]
    assert {row["target"] for row in result["rows"]} == {"compute", "cost"}
    assert result["pooled"][0]["n"] > 20
    text = cli("ledger", "score", "--ledger", path).out
    assert "intervals of this ledger held" in text


def test_what_is_kept_is_what_predict_prints(cli, add, path):
    add("compute", "--known-by", "2024", "--by", "2026")
    (line,) = path.read_text().splitlines()
    kept = json.loads(line)
    arguments = ("--known-by", "2024", "--by", "2026", "--draws", "500", "--method", "ols", "--json")
    printed = json.loads(cli("predict", "compute", *arguments).out)["result"]
    assert [row for row in kept["rows"] if row["estimand"] == "member"] == printed["rows"]
    assert kept["growth"] == printed["growth"]


def test_the_same_forecast_is_entered_once(add, path):
    assert "Entered in" in add("compute", "--known-by", "2024").out
    assert "Already entered in" in add("compute", "--known-by", "2024", "--label", "again").out
    assert len(path.read_text().splitlines()) == 1


def test_a_line_cut_short_does_not_swallow_the_next(cli, add, path):
    add("compute", "--known-by", "2024")
    path.write_text(path.read_text() + '{"schema": "forecast/led')
    add("compute", "--known-by", "2023")
    outcome = cli("ledger", "list", "--ledger", path, "--json")
    assert len(json.loads(outcome.out)["result"]["rows"]) == 2
    assert "line 2: is not JSON" in outcome.err


def test_an_altered_forecast_is_not_scored(cli, add, path):
    add("compute", "--known-by", "2024", "--by", "2026")
    path.write_text(path.read_text().replace('"method":"ols"', '"method":"pool"'))
    outcome = cli("ledger", "score", "--ledger", path)
    assert "was changed after it was made" in " ".join(outcome.out.split())
    assert cli("ledger", "score", "--ledger", path, "--strict").code == 5


def test_appends_at_once_keep_every_line_whole(root, tmp_path):
    def append(year):
        command = [sys.executable, root / "cli.py", "ledger", "add", "compute", "--known-by", year, "--method", "ols"]
        return subprocess.run([*command, "--draws", "100"], cwd=tmp_path, capture_output=True, check=False).returncode

    with ThreadPoolExecutor() as pool:
        assert set(pool.map(append, ["2023", "2024", "2024"])) == {0}
    lines = (tmp_path / "forecast-ledger.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["origin"] for line in lines) == ["2023-01-01", "2024-01-01"]


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("list", "--ledger", "none.jsonl"), 2, "there is no such ledger"),
    (("add", "compute", "--estimand", "trend", "--ledger", "l"), 2, "cannot be scored"),
    (("add", "computee", "--ledger", "l"), 2, "did you mean 'compute'"),
    (("add", "compute", "--ledger", "no/such/folder/l.jsonl"), 2, "does not exist"),
])  # fmt: skip
def test_wrong_input_is_answered(cli, tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    outcome = cli("ledger", *arguments)
    assert outcome.code == code
    assert words in outcome.err
    assert not list(tmp_path.iterdir())
