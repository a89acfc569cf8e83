"""Parameters against the size that the name states, such as the 7B of ``Llama 2-7B``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from forecast.data.checks._check import Check, Subject, Suspicion

_SIZE = re.compile(r"(?<![\w.×])(\d+(?:\.\d+)?) ?([MB])(?![\w])")
_UNIT = {"M": 1e6, "B": 1e9}
#: Names round; a slip is a factor of ten or more.
TOLERANCE = 5.0


def sizes(name: str) -> list[float]:
    """Return the sizes that a name states.

    Examples
    --------
    >>> sizes("Llama 2-7B"), sizes("GPT-4"), sizes("Mixtral 8x7B")
    ([7000000000.0], [], [])
    """
    return [float(value) * _UNIT[unit] for value, unit in _SIZE.findall(name)]


def _find(subject: Subject) -> Iterator[Suspicion]:
    values = subject.numbers("parameters")
    rows, rules = [], []
    for row, (name, value) in enumerate(zip(subject.text("name"), values, strict=True)):
        if np.isnan(value) or ("B" not in name and "M" not in name):
            continue
        stated = sizes(name)
        if stated and not any(1 / TOLERANCE < value / size < TOLERANCE for size in stated):
            rows.append(row)
            rules.append(f"is far from the {stated[0]:.3g} of the name")
    yield Suspicion("parameters", np.array(rows, dtype=np.intp), rules, "check the order of magnitude")


ENTRY = Check("parameters far from the size in the name", ("name", "parameters"), _find)
