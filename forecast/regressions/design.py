"""From a formula and columns to a matrix: contrasts and interactions by formulaic, columns centred and scaled by us.

The solver works on centred columns of unit spread, where a year near 2020 is no longer almost a constant: the condition
number of the plain matrix is about a million times that of the scaled one. Estimates are taken back exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.errors import DataError, FitError, Problem, UsageError
from forecast.regressions.expressions import Array, Expression, OutsideError
from forecast.regressions.formula import Category, Formula
from forecast.regressions.variables import Rows, Variable

if TYPE_CHECKING:
    from formulaic import ModelSpec


@dataclass(frozen=True)
class Design:
    """The columns of a regression, and how to make them again elsewhere.

    Parameters
    ----------
    formula : Formula
        What was asked for.
    names : tuple of str
        Of the columns.
    matrix : array of shape (n, p)
        As the formula says, unscaled.
    centre, spread : array of shape (p,)
        What is taken off each column, and what it is divided by.
    levels : mapping of str to tuple of str
        Categories of each factor, the reference first.
    spec : formulaic.ModelSpec
        What makes the matrix of other values.
    """

    formula: Formula
    names: tuple[str, ...]
    matrix: Array
    centre: Array
    spread: Array
    levels: Mapping[str, tuple[str, ...]]
    spec: ModelSpec

    @property
    def scaled(self) -> Array:
        """The matrix that is solved."""
        return self.scale(self.matrix)

    def scale(self, matrix: Array) -> Array:
        """Return rows of the matrix in the solver's coordinates."""
        return (matrix - self.centre) / self.spread

    @property
    def back(self) -> Array:
        """The map (p, p) from the solver's coefficients to the formula's."""
        result = np.diag(1 / self.spread)
        if self.formula.has_intercept:
            result[0] -= self.centre / self.spread
        return result

    def at(self, variables: Mapping[str, Variable], name: str = "--at") -> Array:
        """Return rows (places, p) of the matrix for other values of the formula's columns.

        Raises
        ------
        UsageError
            Where a function is not defined.
        """
        try:
            frame = _frame(self.formula, variables, self.levels)
        except OutsideError as error:
            message = f"{name}: {error.source} = {error.values[error.rows][0]:g} {error.rule}"
            raise UsageError(message) from error
        made = np.asarray(self.spec.get_model_matrix(frame), dtype=float)
        return made[:, [self.spec.column_names.index(name) for name in self.names]]

    def part(self, rows: NDArray[np.intp]) -> Design:
        """Return the design of some of the rows, without the columns of categories that none of them has.

        Categories keep their reference, so that a coefficient means the same in every part.
        """
        matrix = self.matrix[rows]
        absent = [
            any(f"{text}[" in name for text in self.levels) and not column.any()
            for name, column in zip(self.names, matrix.T, strict=True)
        ]
        names = tuple(name for name, gone in zip(self.names, absent, strict=True) if not gone)
        matrix = matrix[:, ~np.array(absent, dtype=bool)]
        return Design(self.formula, names, matrix, *_scaling(self.formula, matrix), self.levels, self.spec)


def response_of(formula: Formula, rows: Rows, name: str) -> Array:
    """Return the response, naming rows where it is not defined."""
    return _evaluated(formula.response, rows, name)


def make_design(formula: Formula, rows: Rows, name: str) -> Design:
    """Return the design of checked rows.

    Raises
    ------
    DataError
        Naming rows for which a function is not defined.
    FitError
        When a category has one level.
    """
    from formulaic import ModelSpec, SimpleFormula
    from formulaic.parser.types import Factor, Term

    levels = {}
    for text, factor in formula.factors.items():
        if _is_category(factor, rows.variables):
            levels[text] = _levels(factor, rows, name)
        else:
            assert isinstance(factor, Expression)
            _evaluated(factor, rows, name)
    frame = _frame(formula, rows.variables, levels)
    terms = [
        Term([Factor(factor.text, eval_method="lookup") for factor in term] or [Factor("1", eval_method="literal")])
        for term in formula.terms
    ]
    spec = ModelSpec(formula=SimpleFormula(terms), ensure_full_rank=True, na_action="raise", output="numpy")
    made = spec.get_model_matrix(frame)
    matrix = np.asarray(made, dtype=float)
    names = tuple(made.model_spec.column_names)
    return Design(formula, names, matrix, *_scaling(formula, matrix), levels, made.model_spec)


def _scaling(formula: Formula, matrix: Array) -> tuple[Array, Array]:
    """Return what is taken off each column, and what it is divided by."""
    if not formula.has_intercept:
        return np.zeros(matrix.shape[1]), np.sqrt((matrix**2).mean(axis=0))
    constant = np.arange(matrix.shape[1]) == 0
    return np.where(constant, 0.0, matrix.mean(axis=0)), np.where(constant, 1.0, matrix.std(axis=0))


def _is_category(factor: Expression | Category, variables: Mapping[str, Variable]) -> bool:
    if isinstance(factor, Category):
        return True
    return factor.is_name and variables[factor.names[0]].kind == "category"


def _levels(factor: Expression | Category, rows: Rows, name: str) -> tuple[str, ...]:
    variable = rows.variables[factor.name if isinstance(factor, Category) else factor.names[0]]
    found = [str(level) for level in np.unique(variable.values)]
    if len(found) < 2:
        message = (
            f"{name}: {variable.column} is {found[0]!r} in all {len(variable.values):,} rows used; categories need two"
        )
        raise FitError(message, hint=f"leave {factor.text} out of the formula, or choose other rows with --where")
    reference = factor.reference if isinstance(factor, Category) else None
    if reference is not None and reference not in found:
        message = f"--formula: {factor.text}: no row used has {variable.column} {reference!r}"
        raise UsageError(message, hint=f"it has {', '.join(found[:20])}")
    first = reference or found[0]
    return (first, *(level for level in found if level != first))


def _frame(formula: Formula, variables: Mapping[str, Variable], levels: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the factors as columns named by their text, so that formulaic only looks them up."""
    columns: dict[str, Any] = {}
    length = len(next(iter(variables.values())).values) if variables else 1
    for text, factor in formula.factors.items():
        if text in levels:
            variable = variables[factor.name if isinstance(factor, Category) else factor.names[0]]
            columns[text] = pd.Categorical(variable.values, categories=list(levels[text]))
        else:
            assert isinstance(factor, Expression)
            columns[text] = factor.evaluate({name: np.asarray(variables[name].values) for name in factor.names})
    return pd.DataFrame(columns, index=range(length))


def _evaluated(expression: Expression, rows: Rows, name: str) -> Array:
    used = {}
    for column in expression.names:
        variable = rows.variables[column]
        if variable.kind == "category":
            message = f"--formula: {variable.column} is text, so {expression.text} is not defined"
            raise UsageError(message, hint=f"write C({column}) for categories")
        used[column] = np.asarray(variable.values, dtype=float)
    try:
        return expression.evaluate(used)
    except OutsideError as error:
        bad: NDArray[np.intp] = np.flatnonzero(error.rows)
        problems = [Problem(int(rows.numbers[i]), error.source, f"{error.values[i]:g}", error.rule) for i in bad]
        message = f"{name}: {expression.text} is not defined in {len(bad):,} of {len(rows.numbers):,} rows"
        hint = "correct the values, or leave such rows out with --where"
        raise DataError(message, problems=problems, hint=hint) from error
