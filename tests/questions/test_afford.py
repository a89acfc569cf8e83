from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import numpy as np
import pytest

from forecast.costs.estimation import estimate
from forecast.costs.plan import RunPlan
from forecast.errors import UsageError
from forecast.figures.affordability import draw
from forecast.questions.afford import Affordability, afford
from forecast.settings import generator

DATE = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def found() -> Affordability:
    return afford(["$100k", "$1M", "$100M"], [DATE, dt.date(2030, 1, 1)], who=True, draws=4000)


def median(found: Affordability, budget: float, name: str, date: dt.date = DATE) -> float:
    return found.select(budget, date, name, 0.9).median


def test_what_is_bought_costs_the_budget(found: Affordability) -> None:
    size, tokens = median(found, 1e6, "parameters"), median(found, 1e6, "tokens")
    again = estimate(RunPlan.read({"parameters": size, "tokens": tokens, "date": DATE}))
    assert again["cost_rental_usd"].median == pytest.approx(1e6, rel=0.03)
    assert tokens / size == pytest.approx(20)
    compute = median(found, 1e6, "compute_flop")
    for kind in ("", "_overtrained"):
        n, d = median(found, 1e6, f"parameters{kind}"), median(found, 1e6, f"tokens{kind}")
        assert 6 * n * d == pytest.approx(compute, rel=0.01)
    assert median(found, 1e6, "parameters_overtrained") < size


def test_ten_times_the_money_buys_ten_times_the_compute(found: Affordability) -> None:
    assert median(found, 1e8, "compute_flop") == pytest.approx(100 * median(found, 1e6, "compute_flop"))
    assert median(found, 1e8, "lag_years") < median(found, 1e6, "lag_years") < median(found, 1e5, "lag_years")


def test_the_gap_widens_as_the_lag_of_a_constant_budget_says(found: Affordability) -> None:
    later = dt.date(2030, 1, 1)
    grown = median(found, 1e6, "lag_years", later) - median(found, 1e6, "lag_years")
    assert grown / 3.5 == pytest.approx(found.widening.median, rel=0.02)
    assert 0 < found.widening.lower < found.widening.upper < 1


def test_who_is_measured_against_the_frontier_then_and_now(found: Affordability) -> None:
    holders = {holder.budget: holder for holder in found.holders}
    assert not any("GDP" in holder.category for holder in found.holders)
    cluster = holders["OPT-175B, cluster"]
    assert cluster.share_then is not None
    assert cluster.share.median < cluster.share_then.median
    cost = next(row for row in found.frontier if row.date == DATE and row.level == 0.9)
    assert cluster.share.median == pytest.approx(cluster.usd / cost.median, rel=0.02)
    assert holders["NSF award, median per year"].share_then is None


def test_intervals_nest_and_seeds_decide(found: Affordability) -> None:
    for name in ("compute_flop", "lag_years"):
        half, most = (found.select(1e6, DATE, name, level) for level in (0.5, 0.9))
        assert most.lower < half.lower < half.median < half.upper < most.upper
    one, two = (afford(["$1M"], [DATE], draws=1000, rng=generator(3)).rows for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"budgets": ["abc"]}, "not a number"),
        ({"budgets": ["-5"]}, "not between"),
        ({"by": ["2050"]}, "projected"),
        ({"by": ["1999"]}, "projected"),
        ({"by": ["soon"]}, "is not a date"),
        ({"tokens_per_parameter": 0.0}, "not between"),
    ],
)
def test_impossible_questions_are_refused(arguments: dict, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        afford(**arguments)


def test_the_figure_shows_every_budget_and_the_frontier(found: Affordability) -> None:
    figure = draw(found, "affordability")
    assert {row["line"] for row in figure.data} == {"frontier", "$100 k", "$1.0 M", "$100 M"}
    assert all(np.isfinite([row["lower"], row["median"], row["upper"]]).all() for row in figure.data)
    assert figure.svg == draw(found, "affordability").svg


def test_command_and_python_agree(cli: Callable) -> None:
    result = json.loads(cli("afford", "--budget", "$2M", "--by", "2027", "--seed", "5", "--json").out)["result"]
    own = afford(["$2M"], ["2027"], rng=generator(5))
    assert [row["median"] for row in result["rows"]] == [row.median for row in own.rows]
    assert {"budget_usd", "date", "quantity", "level", "median", "lower", "upper"} <= result["rows"][0].keys()
    page = cli("afford", "--who", "--draws", "1000", "-f", "md").out
    assert "OPT-175B, cluster" in page
    assert "widens by" in page
