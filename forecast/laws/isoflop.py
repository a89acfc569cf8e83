"""The best size at each compute budget (approach 2 of Hoffmann et al. 2022): the bottom of each isoFLOP curve, then a line.

The rows of one budget are fitted with a cubic in ``log N`` around the lowest loss. The usual parabola assumes that the
loss rises alike on both sides; where it does not, its bottom is pulled toward the flatter side, the more so the wider
the sizes, and the exponent is biased. The parabola's exponent is said beside the cubic's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.errors import FitError
from forecast.laws._law import LOSS, Array, Example, Input, Inputs, Parameter, Reduced
from forecast.laws._terms import Power, Term, TermLaw
from forecast.notes import Note

#: Budgets further apart than this factor are different ones.
_SAME_BUDGET = 1.1
#: Sizes within this factor of the lowest loss are fitted, if there are enough of them.
_WINDOW = 6.0
_FEWEST_ROWS, _FEWEST_BUDGETS = 5, 3


@dataclass(frozen=True)
class _Bottom:
    """Where a curve is lowest (log size), and its standard error; NaN where it has no bottom inside the rows."""

    place: float
    error: float


@dataclass(frozen=True)
class IsoFlop(TermLaw):
    """``N_opt = G C^a`` through the bottoms of the isoFLOP curves."""

    def asks(self) -> tuple[tuple[Input, ...], Input]:
        """Return what the table must hold: compute, parameters and loss of every run."""
        return (Input("C", "training compute"), Input("N", "parameters")), LOSS

    def reduced(self, inputs: Inputs, output: Array, weight: Array) -> Reduced:
        """Return one row per budget: its best size, weighted by how well it is known.

        Raises
        ------
        FitError
            When fewer than three budgets have a bottom.
        """
        budget = _budgets(inputs["C"])
        compute, cubic, parabola = [], [], []
        for number in range(budget.max() + 1):
            rows = np.flatnonzero(budget == number)
            if len(np.unique(inputs["N"][rows])) < _FEWEST_ROWS:
                continue
            bottoms = [_bottom(np.log(inputs["N"][rows]), output[rows], weight[rows], degree) for degree in (3, 2)]
            if np.isfinite(bottoms[0].place):
                compute.append(float(np.exp(np.log(inputs["C"][rows]).mean())))
                cubic.append(bottoms[0])
                parabola.append(bottoms[1])
        if len(compute) < _FEWEST_BUDGETS:
            message = (
                f"{len(compute)} of {budget.max() + 1} budgets have an isoFLOP curve with a bottom inside; "
                f"{_FEWEST_BUDGETS} are needed"
            )
            raise FitError(
                message, hint=f"give each budget {_FEWEST_ROWS} sizes or more, on both sides of the best one"
            )
        error = np.array([bottom.error for bottom in cubic])
        trust = (
            1 / (error**2 + np.median(error) ** 2)
            if np.isfinite(error).all() and error.max() > 0
            else np.ones(len(error))
        )
        return Reduced(
            {"C": np.array(compute)},
            np.exp([bottom.place for bottom in cubic]),
            trust / trust.mean(),
            self._notes(int(budget.max()) + 1, np.log(compute), cubic, parabola, trust),
        )

    @staticmethod
    def _notes(
        budgets: int, log_compute: Array, cubic: list[_Bottom], parabola: list[_Bottom], trust: Array
    ) -> tuple[Note, ...]:
        notes = []
        if budgets > len(cubic):
            message = (
                f"{budgets - len(cubic)} of {budgets} budgets have too few sizes or no bottom inside them; left out"
            )
            notes.append(Note("dropped-budgets", "warning", message))
        both = np.isfinite([bottom.place for bottom in parabola])
        if both.sum() >= _FEWEST_BUDGETS:
            slopes = [
                np.polyfit(log_compute[both], np.array([b.place for b in found])[both], 1, w=np.sqrt(trust[both]))[0]
                for found in (cubic, parabola)
            ]
            message = (
                f"parabolas through all sizes would give the exponent a = {slopes[1]:.3f}, the cubics {slopes[0]:.3f}; a parabola's bottom "
                "is pulled toward the side on which the loss rises more slowly"
            )
            notes.append(Note("isoflop-shape", "info", message))
        return tuple(notes)


def _budgets(compute: Array) -> NDArray[np.intp]:
    """Return the number of each row's budget, from the smallest."""
    order = np.argsort(compute, kind="stable")
    jumps = np.diff(np.log(compute[order]), prepend=np.log(compute[order[0]])) > np.log(_SAME_BUDGET)
    number = np.empty(len(compute), dtype=int)
    number[order] = np.cumsum(jumps)
    return number


def _bottom(log_size: Array, loss: Array, weight: Array, degree: int) -> _Bottom:
    """Return the lowest point of a cubic through the rows around the lowest loss, or of a parabola through all."""
    lowest = log_size[loss.argmin()]
    near = (np.abs(log_size - lowest) <= np.log(_WINDOW)) | (degree == 2)
    near = near if len(np.unique(log_size[near])) >= _FEWEST_ROWS else np.ones(len(loss), dtype=bool)
    x, y, w = log_size[near] - lowest, loss[near], weight[near]
    design = np.vander(x, degree + 1, increasing=True)
    heavy = design * w[:, None]
    inverse = np.linalg.pinv(design.T @ heavy)
    coefficients = inverse @ (heavy.T @ y)
    _, slope, bend, *third = coefficients
    twist = third[0] if third else 0.0
    square = bend**2 - 3 * twist * slope
    if square <= 0:
        return _Bottom(np.nan, np.nan)
    root = np.sqrt(square)
    # of the two roots of the derivative the one where the curve bends upward; written so that twist may be 0
    place = -slope / (bend + root) if bend + root != 0 else np.nan
    if not x.min() < place < x.max():
        return _Bottom(np.nan, np.nan)
    upward = 2 * bend + 6 * twist * place
    gradient = -np.array([0.0, 1.0, 2 * place, 3 * place**2][: degree + 1]) / upward
    freedom = len(x) - degree - 1
    scatter = float((w * (y - design @ coefficients) ** 2).sum() / freedom) if freedom > 0 else np.nan
    return _Bottom(float(lowest + place), float(np.sqrt(scatter * gradient @ inverse @ gradient)))


def _derive(values: Mapping[str, Array]) -> dict[str, Array]:
    return {"b": 1 - values["a"]}


ENTRY = IsoFlop(
    name="isoflop",
    title="isoFLOP optimum",
    formula="N_opt = G C^a",
    reference="Hoffmann et al. 2022, arXiv 2203.15556, approach 2",
    inputs=(Input("C", "training compute"),),
    output=Input("N", "optimal parameters"),
    parameters=(
        Parameter("G", "optimal parameters at C = 1", 0.0, positive=True),
        Parameter("a", "exponent of optimal parameters", -5.0, 5.0, grid=(0.2, 0.35, 0.5, 0.65, 0.8)),
    ),
    terms=(Term("G", (Power("a", {"C": 1.0}),)),),
    derive=_derive,
    planted=Example({"G": 0.1, "a": 0.5}, {"C": np.geomspace(1e18, 1e22, 9)}),
)
