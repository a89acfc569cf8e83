"""Which columns of ``X`` are a law's inputs."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

Column = int | str


def features_needed(columns: Sequence[Column] | None, inputs: int) -> int:
    """Return how many columns ``X`` must have, as far as that can be said before it is seen."""
    if columns is None:
        return inputs
    places = [int(column) for column in columns if isinstance(column, int | np.integer)]
    return max((place + 1 if place >= 0 else -place for place in places), default=1)


def choose(
    columns: Sequence[Column] | None, features: int, names: Sequence[str], fewest: int, most: int, law: str
) -> tuple[int, ...]:
    """Return the positions of the columns that are used.

    Parameters
    ----------
    columns : sequence of int or str, optional
        Those asked for; by default the first ones, with a warning if there are more.
    features : int
        Columns of ``X``.
    names : sequence of str
        Their names; empty without.
    fewest, most : int
        How many the law takes.
    law : str
        Its name, for messages.

    Raises
    ------
    ValueError
        When a column is not there, or the law takes another number of them.
    """
    if columns is None:
        if features > most:
            takes = f"{fewest}" if fewest == most else f"at most {most}"
            message = f"X has {features} columns and the law {law} takes {takes}: the first; name them with columns=…"
            warnings.warn(message, UserWarning, stacklevel=4)
        return tuple(range(min(features, most)))
    found = []
    for column in columns:
        place = names.index(column) if isinstance(column, str) and column in names else column
        if not isinstance(place, int | np.integer) or not -features <= place < features:
            message = f"X has no column {column!r}; it has {list(names) or features}"
            raise ValueError(message)
        found.append(int(place) % features)
    if not fewest <= len(found) <= most:
        takes = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        message = f"the law {law} takes {takes} columns, not {len(found)}"
        raise ValueError(message)
    return tuple(found)
