"""Dollars per FLOP far off the other models of the same years: cost or compute has a wrong order of magnitude."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion
from forecast.dates import decimal_year

#: Far outside the scatter of good rows, whose standard deviation is 0.3 orders of magnitude.
TOLERANCE_OOM = 1.5
#: A median needs neighbours.
FEWEST = 20


def _find(subject: Subject) -> Iterator[Suspicion]:
    own = (subject.text("base_model") == "").to_numpy() & (subject.text("exclusion_reason") == "").to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.log10(subject.numbers("cost_usd") / subject.numbers("training_compute_flop"))
    years = decimal_year(subject.days)
    rows = np.flatnonzero(own & np.isfinite(price) & np.isfinite(years))
    if len(rows) < FEWEST:
        return
    slope, intercept = _line(years[rows], price[rows])
    gap = price[rows] - (slope * years[rows] + intercept)
    off = np.abs(gap) > TOLERANCE_OOM
    words = [
        f"is {10 ** abs(value):.2g} times {'above' if value > 0 else 'below'} what such compute cost then"
        for value in gap[off]
    ]
    yield Suspicion("cost_usd", rows[off], words, "check the cost, the compute, and whether both are of the same run")


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Fit by least squares again and again without what lies far off, so that slips do not move it."""
    kept = np.ones(len(x), dtype=bool)
    centre = x.mean()
    slope, level = 0.0, float(np.median(y))
    for _ in range(10):
        design = np.column_stack([x[kept] - centre, np.ones(kept.sum())])
        (slope, level), *_ = np.linalg.lstsq(design, y[kept], rcond=None)
        near = np.abs(y - slope * (x - centre) - level) < TOLERANCE_OOM / 2
        if near.sum() < FEWEST or (near == kept).all():
            break
        kept = near
    return float(slope), float(level - slope * centre)


ENTRY = Check(
    "cost an order of magnitude off what such compute cost then",
    ("cost_usd", "training_compute_flop", "published"),
    _find,
)
