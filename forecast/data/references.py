"""What to cite: ``datasets/references.csv`` as BibTeX, by what was used (a law, a method, a table, a topic)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from forecast import __version__
from forecast.data.resources import datasets_folder
from forecast.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class Reference:
    """A work to cite, and what it is cited for (``tool``, ``law:chinchilla``, ``data:models``, ``carbon``, …)."""

    key: str
    type: str
    title: str
    authors: str
    year: int
    venue: str
    url: str
    topics: tuple[str, ...]

    def bibtex(self) -> str:
        """Return the entry in BibTeX.

        Examples
        --------
        >>> print(references("method:theil_sen")[0].bibtex().splitlines()[0])
        @article{sen1968,
        """
        venue = "journal" if self.type == "article" else "publisher" if self.type == "book" else "note"
        version = {"version": __version__} if self.type == "software" else {}
        fields = {"title": f"{{{self.title}}}", "author": _authors(self.authors), "year": str(self.year)}
        fields |= {venue: self.venue, "url": self.url} | version
        lines = [f"  {name} = {{{_latex(value)}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{self.type}{{{self.key},", *lines, "}"])


def _authors(names: str) -> str:
    # An organisation is no person with a first and a last name; the inner braces keep it whole.
    return names if "," in names else f"{{{names}}}"


def _latex(text: str) -> str:
    return text.replace("&", r"\&").replace("%", r"\%").replace("#", r"\#") if not text.startswith("http") else text


@cache
def _rows() -> tuple[Reference, ...]:
    with (datasets_folder() / "references.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            Reference(
                row["key"], row["type"], row["title"], row["authors"], int(row["year"]), row["venue"], row["url"],
                tuple(topic.strip() for topic in row["topics"].split(";")),
            )
            for row in csv.DictReader(stream)
        )  # fmt: skip


def topics() -> list[str]:
    """Return every topic that something is cited for, sorted."""
    return sorted({topic for row in _rows() for topic in row.topics})


def references(*wanted: str) -> list[Reference]:
    """Return what to cite for the topics, each once, in the order of the table.

    Parameters
    ----------
    *wanted : str
        Topics; ``chinchilla`` stands for ``law:chinchilla`` and ``data:chinchilla``.

    Raises
    ------
    UsageError
        For an unknown topic, with the nearest.

    Examples
    --------
    >>> [row.key for row in references("tool", "models")]
    ['scaling_forecast', 'epoch_models']
    """
    found: set[str] = set()
    for topic in wanted:
        matches = [row.key for row in _rows() if _names(row.topics, topic)]
        if not matches:
            short = {known.split(":")[-1] for known in topics()}
            message = f"nothing to cite for {topic!r}{did_you_mean(topic, short)}"
            raise UsageError(message)
        found.update(matches)
    return [row for row in _rows() if row.key in found]


def _names(known: Sequence[str], topic: str) -> bool:
    wanted = topic.casefold().replace("-", "_")
    return any(wanted in (name, name.split(":")[-1]) for name in known)
