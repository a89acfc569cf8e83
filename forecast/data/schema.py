"""The one schema: what ``datasets/datapackage.json`` (Frictionless) says about every table and column.

Everything that needs to know a column reads it from here: typed loading, checks, the data card, imports.

References
----------
Frictionless Data Package, https://specs.frictionlessdata.io/data-package/
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from forecast.data.resources import datasets_folder
from forecast.errors import UsageError, did_you_mean

Type = Literal["string", "number", "integer", "boolean", "date"]


@dataclass(frozen=True)
class Field:
    """A column.

    Parameters
    ----------
    name : str
        The column's name.
    type : {"string", "number", "integer", "boolean", "date"}
        What stands in its cells.
    description : str
        What it means.
    unit : str
        A unit of :mod:`forecast.units`; empty for counts and text.
    constraints : mapping
        Frictionless constraints: ``required``, ``unique``, ``minimum``, ``maximum``, ``enum``.
    """

    name: str
    type: Type
    description: str = ""
    unit: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether a cell may not be empty."""
        return bool(self.constraints.get("required", False))

    @property
    def minimum(self) -> Any:
        """The smallest value allowed, or ``None``."""
        return self.constraints.get("minimum")

    @property
    def maximum(self) -> Any:
        """The largest value allowed, or ``None``."""
        return self.constraints.get("maximum")

    @property
    def enum(self) -> tuple[str, ...]:
        """The only texts allowed; empty where any is."""
        return tuple(self.constraints.get("enum", ()))


@dataclass(frozen=True)
class Resource:
    """A table of the data package.

    Parameters
    ----------
    name, path, title, description : str
        What it is called, its file beside ``datapackage.json``, and what it holds.
    fields : tuple of Field
        Its columns, in order.
    licence : str
        Short name of its licence.
    attribution : str
        Whom to name wherever the data goes.
    references : tuple of (str, str, str)
        Column, other table, and column there in which every value of the first must stand.
    fit : mapping
        The options of the usual fit of a table of runs: ``law``, ``where``; empty for other tables.
    """

    name: str
    path: str
    title: str
    description: str
    fields: tuple[Field, ...]
    licence: str = ""
    attribution: str = ""
    references: tuple[tuple[str, str, str], ...] = ()
    fit: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [item.name for item in self.fields]

    def __getitem__(self, name: str) -> Field:
        """Return a column.

        Raises
        ------
        UsageError
            When there is none of that name, with the nearest.
        """
        for item in self.fields:
            if item.name == name:
                return item
        message = f"{self.name} has no column {name!r}{did_you_mean(name, self.columns)}"
        raise UsageError(message)


@functools.cache
def package() -> dict[str, Any]:
    """Return ``datapackage.json`` as it stands."""
    content: dict[str, Any] = json.loads((datasets_folder() / "datapackage.json").read_text(encoding="utf-8"))
    return content


@functools.cache
def _resources() -> dict[str, Resource]:
    return {entry["name"]: _resource(entry) for entry in package()["resources"]}


def _resource(entry: Mapping[str, Any]) -> Resource:
    schema = entry["schema"]
    fields = tuple(
        Field(item["name"], item["type"], item["description"], item.get("unit", ""), item.get("constraints", {}))
        for item in schema["fields"]
    )
    references = tuple(
        (key["fields"][0], key["reference"]["resource"], key["reference"]["fields"][0])
        for key in schema.get("foreignKeys", ())
    )
    licence = ", ".join(item["name"] for item in entry.get("licenses", ()))
    return Resource(
        entry["name"], entry["path"], entry["title"], entry["description"], fields, licence,
        entry.get("attribution", ""), references, entry.get("fit", {}),
    )  # fmt: skip


def dataset_names() -> list[str]:
    """Return the names of the bundled tables, in the order of the data package.

    Examples
    --------
    >>> dataset_names()[0]
    'models'
    """
    return list(_resources())


def resource(name: str) -> Resource:
    """Return what the data package says of a table.

    Raises
    ------
    UsageError
        When there is none of that name, with the nearest.

    Examples
    --------
    >>> resource("models")["parameters"].unit
    'parameters'
    """
    known = _resources()
    if name not in known:
        message = f"unknown dataset {name!r}{did_you_mean(name, known)}"
        raise UsageError(message, hint=f"bundled: {', '.join(known)}")
    return known[name]
