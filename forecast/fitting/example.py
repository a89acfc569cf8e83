"""A fit by name: what `forecast fit` wrote, or the usual fit of a bundled table of runs, made on the spot."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from forecast.data.schema import dataset_names, resource
from forecast.errors import UsageError, did_you_mean
from forecast.fitting.procedure import fit
from forecast.fitting.result import Fit, read_fit
from forecast.notes import Note
from forecast.settings import SEED, generator


def example_names() -> list[str]:
    """Return the bundled tables that have a usual fit.

    Examples
    --------
    >>> example_names()
    ['chinchilla']
    """
    return [name for name in dataset_names() if resource(name).fit]


def open_fit(name: str, seed: int = SEED) -> Fit:
    """Return the fit of a file, or the usual fit of a bundled table of runs.

    Parameters
    ----------
    name : str
        A path, or one of :func:`example_names`.
    seed : int
        Of the draws of a fit that is made here.

    Raises
    ------
    UsageError, DataError
        When there is no such file or table, or the file holds no fit.
    """
    if Path(name).exists() or Path(name).suffix:
        return read_fit(name)
    examples = example_names()
    if name not in examples:
        message = f"{name}: there is no such fit{did_you_mean(name, examples)}"
        raise UsageError(message, hint="write one with 'forecast fit FILE --law LAW -o fit.json', and give that file")
    usual = resource(name).fit
    found = fit(name, usual["law"], where=usual["where"], rng=generator(seed))
    words = ["forecast", "fit", name, "--law", usual["law"]]
    words += [word for condition in usual["where"] for word in ("--where", condition)]
    words += ["--seed", str(seed)] if seed != SEED else []
    call = shlex.join(words)
    made = Note("example-fit", "info", f"the bundled runs {name}, fitted here by: {call}")
    return replace(found, notes=(*found.notes, made), provenance=replace(found.provenance, seed=seed, call=call))
