"""Growth rates of published fits, to the digits given.

Compute: the public database of models as it stood in May 2024 and June 2025 (``datasets/vintages.csv``). Cost: Cottier
et al. 2024, arXiv:2405.21015, amortised hardware and energy cost in dollars of December 2023 (data/, Apache-2.0).
"""

from pathlib import Path

import pandas as pd
import pytest

from forecast.data.resources import datasets_folder
from forecast.trends.prediction import predict

VINTAGES = str(datasets_folder() / "vintages.csv")
COTTIER = str(Path(__file__).parent / "data" / "cottier2024_amortised_cost.csv")


@pytest.mark.parametrize(("vintage", "where", "since", "frontier", "n", "growth"), [
    ("2025-06", (), "2018", "top10", 74, (4.706, 4.300, 5.150)),
    ("2025-06", ("fine_tuned=false",), "2018", "top10", 73, (4.562, 4.143, 5.023)),
    ("2025-06", (), "2010", "all", 428, (4.679, 4.234, 5.170)),
    ("2024-05", (), "2018", "top10", 53, (4.208, 3.677, 4.816)),
])  # fmt: skip
def test_growth_of_training_compute(vintage, where, since, frontier, n, growth):
    found = predict(
        "training_compute_flop", data=VINTAGES, where=(f"vintage={vintage}", *where), since=since, frontier=frontier,
        method="ols",
    )  # fmt: skip
    assert found.fit.n == n
    assert (found.growth.factor_per_year, found.growth.lower, found.growth.upper) == pytest.approx(growth, abs=5e-4)


def test_fit_of_training_compute():
    found = predict("training_compute_flop", data=VINTAGES, where=("vintage=2025-06",), since="2018", method="ols")
    assert found.fit.r2 == pytest.approx(0.919, abs=5e-4)
    assert found.fit.residual_sd_oom == pytest.approx(0.381, abs=5e-4)


def test_growth_of_training_cost():
    found = predict("cost_usd_2023_12", data=COTTIER, frontier="all", method="ols")
    assert found.fit.n == 45
    assert found.fit.r2 == pytest.approx(0.608, abs=5e-4)
    assert found.fit.residual_sd_oom == pytest.approx(0.707, abs=5e-4)
    assert (found.growth.factor_per_year, found.growth.lower, found.growth.upper) == pytest.approx(
        (2.448, 2.036, 2.944), abs=5e-4
    )


def test_a_history_cut_at_2018_makes_false_members():
    # The first models of 2018 would all be members of a database that begins there.
    frame = pd.read_csv(VINTAGES)
    frame = frame[(frame["vintage"] == "2025-06") & (frame["published"] >= "2018")]
    found = predict("training_compute_flop", data=frame, method="ols")
    assert found.fit.n == 74 + 29
    assert (found.growth.factor_per_year, found.growth.lower, found.growth.upper) == pytest.approx(
        (10.9, 9.1, 13.1), abs=0.06
    )
