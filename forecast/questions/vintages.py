"""The database as it really stood on past dates, so that a forecast can be made from what was known then.

Later corrections are as much part of what a forecaster did not know as later models are.
"""

from __future__ import annotations

from collections.abc import Sequence

from forecast.data import filters
from forecast.data.dataset import load_dataset
from forecast.errors import UsageError
from forecast.trends.observations import Observations, observe_frame
from forecast.trends.targets import TARGETS, Target

#: The columns whose meaning did not change between vintages.
COLUMNS = ("parameters", "training_compute_flop")


def vintage_names() -> list[str]:
    """Return the bundled vintages, oldest first.

    Examples
    --------
    >>> vintage_names()[0]
    '2023-12'
    """
    return sorted(set(load_dataset("vintages").frame["vintage"]))


def choose_vintages(wanted: str) -> list[str]:
    """Return the vintages meant by ``"all"``, a month, or months separated by commas.

    Raises
    ------
    UsageError
        When there is no such vintage, listing those there are.

    Examples
    --------
    >>> choose_vintages("2024-05")
    ['2024-05']
    """
    known = vintage_names()
    if wanted == "all":
        return known
    asked = [name.strip() for name in wanted.split(",")]
    for name in asked:
        if name not in known:
            message = f"--vintage {name!r}: the database is not bundled as it stood then"
            raise UsageError(message, hint=f"bundled vintages: {', '.join(known)}; or all")
    return sorted(set(asked))


def vintage_targets() -> list[str]:
    """Return the targets that the vintages hold."""
    return [target.name for target in TARGETS.values() if target.column in COLUMNS]


def observe_vintage(target: Target, vintage: str, where: Sequence[str] = ()) -> Observations:
    """Return the models of a vintage that could be ranked: notable, and not fine-tuned from another.

    Parameters
    ----------
    target : Target
        A target whose column is one of :data:`COLUMNS`.
    vintage : str
        One of :func:`vintage_names`.
    where : sequence of str
        Conditions, as for the bundled models; those on ``notable`` hold already.

    Raises
    ------
    UsageError
        When the vintages do not hold the target.
    """
    if target.column not in COLUMNS:
        message = f"--vintage: the vintages hold no {target.name}, only parameters and compute"
        raise UsageError(message, hint="leave --vintage out: today's data cut at past dates has every target")
    dataset = load_dataset("vintages")
    frame = dataset.frame[(dataset.frame["vintage"] == vintage) & ~dataset.frame["fine_tuned"]]
    conditions = [condition for condition in where if filters.split(condition)[0] != "notable"]
    kept = frame[filters.keep(frame, conditions, f"vintage {vintage}")]
    return observe_frame(target, kept, f"vintage {vintage}", dataset.digest)
