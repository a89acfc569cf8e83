"""Numbers with units as people write them (``$100M``, ``70B``, ``20MWh``), read and printed.

Inside the package a bare float says its unit in its name (``energy_kwh``); text appears only at the edge.
pint was tried instead: it lacks FLOP, dollars, tokens, CO2 and chip-hours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from forecast.errors import UsageError, did_you_mean

_MULTIPLIERS = {
    "": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "b": 1e9, "bn": 1e9, "G": 1e9,
    "T": 1e12, "tn": 1e12, "P": 1e15, "E": 1e18,
}  # fmt: skip

#: canonical unit -> accepted spellings with their factor into it
_SPELLINGS: dict[str, dict[str, float]] = {
    "": {},
    "parameters": {"parameters": 1.0, "params": 1.0},
    "tokens": {"tokens": 1.0, "token": 1.0},
    "FLOP": {"FLOP": 1.0, "FLOPs": 1.0, "flop": 1.0, "flops": 1.0, "PF-days": 8.64e19},
    "FLOP/s": {"FLOP/s": 1.0, "FLOPS": 1.0, "FLOPs/s": 1.0},
    "USD": {"$": 1.0, "USD": 1.0, "usd": 1.0, "dollars": 1.0},
    "USD/h": {"$/h": 1.0, "USD/h": 1.0, "$": 1.0},
    "USD/kWh": {"$/kWh": 1.0, "USD/kWh": 1.0, "$": 1.0},
    "kWh": {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3, "GWh": 1e6, "TWh": 1e9, "J": 1 / 3.6e6},
    "W": {"W": 1.0, "kW": 1e3, "MW": 1e6, "GW": 1e9},
    "kg": {"g": 1e-3, "kg": 1.0, "t": 1e3, "kt": 1e6, "Mt": 1e9, "tonnes": 1e3, "lb": 0.45359237},
    "g/kWh": {"g/kWh": 1.0, "kg/kWh": 1e3, "kg/MWh": 1.0, "lb/kWh": 453.59237},
    "L": {"mL": 1e-3, "L": 1.0, "l": 1.0, "kL": 1e3, "m3": 1e3, "ML": 1e6, "GL": 1e9, "litres": 1.0},
    "L/kWh": {"L/kWh": 1.0},
    "kg/h": {"kg/h": 1.0, "g/h": 1e-3},
    "kg/kWh": {"kg/kWh": 1.0, "g/kWh": 1e-3},
    "h": {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "hours": 1.0, "d": 24.0, "days": 24.0, "weeks": 168.0},
    "years": {"y": 1.0, "years": 1.0, "months": 1 / 12},
    "bytes": {"bytes": 1.0, "MB": 1e6, "GB": 1e9, "GiB": 2.0**30, "TB": 1e12},
    "fraction": {"%": 0.01},
}

_NUMBER = re.compile(r"\s*\$?\s*([+-]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*")


def parse_quantity(text: str | float, unit: str = "", *, name: str = "value") -> float:
    """Read a number as people write it, in the given unit.

    Parameters
    ----------
    text : str or float
        ``"3e25"``, ``"$100M"``, ``"70B"``, ``"1,082,990"``, ``"20MWh"``, ``"45%"``; a number passes as it is.
    unit : str
        The canonical unit of the answer, one of those of this module; a bare number is in this unit.
    name : str
        What the value is, for the message.

    Raises
    ------
    UsageError
        When the text is not a finite number, or its unit is of another kind.

    Examples
    --------
    >>> parse_quantity("$1.5M", "USD"), parse_quantity("20MWh", "kWh"), parse_quantity("15T tokens", "tokens")
    (1500000.0, 20000.0, 15000000000000.0)
    """
    if isinstance(text, int | float):
        return float(text)
    match = _NUMBER.fullmatch(text)
    spellings = _SPELLINGS[unit]
    if match is None or ("$" in text and "$" not in spellings):
        raise _unreadable(text, unit, name)
    number = float(match[1].replace(",", "").replace("_", ""))
    value = number * _factor(match[2], spellings, text, unit, name)
    if not math.isfinite(value):
        raise _unreadable(text, unit, name)
    return value


def _factor(suffix: str, spellings: dict[str, float], text: str, unit: str, name: str) -> float:
    # A unit wins over a multiplier ("MWh" before "M"; "t" is a tonne where mass is asked for).
    if suffix in spellings:
        return spellings[suffix]
    if suffix in _MULTIPLIERS:
        return _MULTIPLIERS[suffix]
    for spelling, factor in spellings.items():
        head = suffix.removesuffix(spelling).rstrip()
        if suffix.endswith(spelling) and head in _MULTIPLIERS:
            return _MULTIPLIERS[head] * factor
    raise _unreadable(text, unit, name)


def _unreadable(text: str, unit: str, name: str) -> UsageError:
    message = f"{name}: {text!r} is not a number{f' in {unit}' if unit else ''}"
    examples = {"USD": "$100M", "kWh": "20MWh", "fraction": "0.4 or 40%", "h": "500h or 21d", "kg": "25t"}
    example = examples.get(unit, "3e25, 70B or 15T")
    known = [spelling for spelling in _SPELLINGS[unit] if spelling != "$"]
    units = f" (units: {', '.join(known)})" if known else ""
    return UsageError(message, hint=f"write it like {example}{units}")


def check_unit(unit: str) -> str:
    """Return the unit if this module knows it.

    Raises
    ------
    UsageError
        With the nearest known unit.
    """
    if unit not in _SPELLINGS:
        message = f"unknown unit {unit!r}{did_you_mean(unit, _SPELLINGS)}"
        raise UsageError(message)
    return unit


_SCALES: dict[str, Sequence[tuple[float, str]]] = {
    "kWh": [(1e9, "TWh"), (1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"), (1e-3, "Wh")],
    "W": [(1e9, "GW"), (1e6, "MW"), (1e3, "kW"), (1.0, "W")],
    "kg": [(1e9, "Mt"), (1e6, "kt"), (1e3, "t"), (1.0, "kg"), (1e-3, "g")],
    "L": [(1e9, "GL"), (1e6, "ML"), (1e3, "kL"), (1.0, "L")],
    "bytes": [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1.0, "bytes")],
}
_SHORT = [(1e18, ""), (1e12, " T"), (1e9, " B"), (1e6, " M"), (1e3, " k"), (1.0, "")]


def format_quantity(value: float | None, unit: str = "", *, digits: int = 2) -> str:
    """Print a number for people: short, with its unit, to so many significant digits.

    Examples
    --------
    >>> format_quantity(1.234e9, "USD"), format_quantity(3.14e25, "FLOP"), format_quantity(1.287e6, "kWh", digits=4)
    ('$1.2 B', '3.1e25 FLOP', '1.287 GWh')
    >>> format_quantity(7.1e10, "parameters"), format_quantity(None, "USD"), format_quantity(0.0, "USD")
    ('71 B', 'unknown', '$0')
    """
    if value is None or math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "unbounded"
    if unit == "fraction":
        return f"{_digits(value * 100, digits)} %"
    if unit.startswith("FLOP") or (unit == "" and value != 0 and not 1e-3 <= abs(value) < 1e15):
        return f"{_scientific(value, digits)} {unit}".rstrip()
    if unit in _SCALES:
        return _scaled(value, _SCALES[unit], digits)
    money = unit.startswith("USD")
    per = unit.removeprefix("USD") if money else ""
    tail = per if money else ("" if unit in {"", "parameters", "tokens"} else f" {unit}")
    sign = "-" if value < 0 else ""
    return f"{sign}{'$' if money else ''}{_scaled(abs(value), _SHORT, digits)}{tail}"


def format_interval(lower: float, upper: float, unit: str = "") -> str:
    """Print two bounds; a unit or scale that both share is written once.

    Examples
    --------
    >>> format_interval(1e26, 3e27, "FLOP"), format_interval(9e5, 2e6, "kg"), format_interval(3.4e12, 5e13, "tokens")
    ('1.0e26 to 3.0e27 FLOP', '900 t to 2.0 kt', '3.4 to 50 T')
    """
    low, high = format_quantity(lower, unit), format_quantity(upper, unit)
    number, _, tail = low.partition(" ")
    return f"{number if tail and high.endswith(' ' + tail) else low} to {high}"


def _scaled(value: float, scales: Sequence[tuple[float, str]], digits: int) -> str:
    size = float(f"{abs(value):.{digits - 1}e}")  # 999,600 prints as 1.0 M, not as 1000 k
    for factor, name in scales:
        if size >= factor:
            if name == "" and factor > 1:
                return _scientific(value, digits)
            gap = "" if name.startswith(" ") or not name else " "
            return f"{_digits(value / factor, digits)}{gap}{name}"
    factor, name = scales[-1]
    return f"{_digits(value / factor, digits)} {name}".rstrip()


def _digits(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    places = digits - 1 - math.floor(math.log10(abs(rounded)))
    if places > 6:
        return _scientific(value, digits)
    return f"{rounded:,.{max(places, 0)}f}"


def _scientific(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
