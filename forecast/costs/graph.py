"""The cost graph: which rule computes which quantity from what is known, and the values that follow.

Resolving looks at names only, so it is done once for any number of draws or plans; evaluating is then plain arithmetic
on arrays in topological order.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecast.costs.inputs import inputs
from forecast.costs.quantities import QUANTITIES
from forecast.costs.quantity import Quantity, Rule
from forecast.errors import UsageError, did_you_mean


@functools.cache
def quantities() -> dict[str, Quantity]:
    """Return every node of the graph by name, inputs first.

    Examples
    --------
    >>> quantities()["energy_kwh"].unit
    'kWh'
    """
    return {**inputs(), **{name: QUANTITIES[name] for name in QUANTITIES.names()}}


def quantity(name: str) -> Quantity:
    """Return the node of that name.

    Raises
    ------
    UsageError
        When there is none, with the nearest.
    """
    known = quantities()
    if name not in known:
        message = f"unknown quantity {name!r}{did_you_mean(name, known)}"
        raise UsageError(message, hint="forecast estimate --init lists them")
    return known[name]


@dataclass(frozen=True)
class Resolution:
    """How each quantity that can be known is obtained.

    Parameters
    ----------
    given, assumed : frozenset of str
        Quantities whose values come from outside.
    rules : mapping
        Quantity -> the rule that computes it, in topological order.
    inputs : mapping
        Quantity -> the parameters its rule gets; optional ones that are unknown are missing.
    """

    given: frozenset[str]
    assumed: frozenset[str]
    rules: Mapping[str, Rule]
    inputs: Mapping[str, tuple[str, ...]]
    _ancestors: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def __contains__(self, name: str) -> bool:
        """Whether the quantity can be known."""
        return name in self.given or name in self.assumed or name in self.rules

    def ancestors(self, name: str) -> frozenset[str]:
        """Return every quantity that the named one is computed from."""
        if name not in self._ancestors:
            own = self.inputs.get(name, ())
            self._ancestors[name] = frozenset(own).union(*(self.ancestors(each) for each in own))
        return self._ancestors[name]

    def evaluate(self, values: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.float64]]:
        """Return every quantity, computed from the values of the given and the assumed.

        Parameters
        ----------
        values : mapping
            Arrays that broadcast against each other: scalars, draws, plans × 1, plans × draws.
        """
        known = {name: np.asarray(values[name], dtype=float) for name in (*self.given, *self.assumed)}
        for name, rule in self.rules.items():
            known[name] = np.asarray(rule.function(**{each: known[each] for each in self.inputs[name]}))
        return known


def resolve(
    given: Collection[str],
    assumable: Collection[str] = (),
    *,
    zero: Collection[str] = (),
    prefer: Mapping[str, str] | None = None,
) -> Resolution:
    """Choose a rule for every quantity that can be known.

    Parameters
    ----------
    given : collection of str
        Quantities with a value; they are never computed.
    assumable : collection of str
        Quantities for which a default exists. It is used where no rule applies, and where the rule that does would
        read nothing but defaults itself: a measured power is better than one from a rating and a usual load.
    zero : collection of str
        Given quantities that are exactly 0.
    prefer : mapping, optional
        Quantity -> name of the rule to try first.
    """
    return _Resolver(frozenset(given), frozenset(assumable), frozenset(zero), dict(prefer or {})).run()


class _Resolver:
    # Depth first with the path in hand, so that two rules that read each other backward do not chase each other; a
    # failure on a path is not remembered, because another path may reach the same quantity.
    def __init__(
        self, given: frozenset[str], assumable: frozenset[str], zero: frozenset[str], prefer: dict[str, str]
    ) -> None:
        self.given, self.assumable, self.zero, self.prefer = given, assumable, zero, prefer
        self.chosen: dict[str, Rule] = {}
        self.inputs: dict[str, tuple[str, ...]] = {}
        self.assumed: set[str] = set()
        self.path: set[str] = set()

    def run(self) -> Resolution:
        for name in quantities():
            self.known(name)
        order = TopologicalSorter({name: self.inputs[name] for name in self.chosen}).static_order()
        rules = {name: self.chosen[name] for name in order if name in self.chosen}
        return Resolution(self.given, frozenset(self.assumed), rules, self.inputs)

    def known(self, name: str) -> bool:
        if name in self.given or name in self.chosen or name in self.assumed:
            return True
        if name in self.path:
            return False
        self.path.add(name)
        try:
            for rule in self._rules(name):
                if self._applies(rule) and (name not in self.assumable or self._rests_on_given(rule.required)):
                    optional = tuple(each for each in rule.optional if self.known(each))
                    self.chosen[name], self.inputs[name] = rule, rule.required + optional
                    return True
            if name in self.assumable:
                self.assumed.add(name)
                return True
            return False
        finally:
            self.path.discard(name)

    def _rules(self, name: str) -> Iterator[Rule]:
        rules = quantities()[name].rules
        yield from sorted(rules, key=lambda rule: rule.name != self.prefer.get(name))

    def _applies(self, rule: Rule) -> bool:
        if rule.when_zero:
            return rule.when_zero in self.zero
        return all(self.known(each) for each in rule.required) and all(
            self._anchored(each) for each in rule.backward_from
        )

    def _rests_on_given(self, names: tuple[str, ...]) -> bool:
        return any(name in self.given or self._rests_on_given(self.inputs.get(name, ())) for name in names)

    def _anchored(self, name: str) -> bool:
        return name in self.given or (name in self.chosen and bool(self.chosen[name].backward_from))


def evaluate(given: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.float64]]:
    """Return every quantity that follows from the given ones alone, elementwise; nothing is assumed.

    Parameters
    ----------
    given : mapping
        Name -> number or array; arrays broadcast against each other.

    Raises
    ------
    UsageError
        For an unknown name or an impossible value.

    Examples
    --------
    >>> run = {"chip_hours": [1082990, 82432], "chip_power_w": 400, "server_factor": 1, "load_factor": 1, "pue": [1, 1.1]}
    >>> evaluate(run)["energy_kwh"].round(1).tolist()
    [433196.0, 36270.1]
    """
    values = {name: np.asarray(value, dtype=float) for name, value in given.items()}
    for name, value in values.items():
        node = quantity(name)
        if not node.possible(value):
            message = f"{name}: every value must be finite and {node.limits}"
            raise UsageError(message)
    zero = [name for name, value in values.items() if not value.any()]
    return resolve(values, zero=zero).evaluate(values)


def missing(name: str, resolution: Resolution, leaves: Collection[str] = ()) -> tuple[str, ...]:
    """Return the fewest inputs that would have to be known for the named quantity to follow.

    Parameters
    ----------
    name : str
        The quantity.
    resolution : Resolution
        What is known.
    leaves : collection of str
        Computable quantities that are named as they are, not by what would compute them.
    """
    return _missing(name, resolution, frozenset(leaves) - {name}, frozenset({name})) or ()


def _missing(name: str, resolution: Resolution, leaves: frozenset[str], path: frozenset[str]) -> tuple[str, ...] | None:
    best: tuple[str, ...] | None = None
    for rule in quantities()[name].rules:
        if rule.backward_from or rule.when_zero or path.intersection(rule.required):
            continue
        parts = [
            (each,)
            if each in leaves or not quantities()[each].rules
            else _missing(each, resolution, leaves, path | {each})
            for each in rule.required
            if each not in resolution
        ]
        found = tuple(dict.fromkeys(each for part in parts if part for each in part))
        if None not in parts and (best is None or len(found) < len(best)):
            best = found
    return best if best is not None else (name,)
