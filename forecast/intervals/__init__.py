"""Ways to get draws of the parameters, one per file.

What to use when: ``pairs`` when rows are independent runs; ``cluster`` when rows share a run (checkpoints of one training);
``wild`` when there are fewer than some twenty runs, or rows that scatter unequally; ``residual`` when the inputs were chosen
by design and the scatter is the same everywhere; ``analytic`` for straight lines (exact with normal errors) and for a quick
answer; ``profile`` when a parameter is poorly determined and its interval lopsided.
"""

from forecast.intervals._method import Method
from forecast.registry import Registry

INTERVALS: Registry[Method] = Registry("interval method", "forecast.intervals")

__all__ = ["INTERVALS", "Method"]
