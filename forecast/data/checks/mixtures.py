"""Mixtures of experts: more active parameters than there are, or none stated where the model leads by size."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion
from forecast.data.frontier import FrontierRule
from forecast.dates import decimal_year

_NAMED = re.compile(r"\bmoe\b|mixture.of.experts|\d+x\d+b|-a\d+(?:\.\d+)?b\b|switch", re.IGNORECASE)
#: Compute this far below 6·N·D says that a token did not meet all parameters.
_SHARE = 1 / 3


def _find(subject: Subject) -> Iterator[Suspicion]:
    total, active = subject.numbers("parameters"), subject.numbers("active_parameters")
    yield Suspicion(
        "active_parameters", active > total, "is more than the parameters in all", "exchange the two, or correct one",
        "error",
    )  # fmt: skip
    years = decimal_year(subject.days)
    usable = subject.ranked & np.isfinite(years) & (total > 0)
    rows = np.flatnonzero(usable)
    leading = rows[FrontierRule("top10").members(years[rows], np.log10(total[rows]))]
    names = subject.text("name").to_numpy()
    epochs = subject.numbers("epochs")
    seen = subject.numbers("tokens") * np.where(np.isnan(epochs), 1.0, epochs)
    with np.errstate(invalid="ignore"):
        thin = subject.numbers("training_compute_flop") < _SHARE * 6 * total * seen
    hidden = [row for row in leading if np.isnan(active[row]) and (thin[row] or _NAMED.search(str(names[row])))]
    yield Suspicion(
        "active_parameters", np.array(hidden, dtype=np.intp),
        "is not stated, though the model leads by size and looks like a mixture of experts",
        "state how many parameters work on one token: 6·N·D with all of them overstates compute",
    )  # fmt: skip


ENTRY = Check(
    "active above total parameters; mixtures of experts at the frontier without active parameters",
    ("name", "published", "parameters"), _find,
)  # fmt: skip
