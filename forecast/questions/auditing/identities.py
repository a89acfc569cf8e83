"""What follows from what within one claim: each figure recomputed from the others stated beside it.

The formulas are those of the cost graph, written out so that each says which conventions it applies; an audit needs to
know them to say which other convention a figure follows. Ranges of rounding are carried through.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping

from forecast.data.looked import range_of
from forecast.data.lookup import grid_intensity
from forecast.errors import UsageError
from forecast.questions.auditing.claims import Claim, Stated
from forecast.questions.auditing.known import Implied, Known, carbon_target, it_energy, year_of
from forecast.questions.auditing.rates import rates

Formula = tuple[str, str, tuple[str, ...], Callable[..., float], frozenset[str]]


#: target, what is computed, figures needed, function, conventions applied
_FORMULAS: tuple[Formula, ...] = (
    ("chip_hours", "chips × hours", ("chips", "wall_hours"), lambda n, h: n * h, frozenset()),
    ("chip_hours", "compute / speed", ("compute_flop", "achieved_flop_per_s"), lambda c, s: c / s / 3600, frozenset()),
    ("wall_hours", "compute / (chips × speed)", ("compute_flop", "chips", "achieved_flop_per_s"), lambda c, n, s: c / n / s / 3600, frozenset()),
    ("utilization", "speed / peak", ("achieved_flop_per_s", "peak_flop_per_s"), lambda s, p: s / p, frozenset({"peak"})),
    ("utilization", "compute / (chip-hours × peak)", ("compute_flop", "chip_hours", "peak_flop_per_s"), lambda c, h, p: c / h / 3600 / p, frozenset({"peak"})),
    ("cost_usd", "chip-hours × price", ("chip_hours", "price_per_chip_hour_usd"), lambda h, p: h * p, frozenset({"price"})),
    ("carbon_kg", "operational + idle + embodied", ("carbon_operational_kg", "carbon_idle_kg", "carbon_embodied_kg"), lambda a, b, c: a + b + c, frozenset({"sum"})),
    ("carbon_kg", "operational + embodied", ("carbon_operational_kg", "carbon_embodied_kg"), lambda a, b: a + b, frozenset({"sum"})),
    ("carbon_kg", "operational + idle", ("carbon_operational_kg", "carbon_idle_kg"), lambda a, b: a + b, frozenset({"sum"})),
    ("water_l", "on site + off site", ("water_onsite_l", "water_offsite_l"), lambda a, b: a + b, frozenset({"sum"})),
    ("carbon_embodied_kg", "chip-hours × kg per chip-hour", ("chip_hours", "chip_embodied_kg", "server_embodied_kg", "chips_per_server", "lifetime_years", "fleet_utilization"),
     lambda h, c, s, n, y, u: h * (c + s / n) / (y * 8760 * u), frozenset()),
    ("carbon_embodied_kg", "chip-hours × kg per chip-hour", ("chip_hours", "chip_embodied_kg", "lifetime_years", "fleet_utilization"),
     lambda h, c, y, u: h * c / (y * 8760 * u), frozenset()),
)  # fmt: skip


def implied(claim: Claim, extra: Mapping[str, Stated] | None = None) -> Iterator[Implied]:
    """Yield every stated figure that follows from the others of the claim, once by its best formula.

    Parameters
    ----------
    claim : Claim
        The claim.
    extra : mapping, optional
        Facts of the same run from elsewhere, for what the claim leaves out.
    """
    known = Known(claim, extra)
    done: set[tuple[str, bool]] = set()
    for found in (*_compute(known), *_simple(known), *_energy(known), *_carbon(known), *_water(known)):
        key = found.target, "sum" in found.applied  # a sum of parts says nothing of what the parts follow from
        if key not in done and found.target in claim.stated:
            done.add(key)
            yield found
    yield from _intensity(known)
    yield from (found for found in rates(known) if (found.target, False) not in done)


def _make(
    known: Known, target: str, check: str, function: Callable[..., float], names: tuple[str, ...], applied: set[str],
    spread: tuple[float, float] = (1.0, 1.0),
) -> Implied:  # fmt: skip
    found = known.combine(function, *names)
    return Implied(
        target, check, found.value, found.low * spread[0], found.high * spread[1], frozenset(applied), known.values()
    )


def _simple(known: Known) -> Iterator[Implied]:
    for target, check, names, function, applied in _FORMULAS:
        if target not in names and all(name in known for name in names):
            if target in ("chip_hours", "wall_hours") and target not in known.claim.stated:
                continue
            yield _make(known, target, check, function, names, set(applied))


def _compute(known: Known) -> Iterator[Implied]:
    spread = range_of("compute_spread")
    size = "active_parameters" if "active_parameters" in known else "parameters"
    per = range_of("flop_per_parameter_token").value
    if size in known and "tokens" in known:
        text = f"{per:g} × {'active ' if size == 'active_parameters' else ''}parameters × tokens"
        limits = (spread.low or 1.0, spread.high or 1.0)
        yield _make(known, "compute_flop", text, lambda n, d: per * n * d, (size, "tokens"), {"6ND"}, limits)
    if {"achieved_flop_per_s", "chip_hours"} <= known.claim.stated.keys():
        yield _make(
            known,
            "compute_flop",
            "chip-hours × speed",
            lambda h, s: h * 3600 * s,
            ("chip_hours", "achieved_flop_per_s"),
            set(),
        )


def _energy(known: Known) -> Iterator[Implied]:
    if "energy_it_kwh" in known and "pue" in known:
        yield _make(
            known, "energy_kwh", "computing energy × PUE", lambda e, p: e * p, ("energy_it_kwh", "pue"), {"pue"}
        )
    for target in ("energy_kwh", "energy_it_kwh"):
        for text, names, function, applied in it_energy(known):
            if target == "energy_kwh" and "pue" in known and known.boundary != "IT":

                def metered(*values: float, energy: Callable[..., float] = function) -> float:
                    return energy(*values[:-1]) * values[-1]

                yield _make(known, target, f"{text} × PUE", metered, (*names, "pue"), {*applied, "pue"})
            else:
                yield _make(known, target, text, function, names, set(applied))


def _carbon(known: Known) -> Iterator[Implied]:
    target, grid = carbon_target(known.claim), "carbon_intensity_g_per_kwh"
    if not target or grid not in known:
        return
    if "energy_kwh" in known or "energy_it_kwh" in known:
        bare = "energy_kwh" not in known
        energy = "energy_it_kwh" if bare else "energy_kwh"
        if (bare or known.boundary == "IT") and "pue" in known:
            yield _make(
                known,
                target,
                "energy × PUE × intensity",
                lambda e, p, g: e * p * g / 1000,
                (energy, "pue", grid),
                {"pue", "grid"},
            )
        else:
            applied = {"grid"} | ({"pue"} if known.boundary == "facility" else set())
            yield _make(known, target, "energy × intensity", lambda e, g: e * g / 1000, (energy, grid), applied)
    for text, names, function, applied_ in it_energy(known):
        with_pue = ("pue",) if "pue" in known else ()

        tail_ = 1 + len(with_pue)

        def carbon(*values: float, energy: Callable[..., float] = function, tail: int = tail_) -> float:
            return energy(*values[:-tail]) * math.prod(values[-tail:]) / 1000

        check = f"{text}{' × PUE' if with_pue else ''} × intensity"
        yield _make(known, target, check, carbon, (*names, *with_pue, grid), {*applied_, *with_pue, "grid"})


def _water(known: Known) -> Iterator[Implied]:
    # On-site water goes with computing energy, off-site water with the meter's: PUE is applied once, where it belongs.
    if "energy_it_kwh" not in known and "energy_kwh" not in known:
        return
    energy = "energy_it_kwh" if "energy_it_kwh" in known else "energy_kwh"
    metered = energy == "energy_kwh" and known.boundary == "facility"
    pue, site, plant = "pue" in known, "wue_onsite_l_per_kwh" in known, "ewif_l_per_kwh" in known
    names = (energy, *(("pue",) if pue else ()))

    def onsite(*values: float) -> float:
        return values[0] / (values[1] if pue and metered else 1.0)

    def offsite(*values: float) -> float:
        return values[0] * (values[1] if pue and not metered else 1.0)

    def at_site(*values: float) -> float:
        return onsite(*values) * values[len(names)]

    def at_plant(*values: float) -> float:
        return offsite(*values) * values[len(names)]

    def both(*values: float) -> float:
        return onsite(*values) * values[-2] + offsite(*values) * values[-1]

    applied = {"pue"} if pue else set()
    alone: tuple[str, ...] = ("water_onsite_l",) if plant else ("water_onsite_l", "water_l")
    for target in alone if site else ():
        names_ = (*names, "wue_onsite_l_per_kwh")
        yield _make(known, target, "computing energy × L/kWh", at_site, names_, {*applied, "wue"})
    alone = ("water_offsite_l",) if site else ("water_offsite_l", "water_l")
    for target in alone if plant else ():
        yield _make(known, target, "metered energy × L/kWh", at_plant, (*names, "ewif_l_per_kwh"), {*applied, "ewif"})
    if site and plant:
        check = f"on site + off site{', PUE once' if pue else ''}"
        names_ = (*names, "wue_onsite_l_per_kwh", "ewif_l_per_kwh")
        yield _make(known, "water_l", check, both, names_, {*applied, "wue", "ewif"})


def _intensity(known: Known) -> Iterator[Implied]:
    """Yield the grid's intensity of that place and year, where the claim states both and an intensity."""
    grid = "carbon_intensity_g_per_kwh"
    year, region = year_of(known.claim), known.claim.fact("region")
    if grid not in known.claim.stated or year is None or not region:
        return
    try:
        looked = grid_intensity(region, dt.date(year, 7, 1))
    except UsageError:
        return
    if "stands in" in looked.note:
        return
    spread = range_of("grid_intensity")
    low, high = looked.value * (spread.low or 1.0), looked.value * (spread.high or 1.0)
    yield Implied(
        grid, f"grid of {region} in {year}", looked.value, low, high, frozenset({"table grid"}), known.values()
    )
