"""Slips: of units, of powers of ten, of hours and chips, of percentages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from forecast.questions.auditing.case import ERROR, OWN, SLIP, Case, Explanation


def _hours(case: Case) -> Iterator[Explanation]:
    if case.kind not in ("hours", "energy", "carbon", "cost", "compute", "utilization"):
        return
    power = -1 if case.kind == "utilization" else 1
    chips = case.facts.get("chips")
    if chips and chips > 1 and case.reference is None:
        yield Explanation(
            "one-chip",
            ERROR,
            (1 / chips) ** power,
            (1 / chips) ** power,
            f"the figure of one chip, not of {chips:,.0f}",
            OWN,
        )
        yield Explanation(
            "chips-twice",
            ERROR,
            chips**power,
            chips**power,
            f"the number of chips ({chips:,.0f}) is multiplied in twice",
            OWN,
        )
    row = case.chip
    each = (row["chips_per_server"] if row is not None else None) or 8.0
    yield Explanation(
        "per-server",
        ERROR,
        (1 / each) ** power,
        (1 / each) ** power,
        f"hours of servers of {each:g} chips taken for hours of chips",
        SLIP,
    )
    yield Explanation(
        "per-server-twice",
        ERROR,
        each**power,
        each**power,
        f"hours of chips taken for hours of servers of {each:g}",
        SLIP,
    )
    if case.kind == "hours" or case.reference is None:
        yield Explanation("days-as-hours", ERROR, (1 / 24) ** power, (1 / 24) ** power, "days taken for hours", SLIP)
        yield Explanation("hours-as-days", ERROR, 24.0**power, 24.0**power, "hours taken for days", SLIP)


def _percent(case: Case) -> Iterator[Explanation]:
    if case.kind == "utilization":
        yield Explanation("percent-as-fraction", ERROR, 100, 100, "a percentage written as a fraction: × 100", SLIP)


_MASS = 0.45359237


_UNIT_SLIPS: Mapping[str, Sequence[tuple[str, float, str]]] = {
    "carbon": (
        ("pounds-as-kilograms", 1 / _MASS, "pounds written as kilograms: × 2.205"),
        ("kilograms-as-pounds", _MASS, "kilograms taken for pounds and converted once more: × 0.454"),
        ("short-tons", 1 / 0.90718474, "short tons of 2,000 lb written as tonnes: × 1.102"),
        ("carbon-not-co2", 12 / 44, "mass of carbon instead of CO2: × 12/44"),
        ("co2-not-carbon", 44 / 12, "converted from carbon to CO2 although it was CO2: × 44/12"),
    ),
    "energy": (
        ("megajoules", 3.6, "megajoules written as kilowatt-hours: × 3.6"),
        ("from-megajoules", 1 / 3.6, "converted from megajoules although it was kilowatt-hours: × 1/3.6"),
    ),
    "water": (
        ("gallons-as-litres", 1 / 3.785411784, "gallons written as litres: × 0.264"),
        ("litres-as-gallons", 3.785411784, "litres taken for gallons and converted once more: × 3.785"),
    ),
}  # fmt: skip


def _units(case: Case) -> Iterator[Explanation]:
    for name, factor, why in _UNIT_SLIPS.get(case.kind, ()):
        yield Explanation(name, ERROR, factor, factor, why, SLIP)
    low, high = case.ratio
    power = round(math.log10(case.stated.value / case.implied.value))
    intensity = case.facts.get("carbon_intensity_g_per_kwh", math.inf)
    if case.kind == "carbon" and power == 3 and intensity < 5 and low <= 1000 <= high:
        yield Explanation(
            "kilograms-per-kwh", ERROR, 1000, 1000, f"the intensity of {intensity:g} is in kg/kWh, not in g/kWh", OWN
        )
    if power and low <= 10.0**power <= high and (case.kind != "intensity" or abs(power) == 3):
        words = f"{'too large' if power > 0 else 'too small'} by a factor of 10^{abs(power)}"
        unit = " (a unit a thousand times off: Wh, kWh, MWh, GWh; g, kg, t, kt)" if power % 3 == 0 else ""
        yield Explanation("power-of-ten", ERROR, 10.0**power, 10.0**power, f"{words}{unit}", SLIP)


SLIPS: tuple[Callable[[Case], Iterator[Explanation]], ...] = (_hours, _percent, _units)
