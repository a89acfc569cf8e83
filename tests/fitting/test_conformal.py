import numpy as np
import pytest

import forecast
from forecast.errors import UsageError


def table(count, seed, *, spread=1.0):
    """Return rows whose scatter grows with x and has heavy tails."""
    rng = np.random.default_rng(seed)
    x = 10 ** rng.uniform(3, 7, count)
    return {"x": x, "y": 300 * x**-0.3 * np.exp(0.03 * spread * rng.standard_t(4, count) * np.log10(x))}


def test_jackknife_plus_is_its_definition():
    rows = table(12, 0)
    fit = forecast.fit(rows, "power", x="x", y="y")
    place = 1e5
    low, high = [], []
    for i in range(12):
        keep = np.arange(12) != i
        slope, level = np.polyfit(np.log(rows["x"][keep]), np.log(rows["y"][keep]), 1)
        missed = abs(np.log(rows["y"][i]) - level - slope * np.log(rows["x"][i]))
        middle = level + slope * np.log(place)
        low.append(middle - missed)
        high.append(middle + missed)
    rank = int(np.ceil(0.8 * 13))
    row = fit.predict({"x": place}, (0.8,), "conformal").rows[0]
    assert np.log(row.lower) == pytest.approx(sorted(low)[12 - rank], abs=1e-9)
    assert np.log(row.upper) == pytest.approx(sorted(high)[rank - 1], abs=1e-9)


def test_it_holds_the_next_observation_as_often_as_it_says():
    held = []
    for seed in range(200):
        rows = table(61, seed)
        fit = forecast.fit({name: values[:60] for name, values in rows.items()}, "power", x="x", y="y", draws=100)
        row = fit.predict({"x": rows["x"][60]}, (0.8,), "conformal").rows[0]
        held.append(row.lower <= rows["y"][60] <= row.upper)
    assert abs(np.mean(held) - 0.8) < 3 * np.sqrt(0.8 * 0.2 / 200)


def test_rows_too_few_for_a_level_leave_it_open():
    fit = forecast.fit(table(8, 1), "power", x="x", y="y")
    inside, outside = fit.predict({"x": 1e5}, (0.8, 0.95), "conformal").rows
    assert 0 < inside.lower < inside.upper < np.inf
    assert (outside.lower, outside.upper) == (0.0, np.inf)


def test_outside_the_data_it_says_that_it_promises_nothing():
    fit = forecast.fit(table(25, 1), "power", x="x", y="y")
    codes = [[note.code for note in fit.predict({"x": x}, kind="conformal").notes] for x in (1e5, 1e9)]
    assert ["conformal-outside" in each for each in codes] == [False, True]


def test_runs_are_left_out_whole():
    rows = table(30, 2)
    run = np.repeat(np.arange(6), 5)
    luck = np.repeat(0.3 * np.random.default_rng(0).standard_normal(6), 5)
    shared = {"x": rows["x"], "y": rows["y"] * np.exp(luck), "run": run}
    width = {}
    for name, options in (("rows", {}), ("runs", {"group": "run"})):
        fit = forecast.fit(shared, "power", x="x", y="y", intervals="cluster" if options else "pairs", **options)
        row = fit.predict({"x": 1e5}, (0.8,), "conformal").rows[0]
        width[name] = np.log(row.upper / row.lower)
    assert width["runs"] > width["rows"]


def test_many_rows_are_left_out_by_the_handful():
    fit = forecast.fit(table(1200, 3), "power", x="x", y="y")
    few, many = (fit.predict({"x": 1e5}, (0.9,), kind).rows[0] for kind in ("next", "conformal"))
    assert np.log(many.upper / many.lower) == pytest.approx(np.log(few.upper / few.lower), rel=0.2)


@pytest.mark.parametrize("loss", ["huber", "lad"])
def test_robust_losses_have_it_too(loss):
    fit = forecast.fit(table(25, 4), "power_floor", x="x", y="y", loss=loss, draws=100)
    row = fit.predict({"x": 1e5}, (0.8,), "conformal").rows[0]
    assert row.lower < row.estimate < row.upper


def test_it_does_not_go_through_another_fit():
    fit = forecast.fit(table(25, 5), "power", x="x", y="y")
    with pytest.raises(UsageError, match="hold every step"):
        fit.predict({"x": 1e5}, (0.8,), "conformal", through={"x": fit})


def test_the_command_adds_it_when_asked(cli, tmp_path):
    rows, path, saved = table(25, 6), tmp_path / "rows.csv", tmp_path / "fit.json"
    path.write_text("x,y\n" + "\n".join(f"{float(a)!r},{float(b)!r}" for a, b in zip(*rows.values(), strict=True)))
    assert cli("fit", path, "--law", "power", "--x", "x", "--y", "y", "-o", saved).code == 0
    assert "by jackknife+" in cli("predict", saved, "--at", "x=1e5", "--conformal").out.replace("\n", " ")
    assert "conformal-outside" in cli("predict", saved, "--at", "x=1e9", "--conformal").out
    assert "jackknife" not in cli("predict", saved, "--at", "x=1e5").out
    wrong = cli("predict", "cost", "--conformal")
    assert (wrong.code, "saved fit" in wrong.err) == (2, True)
