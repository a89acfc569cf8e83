"""The figure of a regression."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.figures.regression_fit import draw
from forecast.regressions import regress


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    flop = np.geomspace(1e18, 1e24, 40)
    frame = pd.DataFrame({"flop": flop, "kind": np.resize(["a", "b"], 40), "name": [f"run {i}" for i in range(40)]})
    return frame.assign(cost=1e-10 * flop**0.7 * 10 ** rng.normal(0, 0.1, 40))


@pytest.mark.parametrize(
    ("formula", "options"),
    [
        ("log10(cost) ~ log10(flop)", {}),
        ("log10(cost) ~ log10(flop) + kind", {}),
        ("sqrt(cost) ~ I(flop / 1e24)", {"estimator": "robust"}),
        ("log(cost) ~ log(flop)", {"estimator": "quantile", "quantile": 0.8}),
        ("log(cost) ~ log(1.1e24 - flop)", {}),
        ("cost ~ 1", {}),
        ("cost ~ kind", {}),
    ],
)
def test_it_draws_every_row_of_any_formula(frame: pd.DataFrame, formula: str, options: dict) -> None:
    fit = regress(frame, formula, **options)
    drawn = draw(fit, "fit")
    assert drawn.svg == draw(fit, "fit").svg
    assert 'role="img"' in drawn.svg
    assert len(drawn.data) == fit.count
    assert [row["residual"] for row in drawn.data] == list(fit.residuals)
    worst = int(np.abs(fit.residuals).argmax())
    assert f"(run {worst})" in drawn.alt


def test_a_logarithm_is_drawn_in_natural_units(frame: pd.DataFrame) -> None:
    drawn = draw(regress(frame, "log10(cost) ~ log10(flop)"), "fit")
    assert [row["observed"] for row in drawn.data] == pytest.approx(frame["cost"].tolist(), rel=1e-12)
    root = draw(regress(frame, "sqrt(cost) ~ flop"), "fit")
    assert [row["observed"] for row in root.data] == pytest.approx(np.sqrt(frame["cost"]).tolist(), rel=1e-12)


def test_the_command_draws_it_and_sends_fits_of_laws_elsewhere(cli: Callable, tmp_path: Path) -> None:
    saved, law = tmp_path / "cost.json", tmp_path / "law.json"
    assert cli("fit", "models", "--formula", "log10(cost) ~ log10(compute)", "-o", saved, "-q").code == 0
    found = cli("plot", "regression-fit", saved, "-f", "csv").out
    assert found.startswith("table,row,compute,observed,fitted,residual\n")
    call = ("fit", "chinchilla", "--law", "power", "--y", "loss", "--x", "compute_flop", "--intervals", "analytic")
    assert cli(*call, "-o", law, "-q").code == 0
    refused = cli("plot", "regression-fit", law, "-f", "svg")
    assert refused.code == 2
    assert "forecast plot law-fit" in refused.err
