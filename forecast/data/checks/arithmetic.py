"""Compute against 6·N·D: an order of magnitude off means a slip in one of the three, or a mixture of experts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion
from forecast.data.constants import constant
from forecast.data.dataset import load_dataset

#: One order of magnitude, log10.
TOLERANCE_OOM = 1.0
_EXACT = 1e-3


def _find(subject: Subject) -> Iterator[Suspicion]:
    language = (subject.text("tokens") != "").to_numpy()
    epochs = subject.numbers("epochs")
    whole = ~np.isnan(epochs) | (subject.numbers("tokens") >= constant("single_epoch_tokens"))
    own = (subject.text("base_model") == "").to_numpy() & (subject.text("exclusion_reason") == "").to_numpy()
    seen = subject.numbers("tokens") * np.where(np.isnan(epochs), 1.0, epochs)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.log10(subject.numbers("training_compute_flop") / (6 * subject.active * seen))
    usable = language & own & whole & np.isfinite(gap)
    factor = usable & (np.abs(gap + np.log10(6)) < _EXACT)
    yield Suspicion(
        "training_compute_flop", factor, "is exactly parameters × tokens: the factor 6 of 6·N·D is missing",
        "multiply by 6", "error",
    )  # fmt: skip
    off = usable & ~factor & (np.abs(gap) > TOLERANCE_OOM)
    rules = [f"is {10 ** abs(value):.2g} times {'above' if value > 0 else 'below'} 6·N·D" for value in gap[off]]
    remedies = [
        "check tokens, epochs and the order of magnitude"
        if value > 0
        else "state active_parameters if it is a mixture of experts; otherwise check tokens and order of magnitude"
        for value in gap[off]
    ]
    yield Suspicion("training_compute_flop", off, rules, remedies)
    with np.errstate(divide="ignore", invalid="ignore"):
        implied = subject.numbers("training_compute_flop") / (6 * subject.active)
    alone = own & (subject.text("tokens") == "").to_numpy() & (subject.first("domain") == "Language").to_numpy()
    most = 10**TOLERANCE_OOM * load_dataset("models").frame["tokens"].max()
    yield Suspicion(
        "parameters", alone & (implied > most),
        "would have seen ten times more tokens than any model is known to have, by compute / 6·N",
        "check the order of magnitude of parameters and compute",
    )  # fmt: skip


ENTRY = Check(
    "compute an order of magnitude off 6·N·D, or without its factor 6",
    ("training_compute_flop", "parameters"), _find,
)  # fmt: skip
