"""Does a report still hold? Its numbers against the same ones computed again, and what changed in between."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forecast.report.document import Answer
from forecast.report.formats.json import plain
from forecast.report.record import Record

#: Other versions of numpy and other processors differ in the last digits; a changed number differs by more.
TOLERANCE = 1e-6
#: Numbers that say which row it is
_LABELS = ("level", "year", "horizon_years", "row")


@dataclass(frozen=True)
class Change:
    """One number that is another now; ``None`` where it is missing."""

    label: str
    quantity: str
    stated: float | None
    now: float | None

    @property
    def ratio(self) -> float | None:
        """Now against stated, where both are there and the stated is not zero."""
        return self.now / self.stated if self.stated and self.now is not None else None


@dataclass(frozen=True)
class Check:
    """What a check found.

    Parameters
    ----------
    compared : int
        Numbers compared.
    changes : tuple of Change
        Those that moved, appeared or went; the largest first.
    reasons : tuple of str
        What is different in data, versions and settings.
    edited : bool
        Whether the text of the report was changed after it was written.
    """

    compared: int
    changes: tuple[Change, ...]
    reasons: tuple[str, ...]
    edited: bool

    @property
    def holds(self) -> bool:
        """Whether every number is the same and the text is what was written."""
        return not self.changes and not self.edited


def compare(record: Record, now: Answer, *, more: bool = False) -> Check:
    """Compare what a report says with the same command's answer today.

    Parameters
    ----------
    record : Record
        From :func:`forecast.report.record.read_record`.
    now : Answer
        Computed again.
    more : bool
        Whether more was asked for this time, so that numbers beyond the stated ones mean nothing.
    """
    fresh = plain(now.result if isinstance(record.numbers, Mapping) else list(now.long_table()))
    stated, found = dict(_numbers(record.numbers)), dict(_numbers(fresh))
    changes = [
        Change(key[0], key[1], stated.get(key), found.get(key))
        for key in dict.fromkeys([*stated, *(() if more else found)])
        if not _same(stated.get(key), found.get(key))
    ]
    changes.sort(key=lambda change: -_distance(change))
    return Check(len(stated), tuple(changes), tuple(_reasons(record.provenance, plain(now.provenance))), record.edited)


def _numbers(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, str], float]]:
    """Give every number with its place: the texts and levels beside it, and its name."""
    if isinstance(value, Mapping):
        names = [str(item) for key, item in value.items() if _names(key, item)]
        for key, item in value.items():
            if isinstance(item, bool) or _names(key, item):
                continue
            if isinstance(item, int | float):
                yield (", ".join([*path, *names]), str(key)), float(item)
            elif isinstance(item, Mapping | list):
                inner = [str(key)] if isinstance(item, Mapping) else []
                yield from _numbers(item, (*path, *names[:1], *inner))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, int | float) and not isinstance(item, bool):
                yield (", ".join(path), str(number)), float(item)
            else:
                yield from _numbers(item, path)


def _names(key: str, item: Any) -> bool:
    return isinstance(item, str) or (key in _LABELS and isinstance(item, int | float))


def dates_of(value: Any) -> set[str]:
    """Return every date that stands at a number."""
    if isinstance(value, Mapping):
        own = {str(value["date"])} if isinstance(value.get("date"), str) and "median" in value else set()
        return own.union(*(dates_of(item) for item in value.values()))
    return set().union(*(dates_of(item) for item in value)) if isinstance(value, list) else set()


def _same(stated: float | None, now: float | None) -> bool:
    if stated is None or now is None:
        return False
    return math.isclose(stated, now, rel_tol=TOLERANCE, abs_tol=1e-300)


def _distance(change: Change) -> float:
    ratio = change.ratio
    return abs(math.log(ratio)) if ratio is not None and ratio > 0 else math.inf


def _reasons(stated: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for kind, word in (("data", "table"), ("versions", "version of"), ("settings", "setting")):
        old, new = _mapping(stated.get(kind)), _mapping(now.get(kind))
        for name in dict.fromkeys([*old, *new]):
            before, after = old.get(name), new.get(name)
            if before != after:
                yield f"{word} {name}: {_short(before)} when written, {_short(after)} now"
    if stated.get("seed") != now.get("seed"):
        yield f"seed: {_short(stated.get('seed'))} when written, {_short(now.get('seed'))} now"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _short(value: Any) -> str:
    text = "absent" if value is None else str(value)
    return text if len(text) <= 20 else text[:16] + "…"
