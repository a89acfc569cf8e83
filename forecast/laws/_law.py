"""What a law is, and what it becomes when it meets data.

A :class:`Law` is a formula: inputs, parameters with their bounds, values and their derivatives, a reference. A new law is
one file with a subclass that gives at least ``values`` and ``guess``; derivatives it does not give are taken numerically.
:meth:`Law.model` binds a law to data as a :class:`Model`, which is all the solver sees: a batch of problems in
unconstrained coordinates (the logarithm of every positive parameter).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError
from forecast.laws._space import Space
from forecast.notes import Note

Array = NDArray[np.float64]
Inputs = Mapping[str, Array]


@dataclass(frozen=True)
class Input:
    """A variable that a law takes.

    Parameters
    ----------
    name : str
        Its symbol, which is the role's name: ``N``, ``D``, ``C``, ``x``.
    meaning : str
        What it is.
    positive : bool
        Whether only values above 0 make sense; false for time.
    """

    name: str
    meaning: str
    positive: bool = True


#: The output of most laws.
LOSS = Input("L", "loss")


@dataclass(frozen=True)
class Parameter:
    """A number that is fitted.

    Parameters
    ----------
    name, meaning : str
        Its symbol in the formula, and what it says.
    lower, upper : float
        Bounds in its natural scale; a fit that ends on one says so.
    positive : bool
        The solver then moves its logarithm.
    grid : tuple of float
        Values from which starts are made; only for exponents of :class:`forecast.laws._terms.TermLaw`.
    """

    name: str
    meaning: str
    lower: float = -math.inf
    upper: float = math.inf
    positive: bool = False
    grid: tuple[float, ...] = ()


@dataclass(frozen=True)
class Example:
    """Planted parameters and inputs that a fit must give back."""

    parameters: Mapping[str, float]
    inputs: Inputs


@dataclass(frozen=True)
class Reduced:
    """Rows that stand for a table in the fit, with what to say about them."""

    inputs: Inputs
    output: Array
    weight: Array
    notes: tuple[Note, ...] = ()


class Evaluation(Protocol):
    """A law at a batch of parameters."""

    @property
    def values(self) -> Array:
        """Fitted values in the model's space, of shape (batch, n)."""

    def take(self, rows: NDArray[np.intp]) -> Evaluation:
        """Return the evaluation of some of the batch."""

    def put(self, rows: NDArray[np.intp], part: Evaluation) -> None:
        """Replace some of the batch by another evaluation."""

    def normal(self, slope: Array, curvature: Array) -> tuple[Array, Array]:
        """Return gradient (batch, p) and Hessian (batch, p, p) of ``sum rho(values)``.

        Parameters
        ----------
        slope, curvature : array of shape (batch, n)
            First and second derivative of rho at each value, weights included.
        """


class Model(Protocol):
    """A law bound to inputs, as the solver sees it; all parameters are in its own coordinates."""

    @property
    def law(self) -> Law:
        """The law."""

    @property
    def inputs(self) -> Inputs:
        """The data, each of shape (groups, n)."""

    @property
    def space(self) -> Space:
        """Where residuals are taken."""

    @property
    def linear(self) -> bool:
        """Whether values are linear in the coordinates, so that least squares is solved in one step."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""

    def bounds(self, target: Array) -> tuple[Array, Array]:
        """Return lower and upper bounds of the coordinates for outputs in the model's space."""

    def evaluate(self, theta: Array, group: NDArray[np.intp] | None = None) -> Evaluation:
        """Return the law at each of a batch of coordinates (batch, p); ``group`` picks each problem's row of inputs."""

    def jacobian(self, theta: Array, group: NDArray[np.intp] | None = None) -> Array:
        """Return derivatives of the values, of shape (batch, n, p)."""

    def natural(self, theta: Array) -> Array:
        """Return the law's parameters of coordinates (..., p)."""

    def coordinates(self, parameters: Array) -> Array:
        """Return the coordinates of parameters (..., p)."""

    def starts(self, target: Array, weight: Array, group: NDArray[np.intp]) -> Array:
        """Return starting coordinates (groups, starts, p) for targets (groups, n) in the model's space."""


class Law:
    """A functional form.

    Attributes
    ----------
    name, title, formula, reference : str
        Its identifier (the file's name), its name in words, the formula in plain text, and where it comes from.
    inputs : tuple of Input
        What it takes.
    output : Input
        What it gives.
    parameters : tuple of Parameter
        What is fitted.
    space, loss : str
        The residuals and the loss that are used unless others are asked for.
    starts : int
        How many starts a fit follows.
    most_inputs : int
        How many inputs it takes at most, for a law that is configured for those named by the option ``inputs``.
    """

    name: str
    title: str
    formula: str
    reference: str
    inputs: tuple[Input, ...]
    output: Input = LOSS
    parameters: tuple[Parameter, ...]
    space: Space = "log"
    loss: str = "mse"
    starts: int = 24
    most_inputs: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    def configured(self, **options: Any) -> Law:
        """Return the law with options such as the number of breaks; most laws have none."""
        given = {name: value for name, value in options.items() if value is not None}
        if given:
            message = f"the law {self.name} has no option {next(iter(given))!r}"
            raise UsageError(message)
        return self

    def asks(self) -> tuple[tuple[Input, ...], Input]:
        """Return the inputs and the output that a table must hold; those of the law, unless it reduces rows."""
        return self.inputs, self.output

    def reduced(self, inputs: Inputs, output: Array, weight: Array) -> Reduced:
        """Return the rows to fit, for laws that first reduce a table, such as to the optimum of each budget."""
        return Reduced(inputs, output, weight)

    def prepared(self, inputs: Inputs) -> Law:
        """Return the law with whatever it takes from the data itself, such as the origin of time."""
        return self

    def constants(self) -> dict[str, float]:
        """Return what :meth:`prepared` took from the data, so that a saved fit can give it back to :meth:`restored`."""
        return {}

    def restored(self, constants: Mapping[str, float]) -> Law:
        """Return the law with the constants of a saved fit."""
        return self

    def values(self, parameters: Array, inputs: Inputs) -> Array:
        """Return the law's values.

        Parameters
        ----------
        parameters : array of shape (batch, p)
            In natural scale, in the order of `parameters`.
        inputs : mapping of str to array
            Each of shape (n,) or (batch, n).

        Returns
        -------
        array of shape (batch, n)
        """
        raise NotImplementedError

    def jacobian(self, parameters: Array, inputs: Inputs) -> Array:
        """Return derivatives of the values with respect to the parameters, of shape (batch, n, p)."""
        columns = []
        for j in range(parameters.shape[1]):
            step = np.zeros_like(parameters)
            step[:, j] = 1e-6 * np.maximum(np.abs(parameters[:, j]), 1e-3)
            ahead, behind = self.values(parameters + step, inputs), self.values(parameters - step, inputs)
            columns.append((ahead - behind) / (2 * step[:, j, None]))
        return np.stack(columns, axis=-1)

    def values_and_jacobian(self, parameters: Array, inputs: Inputs) -> tuple[Array, Array]:
        """Return both; for laws that can share the work of one with the other."""
        return self.values(parameters, inputs), self.jacobian(parameters, inputs)

    def guess(self, inputs: Inputs, output: Array) -> Array:
        """Return starting parameters of shape (starts, p) for one set of rows, best guesses first."""
        raise NotImplementedError

    def derived(self, parameters: Array) -> dict[str, Array]:
        """Return quantities that follow from parameters (batch, p), each of shape (batch,)."""
        return {}

    def best_size(self, parameters: Array, compute: Array) -> Array | None:
        """Return the N of the lowest loss at compute ``C = 6 N D``, or ``None`` where no closed form is known.

        Parameters
        ----------
        parameters : array of shape (batch, p)
            In natural scale.
        compute : array of shape (batch,)
            Training compute in FLOP.
        """
        return None

    def example(self) -> Example:
        """Return planted parameters, and inputs that identify them."""
        raise NotImplementedError

    def model(self, inputs: Inputs, space: Space, *, held: Collection[str] = ()) -> Model:
        """Bind the law to inputs.

        Parameters
        ----------
        inputs : mapping of str to array of shape (groups, n)
            The data.
        space : {"log", "log1p", "raw"}
            Where residuals are taken.
        held : collection of str
            Parameters that will be held at a value: each then is a coordinate of its own.
        """
        from forecast.laws._general import GeneralModel

        return GeneralModel(self, inputs, space)
