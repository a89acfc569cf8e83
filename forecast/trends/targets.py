"""What can be forecast by name from the bundled models, and how a column of one's own is read."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class Target:
    """A metric.

    Parameters
    ----------
    name : str
        What the command line calls it.
    column : str
        Its column in the table.
    unit : str
        Canonical unit of :mod:`forecast.units`.
    title : str
        For headings, ending in the unit's meaning where it needs one.
    """

    name: str
    column: str
    unit: str
    title: str


_BUNDLED = (
    Target("parameters", "parameters", "parameters", "Parameters"),
    Target("compute", "training_compute_flop", "FLOP", "Training compute"),
    Target("tokens", "tokens", "tokens", "Training tokens"),
    Target("cost", "cost_usd", "USD", "Training cost"),
    Target("energy", "energy_kwh", "kWh", "Training energy"),
    Target("carbon", "carbon_kg", "kg", "Training carbon (location based)"),
    Target("water", "water_l", "L", "Training water"),
    Target("power", "power_draw_w", "W", "Power draw during training"),
)
TARGETS = {target.name: target for target in _BUNDLED}

#: Parts of column names that tell a unit; the first that fits counts.
_UNIT_HINTS = (
    ("usd", "USD"), ("cost", "USD"), ("dollar", "USD"), ("flop_per_s", "FLOP/s"), ("flop", "FLOP"),
    ("compute", "FLOP"), ("param", "parameters"), ("token", "tokens"), ("kwh", "kWh"), ("_kg", "kg"),
    ("_w", "W"), ("hours", "h"),
)  # fmt: skip


def bundled_target(name: str) -> Target:
    """Return a target of the bundled models, by its name or its column.

    Raises
    ------
    UsageError
        With the nearest name.
    """
    for target in _BUNDLED:
        if name.casefold() in (target.name, target.column):
            return target
    message = f"unknown target {name!r}{did_you_mean(name, TARGETS)}"
    raise UsageError(message, hint=f"targets: {', '.join(TARGETS)}; or any column of your own table with --data FILE")


def column_target(column: str) -> Target:
    """Return a column of a user's table as a target, with the unit that its name tells.

    Examples
    --------
    >>> column_target("training_compute_flop").unit, column_target("speed").unit
    ('FLOP', '')
    """
    lowered = column.casefold()
    unit = next((unit for hint, unit in _UNIT_HINTS if hint in lowered), "")
    if unit == "W" and not lowered.endswith("_w"):
        unit = ""
    return Target(column, column, unit, column)
