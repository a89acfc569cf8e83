"""Laws that are sums of power terms: ``sum_k c_k prod_i x_i^(f_ki theta)``; most scaling laws are, and all derivatives are exact.

In the coordinates of :class:`TermModel` (logarithms of the coefficients, taken at the centre of the data) every term is
the exponential of a linear form, so gradient and Hessian of any loss are weighted sums of products of the shares of the
terms with fixed monomials of the inputs: a handful of matrix products for a whole batch.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import LOSS, Array, Evaluation, Example, Input, Inputs, Law, Parameter
from forecast.laws._space import Space, out_of

#: A coefficient this much below the smallest output is no part of the fit; ends there are reported as at-bound.
_NEGLIGIBLE = math.log(1e-6)


@dataclass(frozen=True)
class Power:
    """An exponent in a term, with what it multiplies: ``exponent (offset + sum_i factor_i log x_i)``."""

    exponent: str
    factors: Mapping[str, float]
    offset: float = 0.0


@dataclass(frozen=True)
class Term:
    """A coefficient times powers of inputs."""

    coefficient: str
    powers: tuple[Power, ...] = ()


@dataclass(frozen=True)
class TermLaw(Law):
    """A sum of power terms, told by its terms.

    Parameters
    ----------
    terms : tuple of Term
        Every parameter is the coefficient of one term or an exponent.
    derive : callable, optional
        Makes the derived quantities from a mapping of parameter arrays.
    best : callable, optional
        Makes the best N from a mapping of parameter arrays and compute; see :meth:`Law.best_size`.
    planted : mapping, optional
        Parameters and inputs of the example.

    The other parameters are the attributes of :class:`forecast.laws._law.Law`.
    """

    name: str
    title: str
    formula: str
    reference: str
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    terms: tuple[Term, ...]
    output: Input = LOSS
    space: Space = "log"
    loss: str = "mse"
    starts: int = 12
    derive: Callable[[Mapping[str, Array]], dict[str, Array]] | None = None
    best: Callable[[Mapping[str, Array], Array], Array] | None = None
    planted: Example | None = field(default=None, repr=False)

    def _feature(self, power: Power, inputs: Inputs) -> Array:
        positive = {item.name: item.positive for item in self.inputs}
        parts = [
            factor * (np.log(inputs[name]) if positive[name] else inputs[name])
            for name, factor in power.factors.items()
        ]
        return np.asarray(sum(parts) + power.offset)

    def _shares(self, parameters: Array, inputs: Inputs) -> list[tuple[Term, Array]]:
        column = {name: parameters[:, j, None] for j, name in enumerate(self.names)}
        with np.errstate(over="ignore"):
            return [
                (
                    term,
                    column[term.coefficient]
                    * np.exp(sum((column[p.exponent] * self._feature(p, inputs) for p in term.powers), 0.0)),
                )
                for term in self.terms
            ]

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return the sum of the terms."""
        count = next(iter(inputs.values())).shape[-1]
        total = sum(value for _, value in self._shares(parameters, inputs))
        return np.broadcast_to(total, (len(parameters), count)).copy()

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return exact derivatives."""
        count = next(iter(inputs.values())).shape[-1]
        result = np.zeros((len(parameters), count, len(self.names)))
        for term, value in self._shares(parameters, inputs):
            j = self.names.index(term.coefficient)
            result[..., j] += value / parameters[:, j, None]
            for power in term.powers:
                result[..., self.names.index(power.exponent)] += value * self._feature(power, inputs)
        return result

    def derived(self, parameters: Array) -> dict[str, Array]:
        """Return what the law's file says follows from the parameters."""
        if self.derive is None:
            return {}
        with np.errstate(all="ignore"):  # draws at the edge may give infinite ratios
            return self.derive({name: parameters[:, j] for j, name in enumerate(self.names)})

    def best_size(self, parameters: Array, compute: Array) -> Array | None:
        """Return the best N by the closed form of the law's file, if it has one."""
        if self.best is None:
            return None
        return self.best({name: parameters[:, j] for j, name in enumerate(self.names)}, compute)

    def example(self) -> Example:
        """Return the planted example."""
        assert self.planted is not None
        return self.planted

    def model(self, inputs: Inputs, space: Space, *, held: Collection[str] = ()) -> TermModel:
        """Bind the law to inputs, each of shape (groups, n)."""
        return TermModel(self, inputs, space, held)


class TermModel:
    """A sum of power terms bound to inputs."""

    def __init__(self, law: TermLaw, inputs: Inputs, space: Space, held: Collection[str] = ()) -> None:
        self.law, self.inputs, self.space = law, inputs, space
        self.names = law.names
        self.linear = space == "log" and len(law.terms) == 1
        index = {name: j for j, name in enumerate(law.names)}
        #: per term: the columns of theta it uses (its coefficient first), its features less their means, and the means
        self._columns: list[list[int]] = []
        self._features: list[list[Array]] = []
        self._centres: list[list[float]] = []
        for term in law.terms:
            features = [law._feature(power, inputs) for power in term.powers]
            # a coefficient that is held must be a coordinate as it stands, not as carried to the centre of the data
            centres = [0.0 if term.coefficient in held else float(feature.mean()) for feature in features]
            self._columns.append([index[term.coefficient], *(index[power.exponent] for power in term.powers)])
            self._features.append([f - c for f, c in zip(features, centres, strict=True)])
            self._centres.append(centres)
        self.count = next(iter(inputs.values())).shape[1]
        self.groups = next(iter(inputs.values())).shape[0]
        self._coefficients = [columns[0] for columns in self._columns]
        positive = np.isin(np.arange(len(self.names)), self._coefficients)
        self._lower = np.array([-np.inf if p else q.lower for p, q in zip(positive, law.parameters, strict=True)])
        self._upper = np.array([np.inf if p else q.upper for p, q in zip(positive, law.parameters, strict=True)])

    def bounds(self, target: Array) -> tuple[Array, Array]:
        """Return bounds of the coordinates; a coefficient far below every output counts as zero."""
        output = np.abs(out_of(target, self.space))
        smallest = np.log(np.maximum(output.min() if self.space == "log" else output.max(), 1e-300))
        return np.where(np.isneginf(self._lower), smallest + _NEGLIGIBLE, self._lower), self._upper

    def natural(self, theta: Array) -> Array:
        """Return the law's parameters: coefficients carried from the centre of the data to inputs of 1."""
        parameters = np.array(theta, dtype=float)
        for columns, centres in zip(self._columns, self._centres, strict=True):
            shift = sum((theta[..., j] * c for j, c in zip(columns[1:], centres, strict=True)), 0.0)
            with np.errstate(over="ignore"):
                parameters[..., columns[0]] = np.exp(theta[..., columns[0]] - shift)
        return parameters

    def coordinates(self, parameters: Array) -> Array:
        """Return the coordinates of parameters."""
        theta = np.array(parameters, dtype=float)
        for columns, centres in zip(self._columns, self._centres, strict=True):
            shift = sum((theta[..., j] * c for j, c in zip(columns[1:], centres, strict=True)), 0.0)
            theta[..., columns[0]] = np.log(np.maximum(parameters[..., columns[0]], 1e-300)) + shift
        return theta

    def evaluate(self, theta: Array, group: NDArray[np.intp] | None = None) -> TermEvaluation:
        """Return the law at coordinates."""
        return TermEvaluation(self, theta, group)

    def jacobian(self, theta: Array, group: NDArray[np.intp] | None = None) -> Array:
        """Return exact derivatives of the values."""
        at = self.evaluate(theta, group)
        result = np.zeros((len(theta), self.count, theta.shape[1]))
        for k, share in enumerate(at.shares):
            result[..., self._columns[k][0]] += share
            for j, feature in zip(self._columns[k][1:], self.features(k, group), strict=True):
                result[..., j] += share * feature
        return result

    def features(self, k: int, group: NDArray[np.intp] | None) -> list[Array]:
        """Return a term's centred features, of shape (n,), or (batch, n) where problems have inputs of their own."""
        return [feature[0] if group is None else feature[group] for feature in self._features[k]]

    @cached_property
    def _pairs(self) -> list[tuple[int, int, list[tuple[int, int]], Array]]:
        """For each pair of terms the entries of the Hessian they add to, and the monomials (groups, n, entries)."""
        pairs = []
        ones = np.ones((self.groups, self.count))
        for k, m in itertools.combinations_with_replacement(range(len(self._columns)), 2):
            left = list(zip(self._columns[k], [ones, *self._features[k]], strict=True))
            right = list(zip(self._columns[m], [ones, *self._features[m]], strict=True))
            entries, monomials = [], []
            for a, (i, first) in enumerate(left):
                for j, second in right[a:] if k == m else right:
                    entries.append((i, j))
                    monomials.append(first * second)
            pairs.append((k, m, entries, np.stack(monomials, axis=-1)))
        return pairs

    @cached_property
    def _bases(self) -> list[Array]:
        ones = np.ones((self.groups, self.count))
        return [np.stack([ones, *features], axis=-1) for features in self._features]

    def starts(self, target: Array, weight: Array, group: NDArray[np.intp]) -> Array:
        """Return starts by variable projection: a grid over the exponents, coefficients by weighted least squares."""
        from forecast.laws._projection import project

        return project(self, target, weight, group)


class TermEvaluation:
    """Values and the shares of the terms, from which derivatives follow."""

    def __init__(self, model: TermModel, theta: Array, group: NDArray[np.intp] | None) -> None:
        self._model, self._group = model, group
        forms = []
        for k, columns in enumerate(model._columns):
            parts = [
                theta[:, j, None] * feature for j, feature in zip(columns[1:], model.features(k, group), strict=True)
            ]
            for part in parts[1:]:
                parts[0] += part
            form = parts[0] if parts else theta[:, columns[0], None].copy()
            if parts:
                form += theta[:, columns[0], None]
            forms.append(form)
        if model.linear:
            self.values = np.broadcast_to(forms[0], (len(theta), model.count)).copy()
            self.shares: list[Array] = [np.ones((len(theta), 1))]
            return
        with np.errstate(over="ignore", invalid="ignore"):
            terms = [np.exp(form, out=form) for form in forms]
            total = sum(terms[1:], terms[0])
            if model.space == "raw":
                self.values, self.shares = total, terms
                return
            if model.space == "log1p":
                total = total + 1.0  # one more term, which no parameter moves
            self.values = np.log(total)
            inverse = 1.0 / total
            # the share of a term without powers varies with the total alone
            self.shares = [
                np.multiply(term, inverse, out=term if term.shape == total.shape else None) for term in terms
            ]

    def take(self, rows: NDArray[np.intp]) -> TermEvaluation:
        """Return the evaluation of some of the batch."""
        part = object.__new__(TermEvaluation)
        part._model = self._model
        part._group = None if self._group is None else self._group[rows]
        part.values = self.values[rows]
        part.shares = [share[rows] for share in self.shares]
        return part

    def put(self, rows: NDArray[np.intp], part: Evaluation) -> None:
        """Replace some of the batch by another evaluation."""
        assert isinstance(part, TermEvaluation)
        self.values[rows] = part.values
        for share, other in zip(self.shares, part.shares, strict=True):
            share[rows] = other

    def normal(self, slope: Array, curvature: Array) -> tuple[Array, Array]:
        """Return exact gradient and Hessian of ``sum rho(values)``."""
        model, size = self._model, len(self._model.names)
        gradient = np.zeros((len(slope), size))
        hessian = np.zeros((len(slope), size, size))
        # In log space the second derivative of the values takes off the outer product of their gradient.
        outer = curvature if model.space == "raw" or model.linear else curvature - slope
        first = [slope * share for share in self.shares]
        second = [outer * share for share in self.shares]
        for k, columns in enumerate(model._columns):
            gradient[:, columns] += _sum_products(first[k], model._bases[k], self._group)
        for k, m, entries, monomials in model._pairs:
            factor = second[k] * self.shares[m]
            if k == m and not model.linear:
                factor += first[k]
            block = _sum_products(factor, monomials, self._group)
            for c, (i, j) in enumerate(entries):
                hessian[:, i, j] += block[:, c]
                if i != j or (k != m):
                    hessian[:, j, i] += block[:, c]
        return gradient, hessian


def _sum_products(factor: Array, monomials: Array, group: NDArray[np.intp] | None) -> Array:
    """Return ``sum_n factor[b, n] monomials[b, n, c]``; one matrix product where all problems share their inputs."""
    if group is None:
        return np.asarray(factor @ monomials[0])
    return np.asarray(np.matmul(factor[:, None, :], monomials[group])[:, 0])
