"""Figures of a claim with their ranges of rounding, and what follows from them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from forecast.data.catalog import Row, find_chip
from forecast.errors import UsageError
from forecast.questions.auditing.claims import Claim, Stated

#: Figures computed from inputs that are not printed differ by this much without anything being wrong.
SLACK = 0.005


@dataclass(frozen=True)
class Implied:
    """A figure that follows from others.

    Parameters
    ----------
    target : str
        The figure.
    check : str
        What was computed, for tables.
    value, low, high : float
        What follows, and its range of rounding.
    applied : frozenset of str
        Conventions in the formula: ``pue``, ``rated power``, ``peak``, ``price``, ``6ND``.
    facts : mapping
        Figures behind it, stated or derived.
    reading : str
        For a rate that nobody states (carbon per kWh): what the claim's rate is, beside what is possible.
    """

    target: str
    check: str
    value: float
    low: float
    high: float
    applied: frozenset[str] = frozenset()
    facts: Mapping[str, float] = field(default_factory=dict)
    reading: str = ""

    def holds(self, stated: Stated) -> bool:
        """Whether the stated figure and this one agree within what rounding hides."""
        return stated.low <= self.high * (1 + SLACK) and self.low * (1 - SLACK) <= stated.high


class Known:
    """Figures of a claim, and what follows from them where it is not stated."""

    def __init__(self, claim: Claim, extra: Mapping[str, Stated] | None = None) -> None:
        self.claim = claim
        self.figures: dict[str, Stated] = {**(extra or {}), **claim.stated}
        self._chip()
        self._fill()

    def __contains__(self, name: str) -> bool:
        return name in self.figures

    def __getitem__(self, name: str) -> Stated:
        return self.figures[name]

    @property
    def chip(self) -> Row | None:
        """Row of the accelerator, where the claim names one that is known."""
        return find_accelerator(self.claim.fact("accelerator"))

    @property
    def boundary(self) -> str:
        """What the energy counts: ``facility`` with PUE, ``IT`` without, empty where it does not say."""
        return boundary_of(self.claim)

    def values(self) -> dict[str, float]:
        """Return the plain numbers."""
        return {name: each.value for name, each in self.figures.items()}

    def _chip(self) -> None:
        row = self.chip
        if row is not None and "peak_flop_per_s" not in self.figures and row["peak_fp16_flop_per_s"] is not None:
            self.figures["peak_flop_per_s"] = Stated.exact(row["peak_fp16_flop_per_s"])

    def _fill(self) -> None:
        if "chip_hours" not in self and {"chips", "wall_hours"} <= self.figures.keys():
            self.figures["chip_hours"] = self.combine(lambda n, h: n * h, "chips", "wall_hours")
        if "chip_hours" not in self and {"compute_flop", "achieved_flop_per_s"} <= self.figures.keys():
            self.figures["chip_hours"] = self.combine(lambda c, s: c / s / 3600, "compute_flop", "achieved_flop_per_s")

    def combine(self, function: Callable[..., float], *names: str) -> Stated:
        """Return a function of figures with its range; the function rises or falls in each of them."""
        figures = [self.figures[name] for name in names]
        middle = [each.value for each in figures]
        value = function(*middle)
        low, high = [], []
        for place, each in enumerate(figures):
            rising = function(*[*middle[:place], each.high, *middle[place + 1 :]]) >= value
            low.append(each.low if rising else each.high)
            high.append(each.high if rising else each.low)
        return Stated(value, function(*low), function(*high))


def boundary_of(claim: Claim) -> str:
    """Return what a claim's energy counts, from its words."""
    text = claim.fact("energy_boundary").casefold()
    if text in ("facility", "yes", "true", "with pue", "pue included", "included"):
        return "facility"
    return "IT" if text in ("it", "no", "false", "without pue", "chips", "excluded") else ""


@functools.cache
def find_accelerator(name: str) -> Row | None:
    """Return the row of a chip, or ``None`` where it is unknown: an audit goes on without it."""
    try:
        return find_chip(name) if name else None
    except UsageError:
        return None


def year_of(claim: Claim) -> int | None:
    """Return the year of a claim, from its date; ``None`` where it has none."""
    match = re.match(r"\d{4}", claim.fact("year"))
    return int(match[0]) if match else None


def carbon_target(claim: Claim) -> str:
    """Return the column that holds a claim's operational carbon; empty where it states none."""
    if "carbon_operational_kg" in claim.stated:
        return "carbon_operational_kg"
    parts = {"carbon_idle_kg", "carbon_embodied_kg"} & claim.stated.keys()
    return "carbon_kg" if "carbon_kg" in claim.stated and not parts else ""


_RATED = frozenset({"rated power"})


def it_energy(known: Known) -> Iterator[tuple[str, tuple[str, ...], Callable[..., float], frozenset[str]]]:
    """Yield the ways to compute the energy of the computers: text, figures needed, function, conventions applied."""
    if "power_it_w" in known and "wall_hours" in known:
        yield "power × hours", ("power_it_w", "wall_hours"), lambda w, h: w * h / 1000, frozenset()
    if "chip_hours" in known and "chip_power_w" in known:
        yield "chip-hours × power", ("chip_hours", "chip_power_w"), lambda h, w: h * w / 1000, _RATED
