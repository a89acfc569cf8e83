"""A regression: estimates with intervals, how well it describes and predicts its own rows, and what to doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from forecast.display import Displayed
from forecast.fitting.bounds import Estimate
from forecast.notes import Note
from forecast.provenance import Provenance
from forecast.regressions import diagnostics
from forecast.regressions.design import Design
from forecast.regressions.estimators import Estimated, leverages
from forecast.regressions.expressions import Array, Expression
from forecast.regressions.formula import Formula
from forecast.regressions.spec import RegressionSpec
from forecast.regressions.state import restored, state_of
from forecast.regressions.variables import Rows
from forecast.trends.targets import TARGETS, column_target

if TYPE_CHECKING:
    from forecast.fitting.prediction import Prediction

#: What ``law`` says in the JSON of a regression.
LAW = "formula"
#: Condition number of the scaled design from which the rows hardly tell the terms apart (Belsley, Kuh and Welsch 1980).
WEAK = 100.0


@dataclass(frozen=True)
class Regression(Displayed):
    """A fitted formula.

    Parameters
    ----------
    spec : RegressionSpec
        What was asked for, every default resolved.
    formula : Formula
        Parsed.
    rows : Rows
        The data.
    response : array of shape (n,)
        What is explained, on the formula's scale.
    design : Design
        What explains it.
    estimated : Estimated
        Estimates in the solver's coordinates.
    stream : int
        Where the random draws of predictions start.
    notes : tuple of Note
        What to doubt.
    provenance : Provenance
        What it was made from.
    """

    spec: RegressionSpec
    formula: Formula
    rows: Rows
    response: Array
    design: Design
    estimated: Estimated
    stream: int
    notes: tuple[Note, ...]
    provenance: Provenance

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return self.design.names

    @property
    def count(self) -> int:
        """Rows fitted."""
        return len(self.response)

    @property
    def level(self) -> float:
        """The widest level."""
        return max(self.spec.levels)

    @property
    def output(self) -> str:
        """What is predicted, in its natural scale."""
        return self.formula.output.text

    @property
    def unit(self) -> str:
        """Unit of the output, where its column's name tells."""
        return self.unit_of(self.output) if self.formula.output.is_name else ""

    def unit_of(self, name: str) -> str:
        """Return the unit of a variable, where its column's name tells."""
        column = self.rows.variables[name].column if name in self.rows.variables else name
        known = {target.column: target.unit for target in TARGETS.values()}
        return known.get(column, column_target(column).unit)

    def is_year(self, name: str) -> bool:
        """Whether a variable is time in years."""
        return name == "year" or (name in self.rows.variables and self.rows.variables[name].kind == "year")

    @cached_property
    def estimates(self) -> Array:
        """The coefficients, of shape (p,)."""
        return np.asarray(self.design.back @ self.estimated.coefficients)

    @cached_property
    def covariance(self) -> Array:
        """Of the coefficients, of shape (p, p)."""
        return np.asarray(self.design.back @ self.estimated.covariance @ self.design.back.T)

    @cached_property
    def intervals(self) -> dict[str, list[Estimate]]:
        """For each coefficient and derived quantity, one entry per level, ascending."""
        errors = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        result: dict[str, list[Estimate]] = {}
        for name, value, error in zip(self.names, self.estimates, errors, strict=True):
            halves = [float(stdtrit(self.estimated.freedom, (1 + level) / 2)) * error for level in self.spec.levels]
            result[name] = [
                Estimate(float(value), float(error), float(value - half), float(value + half), level)
                for half, level in zip(halves, self.spec.levels, strict=True)
            ]
        for name in self.factors:
            if self.is_year(name):
                result["factor_per_year"] = self.factors[name]
        return result

    @cached_property
    def factors(self) -> dict[str, list[Estimate]]:
        """What the output is multiplied by, for coefficients that mean a factor: by a unit more, or against the reference.

        Only with a logarithmic response, and only for columns that stand in no other term.
        """
        link = self.formula.link
        if link is None or not link.base:
            return {}
        errors = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        result = {}
        for name, value, error in zip(self.names, self.estimates, errors, strict=True):
            step = self._step(name)
            if step is None:
                continue
            rows = []
            for level in self.spec.levels:
                half = float(stdtrit(self.estimated.freedom, (1 + level) / 2)) * error
                middle, low, high = (link.base ** (step * edge) for edge in (value, value - half, value + half))
                slope = middle * math.log(link.base) * step * error
                rows.append(Estimate(float(middle), float(slope), float(low), float(high), level))
            result[name] = rows
        return result

    def _step(self, name: str) -> float | None:
        """Return how far the term moves for what :attr:`factors` tell: one unit, ten times the column, another category."""
        alone = [factor for term in self.formula.terms if len(term) == 1 for factor in term]
        for factor in alone:
            if factor.text not in (name, name.rpartition("[T.")[0]):
                continue
            own = {factor.name} if not isinstance(factor, Expression) else set(factor.names)
            uses = sum(bool(own & _names_of(term)) for term in self.formula.terms)
            if uses > 1:
                return None
            if factor.text in self.design.levels or (isinstance(factor, Expression) and factor.is_name):
                return 1.0
            assert isinstance(factor, Expression)
            base = factor.function.base if factor.function else 0.0
            return math.log(10) / math.log(base) if base and factor.argument.is_name else None
        return None

    @property
    def parameters(self) -> dict[str, Estimate]:
        """Coefficients with their interval at the widest level."""
        return {name: self.intervals[name][-1] for name in self.names}

    @property
    def derived(self) -> dict[str, Estimate]:
        """What follows from the coefficients, with its interval at the widest level."""
        return {name: rows[-1] for name, rows in self.intervals.items() if name not in self.names}

    @cached_property
    def fitted(self) -> Array:
        """Fitted values on the formula's scale."""
        return np.asarray(self.design.scaled @ self.estimated.coefficients)

    @property
    def residuals(self) -> Array:
        """Observed minus fitted, on the formula's scale."""
        return self.response - self.fitted

    @cached_property
    def leverage(self) -> Array:
        """How much each row decides its own fitted value."""
        return leverages(self.design.scaled, self.rows.weight)

    @cached_property
    def condition(self) -> float:
        """Condition number of the scaled design."""
        return float(np.linalg.cond(self.design.scaled * np.sqrt(self.rows.weight)[:, None]))

    @property
    def status(self) -> str:
        """``certified``, or ``weakly-identified`` where the rows hardly tell the terms apart."""
        return "certified" if self.condition < WEAK and self.estimated.converged else "weakly-identified"

    @cached_property
    def left_out(self) -> Array:
        """Each row's residual over its standard error when the row itself is left out."""
        return diagnostics.left_out(self)

    @property
    def cook(self) -> Array:
        """Cook's distance of each row: how far all fitted values move when it is left out; for least squares."""
        return diagnostics.cook(self)

    @cached_property
    def scores(self) -> dict[str, float]:
        """How well it describes and predicts its own rows, on the formula's scale."""
        return diagnostics.scores(self)

    def predict(
        self,
        at: Mapping[str, Any] | pd.DataFrame,
        levels: Sequence[float] | None = None,
        kind: Literal["mean", "next"] = "mean",
    ) -> Prediction:
        """Predict at values of the formula's columns.

        Parameters
        ----------
        at : mapping or DataFrame
            A value or array for each, such as ``{"compute": 1e26, "year": 2027, "domain": "Language"}``.
        levels : sequence of float, optional
            Probabilities inside the intervals; by default those of the fit.
        kind : {"mean", "next"}
            Where the fitted curve is, or where the next observation will fall.
        """
        from forecast.regressions.prediction import predict

        return predict(self, at, tuple(sorted(levels or self.spec.levels)), kind)

    def entries(self) -> list[dict[str, Any]]:
        """Return the rows of :meth:`to_frame`."""
        return [
            {"quantity": name, "kind": "parameter" if name in self.names else "derived", **asdict(row)}
            for name, rows in self.intervals.items()
            for row in rows
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return all estimates and levels as a long table."""
        return pd.DataFrame(self.entries())

    def summary(self) -> pd.DataFrame:
        """Return one row per coefficient and derived quantity, at the widest level."""
        frame = self.to_frame()
        return frame[frame["level"] == self.level].set_index("quantity")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result, in the shape of a law's; ``state`` holds what :meth:`from_dict` needs beside the rest."""
        variables = self.rows.variables
        ranges = {
            name: {"min": float(item.values.min()), "max": float(item.values.max())}
            for name, item in variables.items()
            if item.kind != "category"
        }
        return {
            "law": LAW,
            "formula": self.formula.text,
            "estimator": self.spec.estimator,
            "quantile": self.spec.quantile,
            "covariance": self.spec.covariance,
            "loss": {"robust": "huber", "quantile": "lad"}.get(str(self.spec.estimator), "mse"),
            "n": self.count,
            "objective": self.estimated.objective,
            "status": self.status,
            "starts": {"n": 1, "agreeing": 1},
            "certificate": {"condition": self.condition, "freedom": self.estimated.freedom},
            "parameters": {name: asdict(row) for name, row in self.parameters.items()},
            "derived": {name: asdict(row) for name, row in self.derived.items()},
            "data_range": ranges,
            "categories": {text: list(levels) for text, levels in self.design.levels.items()},
            "scores": self.scores,
            "state": state_of(self),
        }

    @classmethod
    def from_dict(
        cls,
        result: Mapping[str, Any],
        notes: Sequence[Mapping[str, Any]] = (),
        provenance: Mapping[str, Any] | None = None,
    ) -> Regression:
        """Return the regression of a JSON result, with the notes and the provenance of its envelope."""
        made = dict(provenance or {})
        made.pop("versions", None)
        name = next(iter(made.get("data") or {"the saved fit": ""}))
        return cls(
            **restored(result["state"], name),
            notes=tuple(Note(**note) for note in notes),
            provenance=Provenance(**made),
        )


def _names_of(term: Sequence[Any]) -> set[str]:
    return {name for factor in term for name in (factor.names if isinstance(factor, Expression) else (factor.name,))}
