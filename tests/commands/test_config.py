from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"20{10 + i}-01-01,{10**i}\n" for i in range(12))
    (tmp_path / "mine.csv").write_text("date,cost\n" + rows)
    return tmp_path


def levels(cli: Callable, *extra: str) -> list[float]:
    result = json.loads(cli("predict", "cost", "--data", "mine.csv", "--by", "2023", "--json", *extra).out)["result"]
    return [row["level"] for row in result["rows"]]


def test_flags_win_over_environment_over_file_over_defaults(
    cli: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(cli) == [0.5, 0.9]
    (folder / "forecast.toml").write_text("level = [0.8]\n")
    assert levels(cli) == [0.8]
    (folder / "forecast.toml").write_text("level = [0.8]\n[predict]\nlevel = [0.7]\n")
    assert levels(cli) == [0.7]
    monkeypatch.setenv("FORECAST_LEVEL", "0.5,0.6")
    assert levels(cli) == [0.5, 0.6]
    monkeypatch.setenv("FORECAST_PREDICT_LEVEL", "0.55")
    assert levels(cli) == [0.55]
    assert levels(cli, "--level", "0.4") == [0.4]


def test_the_origin_of_each_value_is_shown(cli: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Every option has its default" in cli("config").out
    (folder / "forecast.toml").write_text('[predict]\nfrontier = "all"\n')
    monkeypatch.setenv("FORECAST_SEED", "3")
    rows = {(row["command"], row["option"]): row for row in json.loads(cli("config", "--json").out)["result"]["rows"]}
    assert rows["predict", "--frontier"]["origin"] == "forecast.toml: [predict] frontier"
    assert rows["predict", "--seed"]["origin"] == "environment: FORECAST_SEED"
    whole = json.loads(cli("config", "predict", "--json").out)["result"]["rows"]
    assert {"default", "environment: FORECAST_SEED"} <= {row["origin"] for row in whole}


def test_another_file_can_be_named(cli: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "mine.toml").write_text("level = 0.8\n")
    monkeypatch.setenv("FORECAST_CONFIG", "mine.toml")
    assert levels(cli) == [0.8]
    monkeypatch.setenv("FORECAST_CONFIG", "none.toml")
    assert cli("config").code == 2


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("lvel = 0.8", "did you mean 'level'"), ("[predct]\nseed = 1", "did you mean 'predict'"), ("[predict]\nsede = 1", "did you mean 'seed'"),
        ("[predict", "is not a configuration"), ("seed = [1, 2]", "takes one value"), ("[predict.x]\nseed = 1", "is no option"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_key(cli: Callable, folder: Path, content: str, part: str) -> None:
    (folder / "forecast.toml").write_text(content)
    outcome = cli("config")
    assert outcome.code == 2
    assert "forecast.toml" in outcome.err
    assert part in outcome.err


def test_a_wrong_value_says_where_it_comes_from(cli: Callable, folder: Path) -> None:
    (folder / "forecast.toml").write_text('seed = "x"')
    outcome = cli("predict", "cost", "--data", "mine.csv")
    assert outcome.code == 2
    assert "forecast.toml: seed" in outcome.err


def test_an_unknown_command(cli: Callable, folder: Path) -> None:
    assert "did you mean 'predict'" in cli("config", "predikt").err
