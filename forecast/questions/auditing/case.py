"""A difference to explain, and an explanation of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.data.catalog import Row
from forecast.questions.auditing.claims import Claim, Stated
from forecast.questions.auditing.known import SLACK, Implied, find_accelerator

#: verdict that an explanation leads to: another way of counting, another thing counted, or a slip
CONVENTION, SCOPE, ERROR = "convention", "scope", "error"


OWN, SLIP, PAIR, TABLE, RANGE = range(5)


#: Energy, carbon and water scale together with what is counted.
PHYSICAL = ("energy", "carbon", "water")


@dataclass(frozen=True)
class Explanation:
    """A named factor between a stated figure and the one that follows.

    Parameters
    ----------
    name : str
        Stable identifier, such as ``pue-left-out``.
    verdict : str
        ``convention``, ``scope`` or ``error``.
    low, high : float
        The factor; a range where a table gives one.
    why : str
        The sentence.
    tier : int
        How good the evidence is; smaller is better.
    """

    name: str
    verdict: str
    low: float
    high: float
    why: str
    tier: int = OWN


@dataclass(frozen=True)
class Case:
    """A figure stated, and the figure that follows from elsewhere.

    Parameters
    ----------
    claim : Claim
        Who states it.
    stated : Stated
        The figure.
    implied : Implied
        What follows.
    facts : mapping
        Figures known about the run, the claim's own first.
    reference : Claim or None
        Where what follows was stated, for a comparison with another source.
    kin : sequence of Claim
        Other claims about the same run.
    others : sequence of Claim
        Claims about other runs.
    """

    claim: Claim
    stated: Stated
    implied: Implied
    facts: Mapping[str, float]
    reference: Claim | None = None
    kin: Sequence[Claim] = ()
    others: Sequence[Claim] = ()

    @property
    def kind(self) -> str:
        """What sort of quantity it is."""
        return kind_of(self.implied.target)

    @property
    def ratio(self) -> tuple[float, float]:
        """The factors that rounding leaves open."""
        low = self.stated.low / self.implied.high if self.implied.high else math.inf
        high = self.stated.high / self.implied.low if self.implied.low else math.inf
        return low * (1 - SLACK), high * (1 + SLACK)

    @property
    def chip(self) -> Row | None:
        """The accelerator, where it is known."""
        own = find_accelerator(self.claim.fact("accelerator"))
        return own or (find_accelerator(self.reference.fact("accelerator")) if self.reference else None)


def kind_of(target: str) -> str:
    """Return what sort of quantity a column holds.

    Examples
    --------
    >>> kind_of("carbon_operational_kg"), kind_of("chip_hours"), kind_of("carbon_intensity_g_per_kwh")
    ('carbon', 'hours', 'intensity')
    """
    if target.endswith("_hours"):
        return "hours"
    return "intensity" if target.startswith("carbon_intensity") else target.split("_")[0]
