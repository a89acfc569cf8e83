import json

import numpy as np
import pytest

import forecast
from forecast.errors import UsageError
from forecast.fitting.scatter import TUNING


def runs(count, noise=0.005, seed=0):
    rng = np.random.default_rng(seed)
    size, tokens = 10 ** rng.uniform(7, 10, count), 10 ** rng.uniform(9, 12, count)
    loss = (1.8 + 400 / size**0.34 + 2000 / tokens**0.37) * np.exp(noise * rng.standard_normal(count))
    return {"N": size, "D": tokens, "L": loss}


def fitted(table, **options):
    return forecast.fit(table, "chinchilla", N="N", D="D", L="L", draws=200, **options)


def codes(fit):
    return [note.code for note in fit.notes]


@pytest.mark.parametrize("noise", [0.002, 0.03])
def test_delta_auto_follows_the_planted_scatter(noise):
    fit = fitted(runs(800, noise), delta="auto")
    assert fit.spec.delta == pytest.approx(TUNING * noise, rel=0.1)
    assert fit.loss.label == f"huber {fit.spec.delta:g}"


def test_outliers_hardly_move_delta_auto():
    table = runs(200)
    clean = fitted(table, delta="auto").spec.delta
    table["L"] = np.where(np.arange(200) % 20 == 0, table["L"] * 1.5, table["L"])
    assert fitted(table, delta="auto").spec.delta == pytest.approx(clean, rel=0.2)


def test_a_settled_delta_gives_the_same_fit():
    table = runs(40)
    found = fitted(table, delta="auto")
    again = fitted(table, delta=found.spec.delta)
    assert found.to_dict()["parameters"] == again.to_dict()["parameters"]
    assert np.array_equal(found.draws, again.draws)


def test_rows_without_scatter_still_have_a_delta():
    assert 0 < fitted(runs(30, noise=0.0), delta="auto").spec.delta < 1e-6


def test_delta_auto_leaves_other_losses_alone():
    table = runs(40)
    assert fitted(table, loss="mse", delta="auto").estimates == pytest.approx(fitted(table, loss="mse").estimates)


def test_few_rows_under_a_loss_of_medians_get_bias_corrected_bounds():
    few, many = fitted(runs(40)), fitted(runs(120))
    assert (few.spec.kind, many.spec.kind) == ("bca", "percentile")
    assert fitted(runs(40), delta="auto").spec.kind == fitted(runs(40), loss="mse").spec.kind == "percentile"
    assert fitted(runs(40), loss="lad").spec.kind == "bca"
    assert few.left_out.shape == (40, 5)
    assert many.left_out is None


def test_what_follows_from_a_fit_is_bias_corrected_as_the_fit_is():
    few = fitted(runs(40))
    plain = fitted(runs(40), kind="percentile")
    assert np.array_equal(few.draws, plain.draws)
    at = {"N": [1e9], "D": [1e12]}
    ours, percentile = few.predict(at, (0.9,)).rows[0], plain.predict(at, (0.9,)).rows[0]
    assert (ours.lower, ours.upper) != (percentile.lower, percentile.upper)
    compute = 1e22
    row = next(r for r in forecast.allocate(few, compute, levels=(0.9,)).rows if r.quantity == "parameters")

    def size(parameters):
        derived = few.law.derived(parameters)
        return (derived["G"] * (compute / 6) ** derived["a"])[:, None]

    assert (row.lower, row.upper) == pytest.approx(tuple(few.bounds(size, (0.9,)).ravel()), rel=1e-9)
    for name in ("alpha", "E"):
        place = few.names.index(name)
        bounds = few.bounds(lambda p, place=place: p[:, place : place + 1], (0.9,)).ravel()
        assert tuple(bounds) == pytest.approx((few.parameters[name].lower, few.parameters[name].upper), rel=1e-12)
    again = forecast.Fit.from_dict(few.to_dict(), [], {})
    assert again.predict(at, (0.9,)).rows == few.predict(at, (0.9,)).rows


def test_few_runs_under_a_loss_of_medians_are_told_of_delta_auto():
    table = runs(60)
    table["run"] = np.repeat(np.arange(12), 5)
    assert "narrow-loss" in codes(fitted(table, group="run"))
    assert "narrow-loss" not in codes(fitted(table, group="run", delta="auto"))
    assert "narrow-loss" in codes(fitted(runs(40), kind="percentile"))
    assert "narrow-loss" not in codes(fitted(runs(40)))


def test_bounds_by_theory_have_no_bias_to_correct():
    with pytest.raises(UsageError, match="not read off draws"):
        fitted(runs(40), intervals="analytic", kind="bca")


def test_delta_auto_on_the_command_line(cli, tmp_path):
    path, table = tmp_path / "runs.csv", runs(40)
    path.write_text(
        "N,D,L\n" + "\n".join(",".join(repr(float(v)) for v in row) for row in zip(*table.values(), strict=True))
    )
    told = cli("fit", path, "--law", "chinchilla", "--delta", "auto", "--draws", 200, "--json")
    content = json.loads(told.out)
    assert content["result"]["state"]["spec"]["delta"] == fitted(table, delta="auto").spec.delta
    assert "--delta auto" in content["provenance"]["call"]
    wrong = cli("fit", path, "--law", "chinchilla", "--delta", "soon")
    assert (wrong.code, "neither a number nor auto" in wrong.err) == (2, True)
    groups = cli("fit", path, "--law", "chinchilla", "--delta", "auto", "--by-group", "N")
    assert (groups.code, "--delta auto does not go with --by-group" in groups.err) == (2, True)
