from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.generation.hindcast import joint_record, record_key
from forecast.generation.joint import next_generation
from forecast.settings import generator


def test_json_holds_what_python_gives(cli: Callable) -> None:
    result = json.loads(cli("next", "--by", "2027", "--seed", "3", "--draws", "500", "--json").out)["result"]
    rows = next_generation(["2027"], draws=500, rng=generator(3)).rows
    assert [(row["metric"], row["median"], row["lower"], row["upper"]) for row in result["rows"]] == [
        (row.metric, row.median, row.lower, row.upper) for row in rows
    ]
    assert {"date", "metric", "unit", "estimand", "level", "median", "lower", "upper"} == set(result["rows"][0])


def test_the_table_names_what_every_number_is(cli: Callable) -> None:
    text = " ".join(cli("next", "--by", "2028").out.split())
    for part in ("90 % interval", "training compute", "active parameters", "operational carbon", "dollars of 2023", "What may bind", "Track record", "50 % held", "same draws"):  # fmt: skip
        assert part in text


def test_draws_can_be_taken_out(cli: Callable, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    assert cli("next", "--by", "2027", "--draws", "200", "--draws-out", path, "-q").code == 0
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert len(rows) == 200
    one = rows[7]
    assert 6 * float(one["active_parameters"]) * float(one["tokens"]) == pytest.approx(
        float(one["compute_flop"]), rel=1e-12
    )


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--scenario", "pwer"], "did you mean 'power'"), (["--region", "Atlantis"], "unknown place"), (["--by", "2040"], "--scenario"),
        (["--by", "2040", "--scenario", "all"], "more than 10 years"), (["--shared-bias", "-1"], "is not between"), (["--draws-out", "nowhere/x.csv"], "does not exist"),
        (["--by", "2020"], "lies before"), (["--where", "domain=Nothing"], "no row matches"),
    ],
)  # fmt: skip
def test_wrong_input(cli: Callable, arguments: list[str], part: str) -> None:
    outcome = cli("next", *arguments)
    assert outcome.code in (2, 3)
    assert part in outcome.err
    assert outcome.out == ""


def test_the_stored_track_record_is_current(root: Path) -> None:
    stored = json.loads((root / "datasets" / "jointrecord.json").read_text(encoding="utf-8"))
    assert stored["result"]["key"] == record_key(), "run: make trackrecord"
    for kept, fresh in zip(stored["result"]["rows"], joint_record(), strict=True):
        assert kept == {
            name: pytest.approx(value, rel=1e-6) if isinstance(value, float) else value for name, value in fresh.items()
        }


def test_the_backtest_names_every_metric(cli: Callable) -> None:
    rows = json.loads(cli("next", "--backtest", "--json").out)["result"]["rows"]
    assert {"compute_flop", "tokens", "cost_usd", "energy_kwh", "power_w"} <= {row["metric"] for row in rows}
    assert all(0 <= row["coverage"] <= 1 and row["crps"] > 0 and row["n"] > 20 for row in rows)
    wide = [row for row in rows if row["level"] == 0.9]
    assert all(row["coverage"] > 0.8 for row in wide)
