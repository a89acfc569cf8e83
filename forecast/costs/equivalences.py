"""A footprint in things people know; each comparison is a row of ``datasets/equivalences.csv`` with its source."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from forecast.data.dataset import load_dataset


class _Median(Protocol):
    @property
    def median(self) -> float: ...


@dataclass(frozen=True)
class Equivalence:
    """So many of a thing have the same footprint: which quantity, how many, of what, by which source."""

    quantity: str
    count: float
    item: str
    per: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


#: Column of the table -> the quantities it compares with, the fullest first.
_COLUMNS = {"kg": ("carbon_kg", "carbon_operational_kg"), "kwh": ("energy_kwh",), "litres": ("water_l",)}


@functools.cache
def _rows() -> list[dict[str, Any]]:
    frame = load_dataset("equivalences").frame
    return [{str(key): value for key, value in row.items()} for row in frame[frame["default"]].to_dict("records")]


def equivalences(results: Mapping[str, _Median]) -> tuple[Equivalence, ...]:
    """Return the default comparisons of carbon, energy and water, as far as they are known."""
    found = []
    for row in _rows():
        for column, names in _COLUMNS.items():
            name = next((each for each in names if each in results), None)
            if row[column] > 0 and name is not None and results[name].median > 0:
                count = results[name].median / row[column]
                found.append(Equivalence(name, float(count), row["item"], row["quantity"], row["source"]))
    return tuple(found)
