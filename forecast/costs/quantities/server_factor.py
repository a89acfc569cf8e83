"""Power of a whole server over that of its chips, each at its rating: processors, memory, fans, network cards.

Reference: Cottier et al. 2024, arXiv:2405.21015, appendix A.4.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_server(server_power_w: Values, chips_per_server: Values, chip_power_w: Values) -> Values:
    """Return the factor of a server whose rated power is known."""
    return server_power_w / chips_per_server / chip_power_w


ENTRY = Quantity("server_factor", "", "server over chip power", (Rule(from_server),))
