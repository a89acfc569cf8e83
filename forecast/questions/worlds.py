"""Simulated worlds whose truth is known, and how often the intervals of each method hold there.

Past data is one history; a method that is calibrated on it may owe that to luck. Each world makes many histories of
frontier members, and every method forecasts them from four origins, as in a backtest of real data.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecast.trends.cases import Case, Ranked
from forecast.trends.hindcast import Hindcast, score_cases

FIRST, LAST = 2018.0, 2027.0
ORIGINS = (2021.0, 2022.0, 2023.0, 2024.0)
HORIZON = (0.0, 3.0)
PER_YEAR = 10
#: OOM a year, and OOM: about those of the bundled frontiers.
PACE, SCATTER = 0.6, 0.4

Array = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """How sizes come about: what it is, and the log10 level at given times of one history."""

    summary: str
    level: Callable[[Array, np.random.Generator], Array]
    scatter: Callable[[int, np.random.Generator], Array]


def _normal(count: int, rng: np.random.Generator) -> Array:
    return np.asarray(SCATTER * rng.standard_normal(count))


def _heavy(count: int, rng: np.random.Generator) -> Array:
    return np.asarray(SCATTER / np.sqrt(2) * rng.standard_t(3, count))


def _exponential(ahead: Array, rng: np.random.Generator) -> Array:
    return np.asarray(PACE * ahead)


def _walk(ahead: Array, rng: np.random.Generator) -> Array:
    order = np.argsort(ahead)
    steps = np.diff(ahead[order], prepend=0.0)
    level = np.empty_like(ahead)
    level[order] = np.cumsum(PACE * steps + 0.4 * np.sqrt(steps) * rng.standard_normal(len(steps)))
    return level


def _kink(ahead: Array, rng: np.random.Generator) -> Array:
    when = rng.uniform(2.0, 7.0)
    change = 0.3 * rng.choice([-1.0, 1.0])
    return np.asarray(PACE * ahead + change * np.maximum(ahead - when, 0.0))


def _saturating(ahead: Array, rng: np.random.Generator) -> Array:
    # the pace halves every four years
    return np.asarray(PACE * 4 / np.log(2) * (1 - 0.5 ** (ahead / 4)))


WORLDS: dict[str, World] = {
    "exponential": World("one pace for ever", _exponential, _normal),
    "walk": World("random walk with drift, 0.4 OOM a year", _walk, _normal),
    "kink": World("the pace changes once by 0.3 OOM a year, up or down", _kink, _normal),
    "heavy": World("one pace, scatter with heavy tails (t, 3 degrees of freedom)", _exponential, _heavy),
    "saturating": World("the pace halves every four years", _saturating, _normal),
}


def simulate(world: World, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return dates (ascending decimal years) and log10 sizes of one history."""
    count = int((LAST - FIRST) * PER_YEAR)
    year = np.sort(rng.uniform(FIRST, LAST, count))
    return year, 20 + world.level(year - FIRST, rng) + world.scatter(count, rng)


def try_worlds(
    methods: Sequence[str], levels: tuple[float, ...], *, histories: int = 20, seed: int = 0, worlds: Sequence[str] = ()
) -> Hindcast:
    """Score methods in simulated worlds; the ``target`` of the outcomes is the world.

    Parameters
    ----------
    methods : sequence of str
        Names of methods and baselines.
    levels : tuple of float
        Levels of the intervals.
    histories : int
        Of each world.
    seed : int
        Seed of the histories and the forecasts.
    worlds : sequence of str
        Names of :data:`WORLDS`; by default all.
    """
    parts: list[pd.DataFrame] = []
    skipped: list[str] = []
    for name in worlds or WORLDS:
        cases: list[Case] = []
        for number, stream in enumerate(np.random.SeedSequence([seed, zlib.crc32(name.encode())]).spawn(histories)):
            cases += _cases(f"{name} {number}", WORLDS[name], np.random.default_rng(stream))
        found = score_cases(cases, levels, HORIZON, methods, seed)
        # the forecasts of one history are alike, so histories are the clusters
        history = found.outcomes["target"].str.rsplit(" ", n=1).str[-1].astype(float)
        parts.append(
            found.outcomes.assign(target=name, origin=history, case=found.outcomes["case"] + len(parts) * 10**7)
        )
        skipped += found.skipped
    return Hindcast(pd.concat(parts, ignore_index=True), levels, HORIZON, tuple(skipped))


def _cases(name: str, world: World, rng: np.random.Generator) -> list[Case]:
    year, log_size = simulate(world, rng)
    everyone = np.ones(len(year), dtype=bool)
    ranked = Ranked(name, year, log_size, everyone, everyone)
    found = [ranked.case(ranked.known(origin), HORIZON) for origin in ORIGINS]
    return [case for case in found if isinstance(case, Case)]
