from __future__ import annotations

import pytest

from forecast.errors import (
    DataError,
    FitError,
    ForecastError,
    MissingExtraError,
    Problem,
    StrictError,
    UsageError,
    did_you_mean,
)


def test_every_failure_has_its_documented_exit_code() -> None:
    codes = {ForecastError: 1, UsageError: 2, MissingExtraError: 2, DataError: 3, FitError: 4, StrictError: 5}
    assert {kind: kind.exit_code for kind in codes} == codes


def test_a_problem_names_row_column_value_and_rule() -> None:
    assert (
        str(Problem(14, "loss", "-5", "must be greater than 0")) == "row 14, column 'loss': '-5' must be greater than 0"
    )


def test_long_values_and_long_lists_are_shortened() -> None:
    problems = [Problem(row, "x", "y" * 1000, "is wrong") for row in range(50)]
    error = DataError("f.csv: 50 problems", problems=problems)
    assert "and 40 more" in error.message
    assert max(map(len, error.message.splitlines())) < 120
    assert len(error.problems) == 50


def test_missing_extra_names_the_command_that_brings_it() -> None:
    assert "pip install 'scaling-forecast[parquet]'" in str(MissingExtraError("reading Parquet", "parquet").hint)


@pytest.mark.parametrize(
    ("name", "part"), [("COST", "'cost'"), ("comput", "'compute'"), ("zzz", "known: compute, cost")]
)
def test_did_you_mean(name: str, part: str) -> None:
    assert part in did_you_mean(name, ["cost", "compute"])


def test_did_you_mean_with_nothing_known() -> None:
    assert did_you_mean("x", []) == "; there are none"
