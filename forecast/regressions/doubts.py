"""What to doubt about a regression: few rows, terms that vary together, rows that decide the answer, uneven scatter."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, stdtrit

from forecast.notes import Note
from forecast.regressions.expressions import Array
from forecast.regressions.result import WEAK, Regression

ROWS_PER_COEFFICIENT, FEW_GROUPS = 10, 30
_FEW_IN_CATEGORY = 5
#: Variance inflation above which two terms are hard to tell apart (Kutner et al. 2005, section 10.5).
_INFLATED = 10.0
#: Cook's distance of a row that moves the fit, and chance of one residual as large as an outlier's among all rows.
_MOVES, _OUTLIER = 0.5, 0.01
_SIGNIFICANT = 0.01
#: Scatter below which rows lie on the fit but for rounding.
_EXACT = 1e-12


def doubts(regression: Regression) -> list[Note]:
    """Return the notes on a regression."""
    notes = [*_few(regression), *_together(regression)]
    if not regression.estimated.converged:
        message = f"{regression.spec.estimator} did not come to rest in {regression.estimated.iterations} iterations"
        notes.append(Note("not-converged", "warning", message, "Use another estimator, or a shorter formula."))
    if regression.spec.estimator in ("ols", "wls"):
        notes += [*_influence(regression), *_scatter(regression), *_tails(regression)]
    return notes


def _few(regression: Regression) -> list[Note]:
    notes = []
    count, size = regression.count, len(regression.names)
    if count < ROWS_PER_COEFFICIENT * size:
        message = (
            f"{count} rows for {size} coefficient{'s' if size > 1 else ''}; intervals from so few are a rough guide"
        )
        notes.append(Note("few-points", "warning", message, f"Aim for {ROWS_PER_COEFFICIENT * size} rows or more."))
    for text, levels in regression.design.levels.items():
        factor = regression.formula.factors[text]
        name = getattr(factor, "name", None) or text
        values = regression.rows.variables[name].values
        rare = {level: int((values == level).sum()) for level in levels}
        rare = {level: many for level, many in rare.items() if many < _FEW_IN_CATEGORY}
        if rare:
            told = ", ".join(f"{level} {many}" for level, many in list(rare.items())[:6])
            message = f"{text} has categories with fewer than {_FEW_IN_CATEGORY} rows: {told}"
            hint = "Leave them out with --where, or join them."
            if levels[0] in rare:
                common = max(levels, key=lambda level: int((values == level).sum()))
                hint = f"Compare with a frequent one: C({name}, '{common}')."
            notes.append(Note("few-in-category", "warning", message, hint))
    if regression.rows.cluster is not None:
        groups = int(regression.rows.cluster.max()) + 1
        if groups < FEW_GROUPS:
            message = f"only {groups} groups in {regression.spec.group!r}; cluster intervals from so few are too narrow"
            notes.append(Note("few-clusters", "warning", message))
    return notes


def _together(regression: Regression) -> list[Note]:
    first = int(regression.formula.has_intercept)
    scaled, names = regression.design.scaled[:, first:], regression.names[first:]
    # categories of one column always vary together; that says nothing on the data
    plain = np.array([not name.endswith("]") for name in names], dtype=bool)
    if plain.sum() < 2:
        return []
    inflation = np.diag(np.linalg.inv(scaled.T @ scaled / len(scaled))) * (scaled**2).mean(axis=0) * plain
    worst = int(inflation.argmax())
    if inflation[worst] <= _INFLATED:
        return []
    together = np.abs(np.atleast_2d(np.corrcoef(scaled.T))[worst]) * plain
    together[worst] = 0.0
    message = (
        f"{names[worst]} varies with the other terms, {names[int(together.argmax())]} above all: its variance is "
        f"{inflation[worst]:.2g} times that of a term by itself"
    )
    hint = "Quote the prediction, not the coefficient."
    if any(len(term) > 1 for term in regression.formula.terms):
        hint = "Centre what is crossed, such as I(year - 2022), so that its coefficients mean something."
    severe = regression.condition >= WEAK
    return [Note("collinear", "warning" if severe else "info", message, hint)]


def row_name(regression: Regression, index: int) -> str:
    """Return what a row is called."""
    number = f"row {int(regression.rows.numbers[index])}"
    label = regression.rows.labels[index] if regression.rows.labels else ""
    return f"{number} ({label})" if label else number


def _influence(regression: Regression) -> list[Note]:
    notes = []
    freedom = regression.count - len(regression.names) - 1
    if freedom < 1 or regression.estimated.residual_sd <= _EXACT * float(np.abs(regression.response).max()):
        return []
    cook = regression.cook
    strong = np.flatnonzero(cook > _MOVES)
    if len(strong):
        top = strong[cook[strong].argsort()[::-1][:3]]
        told = "; ".join(f"{row_name(regression, i)}, {_moved(regression, i)}" for i in top)
        many = f"{len(strong)} rows decide much of the fit" if len(strong) > 1 else "one row decides much of the fit"
        notes.append(Note("influential-rows", "warning", f"{many}: {told}", "Fit without, and quote both."))
    away = np.abs(regression.left_out)
    odd = np.flatnonzero(away > stdtrit(freedom, 1 - _OUTLIER / (2 * regression.count)))
    if len(odd):
        top = odd[away[odd].argsort()[::-1][:3]]
        told = ", ".join(f"{row_name(regression, i)} by {away[i]:.1f} standard errors" for i in top)
        many = f"{len(odd)} rows lie" if len(odd) > 1 else "one row lies"
        notes.append(
            Note("outliers", "info", f"{many} far off the fit: {told}", "Check the values; see --estimator robust.")
        )
    return notes


def _moved(regression: Regression, index: int) -> str:
    """Return which coefficient a row moves most, in standard errors."""
    scaled = regression.design.scaled * np.sqrt(regression.rows.weight / regression.rows.weight.mean())[:, None]
    inverse = np.linalg.inv(scaled.T @ scaled)
    residual = regression.residuals[index] * np.sqrt(regression.rows.weight[index] / regression.rows.weight.mean())
    step = inverse @ scaled[index] * residual / max(1 - regression.leverage[index], 1e-12)
    moved = regression.design.back @ step / np.sqrt(np.maximum(np.diag(regression.covariance), 1e-300))
    most = int(np.abs(moved).argmax())
    return f"which moves {regression.names[most]} by {abs(moved[most]):.1f} standard errors"


def _scatter(regression: Regression) -> list[Note]:
    """Return a note where the scatter depends on the terms (Breusch and Pagan 1979, studentised by Koenker 1981)."""
    share = breusch_pagan(regression)
    if share >= _SIGNIFICANT or np.isnan(share):
        return []
    message = f"the scatter is not the same everywhere (Breusch–Pagan p = {share:.1g})"
    robust = regression.spec.covariance != "nonrobust"
    hint = "Next-observation intervals are too narrow where it is wide."
    if not robust:
        hint = f"Use --covariance HC3 for the coefficients. {hint}"
    return [Note("uneven-scatter", "info" if robust else "warning", message, hint)]


def breusch_pagan(regression: Regression) -> float:
    """Return the probability of such a dependence of the scatter on the terms by chance."""
    square: Array = regression.rows.weight * regression.residuals**2
    scaled, count = regression.design.scaled, regression.count
    own = scaled if regression.formula.has_intercept else np.column_stack([np.ones(count), scaled])
    if count <= own.shape[1] or float(np.ptp(square)) <= 1e-24:
        return float("nan")
    fitted = own @ np.linalg.lstsq(own, square, rcond=None)[0]
    about = square - square.mean()
    r2 = 1 - float(((square - fitted) ** 2).sum() / (about @ about))
    return float(chdtrc(own.shape[1] - 1, count * r2))


def _tails(regression: Regression) -> list[Note]:
    """Return a note where the tails are not normal (Jarque and Bera 1980), with what that did to the intervals."""
    residual = regression.left_out
    count = len(residual)
    spread = residual.std()
    if count < 30 or spread == 0:
        return []
    third, fourth = (float(((residual - residual.mean()) ** k).mean() / spread**k) for k in (3, 4))
    share = float(chdtrc(2, count / 6 * (third**2 + (fourth - 3) ** 2 / 4)))
    held = regression.scores["left_out_coverage"]
    if share >= _SIGNIFICANT:
        return []
    message = (
        f"residuals are not normal (skewness {third:.2g}, kurtosis {fourth:.2g}); left out one by one, {held:.0%} of the "
        f"rows fell in their {regression.level:.0%} next-observation interval"
    ).replace("%", " %")
    return [Note("not-normal", "info", message)]
