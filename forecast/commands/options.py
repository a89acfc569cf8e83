"""Option types that several commands share, so that one word means one thing everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

from forecast.errors import UsageError
from forecast.settings import LEVELS

LevelOption = Annotated[
    list[float] | None,
    typer.Option(
        "--level",
        help="Probability inside the interval, repeatable.",
        show_default=" and ".join(map(str, LEVELS)),
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the random draws.")]
DrawsOption = Annotated[int, typer.Option("--draws", min=100, max=1_000_000, help="Number of random draws.")]


def levels(given: list[float] | None) -> tuple[float, ...]:
    """Return the levels asked for, ascending, or the default ones; ``90`` means 0.9 (from 10 up, so that 1.5 is no slip of 15).

    Raises
    ------
    UsageError
        When one is not between 0 and 1 (or 10 and 100).
    """
    found = set()
    for level in given or LEVELS:
        share = level / 100 if 10 <= level < 100 else level
        if not 0 < share < 1:
            message = f"--level {level:g} is not a probability"
            raise UsageError(message, hint="write 0.9, or 90 for 90 %")
        found.add(round(share, 12))
    return tuple(sorted(found))
