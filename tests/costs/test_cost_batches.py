"""Many plans give what each gives alone, and every wrong row is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import forecast
from forecast.costs.batches import estimate_plans
from forecast.costs.plan import RunPlan
from forecast.costs.result import HEADLINES
from forecast.data.table import Table
from forecast.errors import DataError
from forecast.settings import generator

ROWS = [
    {"name": "a", "params": "70B", "tokens": "15T", "chip": "H100"},
    {
        "name": "b",
        "params": "7e9",
        "tokens": "2e12",
        "chip": "A100",
        "date": "2023-05",
        "region": "FRA",
        "count": "512",
    },
    {"name": "c", "compute": "3e25", "chip": "TPU v4", "own": "true", "region": "us-central1"},
    {"name": "d", "chip_hours": "1e6", "mfu": "30%..50%", "development": "yes", "staff": "20"},
    {"name": "e", "energy": "1GWh", "chip": "V100", "date": "2020", "own": "false"},
    {"name": "f", "params": "13B", "tokens": "2e12", "chip": "A100", "date": "2023-05", "region": "FRA", "count": "64"},
]


def _table(rows):
    return Table(pd.DataFrame(rows).fillna("").astype(str), "plans.csv", "digest")


def _estimates(rows, defaults=None, draws=200):
    return estimate_plans(_table(rows), defaults, levels=(0.5, 0.9), draws=draws, rng=generator(0))


def test_each_plan_is_what_it_is_alone():
    frame = _estimates(ROWS).frame
    assert list(frame["name"]) == list("abcdef")
    for at, row in enumerate(ROWS):
        plan = RunPlan.read({key: value for key, value in row.items() if key != "name"})
        alone = forecast.estimate(plan, draws=200, rng=generator(0))
        for name in HEADLINES:
            if name in alone.results:
                widest = alone[name].intervals[-1]
                found = [frame.loc[at, f"{name}{end}"] for end in ("", "_lower_90", "_upper_90")]
                assert found == pytest.approx([alone[name].median, widest.lower, widest.upper], rel=1e-14)
            elif name in frame:
                assert np.isnan(frame.loc[at, name])


def test_defaults_fill_what_rows_leave_open():
    with_default = _estimates(ROWS[:2], {"chip": "A100", "mfu": "40%"}).frame
    assert with_default["chip_hours_lower_90"][0] == with_default["chip_hours_upper_90"][0]
    stated = _estimates([{**ROWS[0], "mfu": "0.4"}, {**ROWS[1], "mfu": "0.4"}]).frame
    assert with_default["cost_usd"].tolist() == stated["cost_usd"].tolist()


def test_order_of_rows_does_not_matter():
    forth, back = _estimates(ROWS).frame, _estimates(ROWS[::-1]).frame
    assert forth["carbon_kg"].tolist() == back["carbon_kg"].tolist()[::-1]


def test_every_wrong_row_is_named():
    rows = [
        ROWS[0], {**ROWS[0], "params": "-3"}, {**ROWS[0], "tokens": "lots"}, {**ROWS[0], "chip": "H1000"},
        {**ROWS[0], "date": "soon"}, {**ROWS[0], "mfu": "45"},
    ]  # fmt: skip
    with pytest.raises(DataError) as error:
        _estimates(rows)
    found = {(problem.row, problem.column) for problem in error.value.problems}
    assert {(3, "params"), (4, "tokens"), (6, "date"), (7, "mfu")} <= found
    assert "did you mean 'H100'" in str(error.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"params": "7B", "tokens": "1T", "chip": "H100", "date": "2021"}, "there was no NVIDIA H100"),
        ({"params": "7B", "tokens": "1T", "chip": "A100", "precision": "fp8"}, "no known dense peak in fp8"),
        ({"params": "7B", "tokens": "1T", "compute": "1e19"}, "disagrees with the other givens"),
        ({"params": "7B", "active_params": "8B", "tokens": "1T"}, "more than all parameters"),
        ({"params": "7B"}, "it would need tokens"),
        ({"chip": "H100"}, "says too little"),
    ],
)
def test_what_is_refused_alone_is_refused_by_row(row, message):
    with pytest.raises(DataError, match=rf"row 3.*{message}"):
        _estimates([ROWS[0], {"name": "x", **row}])


def test_contradictions_are_named_by_row():
    with pytest.raises(DataError, match=r"row 3.*contradict"):
        _estimates([ROWS[0], {"name": "x", "compute": "1e25", "chip_hours": "10", "chip": "H100"}])


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"parms": ["1"]}), "did you mean 'params'"),
        (pd.DataFrame({"params": ["1"], "parameters": ["1"]}), "say the same"),
        (pd.DataFrame({"name": ["x"]}), "no column says anything"),
    ],
)
def test_wrong_columns_are_refused(frame, message):
    with pytest.raises(DataError, match=message):
        estimate_plans(Table(frame, "plans.csv", ""), levels=(0.9,), draws=100, rng=generator(0))
