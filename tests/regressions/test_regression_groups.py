"""A formula in every group of a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import forecast
from forecast.errors import FitError, UsageError
from forecast.regressions import GroupRegressions, regress

FORMULA = "log10(cost) ~ log10(compute) + C(domain)"


@pytest.fixture
def frame() -> pd.DataFrame:
    """Twelve regions, each with an exponent of its own, and costs twice as high for vision."""
    rng = np.random.default_rng(5)
    parts = []
    for number in range(12):
        count = int(rng.integers(20, 50))
        compute = 10 ** rng.uniform(18, 26, count)
        domain = np.resize(["Language", "Vision", "Games"], count)
        cost = 1e-10 * compute ** (0.5 + 0.03 * number) * np.where(domain == "Vision", 2.0, 1.0)
        parts.append(
            pd.DataFrame(
                {
                    "region": f"r{number:02}",
                    "cost": cost * 10 ** rng.normal(0, 0.1, count),
                    "compute": compute,
                    "domain": domain,
                    "weight": rng.uniform(0.5, 2, count),
                    "lab": rng.integers(0, 9, count).astype(str),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"weights": "weight"},
        {"covariance": "HC3"},
        {"group": "lab"},
        {"estimator": "robust"},
        {"estimator": "quantile", "quantile": 0.8},
    ],
    ids=["ols", "wls", "HC3", "cluster", "robust", "quantile"],
)
def test_each_group_gets_what_it_would_get_alone(frame: pd.DataFrame, options: dict) -> None:
    fits = regress(frame, FORMULA, by_group="region", **options)
    assert isinstance(fits, GroupRegressions)
    for region in ("r00", "r07"):
        alone = regress(frame[frame["region"] == region], FORMULA, **options)
        rows = fits.frame[fits.frame["group"] == region]
        assert list(rows["quantity"]) == list(alone.to_frame()["quantity"])
        assert set(rows["n"]) == {alone.count}
        assert set(rows["status"]) == {alone.status}
        for column in ("estimate", "se", "level", "lower", "upper"):
            assert rows[column].to_numpy() == pytest.approx(alone.to_frame()[column].to_numpy(), rel=1e-9), column


def test_planted_exponents_are_inside_their_intervals(frame: pd.DataFrame) -> None:
    wide = regress(frame, FORMULA, by_group="region", levels=(0.999,)).summary()
    truth = 0.5 + 0.03 * np.arange(12)
    name = "log10(compute)"
    assert (wide[f"{name}_lower"] < truth).all()
    assert (wide[f"{name}_upper"] > truth).all()


def test_groups_that_cannot_be_fitted_say_why(frame: pd.DataFrame) -> None:
    lone = pd.DataFrame({"region": ["lone"], "cost": [1e6], "compute": [1e20], "domain": ["Games"]})
    empty = lone.assign(region="empty", compute=np.nan)
    same = frame[frame["region"] == "r01"].assign(region="same", compute=1e21)
    without = frame[(frame["region"] == "r02") & (frame["domain"] != "Games")].assign(region="without")
    fits = regress(pd.concat([frame, lone, empty, same, without]), FORMULA, by_group="region")
    failed = fits.frame[fits.frame["status"] == "failed"].set_index("group")
    assert list(failed.index) == ["empty", "lone", "same", "without"]
    assert list(failed["n"]) == [0, 1, len(same), len(without)]
    for group, words in (
        ("empty", "no row has every column filled"),
        ("lone", "1 complete row cannot determine"),
        ("same", "log10(compute) is 21 in all"),
        ("without", "no row has domain 'Games', with which C(domain) compares"),
    ):
        assert failed.loc[group, "remark"].startswith(words)
    assert fits.frame[fits.frame["status"] != "failed"]["group"].nunique() == 12
    (note,) = [note for note in fits.notes if note.code == "failed-groups"]
    # the largest first
    assert note.message.startswith("4 values of 'region' could not be fitted: same (log10(compute) is 21")


def test_a_category_that_a_group_lacks_is_left_out_of_it(frame: pd.DataFrame) -> None:
    without = frame[(frame["region"] == "r03") & (frame["domain"] != "Vision")].assign(region="without")
    fits = regress(pd.concat([frame, without]), FORMULA, by_group="region")
    rows = fits.frame[fits.frame["group"] == "without"]
    assert list(dict.fromkeys(rows["quantity"])) == ["Intercept", "log10(compute)", "C(domain)[T.Language]"]
    assert set(rows["remark"]) == {"no row for C(domain)[T.Vision]"}
    alone = regress(without, FORMULA).to_frame()
    assert rows["upper"].to_numpy() == pytest.approx(alone["upper"].to_numpy(), rel=1e-9)
    (note,) = [note for note in fits.notes if note.code == "absent-categories"]
    assert note.message == "1 group without some of the categories: without (no row for C(domain)[T.Vision])"


def test_what_makes_the_groups_cannot_explain_within_them(frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="the formula's domain and --by-group are both"):
        regress(frame, FORMULA, by_group="domain")
    with pytest.raises(UsageError, match="--group and --by-group are both"):
        regress(frame, FORMULA, by_group="lab", group="lab")


def test_no_group_can_be_fitted(frame: pd.DataFrame) -> None:
    alone = frame.head(30).assign(own=np.arange(30).astype(str))
    with pytest.raises(FitError, match=r"no value of 'own' can be fitted; the largest group is '0': 1 complete row"):
        regress(alone, FORMULA, by_group="own")


def test_few_rows_and_few_clusters_are_told(frame: pd.DataFrame) -> None:
    codes = {note.code: note.message for note in regress(frame, FORMULA, by_group="region", group="lab").notes}
    assert codes["few-clusters"].startswith("fewer than 30 values of 'lab' in 12 of 12 groups")
    count = int((frame.groupby("region").size() < 40).sum())
    assert codes["few-points"].startswith(f"fewer than 10 rows for each coefficient in {count} of 12 groups")


def test_the_result_is_plain_rows(frame: pd.DataFrame) -> None:
    fits = forecast.regress(frame, "log10(cost) ~ log10(compute)", by_group="region")
    result = fits.to_dict()
    assert (result["law"], result["by"], result["groups"]) == ("formula", "region", 12)
    assert len(result["rows"]) == 12 * 2 * 2
    assert fits.frame["group"].is_monotonic_increasing
    assert fits.provenance.settings["by_group"] == "region"
