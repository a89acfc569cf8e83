"""What the article said: rows of ``datasets/article_claims.csv``, in our words, with what each is checked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from forecast.data.catalog import Row, rows_of


@dataclass(frozen=True)
class ArticleClaim:
    """One claim.

    Parameters
    ----------
    name, title : str
        Identifier, and heading.
    said : str
        The claim in our words.
    value, baseline : float or None
        The figure it states, and the one it starts from, in `unit`.
    unit : str
        Canonical unit.
    check : str
        Entry of :data:`forecast.questions.examining.CHECKS`.
    models : tuple of str
        Rows of ``datasets/models.csv`` (or published claims) it is about.
    settings : mapping
        What its check needs beside.
    source, note : str
        Where it stands, and what it goes back to.
    """

    name: str
    title: str
    said: str
    value: float | None
    baseline: float | None
    unit: str
    check: str
    models: tuple[str, ...]
    settings: Mapping[str, str]
    source: str
    note: str

    def model(self, at: int = 0) -> Row:
        """Return the row of ``datasets/models.csv`` of one of its models; unknown cells are ``None``."""
        return model_row(self.models[at])


def model_row(name: str) -> Row:
    """Return a row of ``datasets/models.csv`` by its exact name."""
    return next(row for row in rows_of("models") if row["name"] == name)


def article_claims() -> tuple[ArticleClaim, ...]:
    """Return the claims in the order of the table.

    Examples
    --------
    >>> [claim.name for claim in article_claims()][:3]
    ['size', 'better', 'cost']
    """
    return tuple(
        ArticleClaim(
            row["claim"], row["title"], row["said"], row["value"], row["baseline"], row["unit"], row["check"],
            tuple(row["models"].split("; ")) if row["models"] else (), MappingProxyType(_settings(row)),
            row["source"], row["note"],
        )
        for row in rows_of("article_claims")
    )  # fmt: skip


def _settings(row: Mapping[str, Any]) -> dict[str, str]:
    pairs = (part.partition("=") for part in row["settings"].split("; ") if part)
    return {name: value for name, _, value in pairs}
