"""Cost of a cluster over that of its servers: switches and cables take a share of the capital.

Reference: Cottier et al. 2024, arXiv:2405.21015, appendix A.1.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_share(interconnect_share: Values) -> Values:
    """Return 1.23 for a share of 19 %."""
    return 1 / (1 - interconnect_share)


ENTRY = Quantity("cluster_factor", "", "cluster over server cost", (Rule(from_share),), minimum=1.0, open_minimum=False)
