"""What every law must hold, whoever wrote it."""

import numpy as np
import pytest

import forecast
from forecast.laws import LAWS
from forecast.laws._law import Law

NAMES = LAWS.names()


def planted(law):
    example = law.example()
    ready = law.prepared(example.inputs)
    parameters = np.array([[example.parameters[name] for name in law.names]])
    return ready, example, parameters


@pytest.fixture(params=NAMES)
def law(request):
    return LAWS[request.param]


def test_it_says_what_it_is(law):
    assert law.name in NAMES
    assert law.title
    assert "=" in law.formula
    assert "arXiv" in law.reference
    assert all(item.name and item.meaning for item in (*law.inputs, law.output, *law.parameters))
    assert len(set(law.names)) == len(law.names)
    assert all(parameter.lower < parameter.upper for parameter in law.parameters)


def test_the_example_lies_inside_the_bounds(law):
    _, example, _ = planted(law)
    assert set(example.parameters) == set(law.names)
    assert set(example.inputs) == {item.name for item in law.inputs}
    for parameter in law.parameters:
        assert parameter.lower <= example.parameters[parameter.name] <= parameter.upper


def test_the_jacobian_matches_finite_differences(law):
    ready, example, parameters = planted(law)
    both = np.concatenate([parameters, 1.03 * parameters])
    exact = ready.jacobian(both, example.inputs)
    numeric = Law.jacobian(ready, both, example.inputs)
    scale = np.abs(numeric).max(axis=1, keepdims=True)
    assert exact == pytest.approx(numeric, abs=1e-7 * scale.max(), rel=1e-5)
    assert (np.abs(exact - numeric) / scale).max() < 1e-6


@pytest.mark.parametrize("space", ["log", "log1p", "raw"])
def test_gradient_and_hessian_of_a_loss_match_finite_differences(law, space):
    ready, example, parameters = planted(law)
    model = ready.model({name: values[None] for name, values in example.inputs.items()}, space)
    theta = model.coordinates(np.concatenate([parameters, 1.02 * parameters]))
    rng = np.random.default_rng(0)
    at = model.evaluate(theta)
    slope, curvature = rng.normal(size=at.values.shape), rng.uniform(0.5, 1.0, size=at.values.shape)
    gradient, hessian = at.normal(slope.copy(), curvature.copy())
    assert gradient == pytest.approx(np.einsum("bn,bnp->bp", slope, model.jacobian(theta)), rel=1e-9, abs=1e-9)

    def moved(step):
        # the gradient of sum(slope f + curvature (f - f0)^2 / 2)
        other = model.evaluate(theta + step)
        return other.normal(slope + curvature * (other.values - at.values), curvature)[0]

    size = theta.shape[1]
    columns = [(moved(1e-5 * np.eye(size)[j]) - moved(-1e-5 * np.eye(size)[j])) / 2e-5 for j in range(size)]
    numeric = np.stack(columns, axis=1)
    assert hessian == pytest.approx(numeric, abs=1e-6 * np.abs(numeric).max())
    assert hessian == pytest.approx(hessian.transpose(0, 2, 1))


def test_coordinates_and_parameters_go_back_and_forth(law):
    ready, example, parameters = planted(law)
    model = ready.model({name: values[None] for name, values in example.inputs.items()}, "log")
    assert model.natural(model.coordinates(parameters)) == pytest.approx(parameters, rel=1e-10)
    values = model.evaluate(model.coordinates(parameters)).values
    assert np.exp(values) == pytest.approx(ready.values(parameters, example.inputs), rel=1e-10)


def test_groups_see_their_own_inputs(law):
    ready, example, parameters = planted(law)
    inputs = {name: np.stack([values, values[::-1]]) for name, values in example.inputs.items()}
    model = ready.model(inputs, "raw")
    theta = model.coordinates(np.concatenate([parameters, parameters]))
    group = np.array([1, 0])
    values = model.evaluate(theta, group).values
    assert values[0] == pytest.approx(values[1][::-1])
    slope = np.random.default_rng(0).normal(size=values.shape)
    gradient, _ = model.evaluate(theta, group).normal(slope, np.abs(slope))
    assert gradient == pytest.approx(np.einsum("bn,bnp->bp", slope, model.jacobian(theta, group)), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(("loss", "space"), [("huber", "log"), ("lad", "log"), ("mse", "log"), ("mse", "raw")])
def test_planted_parameters_are_recovered(law, loss, space):
    if law.asks() != (law.inputs, law.output):
        law = LAWS["power"]  # a law that reduces its rows has a test of its own
    ready, example, parameters = planted(law)
    output = ready.values(parameters, example.inputs)[0]
    table = {**example.inputs, law.output.name: output}
    fit = forecast.fit(table, law.name, loss=loss, space=space, intervals="analytic", draws=100)
    assert fit.status == "certified"
    assert fit.estimates == pytest.approx(parameters[0], rel=1e-5)


def test_intervals_hold_planted_parameters_under_noise(law):
    if law.asks() != (law.inputs, law.output):
        law = LAWS["power"]
    ready, example, parameters = planted(law)
    noise = np.exp(0.002 * np.random.default_rng(5).standard_normal(len(next(iter(example.inputs.values())))))
    table = {**example.inputs, law.output.name: ready.values(parameters, example.inputs)[0] * noise}
    fit = forecast.fit(table, law.name, intervals="pairs", draws=200, levels=(0.999,))
    inside = [
        entry.lower <= value <= entry.upper for entry, value in zip(fit.parameters.values(), parameters[0], strict=True)
    ]
    assert sum(inside) >= len(inside) - 1, fit.summary()
