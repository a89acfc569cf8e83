"""Failures a user can act on, each with its exit code; anything else is a bug of ours (exit code 1)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class ForecastError(Exception):
    """Base of every failure that is reported to the user as one clear message, without a traceback.

    Parameters
    ----------
    message : str
        What is wrong with the user's value, and the rule it breaks.
    hint : str, optional
        What to try next.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ForecastError):
    """The call itself is wrong: an unknown name, an impossible option, a file that cannot be opened."""

    exit_code = 2


class MissingExtraError(UsageError):
    """An optional dependency is not installed; the message names the extra that brings it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the extra '{extra}', which is not installed",
            hint=f"run: pip install 'scaling-forecast[{extra}]'",
        )


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a table: where it stands, what stands there, and the rule it breaks."""

    row: int | None
    column: str | None
    value: str | None
    rule: str

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column!r}"] if self.column is not None else []
        shown = "" if self.value is None else f": {_shorten(self.value)!r}"
        return f"{', '.join(place)}{shown} {self.rule}".lstrip()


class DataError(ForecastError):
    """The data is invalid: names the file and every problem found, row and column first."""

    exit_code = 3
    shown = 10

    def __init__(self, message: str, *, problems: Sequence[Problem] = (), hint: str | None = None) -> None:
        lines = [message, *(f"  {problem}" for problem in problems[: self.shown])]
        if len(problems) > self.shown:
            lines.append(f"  … and {len(problems) - self.shown} more")
        super().__init__("\n".join(lines), hint=hint)
        self.problems = tuple(problems)


class FitError(ForecastError):
    """The data is valid but no fit could be made from it."""

    exit_code = 4


class StrictError(ForecastError):
    """``--strict`` was given and a warning was raised."""

    exit_code = 5


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'cost'?"`` for a near miss, otherwise a short list of what is known.

    Examples
    --------
    >>> did_you_mean("cots", ["cost", "compute"])
    "; did you mean 'cost'?"
    >>> did_you_mean("zzz", ["cost", "compute"])
    '; known: compute, cost'
    """
    names = sorted(set(known))
    folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {folded[close[0]]!r}?"
    if not names:
        return "; there are none"
    return "; known: " + ", ".join(names[:25]) + (" …" if len(names) > 25 else "")


def _shorten(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
