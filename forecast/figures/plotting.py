"""The figures by name, for `forecast plot`: what each needs, and how it is drawn from that.

A figure is a file of this folder. Its ``ENTRY`` is a :class:`Plot`; a file of helpers is named in :data:`FIGURES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from forecast.errors import UsageError
from forecast.figures.drawing import Figure, rasters
from forecast.questions.outlook import Outlook, look_out
from forecast.registry import Registry
from forecast.settings import DRAWS, LEVELS, SEED
from forecast.trends.choices import Settings
from forecast.trends.observations import Observations
from forecast.trends.prediction import observe, settings_for


@dataclass(frozen=True)
class PlotOptions:
    """The choices of `forecast plot`; each figure uses those that concern it. They are those of `predict`."""

    data: str | None = None
    date: str | None = None
    by: Sequence[str] = ()
    where: Sequence[str] = ()
    known_by: str | None = None
    since: str | None = None
    frontier: str | None = None
    method: str = "auto"
    levels: Sequence[float] = LEVELS
    draws: int = DRAWS
    seed: int = SEED

    def observations(self, target: str) -> Observations:
        """Return the observations of a target."""
        (found,) = observe([target], self.data, self.date, self.where, self.known_by)
        return found

    def settings(self) -> Settings:
        """Return the choices that move the numbers of a forecast."""
        return settings_for(self.data, self.since, self.frontier, self.method, "member", self.levels, self.draws)

    def outlook(self, target: str) -> Outlook:
        """Return the outlook of a target, the subject of several figures."""
        return look_out(self.observations(target), self.by, self.settings(), self.seed)


@dataclass(frozen=True)
class Plot:
    """An entry of the registry.

    Parameters
    ----------
    summary : str
        One line for lists.
    needs : str
        What the subject is, as the command line writes it: ``TARGET``, ``FIT.json``, ``PLAN.toml``, …
    make : callable
        Subject and options to a figure.
    """

    summary: str
    needs: str
    make: Callable[[str, PlotOptions], Figure]


FIGURES: Registry[Plot] = Registry(
    "figure", "forecast.figures", helpers=("drawing", "interaction", "labels", "plotting")
)


def plot(name: str, subject: str, options: PlotOptions, *, png: bool = False) -> Figure:
    """Draw a figure.

    Parameters
    ----------
    name : str
        One of ``FIGURES.names()``.
    subject : str
        What the figure needs.
    options : PlotOptions
        Choices.
    png : bool
        Draw it as PNG too.

    Raises
    ------
    UsageError
        When there is no such figure; whatever its subject raises.
    """
    entry = FIGURES[name]
    if not isinstance(entry, Plot):
        message = f"the figure {name!r} is drawn inside reports only"
        raise UsageError(message, hint="run: forecast list figures")
    if not png:
        return entry.make(subject, options)
    with rasters() as drawn:
        figure = entry.make(subject, options)
    return replace(figure, png=drawn[-1])
