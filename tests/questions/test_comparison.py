from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import forecast
from forecast.errors import DataError, FitError, UsageError
from forecast.questions.comparison import Comparison, compare
from forecast.settings import generator


def curve(count: int = 60, noise: float = 0.01, floor: float = 1.5, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.geomspace(1e2, 1e6, count)
    return {"x": x, "loss": (floor + 30 * x**-0.4) * np.exp(rng.normal(0, noise, count))}


@pytest.fixture(scope="module")
def floors() -> Comparison:
    return compare(curve(), ["power", "power_floor"], x="x", y="loss")


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """Ninety rows of thirty runs of a planted Chinchilla law; runs share their luck."""
    rng = np.random.default_rng(4)
    size = 10 ** rng.uniform(7, 10, 30)
    tokens = 10 ** rng.uniform(9, 11.5, 30)
    luck = rng.normal(0, 0.01, 30)
    frame = pd.DataFrame(
        {
            "run": np.repeat([f"r{i}" for i in range(30)], 3),
            "params": np.repeat(size, 3),
            "tokens": (tokens[:, None] * np.array([0.5, 0.75, 1.0])).ravel(),
        }
    )
    law = 1.8 + 480 / frame["params"] ** 0.35 + 2100 / frame["tokens"] ** 0.37
    frame["loss"] = law * np.exp(np.repeat(luck, 3) + rng.normal(0, 0.002, 90))
    return frame


def test_the_planted_law_wins_and_the_other_is_told_apart(floors: Comparison) -> None:
    for criterion in ("aicc", "bic", "crps", "error"):
        best, other = floors.of(criterion)
        assert (best.law, other.law) == ("power_floor", "power")
        assert best.told_apart is None
        assert best.difference == 0
        assert other.told_apart
        assert 0 < other.lower < other.difference < other.upper


def test_laws_that_say_the_same_are_not_told_apart() -> None:
    """A power law has no floor, so a law with one describes it as well, at the price of a parameter."""
    same = 0
    for seed in range(8):
        x = np.geomspace(1e2, 1e6, 40)
        y = 30 * x**-0.4 * np.exp(np.random.default_rng(seed).normal(0, 0.02, 40))
        found = compare({"x": x, "y": y}, ["power", "power_floor"], x="x", y="y", draws=100)
        same += found.of("aicc")[0].law == "power" or not found.of("aicc")[1].told_apart
    assert same >= 7


def test_criteria_are_those_of_their_definitions(floors: Comparison) -> None:
    data = curve()
    fit = forecast.fit(data, "power_floor", x="x", y="loss", loss="mse")
    count, free = 60, 4  # the scale is a parameter too
    minus = count * (np.log(2 * np.pi * (fit.residuals**2).mean()) + 1)
    found = {row.criterion: row.value for row in floors.rows if row.law == "power_floor" and row.cut is None}
    assert found["aicc"] == pytest.approx(minus + 2 * free + 2 * free * (free + 1) / (count - free - 1), rel=1e-12)
    assert found["bic"] == pytest.approx(minus + free * np.log(count), rel=1e-12)
    laplace = compare(data, ["power", "power_floor"], x="x", y="loss", loss="lad", draws=100)
    fit = forecast.fit(data, "power_floor", x="x", y="loss", loss="lad")
    minus = 2 * count * (np.log(2 * np.abs(fit.residuals).mean()) + 1)
    value = next(row.value for row in laplace.of("bic") if row.law == "power_floor")
    assert value == pytest.approx(minus + free * np.log(count), rel=1e-9)


def test_cuts_fit_the_small_and_predict_the_large(floors: Comparison) -> None:
    data = curve()
    assert [cut.share for cut in floors.cuts] == [0.5, 0.6, 0.7, 0.8]
    assert [cut.fitted for cut in floors.cuts] == [30, 36, 42, 48]
    for cut in floors.cuts:
        small = {name: values[: cut.fitted] for name, values in data.items()}
        fit = forecast.fit(small, "power_floor", x="x", y="loss")
        ahead = fit.law.values(fit.estimates[None], {"x": data["x"][cut.fitted :]})[0]
        error = np.abs(np.log(ahead) - np.log(data["loss"][cut.fitted :])).mean()
        row = next(r for r in floors.rows if (r.law, r.criterion, r.cut) == ("power_floor", "error", cut.share))
        assert row.value == pytest.approx(error, rel=1e-6)
        assert row.n == 60 - cut.fitted


def test_coverage_of_the_planted_law_is_near_its_level() -> None:
    held, total = 0.0, 0
    for seed in range(12):
        found = compare(
            curve(seed=seed), ["power", "power_floor"], x="x", y="loss", cuts=[0.6], levels=[0.8], draws=200
        )
        record = next(r for r in found.records if r.law == "power_floor" and r.cut is None)
        held, total = held + record.coverage * record.n, total + record.n
    assert held / total == pytest.approx(0.8, abs=0.15)


def test_runs_stay_whole(runs: pd.DataFrame) -> None:
    found = compare(runs, ["chinchilla", "kaplan"], group="run", draws=100)
    assert found.runs == 30
    for cut in found.cuts:
        assert cut.fitted % 3 == 0
        assert cut.held_out % 3 == 0
    alone = compare(runs, ["chinchilla", "kaplan"], draws=100)
    wide = {c.runs: c.of("aicc")[1].upper - c.of("aicc")[1].lower for c in (found, alone)}
    assert wide[30] > wide[None]
    assert "rows-share-runs" in {note.code for note in found.notes}


def test_laws_of_one_input_take_compute(runs: pd.DataFrame) -> None:
    found = compare(runs, ["power_floor", "chinchilla"], draws=100)
    assert found.of("aicc")[0].law == "chinchilla"
    assert found.scale == "compute 6 N D"
    named = runs.assign(flop=6 * runs["params"] * runs["tokens"])
    again = compare(
        named, ["power_floor", "chinchilla"], x="flop", roles={"N": "params", "D": "tokens"}, y="loss", draws=100
    )
    assert [row.value for row in again.rows] == pytest.approx([row.value for row in found.rows], rel=1e-9)


def test_one_seed_one_answer(runs: pd.DataFrame) -> None:
    options = {"group": "run", "draws": 100}
    first, second, other = (
        compare(runs, ["chinchilla", "power"], rng=generator(seed), **options) for seed in (3, 3, 4)
    )
    assert first.rows == second.rows
    assert first.records == second.records
    assert first.rows != other.rows
    assert first.of("aicc")[0].value == other.of("aicc")[0].value


def test_order_of_laws_and_of_rows_does_not_matter(floors: Comparison) -> None:
    data = pd.DataFrame(curve())
    found = compare(data, ["power_floor", "power"], x="x", y="loss")
    for criterion in ("aicc", "crps"):
        assert [r.law for r in found.of(criterion)] == [r.law for r in floors.of(criterion)]
    shuffled = compare(data.sample(frac=1, random_state=1), ["power", "power_floor"], x="x", y="loss")
    for ours, theirs in zip(shuffled.rows, floors.rows, strict=True):
        if ours.criterion in ("aicc", "bic", "error"):
            assert ours.value == pytest.approx(theirs.value, rel=1e-6)


def test_huber_has_no_likelihood_but_predicts() -> None:
    found = compare(curve(), ["power", "power_floor"], x="x", y="loss", loss="huber", draws=100)
    assert not found.of("aicc")
    assert found.of("crps")[0].law == "power_floor"
    assert "no-likelihood" in {note.code for note in found.notes}


def test_few_rows_are_described_only() -> None:
    data = {name: values[::10] for name, values in curve().items()}
    found = compare(data, ["power", "power_floor"], x="x", y="loss", draws=100)
    assert not found.cuts
    assert not found.of("crps")
    assert next(note for note in found.notes if note.code == "few-cuts").severity == "warning"
    assert found.of("aicc")


def test_a_law_that_cannot_be_fitted_is_left_out_and_said() -> None:
    data = {name: values[::9] for name, values in curve().items()}  # seven rows, too few for seven parameters
    found = compare(data, ["power", "power_floor", "broken_power:2"], x="x", y="loss", draws=100)
    assert [law.law for law in found.laws] == ["power", "power_floor"]
    assert "broken_power:2" in next(note for note in found.notes if note.code == "law-not-fitted").message


def test_the_same_rows_for_every_law(runs: pd.DataFrame) -> None:
    holes = runs.astype({"tokens": object})
    holes.loc[3, "tokens"] = ""
    with pytest.raises(DataError, match="row 3"):
        compare(holes, ["chinchilla", "power"], x="params", y="loss", draws=100)
    found = compare(holes, ["chinchilla", "power"], x="params", y="loss", drop_missing=True, draws=100)
    assert {row.n for row in found.rows if row.criterion == "aicc"} == {89}


def test_the_result_is_plain_data(floors: Comparison) -> None:
    result = floors.to_dict()
    assert set(result["rows"][0]) == {field.name for field in dataclasses.fields(floors.rows[0])}
    assert floors.summary().loc["power_floor", "aicc"] == floors.of("aicc")[0].value
    assert len(floors.to_frame()) == len(floors.rows)


@pytest.mark.parametrize(
    ("laws", "options", "error", "words"),
    [
        (["power"], {}, UsageError, "two laws or more"),
        (["power", "power"], {}, UsageError, "stands twice"),
        (["power", "pwoer_floor"], {}, UsageError, "did you mean 'power_floor'"),
        (["power", "isoflop"], {}, UsageError, "not fitted to the rows"),
        (["power", "power_floor:2"], {}, UsageError, "only broken_power"),
        (["power", "power_floor"], {"roles": {"Q": "x"}}, UsageError, "a role 'Q'"),
        (["power", "power_floor"], {"cuts": [1.5]}, UsageError, "between 0 and 1"),
        (["power", "power_floor"], {"loss": "mae"}, UsageError, "unknown loss"),
        (["power", "power_floor"], {"space": "lgo"}, UsageError, "did you mean 'log'"),
        (["power", "power_floor"], {"where": ["x>1e9"]}, DataError, "no row matches"),
        (["power", "power_floor"], {"scale": "size"}, DataError, "no column 'size'"),
        (["power", "power_floor"], {"where": ["x<115"]}, FitError, "fewer than two of the laws"),
    ],
)
def test_wrong_calls_say_what_to_do(laws: list[str], options: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        compare(curve(), laws, x="x", y="loss", **options)


def test_what_cannot_be_guessed_is_asked_for() -> None:
    data = {"steps": curve()["x"], "loss": curve()["loss"]}
    with pytest.raises(UsageError, match="say what x is"):
        compare(data, ["power", "power_floor"], y="loss")
    with pytest.raises(UsageError, match="by which column rows are small"):
        compare(data, ["power", "exponential"], roles={"x": "steps", "t": "loss", "y": "loss"})
