"""The model of any law that gives values, and derivatives if it can: chain rules and a numerical second derivative."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecast.laws._law import Array, Evaluation, Inputs, Law
from forecast.laws._space import Space, into, out_of, slope

#: Half-width of the central differences of exact gradients that give second derivatives.
_STEP = 1e-5
#: Numbers of a Jacobian that are worked on at once: few small calls, and arrays that stay in the processor's cache.
_BLOCK = 200_000


@dataclass(frozen=True)
class GeneralModel:
    """A law bound to inputs; coordinates are the parameters, positive ones as logarithms."""

    law: Law
    inputs: Inputs
    space: Space
    linear: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return self.law.names

    @cached_property
    def _positive(self) -> NDArray[np.bool_]:
        return np.array([parameter.positive for parameter in self.law.parameters])

    def bounds(self, target: Array) -> tuple[Array, Array]:
        """Return bounds of the coordinates."""
        lower = np.array([parameter.lower for parameter in self.law.parameters], dtype=float)
        upper = np.array([parameter.upper for parameter in self.law.parameters], dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            lower = np.where(self._positive, np.log(np.maximum(lower, 1e-30)), lower)
            return lower, np.where(self._positive, np.log(np.maximum(upper, 1e-30)), upper)

    def natural(self, theta: Array) -> Array:
        """Return the law's parameters of coordinates."""
        with np.errstate(over="ignore"):
            return np.where(self._positive, np.exp(np.where(self._positive, theta, 0.0)), theta)

    def coordinates(self, parameters: Array) -> Array:
        """Return the coordinates of parameters."""
        positive = np.where(self._positive, np.maximum(parameters, 1e-300), 1.0)
        return np.where(self._positive, np.log(positive), parameters)

    def _rows(self, group: NDArray[np.intp] | None) -> Inputs:
        if group is None:
            return {name: values[0] for name, values in self.inputs.items()}
        return {name: values[group] for name, values in self.inputs.items()}

    def evaluate(self, theta: Array, group: NDArray[np.intp] | None = None) -> GeneralEvaluation:
        """Return the law at coordinates."""
        return GeneralEvaluation(self, theta, self._rows(group))

    def jacobian(self, theta: Array, group: NDArray[np.intp] | None = None) -> Array:
        """Return derivatives of the values with respect to the coordinates."""
        return self._slopes(theta, self._rows(group))

    def _slopes(self, theta: Array, inputs: Inputs) -> Array:
        parameters = self.natural(theta)
        with np.errstate(all="ignore"):
            values, slopes = self.law.values_and_jacobian(parameters, inputs)
            slopes = slopes * np.where(self._positive, parameters, 1.0)[:, None, :]
            if self.space != "raw":
                slopes = slopes * np.asarray(slope(values, self.space))[..., None]
        return slopes

    def starts(self, target: Array, weight: Array, group: NDArray[np.intp]) -> Array:
        """Return the law's guesses for each group."""
        output = out_of(target, self.space)
        found = []
        for row, g in enumerate(group):
            used = weight[row] > 0
            inputs = {name: values[g][used] for name, values in self.inputs.items()}
            found.append(self.coordinates(self.law.guess(inputs, output[row][used])))
        return np.stack(found)


class GeneralEvaluation:
    """Values at a batch of coordinates, derivatives when asked for."""

    def __init__(self, model: GeneralModel, theta: Array, inputs: Inputs) -> None:
        self._model, self._theta, self._inputs = model, theta.copy(), inputs
        parameters = model.natural(theta)
        with np.errstate(all="ignore"):
            self.values = into(model.law.values(parameters, inputs), model.space)

    def take(self, rows: NDArray[np.intp]) -> GeneralEvaluation:
        """Return the evaluation of some of the batch."""
        part = object.__new__(GeneralEvaluation)
        part._model, part._theta = self._model, self._theta[rows]
        part._inputs = {name: v if v.ndim == 1 else v[rows] for name, v in self._inputs.items()}
        part.values = self.values[rows]
        return part

    def put(self, rows: NDArray[np.intp], part: Evaluation) -> None:
        """Replace some of the batch by another evaluation."""
        assert isinstance(part, GeneralEvaluation)
        self._theta[rows], self.values[rows] = part._theta, part.values

    def normal(self, slope: Array, curvature: Array) -> tuple[Array, Array]:
        """Return gradient and Hessian; the law's own second derivative by central differences of its Jacobian."""
        slopes = self._model._slopes(self._theta, self._inputs)
        gradient = np.einsum("bn,bnp->bp", slope, slopes)
        hessian = np.einsum("bn,bnp,bnq->bpq", curvature, slopes, slopes, optimize=True)
        second = np.empty_like(hessian)
        size = self._theta.shape[1]
        together = max(1, _BLOCK // slopes.size)
        for first in range(0, size, together):
            part = np.arange(first, min(first + together, size))
            steps = _STEP * np.eye(size)[part, None]
            (above, ahead), (below, behind) = self._moved(steps), self._moved(-steps)
            apart = (above - below)[np.arange(len(part)), :, part]
            second[:, part] = np.einsum("bn,kbnp->bkp", slope, (ahead - behind) / apart[:, :, None, None])
        return gradient, hessian + (second + second.transpose(0, 2, 1)) / 2

    def _moved(self, steps: Array) -> tuple[Array, Array]:
        """Return coordinates (k, batch, p) after each of some steps (k, 1, p), inside the bounds, and Jacobians there."""
        model, inputs = self._model, self._inputs
        theta = np.clip(self._theta + steps, *model.bounds(self.values))
        tiled = {name: v if v.ndim == 1 else np.tile(v, (len(steps), 1)) for name, v in inputs.items()}
        slopes = model._slopes(theta.reshape(-1, theta.shape[-1]), tiled)
        return theta, slopes.reshape(*theta.shape[:2], *slopes.shape[1:])
