import numpy as np
import pytest

from forecast.errors import FitError, UsageError
from forecast.questions.backtest import choose_methods, parse_horizon, parse_origins, run_backtest
from forecast.questions.vintages import choose_vintages, observe_vintage, vintage_names
from forecast.trends.choices import Settings
from forecast.trends.observations import observe_models
from forecast.trends.targets import TARGETS


@pytest.fixture(scope="module")
def compute():
    return observe_models(TARGETS["compute"])


def test_the_baselines_are_always_beside_what_was_asked(compute):
    found = run_backtest([compute], Settings(), origins=[2022.0])
    assert found.methods == ("pool",)
    assert {row["method"] for row in found.rows()} == {"pool", "persistence", "mean_ci"}
    assert choose_methods(["ols", "auto", "pool"]) == ["ols", "pool", "persistence", "mean_ci"]
    assert "theil_sen" in choose_methods(["all"])
    assert choose_methods(["persistence"]) == ["persistence", "mean_ci"]


def test_a_group_has_rows_of_its_own(compute):
    whole = run_backtest([compute], Settings(), origins=[2021.0, 2022.0])
    by_year = run_backtest([compute], Settings(), origins=[2021.0, 2022.0], by=("horizon",))
    assert {row["horizon_years"] for row in whole.rows()} == {3.0}
    assert {row["horizon_years"] for row in by_year.rows()} == {1.0, 2.0, 3.0}

    def total(found):
        return sum(
            row["n"]
            for row in found.rows()
            if (row["method"], row["estimand"], row["level"]) == ("pool", "member", 0.9)
        )

    assert total(by_year) == total(whole)
    by_origin = run_backtest([compute], Settings(), origins=[2021.0, 2022.0], by=("origin",))
    assert {row["origin"] for row in by_origin.rows()} == {2021.0, 2022.0}


def test_targets_are_pooled_by_outcomes(compute):
    cost = observe_models(TARGETS["cost"])
    both = run_backtest([compute, cost], Settings(levels=(0.9,)), origins=[2022.0])
    own = {row["target"]: row for row in both.rows() if (row["method"], row["estimand"]) == ("pool", "member")}
    pooled = next(row for row in both.pooled() if (row["method"], row["estimand"]) == ("pool", "member"))
    assert pooled["n"] == sum(row["n"] for row in own.values())
    assert pooled["clusters"] == 2
    assert pooled["crps"] == pytest.approx(
        np.average([r["crps"] for r in own.values()], weights=[r["n"] for r in own.values()])
    )


def test_the_same_seed_gives_the_same_rows(compute):
    one, other = (run_backtest([compute], Settings(), origins=[2022.0, 2023.0], seed=4).rows() for _ in range(2))
    assert one == other
    assert run_backtest([compute], Settings(), origins=[2022.0, 2023.0], seed=5).rows() != one


@pytest.mark.parametrize(("origin", "side"), [(1900.0, "before the first"), (2090.0, "after the last")])
def test_an_origin_outside_the_data_is_refused(compute, origin, side):
    with pytest.raises(UsageError, match=side) as caught:
        run_backtest([compute], Settings(), origins=[origin])
    assert "origins can lie from" in caught.value.hint


def test_a_horizon_without_targets_yet_is_refused(compute):
    with pytest.raises(FitError, match="no member entered from 8 to 9 years after it"):
        run_backtest([compute], Settings(), origins=[2024.0], horizon=(8.0, 9.0))


def test_origins_without_enough_are_named_and_left_out(compute):
    found = run_backtest([compute], Settings(), origins=[2018.5, 2022.0])
    note = next(note for note in found.notes if note.code == "skipped-origins")
    assert "compute at 2018.5" in note.message
    assert {row["clusters"] for row in found.rows()} == {1}


def test_coverage_off_is_raised_for_methods_asked_for_only(compute):
    quiet = run_backtest([compute], Settings(), origins=[2021.0, 2022.0, 2023.0])
    assert not any("mean_ci" in note.message for note in quiet.notes)
    loud = run_backtest([compute], Settings(), origins=[2021.0, 2022.0, 2023.0], methods=("mean_ci",))
    note = next(note for note in loud.notes if note.code == "coverage-off")
    assert note.severity == "warning"
    assert "compute, mean_ci, member" in note.message


def test_what_has_no_score_is_refused(compute):
    with pytest.raises(UsageError, match="no track record"):
        run_backtest([compute], Settings(), estimands=("trend",))
    with pytest.raises(UsageError, match="did you mean 'record'"):
        run_backtest([compute], Settings(), estimands=("recrod",))
    with pytest.raises(UsageError, match="did you mean 'origin'"):
        run_backtest([compute], Settings(), by=("orgin",))
    with pytest.raises(UsageError, match="did you mean 'theil_sen'"):
        run_backtest([compute], Settings(), methods=("thiel_sen",))


@pytest.mark.parametrize("text", ["x", "2019:", "2025:2019", "2019:20", "2019-13"])
def test_origins_that_are_none_are_refused(text):
    with pytest.raises(UsageError):
        parse_origins(text)


@pytest.mark.parametrize("text", ["0", "3:1", "a:b", "1:99", "", "1.5"])
def test_horizons_that_are_none_are_refused(text):
    with pytest.raises(UsageError):
        parse_horizon(text)


def test_a_vintage_holds_what_was_known_then():
    then, now = observe_vintage(TARGETS["compute"], "2024-05"), observe_models(TARGETS["compute"])
    assert then.year.max() < 2024.4 < now.year.max()
    assert not then.frame["fine_tuned"].any()
    assert set(then.frame["vintage"]) == {"2024-05"}
    language = observe_vintage(TARGETS["compute"], "2024-05", ("domain=Language", "notable=true"))
    assert 10 < len(language.year) < len(then.year)


def test_vintages_are_named_and_others_refused():
    assert vintage_names() == ["2023-12", "2024-05", "2025-06", "2026-01", "2026-07"]
    assert choose_vintages("all") == vintage_names()
    assert choose_vintages("2025-06, 2024-05") == ["2024-05", "2025-06"]
    with pytest.raises(UsageError, match="2022-01") as caught:
        choose_vintages("2022-01")
    assert "2023-12, 2024-05" in caught.value.hint
    with pytest.raises(UsageError, match="hold no cost"):
        observe_vintage(TARGETS["cost"], "2024-05")


def test_vintages_are_scored_on_what_today_shows(compute):
    found = run_backtest([compute], Settings(), vintages=["2023-12", "2024-05"])
    outcomes = found.hindcast.outcomes
    origins = sorted(outcomes["origin"].unique())
    assert len(origins) == 2
    assert 2023.9 < origins[0] < 2024 < origins[1] < 2024.4
    assert (outcomes["year"] > outcomes["origin"]).all()
    member = outcomes[(outcomes["method"] == "pool") & (outcomes["estimand"] == "member")]
    assert set(member["outcome"]) <= set(np.log10(compute.size))
    assert len(member) > 10
    assert found.provenance.settings["vintages"] == ["2023-12", "2024-05"]


def test_a_vintage_with_nothing_after_it_is_named(compute):
    found = run_backtest([compute], Settings(), vintages=["2024-05", "2026-07"])
    assert any("vintage 2026-07" in reason for reason in found.hindcast.skipped)
    with pytest.raises(FitError, match="vintage 2026-07"):
        run_backtest([compute], Settings(), vintages=["2026-07"])
