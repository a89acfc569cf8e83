"""Manufacturing emissions of a chip's share of its server (without the chips) per hour of use."""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_lifetime(
    server_embodied_kg: Values, chips_per_server: Values, lifetime_years: Values, fleet_utilization: Values
) -> Values:
    """Return kilograms of CO2-equivalent."""
    return server_embodied_kg / chips_per_server / (lifetime_years * 8760 * fleet_utilization)


def none(server_embodied_kg: Values) -> Values:
    """Return 0 for a server that is not counted."""
    return server_embodied_kg


ENTRY = Quantity(
    "server_embodied_kg_per_hour",
    "kg/h",
    "embodied carbon of a server share per chip-hour",
    (Rule(none, when_zero="server_embodied_kg"), Rule(from_lifetime)),
    open_minimum=False,
)
