"""Share of the dense peak that goes into model FLOP (MFU), in the precision that the peak is of.

Assumed from published runs unless given, or implied by compute and chip-hours. Recomputation is not counted.
Reference: Chowdhery et al. 2022, arXiv:2204.02311, appendix B.
"""

from __future__ import annotations

from forecast.costs.quantity import Quantity, Rule, Values


def from_speed(achieved_flop_per_s: Values, peak_flop_per_s: Values) -> Values:
    """Return the share that the sustained speed implies."""
    return achieved_flop_per_s / peak_flop_per_s


ENTRY = Quantity(
    "utilization",
    "fraction",
    "utilization (MFU)",
    (Rule(from_speed, backward_from=("achieved_flop_per_s",)),),
    maximum=1.0,
    linear=True,
)
