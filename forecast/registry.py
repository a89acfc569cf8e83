"""Entries found by file name: a law, method, component, score, figure or format is added by adding one file.

A kind is a folder. The names come from the folder's listing without importing anything; an entry is imported
when it is asked for, and is the module attribute ``ENTRY``. A third party can add entries of its own through the
entry-point group ``forecast.<kind>``, whose object is then the entry.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from forecast.errors import UsageError, did_you_mean

E = TypeVar("E")


@dataclass(frozen=True)
class Registry(Generic[E]):
    """The entries of one kind.

    Parameters
    ----------
    kind : str
        What an entry is called in messages, such as ``"law"``.
    package : str
        The package whose modules are the entries, such as ``"forecast.laws"``; names that begin with an
        underscore, and the names in `helpers`, are not entries.
    helpers : tuple of str
        Modules of the package that are no entries.
    """

    kind: str
    package: str
    helpers: tuple[str, ...] = ()

    @cached_property
    def _own(self) -> tuple[str, ...]:
        path = importlib.import_module(self.package).__path__
        found = (module.name for module in pkgutil.iter_modules(path))
        return tuple(sorted(n for n in found if not n.startswith("_") and n not in self.helpers))

    @cached_property
    def _foreign(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=f"forecast.{self.package.split('.', 1)[1]}")}

    def names(self) -> list[str]:
        """Return every name, ours and those of installed third parties, sorted."""
        return sorted({*self._own, *self._foreign})

    def module(self, name: str) -> str:
        """Return the module that an entry stands in, whose documentation says what it is."""
        key = name.replace("-", "_")
        return f"{self.package}.{key}" if key in self._own else self._foreign[key].module

    def __getitem__(self, name: str) -> E:
        """Return the entry of that name.

        Raises
        ------
        UsageError
            When there is none, with the nearest name.
        """
        key = name.replace("-", "_")
        if key in self._own:
            return cast(E, importlib.import_module(f"{self.package}.{key}").ENTRY)
        if key in self._foreign:
            return cast(E, self._foreign[key].load())
        guess = did_you_mean(key, self.names())
        guess = guess if "did you mean" in guess else ""  # the list of what is known stands in the hint
        message = f"unknown {self.kind} {name!r}{guess}"
        raise UsageError(message, hint=f"known: {', '.join(self.names())}")
