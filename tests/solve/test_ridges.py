"""Data that leave a law open: no optimum is sharp, and the answer is an end that says so, not a failure."""

from __future__ import annotations

import numpy as np
import pytest

import forecast


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("loss", ["huber", "mse"])
def test_noise_has_an_end_that_is_not_certified(seed: int, loss: str) -> None:
    rng = np.random.default_rng(seed)
    data = {"N": rng.uniform(1, 6, 100), "D": rng.uniform(1, 6, 100), "L": rng.normal(4, 1, 100).clip(0.5)}
    fit = forecast.fit(data, "chinchilla", loss=loss, intervals="analytic", draws=100)
    assert fit.status in ("at-bound", "weakly-identified", "multimodal")
    # nothing simpler beats it: a constant is one of the law's values
    constant = forecast.fit(
        data, "chinchilla", loss=loss, fixed={"A": 0.01, "B": 0.01}, intervals="analytic", draws=100
    )
    assert fit.certificate.objective <= constant.certificate.objective * (1 + 1e-9)


def test_resamples_follow_a_bending_valley_to_its_end() -> None:
    rng = np.random.default_rng(1)
    size, tokens = 10 ** rng.uniform(7.8, 10.2, 18), 10 ** rng.uniform(10, 11.5, 18)
    loss = (1.8 + 480 / size**0.35 + 2100 / tokens**0.37) * np.exp(0.005 * rng.standard_normal(18))
    fit = forecast.fit({"N": size, "D": tokens, "L": loss}, "chinchilla", draws=400)
    # the exponent of some resamples goes towards zero, and its term towards a second floor
    assert (fit.draws[:, fit.names.index("beta")] < 0.2).any()
    assert np.isfinite(fit.draws).all()
