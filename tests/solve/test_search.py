import numpy as np
import pytest
from scipy.optimize import least_squares, linprog

from forecast.laws import LAWS
from forecast.solve.losses import Loss
from forecast.solve.newton import minimise
from forecast.solve.problem import Problem
from forecast.solve.search import Status, search


def problem(law, inputs, output, loss, weight=None):
    model = LAWS[law].model({name: np.atleast_2d(values) for name, values in inputs.items()}, "log")
    target = np.log(np.atleast_2d(output))
    lower, upper = model.bounds(target)
    weight = np.ones_like(target) if weight is None else np.atleast_2d(weight)
    return Problem(model, loss, target, weight, lower, upper)


def runs(seed=0, count=60, noise=0.01):
    rng = np.random.default_rng(seed)
    size, data = 10 ** rng.uniform(7, 10, count), 10 ** rng.uniform(9, 12, count)
    loss = (1.8 + 400 / size**0.34 + 2000 / data**0.37) * np.exp(noise * rng.standard_t(3, count))
    return {"N": size, "D": data}, loss


def test_agrees_with_scipy_least_squares():
    inputs, output = runs()
    found = search(problem("chinchilla", inputs, output, Loss("mse")))

    def residual(t):
        return np.log(
            np.exp(t[2]) + np.exp(t[0] - t[3] * np.log(inputs["N"])) + np.exp(t[1] - t[4] * np.log(inputs["D"]))
        ) - np.log(output)

    theirs = least_squares(residual, [6, 7.6, 0.6, 0.34, 0.37], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    assert found.certificates[0].objective == pytest.approx(2 * theirs.cost, rel=1e-9)
    assert found.certificates[0].status is Status.CERTIFIED
    assert found.certificates[0].gradient_norm < 1e-6


def test_least_absolute_deviations_of_a_line_agree_with_linear_programming():
    rng = np.random.default_rng(2)
    x, noise = 10 ** rng.uniform(1, 5, 25), rng.standard_t(2, 25)
    output = np.exp(1.0 - 0.3 * np.log(x) + 0.2 * noise)
    found = search(problem("power", {"x": x}, output, Loss("lad")))
    design = np.column_stack([np.ones(25), np.log(x)])
    cost = np.concatenate([np.zeros(2), np.ones(50)])
    equal = np.hstack([design, np.eye(25), -np.eye(25)])
    best = linprog(cost, A_eq=equal, b_eq=np.log(output), bounds=[(None, None)] * 2 + [(0, None)] * 50)
    assert found.certificates[0].objective == pytest.approx(best.fun, rel=1e-10)
    assert found.problem.model.natural(found.theta)[0][1] == pytest.approx(best.x[1], abs=1e-9)


def test_quantile_regression_leaves_its_share_of_rows_above():
    rng = np.random.default_rng(3)
    x = 10 ** rng.uniform(1, 5, 400)
    output = np.exp(1.0 - 0.3 * np.log(x) + 0.2 * rng.standard_normal(400))
    found = search(problem("power", {"x": x}, output, Loss("lad", asymmetry=0.9)))
    residual = found.problem.model.evaluate(found.theta).values - found.problem.target
    assert (residual < -1e-9).mean() == pytest.approx(0.1, abs=0.01)


def test_many_groups_get_what_each_gets_alone():
    tables = [runs(seed, count=40) for seed in range(3)]
    inputs = {name: np.stack([table[0][name] for table in tables]) for name in ("N", "D")}
    together = search(problem("chinchilla", inputs, np.stack([table[1] for table in tables]), Loss("huber")))
    for number, (own, output) in enumerate(tables):
        alone = search(problem("chinchilla", own, output, Loss("huber")))
        objective = together.certificates[number].objective
        assert objective == pytest.approx(alone.certificates[0].objective, rel=1e-9)


def test_resamples_are_each_at_their_optimum():
    inputs, output = runs(count=80)
    found = search(problem("chinchilla", inputs, output, Loss("huber")))
    rng = np.random.default_rng(1)
    weight = rng.multinomial(80, np.full(80, 1 / 80), size=12).astype(float)
    warm = found.problem.refit(np.tile(found.theta, (12, 1)), weight=weight)
    assert warm.converged.all()
    for number in range(12):
        cold = search(problem("chinchilla", inputs, output, Loss("huber"), weight[number]))
        best = cold.certificates[0].objective
        assert warm.objective[number] <= best * (1 + 1e-10) + 1e-16


def test_a_batch_does_not_depend_on_its_size():
    inputs, output = runs()
    fit = search(problem("chinchilla", inputs, output, Loss("huber")))
    weight = np.random.default_rng(1).multinomial(60, np.full(60, 1 / 60), size=5).astype(float)
    together = fit.problem.refit(np.tile(fit.theta, (5, 1)), weight=weight)
    for number in range(5):
        alone = fit.problem.refit(fit.theta, weight=weight[number : number + 1])
        assert alone.objective[0] == pytest.approx(together.objective[number], rel=1e-12)


def test_a_floor_that_the_data_lack_is_at_its_bound():
    x = np.geomspace(1, 1e4, 30)
    output = 5.0 * x**-0.5 * np.exp(0.05 * np.cos(np.arange(30)))
    found = search(problem("power_floor", {"x": x}, output * np.exp(-0.01 * np.log(x) ** 2), Loss("mse")))
    assert found.certificates[0].status is Status.AT_BOUND
    assert found.certificates[0].at_bound == ("E",)


def test_bounds_hold_coordinates():
    inputs, output = runs()
    task = problem("chinchilla", inputs, output, Loss("mse"))
    lower, upper = task.lower.copy(), task.upper.copy()
    lower[3] = upper[3] = 0.3
    held = minimise(
        task.batch(np.zeros(1, dtype=int), lower=lower, upper=upper), task.loss, np.array([[0.0, 0.0, 0.0, 0.3, 0.4]])
    )
    assert held.theta[0, 3] == 0.3
    assert held.converged.all()
    assert held.objective[0] >= search(task).certificates[0].objective
