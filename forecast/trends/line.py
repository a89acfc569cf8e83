"""The log-linear trend line by least squares: ``log10(size) = level + slope (year - centre)``.

The year is centred before fitting: on raw years the condition number of the design is about 1e6, centred it is near 1.
Reference: any text on simple regression; checked against statsmodels' OLS in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from forecast.errors import FitError

MINIMUM_POINTS = 3


@dataclass(frozen=True)
class Line:
    """A fitted line with what its intervals need.

    Parameters
    ----------
    level, slope : float
        Fitted log10 size at the centre, and OOM a year.
    centre : float
        Mean decimal year.
    residual_sd : float
        OOM, with n - 2 degrees of freedom.
    sum_squares : float
        Sum of squares of the centred years.
    count : int
        Points fitted.
    r2 : float
        Share of variance explained.
    """

    level: float
    slope: float
    centre: float
    residual_sd: float
    sum_squares: float
    count: int
    r2: float

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the residuals."""
        return self.count - 2

    @property
    def slope_se(self) -> float:
        """Standard error of the slope, OOM a year."""
        return self.residual_sd / float(np.sqrt(self.sum_squares))

    def at(self, year: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fitted log10 size."""
        return self.level + self.slope * (year - self.centre)

    def slope_interval(self, level: float) -> tuple[float, float]:
        """Return the confidence interval of the slope."""
        half = float(stdtrit(self.freedom, (1 + level) / 2)) * self.slope_se
        return self.slope - half, self.slope + half

    def mean_interval(self, year: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the confidence interval of the line itself; not a forecast of any model."""
        error = self.residual_sd * np.sqrt(1 / self.count + (year - self.centre) ** 2 / self.sum_squares)
        half = stdtrit(self.freedom, (1 + level) / 2) * error
        return self.at(year) - half, self.at(year) + half

    def draw(
        self, year: NDArray[np.float64], draws: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Draw lines and the scatter about them under the usual reference prior.

        Returns
        -------
        mean : array of shape (draws, k)
            Lines at `year`.
        scatter : array of shape (draws, 1)
            What a new model adds to them. Their sum is Student-t predictive, with n - 2 degrees of freedom.
        """
        sd = self.residual_sd * np.sqrt(self.freedom / rng.chisquare(self.freedom, (draws, 1)))
        normal = rng.standard_normal((3, draws, 1))
        level = self.level + sd * normal[0] / np.sqrt(self.count)
        slope = self.slope + sd * normal[1] / np.sqrt(self.sum_squares)
        return level + slope * (year[None, :] - self.centre), sd * normal[2]


def fit_line(year: NDArray[np.float64], log_size: NDArray[np.float64]) -> Line:
    """Fit the line by least squares.

    Parameters
    ----------
    year, log_size : array of shape (n,)
        Decimal years and log10 sizes.

    Raises
    ------
    FitError
        With fewer than three points, or all on one day.

    Examples
    --------
    >>> line = fit_line(np.array([2018.0, 2019.0, 2020.0, 2021.0]), np.array([0.0, 1.0, 2.0, 3.0]))
    >>> round(line.slope, 9), round(line.residual_sd, 9)
    (1.0, 0.0)
    """
    count = len(year)
    if count < MINIMUM_POINTS:
        message = (
            f"a trend needs at least {MINIMUM_POINTS} usable points; there {'is' if count == 1 else 'are'} {count}"
        )
        raise FitError(message, hint="widen --since, --frontier or --where, or add rows")
    centre = float(year.mean())
    centred = year - centre
    sum_squares = float(centred @ centred)
    if sum_squares < 1e-9:
        message = f"all {count} points have the same date, so there is no trend in time"
        raise FitError(message, hint="widen --since or --where, or check the date column")
    level = float(log_size.mean())
    slope = float(centred @ log_size / sum_squares)
    residual = log_size - level - slope * centred
    about_mean = log_size - level
    total = float(about_mean @ about_mean)
    rss = float(residual @ residual)
    r2 = 1 - rss / total if total > 0 else 0.0
    return Line(level, slope, centre, float(np.sqrt(rss / (count - 2))), sum_squares, count, r2)
