"""What to fit and how: everything that moves the numbers, apart from the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from forecast.errors import UsageError, did_you_mean
from forecast.laws import LAWS, Law
from forecast.laws._space import Space, check_space
from forecast.settings import LEVELS
from forecast.solve.losses import Loss

Kind = Literal["auto", "percentile", "bca"]
#: A delta that suits the scatter of the data: see :func:`forecast.fitting.scatter.suited_delta`.
Delta = float | Literal["auto"]
KINDS = ("auto", "percentile", "bca")
DRAWS = 1_000


@dataclass(frozen=True)
class FitSpec:
    """The choices of a fit.

    Parameters
    ----------
    law : str
        Its name.
    options : mapping
        Options of the law, such as ``breaks``.
    roles : mapping
        Column of each input and of the output, by the law's symbols.
    loss, space : str, optional
        By default those of the law.
    delta, asymmetry : float
        Of the loss; see :class:`forecast.solve.losses.Loss`. A delta ``"auto"`` is settled by the data.
    weights, group : str, optional
        Columns of weights, and of the run that rows share.
    intervals : str
        ``"auto"`` or a name from ``forecast list intervals``.
    kind : {"auto", "percentile", "bca"}
        How bounds are read off draws; see :func:`forecast.fitting.problem.resolved`.
    draws : int
        Draws of the parameters.
    levels : tuple of float
        Probabilities inside the intervals.
    fixed : mapping
        Parameters held at a value.
    """

    law: str
    options: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    loss: str | None = None
    space: str | None = None
    delta: Delta = 1e-3
    asymmetry: float = 0.5
    weights: str | None = None
    group: str | None = None
    intervals: str = "auto"
    kind: Kind = "auto"
    draws: int = DRAWS
    levels: tuple[float, ...] = LEVELS
    fixed: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        law = self.resolved_law()
        Loss(self.loss or law.loss, 1e-3 if self.delta == "auto" else self.delta, self.asymmetry)
        self.resolved_space(law)
        if self.kind not in KINDS:
            message = f"unknown kind of interval {self.kind!r}{did_you_mean(self.kind, KINDS)}"
            raise UsageError(message)
        if self.draws < 100:
            message = f"{self.draws} draws are too few for an interval; give at least 100"
            raise UsageError(message)
        if not self.levels or any(not 0 < level < 1 for level in self.levels):
            message = f"levels {self.levels} must lie between 0 and 1"
            raise UsageError(message, hint="write 0.9 for 90 %")
        for name, value in self.fixed.items():
            if name not in law.names:
                message = f"the law {law.name} has no parameter {name!r}{did_you_mean(name, law.names)}"
                raise UsageError(message)
            about = law.parameters[law.names.index(name)]
            if not (math.isfinite(value) and about.lower <= value <= about.upper):
                message = f"{name} cannot be held at {value:g}: it lies between {about.lower:g} and {about.upper:g}"
                raise UsageError(message, hint=f"it is the {about.meaning}")
        if set(self.fixed) >= set(law.names):
            message = "every parameter is fixed, so nothing is left to fit"
            raise UsageError(message)

    def resolved_law(self) -> Law:
        """Return the law with its options."""
        return LAWS[self.law].configured(**self.options)

    def resolved_loss(self, law: Law) -> Loss:
        """Return the loss asked for, or the law's own; its delta must be settled."""
        assert self.delta != "auto"
        return Loss(self.loss or law.loss, self.delta, self.asymmetry)

    def resolved_space(self, law: Law) -> Space:
        """Return the space asked for, or the law's own."""
        return check_space(self.space or law.space)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> FitSpec:
        """Return the specification of plain data."""
        return cls(**{**content, "levels": tuple(content["levels"])})
