"""The best run of a law: against closed forms, the condition of an optimum, and what must hold of any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.fitting import optimum
from forecast.fitting.optimum import Losses, best_at_compute, best_at_lifetime, cheapest_at_loss
from forecast.laws import LAWS

COMPUTE = np.array([1e19, 1e22, 1e25])
CHINCHILLA = np.array([[480.0, 2100.0, 1.82, 0.35, 0.37]])


def planted(name, count=3):
    return np.tile(list(LAWS[name].example().parameters.values()), (count, 1))


def of_sizes_and_tokens():
    return [name for name in LAWS.names() if {"N", "D"} <= {item.name for item in LAWS[name].inputs}]


@pytest.mark.parametrize("name", of_sizes_and_tokens())
def test_no_other_size_has_a_lower_loss(name):
    losses, parameters = Losses(LAWS[name]), planted(name)
    best = best_at_compute(losses, parameters, COMPUTE)
    assert best.training == pytest.approx(COMPUTE)
    others = best.size[:, None] * np.array([0.2, 0.9, 0.99, 1.01, 1.1, 5.0])
    worse = losses.at(parameters, others, COMPUTE[:, None] / (6 * others))
    assert (worse > losses.of(parameters, best)[:, None]).all()


@pytest.mark.parametrize("name", ["chinchilla", "kaplan", "overtraining"])
def test_closed_forms_are_where_the_grid_finds_them(name):
    losses, parameters = Losses(LAWS[name]), planted(name)
    found = np.exp(
        optimum._lowest(
            lambda size: losses.at(parameters, size, COMPUTE[:, None] / (6 * size)), np.zeros(3), np.log(COMPUTE / 6)
        )
    )
    assert LAWS[name].best_size(parameters, COMPUTE) == pytest.approx(found, rel=1e-6)


def test_chinchilla_exponents_and_prefactor():
    law = LAWS["chinchilla"]
    size = best_at_compute(Losses(law), np.tile(CHINCHILLA, (3, 1)), COMPUTE).size
    a = 0.37 / (0.35 + 0.37)
    assert np.diff(np.log(size)) / np.diff(np.log(COMPUTE)) == pytest.approx([a, a])
    assert size == pytest.approx((0.35 * 480 / (0.37 * 2100)) ** (1 / 0.72) * (COMPUTE / 6) ** a)


def test_unlimited_data_are_those_of_chinchilla():
    repeated = best_at_compute(Losses(LAWS["data_constrained"]), planted("data_constrained"), COMPUTE)
    free = best_at_compute(Losses(LAWS["chinchilla"]), planted("data_constrained")[:, :5], COMPUTE)
    assert repeated.size == pytest.approx(free.size, rel=1e-6)


def test_scarce_data_are_repeated_at_their_worth_or_seen_once():
    limit = 1e10
    once = best_at_compute(Losses(LAWS["chinchilla"], limit), np.tile(CHINCHILLA, (3, 1)), COMPUTE)
    assert once.tokens.max() == limit
    assert once.training == pytest.approx(COMPUTE)
    law, parameters = LAWS["data_constrained"], planted("data_constrained")
    again, free = (best_at_compute(losses, parameters, COMPUTE) for losses in (Losses(law, limit), Losses(law)))
    assert again.tokens[1] > limit
    reached, ideal = Losses(law, limit).of(parameters, again), Losses(law).of(parameters, free)
    assert reached[0] == pytest.approx(ideal[0])
    assert (reached[1:] > ideal[1:]).all()


@settings(max_examples=40, deadline=None)
@given(
    alpha=st.floats(0.1, 0.9),
    beta=st.floats(0.1, 0.9),
    served=st.floats(8, 16),
    compute=st.floats(19, 26),
)
def test_over_training_meets_its_condition(alpha, beta, served, compute):
    losses = Losses(LAWS["chinchilla"])
    parameters = np.array([[480.0, 2100.0, 1.82, alpha, beta]])
    total, tokens = np.array([10.0**compute]), 10.0**served
    best = best_at_compute(losses, parameters, total)
    if not (best.size[0] > 1e3 and best.tokens[0] > 1e3):
        return
    cheap = cheapest_at_loss(losses, parameters, best, tokens)
    assert losses.of(parameters, cheap) == pytest.approx(losses.of(parameters, best), rel=1e-9)
    assert cheap.lifetime(tokens)[0] <= best.lifetime(tokens)[0]
    assert cheap.size[0] <= best.size[0]
    lived = best_at_lifetime(losses, parameters, total, tokens)
    assert lived.lifetime(tokens) == pytest.approx(total)
    for run, found in ((cheap, cheap.size[0] < best.size[0] * (1 - 1e-6)), (lived, lived.size[0] > 1.001)):
        # Both problems ask for the same balance of the two terms (Lagrange); the objective is flat there, so that sizes
        # are known to fewer digits than the loss.
        by_size = alpha * 480 * run.size**-alpha
        by_data = beta * 2100 * run.tokens**-beta
        if found and run.size[0] > 1.001e-5 * best.size[0] and run.tokens[0] > 1:
            assert by_size / by_data == pytest.approx(1 + tokens / (3 * run.tokens), rel=2e-2)


def test_nothing_is_saved_where_nothing_is_served():
    losses, parameters = Losses(LAWS["kaplan"]), planted("kaplan")
    best = best_at_compute(losses, parameters, COMPUTE)
    same = cheapest_at_loss(losses, parameters, best, 1.0)
    assert same.size == pytest.approx(best.size, rel=1e-6)
