import numpy as np
import pandas as pd
import pytest

import forecast
from forecast.errors import FitError, UsageError


def many(groups=12, seed=0):
    rng = np.random.default_rng(seed)
    parts = []
    for number in range(groups):
        count = int(rng.integers(8, 40))
        x = 10 ** rng.uniform(1, 6, count)
        y = np.exp(rng.normal(2, 1) - 0.3 * np.log(x) + 0.05 * rng.standard_normal(count))
        parts.append(pd.DataFrame({"family": f"f{number:02}", "x": x, "y": y}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("intervals", ["pairs", "residual", "analytic"])
def test_each_group_gets_what_it_would_get_alone(intervals):
    frame = many()
    fits = forecast.fit(frame, "power", by_group="family", intervals=intervals, draws=200)
    for family in ("f00", "f07"):
        alone = forecast.fit(frame[frame["family"] == family], "power", intervals=intervals, draws=200).to_frame()
        rows = fits.frame[fits.frame["group"] == family]
        for column in ("estimate", "se", "lower", "upper"):
            assert rows[column].to_numpy() == pytest.approx(alone[column].to_numpy(), rel=1e-8), column


def test_curved_laws_go_by_group_too():
    frame = many(4)
    frame["y"] += 0.5
    fits = forecast.fit(frame, "power_floor", by_group="family", intervals="pairs", draws=100)
    alone = forecast.fit(frame[frame["family"] == "f02"], "power_floor", intervals="pairs", draws=100).to_frame()
    rows = fits.frame[fits.frame["group"] == "f02"]
    assert rows["estimate"].to_numpy() == pytest.approx(alone["estimate"].to_numpy(), rel=1e-6)
    assert rows["lower"].to_numpy() == pytest.approx(alone["lower"].to_numpy(), rel=1e-3)


def test_groups_too_small_fail_alone():
    frame = pd.concat([many(3), pd.DataFrame({"family": ["lone"], "x": [10.0], "y": [1.0]})])
    frame = pd.concat([frame, pd.DataFrame({"family": "same", "x": [5.0] * 6, "y": np.arange(1.0, 7.0)})])
    fits = forecast.fit(frame, "power", by_group="family", draws=100)
    status = fits.summary()["status"].to_dict()
    assert status["lone"] == status["same"] == "failed"
    assert status["f00"] == "certified"
    assert "failed-groups" in {note.code for note in fits.notes}
    assert fits.frame["group"].is_monotonic_increasing


def test_no_group_is_large_enough():
    with pytest.raises(FitError, match="no value of 'family'"):
        forecast.fit(many(1).head(2), "power", by_group="family")


@pytest.mark.parametrize("options", [{"intervals": "profile"}, {"kind": "bca"}, {"group": "family"}])
def test_what_only_a_single_fit_has_is_refused(options):
    with pytest.raises(UsageError, match="does not go with --by-group"):
        forecast.fit(many(2), "power", by_group="family", **options)


def test_the_result_is_plain_rows():
    result = forecast.fit(many(3), "power", by_group="family", draws=100).to_dict()
    assert result["groups"] == 3
    assert len(result["rows"]) == 3 * 2 * 2
    assert set(result["rows"][0]) >= {"group", "n", "status", "quantity", "estimate", "level", "lower", "upper"}


def test_groups_of_numbers_stand_in_their_order():
    frame = pd.concat([many(1).assign(budget=budget) for budget in (10, 2, 1)])
    assert list(forecast.fit(frame, "power", by_group="budget", draws=100).summary().index) == ["1", "2", "10"]
    regressions = forecast.regress(frame, "log(y) ~ log(x)", by_group="budget")
    assert list(regressions.summary().index) == ["1", "2", "10"]


def test_fits_by_group_are_not_taken_for_one_fit(tmp_path):
    (tmp_path / "g.json").write_text('{"schema": "forecast/fit-groups/1", "result": {"rows": []}}')
    with pytest.raises(UsageError, match="holds fits by group, which keep no draws"):
        forecast.read_fit(tmp_path / "g.json")


def test_only_runs_resampled_whole_are_advised_another_way():
    frame = many(6)
    hints = [
        next(
            note.hint
            for note in forecast.fit(frame, "power", group="family", intervals=method, draws=100).notes
            if note.code == "few-clusters"
        )
        for method in ("cluster", "wild")
    ]
    assert "--intervals wild" in hints[0]
    assert not hints[1]
