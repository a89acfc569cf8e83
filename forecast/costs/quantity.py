"""What a node of the cost graph is: a name, a unit, the values it may take, and the rules that compute it.

A rule is a small pure function whose parameter names are the names of other quantities; a parameter with a default is an
addend or factor that may be unknown. The first rule whose parameters are known computes the quantity.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from forecast.errors import UsageError

#: A quantity's value: exact, or draws whose last axis is the draw.
Values: TypeAlias = NDArray[np.float64] | float


@dataclass(frozen=True)
class Rule:
    """One way to compute a quantity.

    Parameters
    ----------
    function : callable
        Pure; parameter names are names of quantities.
    backward_from : tuple of str
        Quantities among its parameters that must be given, or themselves follow backward from given ones: such a rule
        reads the graph against its usual direction, as the utilization that compute and chip-hours imply.
    when_zero : str
        A parameter whose given value must be exactly 0 for the rule to hold; empty for always.
    tolerance : float
        Relative difference that the rule itself leaves open, for the check of contradictory givens; infinite for a
        stand-in that contradicts nothing.
    """

    function: Callable[..., Values]
    backward_from: tuple[str, ...] = ()
    when_zero: str = ""
    tolerance: float = 0.1

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.function.__name__

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Quantities without which the rule cannot compute."""
        return tuple(name for name, default in self._parameters() if default is inspect.Parameter.empty)

    @cached_property
    def optional(self) -> tuple[str, ...]:
        """Quantities that may be unknown."""
        return tuple(name for name, default in self._parameters() if default is not inspect.Parameter.empty)

    def _parameters(self) -> Iterator[tuple[str, object]]:
        for name, parameter in inspect.signature(self.function).parameters.items():
            yield name, parameter.default


@dataclass(frozen=True)
class Quantity:
    """A node of the cost graph.

    Parameters
    ----------
    name, unit, title : str
        Its name, its canonical unit (of :mod:`forecast.units`), and what tables call it.
    rules : tuple of Rule or callable
        Ways to compute it, the best first; none for an input.
    minimum, maximum : float
        The values it may take.
    open_minimum : bool
        Whether the minimum itself is impossible.
    linear : bool
        Whether its uncertainty is normal instead of log-normal (utilization and depreciation, as in Cottier et al. 2024).
    offset : float
        The part that is certain; what exceeds it is log-normal (the 1 of a PUE).
    parts : tuple of str
        Quantities that add up to it, for shares.
    """

    name: str
    unit: str
    title: str
    rules: tuple[Rule, ...] = ()
    minimum: float = 0.0
    maximum: float = math.inf
    open_minimum: bool = True
    linear: bool = False
    offset: float = 0.0
    parts: tuple[str, ...] = ()

    def possible(self, value: Values) -> bool:
        """Return whether every value is finite and within the limits."""
        values = np.asarray(value, dtype=float)
        above = values > self.minimum if self.open_minimum else values >= self.minimum
        return bool(np.all(np.isfinite(values) & above & (values <= self.maximum)))

    @property
    def limits(self) -> str:
        """The rule that :meth:`possible` checks, in words.

        Examples
        --------
        >>> Quantity("pue", "", "PUE", minimum=1, open_minimum=False, maximum=4).limits
        'at least 1 and at most 4'
        """
        low = f"{'greater than' if self.open_minimum else 'at least'} {self.minimum:g}"
        return low if math.isinf(self.maximum) else f"{low} and at most {self.maximum:g}"

    def check(self, value: float, shown: str | None = None) -> float:
        """Return the value if it is possible.

        Raises
        ------
        UsageError
            With the limits, and what was probably meant.
        """
        if self.possible(value):
            return value
        text = f"{value:g}" if shown is None else shown
        message = f"{self.name}: {text} is impossible; it must be {self.limits}"
        hint = None
        if math.isfinite(value) and self.maximum <= 1 < value <= 100:
            hint = f"for {value:g} % write {value / 100:g} or {value:g}%"
        elif self.name == "pue" and 0 < value < 1:
            hint = "a PUE is facility energy over computing energy; write 1.1 for 10 % overhead"
        raise UsageError(message, hint=hint)
