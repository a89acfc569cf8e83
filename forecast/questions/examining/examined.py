"""What the data say of a claim: a verdict, a sentence, the numbers behind it, what they rest on, what to doubt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from forecast.costs.result import Estimate
from forecast.questions.examining.claim import ArticleClaim
from forecast.settings import generator
from forecast.trends.result import GrowthRate
from forecast.units import format_quantity

Verdict = Literal["holds", "holds with a qualification", "told of another thing", "does not hold", "cannot be told"]
VERDICTS: dict[Verdict, str] = {
    "holds": "the data give the same, within their uncertainty",
    "holds with a qualification": "the data give the same, but what is left out changes what it means",
    "told of another thing": "the figure was published, but of something else than it is told of",
    "does not hold": "the data contradict it",
    "cannot be told": "no table of this tool can confirm or contradict it",
}
#: A figure that is said to be "around" another agrees with it up to this factor.
AROUND = 2.0


@dataclass(frozen=True)
class Number:
    """One number of an examination.

    Parameters
    ----------
    label : str
        What it is.
    value : float
        In `unit`; the median where it has an interval.
    unit : str
        Canonical unit; ``"×/year"`` for growth, ``"×"`` for a ratio.
    basis : str
        Where it comes from.
    lower, upper, level : float or None
        Its interval, where it has one.
    interval : str
        What kind of interval.
    """

    label: str
    value: float
    unit: str
    basis: str
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    interval: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a figure, over years, with a band, and what the band is, where it has one."""

    label: str
    year: NDArray[np.float64]
    value: NDArray[np.float64]
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None
    band: str = ""


@dataclass(frozen=True)
class Evidence:
    """What is drawn for a claim: models over time, fitted lines, and what was stated.

    Parameters
    ----------
    title, axis, unit : str
        Of the figure and its vertical axis.
    year, value : array of shape (n,)
        The models.
    names : sequence of str
        Their names.
    prominent : array of bool
        Which of them are drawn strong.
    kinds : tuple of str
        What the strong and the weak ones are.
    lines : sequence of Line
        Fitted.
    stated : Line or None
        What the article says.
    """

    title: str
    axis: str
    unit: str
    year: NDArray[np.float64]
    value: NDArray[np.float64]
    names: Sequence[str]
    prominent: NDArray[np.bool_]
    kinds: tuple[str, str]
    lines: Sequence[Line]
    stated: Line | None = None


@dataclass(frozen=True)
class Examined:
    """A claim, and what was found."""

    claim: ArticleClaim
    verdict: Verdict
    sentence: str
    numbers: tuple[Number, ...] = ()
    rests_on: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    evidence: Evidence | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        claim = self.claim
        return {
            "claim": claim.name, "title": claim.title, "said": claim.said, "stated": claim.value, "unit": claim.unit,
            "source": claim.source, "verdict": self.verdict, "sentence": self.sentence,
            "rows": [asdict(number) for number in self.numbers],
            "rests_on": list(self.rests_on), "doubts": list(self.doubts),
        }  # fmt: skip


@dataclass(frozen=True)
class Effort:
    """Level of the intervals, number of draws, and the seed each check starts from."""

    level: float
    draws: int
    seed: int

    def rng(self) -> np.random.Generator:
        """Return a generator; each check has its own, so that one more claim moves none of the others."""
        return generator(self.seed)


def of_estimate(found: Estimate, name: str, label: str, basis: str) -> Number:
    """Return a quantity of an estimate as a number, with its widest interval where it is uncertain."""
    result = found[name]
    ends = result.intervals[-1]
    if ends.lower == ends.upper:
        return Number(label, result.median, result.unit, basis)
    return Number(
        label, result.median, result.unit, basis, ends.lower, ends.upper, ends.level, "uncertainty of the inputs"
    )


def of_growth(growth: GrowthRate, label: str, basis: str) -> Number:
    """Return a growth rate as a number."""
    return Number(
        label, growth.factor_per_year, "×/year", basis, growth.lower, growth.upper, growth.level, "confidence"
    )


def shown(value: float, unit: str, digits: int = 2) -> str:
    """Return a number with its unit, factors with their cross.

    Examples
    --------
    >>> shown(5.49, "×/year"), shown(3214.7, "×"), shown(4.67e6, "USD")
    ('×5.5 a year', '×3,200', '$4.7 M')
    """
    if unit in ("×/year", "×"):
        return f"×{_few_digits(value, digits)}" + (" a year" if unit == "×/year" else "")
    return format_quantity(value, unit, digits=digits)


def times(ratio: float, digits: int = 2) -> str:
    """Return a ratio in words.

    Examples
    --------
    >>> times(3214.7), times(0.27), times(22.36)
    ('3,200 times', '0.27 times', '22 times')
    """
    return f"{_few_digits(ratio, digits)} times"


def _few_digits(value: float, digits: int) -> str:
    rounded = float(f"{value:.{digits - 1}e}")
    places = max(digits - 1 - math.floor(math.log10(abs(rounded))), 0) if rounded else 0
    return f"{rounded:,.{places}f}"


def agrees(stated: float, found: float) -> bool:
    """Return whether a figure is "around" another."""
    return 1 / AROUND <= stated / found <= AROUND
