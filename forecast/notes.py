"""Soft trouble: what a reader should doubt about a result, printed, in the JSON and in the report.

Codes are stable, so that scripts can act on them; ``--strict`` turns a warning into exit code 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["info", "warning"]


@dataclass(frozen=True)
class Note:
    """One remark on a result.

    Parameters
    ----------
    code : str
        Stable identifier, such as ``extrapolation``, ``few-points`` or ``at-bound``.
    severity : {"info", "warning"}
        A warning means that the numbers may mislead; ``--strict`` refuses them.
    message : str
        What was found, with its figures.
    hint : str
        What to do about it; may be empty.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""

    @property
    def text(self) -> str:
        """Message and hint as sentences.

        Examples
        --------
        >>> Note("a", "info", "3 points were fitted", "Add rows.").text
        '3 points were fitted. Add rows.'
        """
        if not self.hint:
            return self.message
        return f"{self.message}{'' if self.message.endswith(('.', '?', '!')) else '.'} {self.hint}"

    def to_dict(self) -> dict[str, Any]:
        """Return the note as plain data."""
        return asdict(self)


def unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Drop repeated notes and put warnings first, otherwise keeping the order.

    Examples
    --------
    >>> notes = [Note("a", "info", "x"), Note("b", "warning", "y"), Note("a", "info", "x")]
    >>> [note.code for note in unique(notes)]
    ['b', 'a']
    """
    found = dict.fromkeys(notes)
    return tuple(sorted(found, key=lambda note: note.severity != "warning"))
