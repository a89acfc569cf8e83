"""A fitted formula and its residuals: the curve of one column with its band, or observed against fitted for several."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.errors import UsageError
from forecast.figures.drawing import BLUE, GREY, ORANGE, VERMILION, Figure, canvas, to_svg
from forecast.figures.labels import beside_points
from forecast.figures.law_fit import set_log_scale
from forecast.figures.plotting import Plot, PlotOptions
from forecast.regressions import Regression, read_fit
from forecast.regressions.doubts import row_name
from forecast.regressions.expressions import Array
from forecast.regressions.prediction import logged, variables_at

#: How far past the data the curve is drawn, as a share of its range.
_BEYOND = 0.25
_GRID, _NAMED = 80, 4


def draw(fit: Regression, name: str) -> Figure:
    """Draw a regression.

    Parameters
    ----------
    fit : Regression
        From :func:`forecast.regressions.regress`.
    name : str
        Identifier of the figure.
    """
    link = fit.formula.link
    # a logarithm is drawn as an axis; what is around the response otherwise stays as the formula writes it
    natural = link is not None and bool(link.base)
    observed, fitted = (fit.formula.natural(v) if natural else v for v in (fit.response, fit.fitted))
    output = fit.output if natural else fit.formula.response.text
    if fit.unit and (natural or link is None):
        output += f" ({fit.unit})"
    column = _column(fit)
    place = fitted if column is None else np.asarray(fit.rows.variables[column].values, dtype=float)
    label, logarithmic = (f"fitted {output}", natural) if column is None else (column, column in logged(fit))
    with canvas(9.5, 4.2) as (figure, axes):
        axes.remove()
        left, right = figure.subplots(1, 2)
        if column is None:
            ends = [min(fitted.min(), observed.min()), max(fitted.max(), observed.max())]
            left.plot(ends, ends, color=VERMILION, linewidth=1.2, label="observed = fitted")
        else:
            _curve(fit, left, column, logarithmic, natural)
        left.scatter(place, observed, s=12, color=BLUE, label=f"{fit.count:,} rows", zorder=3)
        left.set(xlabel=label, ylabel=f"observed {output}")
        if natural:
            set_log_scale(left.yaxis)
        if logarithmic:
            set_log_scale(left.xaxis)
        left.legend(fontsize=8, frameon=False)
        _residuals(fit, right, place)
        right.set(xlabel=label, ylabel=f"residual of {fit.formula.response.text}")
        if logarithmic:
            set_log_scale(right.xaxis)
        furthest = np.abs(fit.residuals).argsort()[::-1]
        if fit.rows.labels:
            figure.canvas.draw()  # so that the layout, and with it the limits, is final
            names = [fit.rows.labels[i] for i in furthest[:_NAMED]]
            beside_points(right, place[furthest[:_NAMED]], fit.residuals[furthest[:_NAMED]], names)
        alt = describe(fit, int(furthest[0]))
        title = f"{fit.output}: fit and residuals"
        svg = to_svg(figure, title=title, alt=alt)
    columns = {key: fit.rows.variables[key].values for key in fit.formula.names}
    data: list[dict[str, Any]] = [
        {
            "row": int(fit.rows.numbers[i]),
            **{key: values[i].item() for key, values in columns.items()},
            "observed": float(observed[i]),
            "fitted": float(fitted[i]),
            "residual": float(fit.residuals[i]),
        }
        for i in range(fit.count)
    ]
    return Figure(name, svg, alt, data, title)


def _column(fit: Regression) -> str | None:
    """Return the column that a curve can be drawn over: the only one, of numbers, that the formula has."""
    names = fit.formula.names
    return names[0] if len(names) == 1 and fit.rows.variables[names[0]].kind != "category" else None


def _curve(fit: Regression, axes: Any, column: str, logarithmic: bool, natural: bool) -> None:
    values = np.asarray(fit.rows.variables[column].values, dtype=float)
    ends = np.log(values) if logarithmic else values
    top = float(ends.max() + _BEYOND * np.ptp(ends))
    grid = np.linspace(float(ends.min()), top, _GRID)
    grid = np.exp(grid) if logarithmic else grid
    try:
        fit.design.at(variables_at(fit, {column: grid}))
    except UsageError:  # a function of the formula that is not defined there
        grid = grid[grid <= values.max()]
    axes.axvline(float(values.max()), color=GREY, linewidth=0.8, linestyle=":")
    shown = fit.formula.link is None or natural
    for kind, shade, words in (("next", 0.22, "next observation"), ("mean", 0.55, "fitted curve")):
        rows = fit.predict({column: grid}, (fit.level,), kind).rows  # type: ignore[arg-type]
        sides = {side: _scaled(fit, [getattr(row, side) for row in rows], shown) for side in ("lower", "upper")}
        axes.fill_between(
            grid, sides["lower"], sides["upper"], color=ORANGE, alpha=shade, linewidth=0,
            label=f"{words}, {100 * fit.level:g} %",
        )  # fmt: skip
    middle = _scaled(fit, [row.estimate for row in rows], shown)
    axes.plot(grid, middle, color=VERMILION, linewidth=1.5, label="fit")


def _scaled(fit: Regression, values: list[float], natural: bool) -> Array:
    """Return predictions as they are drawn: in the natural scale, or as the formula writes the response."""
    link = fit.formula.link
    plain = np.array(values)
    return plain if natural or link is None else np.asarray(link.apply(plain))


def _residuals(fit: Regression, axes: Any, place: Array) -> None:
    if fit.spec.quantile in (None, 0.5):  # about another quantile, rows do not lie evenly
        spread = fit.scores["residual_sd"]
        axes.axhspan(-spread, spread, color=GREY, alpha=0.12, linewidth=0, label="± residual standard deviation")
        # above, where no point and no name is
        axes.legend(fontsize=8, frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    axes.axhline(0.0, color=VERMILION, linewidth=1.2)
    axes.scatter(place, fit.residuals, s=12, color=BLUE)


def describe(fit: Regression, worst: int) -> str:
    """Return the alt text: what is drawn, and what follows from it."""
    scores = fit.scores
    explains = f" The fit explains {100 * scores['r2']:.1f} % of the variance." if scores["r2"] == scores["r2"] else ""
    return (
        f"Left, {fit.count:,} observed values of {fit.output} and the fit of {fit.formula.text}; right, the residuals of "
        f"{fit.formula.response.text}, of standard deviation {scores['residual_sd']:.2g}.{explains} The largest residual is "
        f"{fit.residuals[worst]:.2g}, in {row_name(fit, worst)}."
    )


def _make(subject: str, options: PlotOptions) -> Figure:
    del options
    found = read_fit(subject)
    if not isinstance(found, Regression):
        message = f"{subject}: holds a fit of a law; this figure is for regressions with a formula"
        raise UsageError(message, hint=f"run: forecast plot law-fit {subject}")
    return draw(found, "regression-fit")


ENTRY = Plot("a fitted formula over its data, or observed against fitted, and the residuals", "FIT.json", _make)
