"""Rows of the cost tables by name: a chip or a place as people write it."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from forecast.data.dataset import load_dataset
from forecast.errors import UsageError

Row = Mapping[str, Any]


@functools.cache
def rows_of(table: str) -> tuple[Row, ...]:
    """Return the rows of a bundled table; unknown numbers and dates are ``None``."""
    frame = load_dataset(table).frame.astype(object)
    frame = frame.where(frame.notna(), None)
    return tuple(MappingProxyType({str(key): cell for key, cell in row.items()}) for row in frame.to_dict("records"))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _names(row: Row, *columns: str) -> list[str]:
    return [name for column in columns for name in row[column].split("; ") if name]


def refuse(kind: str, text: str, known: Iterable[str], table: str) -> NoReturn:
    """Raise the error for a name that a table lacks, with the nearest it has."""
    folded = {_plain(name): name for name in known}
    near = difflib.get_close_matches(_plain(text), folded, n=5, cutoff=0.55)
    near = near or [key for key in folded if _plain(text) and _plain(text) in key][:5]
    suggestion = f"; did you mean {folded[near[0]]!r}?" if near else ""
    others = f"near: {', '.join(folded[key] for key in near)}; " if len(near) > 1 else ""
    message = f"unknown {kind} {text!r}{suggestion}"
    raise UsageError(message, hint=f"{others}all are in datasets/{table}.csv")


@functools.cache
def _chips() -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows_of("hardware"):
        names = _names(row, "accelerator", "short", "aliases")
        for name in (*names, row["accelerator"].removeprefix(row["vendor"])):
            found.setdefault(_plain(name), row)
    return found


def find_chip(text: str) -> Row:
    """Return the row of ``datasets/hardware.csv`` that a name means; unknown cells are ``None``.

    Parameters
    ----------
    text : str
        Its name, short name or an alias; case, spaces and hyphens do not matter.

    Raises
    ------
    UsageError
        When there is none, with the nearest names.

    Examples
    --------
    >>> find_chip("h100")["accelerator"], find_chip("TPU v4")["short"]
    ('NVIDIA H100 SXM5 80GB', 'TPUv4')
    """
    row = _chips().get(_plain(text))
    if row is None:
        shorts = [name for chip in rows_of("hardware") for name in _names(chip, "short", "accelerator")]
        refuse("chip", text, shorts, "hardware")
    return row


@functools.cache
def _zones() -> tuple[dict[str, Row], dict[str, Row]]:
    exact: dict[str, Row] = {}
    loose: dict[str, Row] = {}  # not for cloud regions: us-east-1 and us-east1 are two
    for row in rows_of("zones"):
        exact.setdefault(row["zone"].casefold(), row)
        if row["zone_kind"] != "cloud_region":
            for name in _names(row, "zone", "zone_name", "iso2", "aliases"):
                loose.setdefault(_plain(name), row)
    return exact, loose


def find_zone(text: str) -> Row:
    """Return the row of ``datasets/zones.csv`` that a name means.

    Parameters
    ----------
    text : str
        A country (ISO code of two or three letters, or English name), ``"world"``, a state of the United States with
        its ISO code, or the id of a cloud region.

    Raises
    ------
    UsageError
        When there is none, with the nearest names.

    Examples
    --------
    >>> find_zone("france")["zone"], find_zone("US")["zone"], find_zone("us-central1")["country_iso3"]
    ('FRA', 'USA', 'USA')
    """
    exact, loose = _zones()
    row = exact.get(text.strip().casefold()) or loose.get(_plain(text))
    if row is None:
        known = [name for zone in rows_of("zones") for name in _names(zone, "zone_name", "zone")]
        refuse("place", text, known, "zones")
    return row


def places_of(zone: str) -> list[Row]:
    """Return a place, its country and the world, as far as they differ."""
    row = find_zone(zone)
    wider = [row["zone"], row["country_iso3"], "WORLD"]
    return [find_zone(name) for name in dict.fromkeys(name for name in wider if name)]
