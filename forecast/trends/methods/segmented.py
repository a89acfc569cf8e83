"""One continuous break in the slope: a diagnostic of when the pace changed, not a forecast.

The break is where the residual sum of squares is least. Extrapolating the last piece did worst of all methods in
hindcasts, so a forecast asked for with this method uses the line of the whole span, and shows the pieces beside it.
Reference: Muggeo 2003, Statistics in Medicine 22, 3055.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from forecast.dates import from_decimal_year
from forecast.errors import FitError
from forecast.notes import Note
from forecast.trends._method import Array, FittedTrend, Growth
from forecast.trends.line import fit_line
from forecast.trends.members import Members

_MINIMUM = 8
#: Share of the points that each piece must hold.
_MARGIN = 0.15


@dataclass(frozen=True)
class BrokenLine:
    """The last piece: coefficients (level at the break, slope before, change of slope), their covariance, scatter."""

    origin: float
    break_year: float
    coefficients: Array
    covariance: Array
    residual_sd: float
    freedom: int

    def _design(self, year: Array) -> Array:
        ahead = year - self.break_year
        return np.column_stack([np.ones_like(year), ahead, np.maximum(ahead, 0.0)])

    def sample(self, year: Array, draws: int, rng: np.random.Generator) -> Array:
        """Return draws that extrapolate the last piece, which only backtests do."""
        root = np.linalg.cholesky(self.covariance + 1e-15 * np.eye(3))
        inflate = np.sqrt(self.freedom / rng.chisquare(self.freedom, (draws, 1)))
        drawn = self.coefficients + inflate * (rng.standard_normal((draws, 3)) @ root.T)
        lines = drawn @ self._design(year).T
        return np.asarray(lines + inflate * self.residual_sd * rng.standard_normal((draws, 1)))

    def mean_interval(self, year: Array, level: float) -> tuple[Array, Array, Array]:
        """Return the broken line with the interval of its mean, for a fixed break."""
        design = self._design(year)
        middle = design @ self.coefficients
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        half = stdtrit(self.freedom, (1 + level) / 2) * error
        return middle, middle - half, middle + half

    def growth(self, level: float) -> Growth:
        """Return the slope of the last piece."""
        weights = np.array([0.0, 1.0, 1.0])
        slope = float(weights @ self.coefficients)
        half = float(stdtrit(self.freedom, (1 + level) / 2) * np.sqrt(weights @ self.covariance @ weights))
        return Growth(slope, slope - half, slope + half, "last piece of a broken line, Student t, break taken as known")


class Segmented:
    """One break in the slope."""

    summary = "line with one break; a diagnostic, not extrapolated"
    diagnostic = True

    def fit(self, members: Members) -> FittedTrend:
        """Find the break by least squares on a grid of dates."""
        whole = fit_line(members.year, members.log_size)
        if members.count < _MINIMUM:
            message = f"a broken line needs at least {_MINIMUM} points; there are {members.count}"
            raise FitError(message, hint="use --method ols")
        first, last = np.quantile(members.year, [_MARGIN, 1 - _MARGIN])
        grid = np.linspace(first, last, 200)
        designs = np.stack(
            [
                np.ones((200, members.count)),
                members.year - grid[:, None],
                np.maximum(members.year - grid[:, None], 0.0),
            ],
            axis=2,
        )
        solved = np.linalg.pinv(designs) @ members.log_size
        rss = ((members.log_size - np.einsum("gnk,gk->gn", designs, solved)) ** 2).sum(axis=1)
        best = int(rss.argmin())
        freedom = members.count - 4  # the break is a parameter too
        variance = float(rss[best]) / freedom
        covariance = variance * np.linalg.pinv(designs[best].T @ designs[best])
        trend = BrokenLine(
            members.origin, float(grid[best]), solved[best], covariance, float(np.sqrt(variance)), freedom
        )
        return FittedTrend(
            trend, (_advice(trend),), _pieces(trend, whole.residual_sd, whole.freedom, float(rss[best]), members)
        )


def _pieces(trend: BrokenLine, sd: float, freedom: int, rss: float, members: Members) -> dict[str, object]:
    n = members.count
    exact = 1e-12  # squared OOM; below it two fits are equally perfect
    single = n * np.log(sd**2 * freedom / n + exact) + 2 * np.log(n)
    broken = n * np.log(rss / n + exact) + 4 * np.log(n)
    return {
        "break_date": from_decimal_year(trend.break_year),
        "factor_per_year_before": float(10 ** trend.coefficients[1]),
        "factor_per_year_after": float(10 ** (trend.coefficients[1] + trend.coefficients[2])),
        "bic_gain": float(single - broken),
    }


def _advice(trend: BrokenLine) -> Note:
    message = f"the break (near {from_decimal_year(trend.break_year)}) describes the past"
    hint = "The forecast uses the line of the whole span: last pieces did worst when extrapolated."
    return Note("diagnostic-method", "info", message, hint)


ENTRY = Segmented()
