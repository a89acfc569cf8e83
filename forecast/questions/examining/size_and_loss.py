"""Whether larger models are better, as far as a law of the loss can tell: L = E + A/N^alpha + B/D^beta on published runs.

A positive exponent alpha whose interval excludes zero says that the loss falls with parameters at fixed data; how far a
tenfold size takes it, beside a tenfold of data, says how much (Hoffmann et al. 2022, arXiv:2203.15556).
"""

from __future__ import annotations

import numpy as np

from forecast.fitting import fit
from forecast.questions.examining.claim import ArticleClaim
from forecast.questions.examining.examined import Effort, Examined, Number
from forecast.settings import generator

_LAW = "chinchilla"
_STEP = 10.0


def examine(claim: ArticleClaim, effort: Effort) -> Examined:
    """Fit the law, and compare ten times the parameters with ten times the data."""
    found = fit(
        claim.settings["data"], _LAW, where=[claim.settings["where"]], levels=(effort.level,), rng=generator(effort.seed)
    )  # fmt: skip
    top = {name: float(np.max(values)) for name, values in found.inputs.items()}
    at = {name: [top[name], top[name] * _STEP, top[name]] for name in top}
    at["D"] = [top["D"], top["D"], top["D"] * _STEP]
    here, larger, longer = (row.estimate for row in found.predict(at, (effort.level,), "mean").rows)
    exponents = {name: found.parameters[name] for name in ("alpha", "beta")}
    table = f"datasets/runs/{claim.settings['data']}.csv, {found.count} runs"
    taken = "the same law, extrapolated"
    numbers = (
        *(
            Number(
                f"exponent of {word} ({name})", each.estimate, "", table, each.lower, each.upper, each.level, "bootstrap"
            )
            for (name, each), word in zip(exponents.items(), ("parameters", "tokens"), strict=True)
        ),
        Number(
            "loss at the largest size and data fitted (nats per token)", here, "",
            f"N {top['N']:.3g} parameters, D {top['D']:.3g} tokens",
        ),
        Number("taken off it by ten times the parameters", here - larger, "", taken),
        Number("taken off it by ten times the data", here - longer, "", taken),
    )  # fmt: skip
    alpha = exponents["alpha"]
    falls = alpha.lower > 0
    sentence = (
        f"In {found.count} published runs the loss falls with size (exponent {alpha.estimate:.2f}, {100 * effort.level:.3g} % "
        f"interval {alpha.lower:.2f} to {alpha.upper:.2f}): so much is measured. But size is not all of it: from the largest run, "
        f"ten times the parameters take {here - larger:.3f} off a loss of {here:.2f}, ten times the data {here - longer:.3f}. "
        f"That better loss means better at any task does not follow, and these runs cannot tell."
    )
    return Examined(
        claim,
        "holds with a qualification" if falls else "holds",
        sentence,
        numbers,
        (
            f"The law “{found.law.title}” ({found.law.formula}), status {found.status}; runs with {claim.settings['where']}.",
        ),
        ("One family of models, one kind of text; far beyond the runs the law may bend.",),
    )


ENTRY = examine
