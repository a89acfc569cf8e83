from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import forecast
from forecast.settings import generator

GROWTH = 3.0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Forty models whose size grows threefold a year, with scatter."""
    rng = np.random.default_rng(1)
    year = np.sort(rng.uniform(2015, 2024, 40))
    size = 1e6 * GROWTH ** (year - 2015) * 10 ** rng.normal(0, 0.1, 40)
    days = [f"{int(y)}-{int((y % 1) * 12) + 1:02d}-15" for y in year]
    path = tmp_path / "mine.csv"
    path.write_text("released,cost_usd\n" + "".join(f"{d},{s!r}\n" for d, s in zip(days, size.tolist(), strict=True)))
    return path


@pytest.fixture
def arguments(data: Path) -> list[str]:
    return ["predict", "cost_usd", "--data", str(data), "--date", "released", "--frontier", "all"]


def test_planted_growth_is_recovered(cli: Callable, arguments: list[str]) -> None:
    result = json.loads(cli(*arguments, "--method", "ols", "--json").out)["result"]
    assert result["growth"]["lower"] < GROWTH < result["growth"]["upper"]
    assert result["growth"]["factor_per_year"] == pytest.approx(GROWTH, rel=0.05)
    assert result["fit"]["n"] == 40
    assert result["unit"] == "USD"


def test_command_and_python_agree_to_the_last_digit(cli: Callable, arguments: list[str], data: Path) -> None:
    printed = json.loads(cli(*arguments, "--json", "--seed", "7").out)["result"]["rows"]
    found = forecast.predict("cost_usd", data=str(data), date="released", frontier="all", rng=generator(7)).summary()
    for name in ("median", "lower", "upper"):
        assert [row[name] for row in printed] == found[name].tolist()


def test_estimands_nest(cli: Callable, arguments: list[str]) -> None:
    rows = {}
    for estimand in ("member", "record", "trend"):
        result = json.loads(cli(*arguments, "--estimand", estimand, "--level", "0.9", "--json").out)["result"]
        assert result["estimand"] == estimand
        rows[estimand] = result["rows"]
        record = result["record"]
    for member, largest, line in zip(rows["member"], rows["record"], rows["trend"], strict=True):
        assert member["lower"] < line["lower"] < line["upper"] < member["upper"]
        assert largest["lower"] >= record * (1 - 1e-12)
        assert largest["median"] >= member["median"]


def test_levels_nest_and_are_named(cli: Callable, arguments: list[str]) -> None:
    rows = json.loads(cli(*arguments, "--by", "2025", "--level", "50", "--level", "0.9", "--json").out)["result"][
        "rows"
    ]
    inner, outer = rows
    assert (inner["level"], outer["level"]) == (0.5, 0.9)
    assert outer["lower"] < inner["lower"] < inner["median"] < inner["upper"] < outer["upper"]


def test_the_table_names_estimand_level_rule_and_growth(cli: Callable, arguments: list[str]) -> None:
    text = " ".join(cli(*arguments, "--by", "2025").out.split())
    for part in ("next frontier model", "record so far", "trend line", "90 % interval", "50 % interval", "frontier rule all", "40 models", "doubling every", "confidence interval"):  # fmt: skip
        assert part in text


def test_known_by_forgets_what_came_later(cli: Callable, arguments: list[str], data: Path, tmp_path: Path) -> None:
    lines = data.read_text().splitlines()
    cut = [lines[0], *(line for line in lines[1:] if line[:10] <= "2020-06-30")]
    data_then = tmp_path / "then.csv"
    data_then.write_text("\n".join(cut) + "\n")
    now = json.loads(cli(*arguments, "--known-by", "2020-06-30", "--by", "2022", "--json").out)["result"]
    then = json.loads(
        cli("predict", "cost_usd", "--data", data_then, "--date", "released", "--frontier", "all", "--known-by", "2020-06-30", "--by", "2022", "--json").out
    )["result"]  # fmt: skip
    assert now["rows"] == then["rows"]
    assert now["fit"]["n"] < 40


def test_rows_before_since_rank_and_are_not_fitted(cli: Callable, arguments: list[str]) -> None:
    arguments = [*arguments[:-2], "--frontier", "top3"]
    result = json.loads(cli(*arguments, "--since", "2020", "--json").out)["result"]
    assert result["fit"]["first"] >= "2020"
    assert result["fit"]["n"] < 20


@pytest.mark.parametrize("method", ["pool", "ols", "random_walk", "theil-sen", "quantile", "bootstrap", "segmented"])
def test_every_method_answers(cli: Callable, arguments: list[str], method: str) -> None:
    result = json.loads(cli(*arguments, "--method", method, "--by", "2025", "--json").out)["result"]
    truth = 1e6 * GROWTH ** (2025 - 2015)
    assert result["rows"][-1]["lower"] < truth < result["rows"][-1]["upper"]


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        ("", 3, "is empty"), ("released,cost_usd\n", 3, "no rows"), ("a,cost_usd\n1,2\n", 3, "no column 'released'"),
        ("released,cost_usd\n2020,abc\n", 3, "row 2, column 'cost_usd': 'abc' is not a number"),
        ("released,cost_usd\n2020,1\n2021,-1\n", 3, "row 3, column 'cost_usd': '-1' must be greater than 0"),
        ("released,cost_usd\n2020,1\n2021,0\n", 3, "must be greater than 0"), ("released,cost_usd\n2020,inf\n", 3, "must be finite"),
        ("released,cost_usd\n2999-01-01,1\n", 3, "lies in the future"), ("released,cost_usd\n2020,1\n2021,2\n", 4, "needs at least 3"),
        ("released,cost_usd\n2020,1\n", 4, "needs at least 3"), ("released,cost_usd\n2020,1\n2020,2\n2020,3\n", 4, "same date"),
        ("released,cost_usd\n2020,\n", 3, "no row has both"),
    ],
)  # fmt: skip
def test_bad_data_is_refused_with_its_row_and_nothing_written(
    cli: Callable, arguments: list[str], data: Path, tmp_path: Path, content: str, code: int, part: str
) -> None:
    data.write_text(content)
    outcome = cli(*arguments, "-o", tmp_path / "out.json")
    assert (outcome.code, outcome.out) == (code, "")
    assert part in outcome.err
    assert "mine.csv" in outcome.err
    assert "Traceback" not in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize(
    ("extra", "part"),
    [
        (["--by", "2020"], "lies before the last known day"), (["--by", "2050"], "more than 5 years"), (["--by", "soon"], "is not a date"),
        (["--method", "olss"], "did you mean 'ols'"), (["--frontier", "best"], "is not a rule"), (["--level", "1.5"], "is not a probability"), (["--level", "0"], "is not a probability"),
        (["--estimand", "membr"], "did you mean 'member'"), (["--where", "x"], "is not a condition"), (["--since", "x"], "is not a date"),
    ],
)  # fmt: skip
def test_wrong_options_are_refused_with_the_remedy(
    cli: Callable, arguments: list[str], extra: list[str], part: str
) -> None:
    outcome = cli(*arguments, *extra)
    assert outcome.code == 2
    assert part in outcome.err


def test_equal_values_raise_a_warning(cli: Callable, arguments: list[str], data: Path) -> None:
    data.write_text("released,cost_usd\n" + "".join(f"20{10 + i}-01-01,5\n" for i in range(10)))
    notes = json.loads(cli(*arguments, "--json").out)["notes"]
    assert "no-scatter" in {note["code"] for note in notes}


def test_an_unknown_target_of_the_bundled_data(cli: Callable) -> None:
    outcome = cli("predict", "costt")
    assert outcome.code == 2
    assert "did you mean 'cost'" in outcome.err


def test_horizons_past_the_validated_are_marked(cli: Callable, arguments: list[str]) -> None:
    notes = json.loads(cli(*arguments, "--by", "2028", "--json").out)["notes"]
    assert "not-backtested" in {note["code"] for note in notes}


def test_stdin(process: Callable, data: Path) -> None:
    done = process("predict", "cost_usd", "--data", "-", "--date", "released", "--json", stdin=data.read_text())
    assert done.returncode == 0
    assert json.loads(done.stdout)["result"]["fit"]["n"] > 10
